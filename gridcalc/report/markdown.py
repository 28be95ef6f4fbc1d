"""The story of a result as Markdown."""

from collections.abc import Iterable, Iterator

from gridcalc.report.blocks import NO_BREAK, Block, FactSheet, Heading, Paragraph, Table, Text

_SPECIAL = str.maketrans(
    {NO_BREAK: " ", "|": "\\|", "<": "&lt;", "*": "\\*", "`": "\\`", "\n": " "}
)


def markdown(blocks: Iterable[Block]) -> str:
    r"""Return blocks as Markdown text that ends with a newline.

    Examples
    --------
    >>> markdown([Heading(text="T1", level=1), Paragraph(text=Text("ready", "good"))])
    '# T1\n\n**ready**\n'
    """
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * block.level} {_escaped(block.text)}"
        case Paragraph():
            yield _said(block.text)
        case FactSheet():
            for label, text in block.rows:
                yield f"- {_escaped(label)}: {_said(text)}"
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"### {_escaped(table.caption)}"
        yield ""
    yield _row(_escaped(column.title) for column in table.columns)
    yield _row("--:" if column.align == "right" else "---" for column in table.columns)
    for row in table.rows:
        yield _row(_said(text) for text in row)
    if table.note:
        yield ""
        yield _escaped(table.note)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _said(text: Text) -> str:
    shown = _escaped(text.text)
    return f"**{shown}**" if shown and text.tone in {"strong", "good", "warn", "bad"} else shown


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)
