"""Kinds of option values that click does not have."""

from typing import Any

import click


class Finite(click.FloatRange):
    """A number in a range; what is not a number is not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; nan passes every comparison and so has to be refused by name."""
        number = super().convert(value, param, ctx)
        if number != number:  # noqa: PLR0124  only nan differs from itself
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


class Available(click.Choice[str]):
    """A choice whose later values are known by name, and refused with a reason."""

    def __init__(self, now: tuple[str, ...], *, later: tuple[str, ...], reason: str) -> None:
        super().__init__(now)
        self._later = later
        self._reason = reason

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value; one that this version cannot serve is wrong usage."""
        if value in self._later:
            self.fail(f"{value!r} {self._reason}; use {', '.join(self.choices)}", param, ctx)
        return super().convert(value, param, ctx)
