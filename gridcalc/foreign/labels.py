"""Names of elements that are readable and stand for one element only."""

from collections import Counter

from gridcalc.network.foreign_tables import ForeignTables


def labels(tables: ForeignTables, table: str) -> tuple[str, ...]:
    """Return a name for each row of a table: its own where it is unique, else with its index.

    Examples
    --------
    >>> from gridcalc.network.foreign_tables import Frame
    >>> frame = Frame(index=(3, 4, 5), columns={"name": ("A", "A", None)})
    >>> net = ForeignTables(file="", name="", format_version="3.0", f_hz=50.0, sn_mva=1.0,
    ...                     options={}, frames={"bus": frame})
    >>> labels(net, "bus")
    ('A [3]', 'A [4]', 'bus 5')
    """
    frame = tables.frame(table)
    names = frame.texts("name")
    seen = Counter(names)
    return tuple(
        f"{table} {index}" if not name else name if seen[name] == 1 else f"{name} [{index}]"
        for name, index in zip(names, frame.index, strict=True)
    )
