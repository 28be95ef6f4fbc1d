"""Options that mean nothing to the method that was chosen: told, so that nobody relies on them."""

from typing import Protocol

from gridcalc.cli.said import announce


class OfDays(Protocol):
    """Options that say how days are simulated; ``None`` and nothing where they were not given."""

    @property
    def seasons(self) -> tuple[str, ...]:
        """Of the days."""

    @property
    def n_days(self) -> int | None:
        """How many."""

    @property
    def percentile(self) -> float | None:
        """Of the days. [%]."""

    @property
    def participation_percent(self) -> float | None:
        """Of the cars. [%]."""


def tell_idle(method: str, days: OfDays) -> None:
    """Say which options the factor method does not look at, where it is the only one."""
    given = {
        "--season": bool(days.seasons),
        "--days": days.n_days is not None,
        "--percentile": days.percentile is not None,
        "--participation": days.participation_percent is not None,
    }
    names = [name for name, is_given in given.items() if is_given]
    if method == "factor" and names:
        announce(f"{', '.join(names)} not used: the factor method simulates no days")
