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
from gridcalc.report.blocks import NO_BREAK, Block, FactSheet, Heading, Paragraph, Table, Text

WIDTH = 100
_NARROWEST = 60
_GLUE = "\ue000"
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
    return "".join(f"{line.rstrip()}\n" for line in lines).replace(_GLUE, " ")


def _draw(block: Block, console: Console) -> None:
    match block:
        case Heading(text=text, level=1):
            console.rule(Styled(text, "bold"), align="left", characters="━", style="bold")
        case Heading(text=text):
            console.print(Styled(text, "bold cyan"))
        case Paragraph(text=text):
            console.print(_styled(text))
        case FactSheet():
            console.print(_sheet(block))
        case Table():
            if block.caption:
                console.print(Styled(block.caption, "bold"))
            console.print(_grid(block, console.width))
            if block.note:
                console.print(_styled(Text(f"  {block.note}", "quiet")))


def _styled(text: Text) -> Styled:
    return Styled(text.text.replace(NO_BREAK, _GLUE), _STYLES[text.tone], overflow="fold")


def _sheet(sheet: FactSheet) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(min_width=max(cell_len(label) for label, _ in sheet.rows), style="dim")
    grid.add_column(overflow="fold")
    for label, text in sheet.rows:
        grid.add_row(Styled(label), _styled(text))
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
        title = Styled(column.title, overflow="fold")
        grid.add_column(title, justify=column.align, overflow="fold", width=columns)
    above: tuple[Text, ...] = ()
    for row in table.rows:
        grid.add_row(*(_styled(text) for text in _merged(table, row, above)))
        above = row
    return grid


def _merged(table: Table, row: tuple[Text, ...], above: tuple[Text, ...]) -> Iterator[Text]:
    alike = bool(above)
    for i, (column, text) in enumerate(zip(table.columns, row, strict=True)):
        alike = alike and column.merges and above[i] == text
        yield Text("") if alike else text
