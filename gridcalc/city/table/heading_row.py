"""Where the headings of a sheet stand: on the first row, or below lines with a title."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from gridcalc.city.table.cell_text import trimmed
from gridcalc.city.table.records import RawRow, RawTable, file_error
from gridcalc.city.table.two_rows import Means, joined

MAX_COLUMNS = 2_000
MAX_ROWS = 200_000
SEARCHED = 10

IsHeading = Callable[[tuple[str, ...]], bool]


def headed(
    file: str,
    records: Iterator[RawRow],
    *,
    is_heading: IsHeading,
    means: Means,
    comma_is_decimal: bool,
) -> RawTable:
    """Return a table from all its rows, the one of the headings among them.

    Parameters
    ----------
    file
        As messages call it.
    records
        All rows, those above the headings included.
    is_heading
        Tells from its cells whether a row is that of the headings; if none of the first rows is,
        the first that is not empty counts.
    means
        As in ``two_rows.joined``.
    comma_is_decimal
        As in ``RawTable``.

    Raises
    ------
    InputError
        The table is empty or has too many columns.
    """
    first = list(islice(records, SEARCHED))
    written = [place for place, row in enumerate(first) if any(row.cells)]
    if not written:
        raise file_error(file, "the table is empty; write headings and one compound per row")
    place = next((place for place in written if is_heading(first[place].cells)), written[0])
    heading = first[place]
    check_width(file, heading.cells)
    below = next((row.cells for row in first[place + 1 : place + 2]), ())
    both = joined(without_tail(heading.cells), without_tail(below), means)
    return RawTable(
        file=file,
        heading_row=heading.number,
        headings=one_line(both or without_tail(heading.cells)),
        rows=limited(file, chain(first[place + (2 if both else 1) :], records)),
        comma_is_decimal=comma_is_decimal,
    )


def one_line(names: Iterable[str]) -> tuple[str, ...]:
    r"""Return headings or names of columns without line breaks and odd blanks.

    Examples
    --------
    >>> one_line([" 固定\n车位"])
    ('固定 车位',)
    """
    return tuple(" ".join(trimmed(name).split()) for name in names)


def check_width(file: str, cells: tuple[str, ...]) -> None:
    """Raise an ``InputError`` if a table has more columns than any list of compounds."""
    if len(cells) > MAX_COLUMNS:
        message = f"{len(cells)} columns are more than the {MAX_COLUMNS} that are read"
        raise file_error(file, f"{message}; is this a list of compounds?")


def limited(file: str, rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """Yield rows as long as there are not too many of them."""
    for n_rows, row in enumerate(rows):
        if n_rows >= MAX_ROWS:
            raise file_error(file, f"more than {MAX_ROWS} rows; split the table")
        yield row


def without_tail(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return cells without the empty ones at the end.

    Examples
    --------
    >>> without_tail(("id", "", "name", ""))
    ('id', '', 'name')
    """
    used = max((place for place, cell in enumerate(cells) if cell), default=-1)
    return cells[: used + 1]
