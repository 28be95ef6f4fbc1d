"""Column widths: texts stay whole where there is room, and nothing is ever cut off."""

from collections.abc import Sequence

from rich.cells import cell_len

from gridcalc.report.blocks import Table

GAP = 2
_WRAPPED = 14
_NARROWEST = 4


def column_widths(table: Table, width: int) -> tuple[int, ...]:
    """Return the width of each column so that the table fits.

    Columns that may wrap give way first, then long titles; only then are other texts broken.

    Parameters
    ----------
    table
        The table.
    width
        Room on the terminal. [columns]

    Examples
    --------
    >>> from gridcalc.report.blocks import Column, plain
    >>> columns = (Column(title="Element"), Column(title="Remark", wraps=True))
    >>> table = Table(columns=columns, rows=(plain("T1", "a remark of some length"),))
    >>> column_widths(table, 80), column_widths(table, 25)
    ((7, 23), (7, 16))
    """
    indices = range(len(table.columns))
    least = [_least(table, i) for i in indices]
    natural = [max(least[i], _longest(_texts(table, i))) for i in indices]
    body = [w if table.columns[i].wraps else least[i] for i, w in enumerate(natural)]
    room = width - GAP * (len(least) - 1)
    return tuple(_grown(_grown(_shrunk(least, room), body, room), natural, room))


def _shrunk(widths: Sequence[int], room: int) -> list[int]:
    """Return widths that fit, taken from the widest columns."""
    shrunk = list(widths)
    while sum(shrunk) > room and max(shrunk) > _NARROWEST:
        shrunk[shrunk.index(max(shrunk))] -= 1
    return shrunk


def _grown(widths: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """Return the widths with spare room given to the narrowest columns that want more."""
    grown = list(widths)
    for _ in range(room - sum(grown)):
        needy = [i for i, width in enumerate(grown) if width < wanted[i]]
        if not needy:
            break
        grown[min(needy, key=lambda i: (grown[i], i))] += 1
    return grown


def _least(table: Table, i: int) -> int:
    """Return the width that keeps cells and the words of the title whole; less if it wraps."""
    column = table.columns[i]
    title_words = column.title.split() if table.has_header else []
    cells = [row[i].text for row in table.rows]
    if column.wraps:
        return max(_longest(title_words), min(_longest(cells), _WRAPPED))
    return max(_longest([*title_words, *cells]), 1)


def _texts(table: Table, i: int) -> list[str]:
    titles = [table.columns[i].title] if table.has_header else []
    return [*titles, *(row[i].text for row in table.rows)]


def _longest(texts: Sequence[str]) -> int:
    return max((cell_len(text) for text in texts), default=0)
