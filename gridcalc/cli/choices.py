"""Kinds of option values that click does not have."""

from typing import Any

import click

from gridcalc.units import PERCENT


class Finite(click.FloatRange):
    """A number in a range; what is not a number is not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; nan passes every comparison and so has to be refused by name."""
        number = super().convert(value, param, ctx)
        if number != number:  # noqa: PLR0124  only nan differs from itself
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


class Percentage(Finite):
    """A number of percent; one below 1 is a fraction by mistake."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the percentage; 0.8 where 80 is meant would be computed without a word."""
        number = super().convert(value, param, ctx)
        if 0 < number < 1:
            self.fail(f"{value} is a fraction; in percent write {PERCENT * number:g}", param, ctx)
        return number
