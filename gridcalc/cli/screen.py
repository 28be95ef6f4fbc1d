"""Draw the story of a result on a terminal."""

import io
import shutil
import sys
from collections.abc import Iterable, Iterator

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text as Styled

from gridcalc.cli.layout import GAP, column_widths
from gridcalc.cli.wide import folded
from gridcalc.report.blocks import NO_BREAK, Block, FactSheet, Heading, Paragraph, Table, Text

WIDTH = 100
_NARROWEST = 60
_INDENT = "  "
_STYLES = {
    "plain": "",
    "strong": "bold",
    "good": "bold green",
    "warn": "yellow",
    "bad": "bold red",
    "quiet": "dim",
}


def drawn(blocks: Iterable[Block]) -> str:
    """Return blocks as text as wide as the terminal; 100 columns and no colour elsewhere."""
    is_terminal = sys.stdout.isatty()
    width = max(shutil.get_terminal_size().columns, _NARROWEST) if is_terminal else WIDTH
    console = Console(
        file=io.StringIO(), width=width, force_terminal=is_terminal, highlight=False, emoji=False
    )
    for i, block in enumerate(blocks):
        if i:
            console.print()
        _draw(block, console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _draw(block: Block, console: Console) -> None:
    match block:
        case Heading(text=text, level=1):
            console.rule(Styled(text, "bold"), align="left", characters="━", style="bold")
        case Heading(text=text):
            console.print(Styled(text, "bold cyan"))
        case Paragraph(text=text):
            console.print(_styled(text, console.width))
        case FactSheet():
            console.print(_sheet(block, console.width))
        case Table():
            if block.caption:
                console.print(Styled(block.caption, "bold"))
            console.print(_grid(block, console.width))
            if block.note:
                console.print(_styled(Text(block.note, "quiet"), console.width, _INDENT))


def _styled(text: Text, width: int, indent: str = "") -> Styled:
    lines = folded(text.text, width - len(indent))
    said = "\n".join(indent + line for line in lines)
    return Styled(said.replace(NO_BREAK, " "), _STYLES[text.tone], overflow="fold")


def _sheet(sheet: FactSheet, width: int) -> Grid:
    grid = Grid.grid(padding=(0, GAP))
    label_width = max(cell_len(label) for label, _ in sheet.rows)
    grid.add_column(min_width=label_width, style="dim")
    grid.add_column(overflow="fold")
    for label, text in sheet.rows:
        grid.add_row(Styled(label), _styled(text, width - label_width - GAP))
    return grid


def _grid(table: Table, width: int) -> Grid:
    grid = Grid(
        box=box.SIMPLE_HEAD if table.has_header else None,
        show_header=table.has_header,
        header_style="dim",
        padding=(0, 1 if table.has_header else GAP, 0, 0),
        show_edge=False,
        pad_edge=False,
    )
    widths = column_widths(table, width)
    for column, columns in zip(table.columns, widths, strict=True):
        title = Styled(_title(column.title, columns), overflow="fold")
        grid.add_column(title, justify=column.align, overflow="fold", width=columns)
    above: tuple[Text, ...] = ()
    for row in table.rows:
        cells = zip(_merged(table, row, above), widths, strict=True)
        grid.add_row(*(_styled(text, columns) for text, columns in cells))
        above = row
    return grid


def _title(text: str, width: int) -> str:
    """Return a heading that breaks between its words; only one with a longer word elsewhere."""
    is_long = any(cell_len(word) > width for word in text.split())
    return "\n".join(folded(text, width)) if is_long else text


def _merged(table: Table, row: tuple[Text, ...], above: tuple[Text, ...]) -> Iterator[Text]:
    alike = bool(above)
    for i, (column, text) in enumerate(zip(table.columns, row, strict=True)):
        alike = alike and column.merges and above[i] == text
        yield Text("") if alike else text
