"""Which buses of a foreign network closed switches make one."""

from collections.abc import Iterator

from gridcalc.network.foreign_tables import ForeignTables


class FusedBuses:
    """Buses that closed switches make one; each is known by the first of them."""

    def __init__(self, n_buses: int) -> None:
        self._above = list(range(n_buses))

    def top(self, bus: int) -> int:
        """Return the first of the buses that are one with a bus."""
        while self._above[bus] != bus:
            self._above[bus] = self._above[self._above[bus]]
            bus = self._above[bus]
        return bus

    def join(self, a: int, b: int) -> None:
        """Make two buses one."""
        a, b = self.top(a), self.top(b)
        self._above[max(a, b)] = min(a, b)


def closed_between_buses(tables: ForeignTables) -> Iterator[tuple[int, int]]:
    """Yield the two buses of each closed switch between buses."""
    yield from ((a, b) for a, b, _ in _closed(tables))


def closed_without_impedance(tables: ForeignTables) -> Iterator[tuple[int, int]]:
    """Yield the two buses of each closed switch that the power flow takes as no distance."""
    yield from ((a, b) for a, b, z_ohm in _closed(tables) if not z_ohm)


def _closed(tables: ForeignTables) -> Iterator[tuple[int, int, float]]:
    switch = tables.frame("switch")
    rows = zip(
        switch.texts("et"),
        switch.places("bus"),
        switch.places("element"),
        switch.flags("closed"),
        switch.numbers("z_ohm"),
        strict=True,
    )
    yield from ((a, b, z_ohm) for kind, a, b, closed, z_ohm in rows if kind == "b" and closed)
