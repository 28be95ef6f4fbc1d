"""Write the pages of the documentation that repeat what the program knows of itself.

``python -m tools.generate_docs`` writes them; a test compares them with what it would write.
"""

import csv
import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from gridcalc.cli.main import cli
from tools.reference_pages import reference_pages

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_WORDS = DOCS / "nomenclature.csv"
_FOLDERS = ("tables", "policies")
_RAW = "\b\n"
_LONGEST = 120
_EXIT_CODES = (
    "| exit code | when |",
    "|---|---|",
    "| 0 | computed; a limit that is broken is a result, not an error |",
    "| 1 | cannot compute: every problem of the input is listed, or a compound of a city failed |",
    "| 2 | wrong usage of the command line |",
    "| 3 | only with `--strict`: limits are broken, or there is no plan |",
    "| 130 | stopped with Ctrl-C before there was a result; `city run` ends with 1 and goes on with"
    " `--resume` |",
)

_Path = tuple[str, ...]


def pages() -> dict[Path, str]:
    """Return the text of each generated page."""
    return {
        DOCS / "cli.md": "\n".join(_commands()) + "\n",
        DOCS / "decisions.md": "\n".join(_decisions()) + "\n",
        DOCS / "nomenclature.md": "\n".join(_words()) + "\n",
    } | reference_pages(DOCS)


def generated_folders() -> set[Path]:
    """Return the pages that stand in folders where everything is generated."""
    return {page for name in _FOLDERS for page in (DOCS / name).glob("*.md")}


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield _plain(cli.help or "")
    yield ""
    yield "Every command has `--help`; `--lang zh` or `GRIDCALC_LANG=zh` says help, results and"
    yield "errors in Chinese."
    yield ""
    yield "| command | what for |"
    yield "|---|---|"
    for path, command in _tree(cli, ("gridcalc",)):
        said = " ".join(path)
        link = f"[{said}](#{'-'.join(path)})"
        yield f"| {link} | {_cell(command.get_short_help_str(_LONGEST))} |"
    yield ""
    yield from _EXIT_CODES
    for path, command in _tree(cli, ("gridcalc",)):
        yield from _command(command, path)


def _tree(group: click.Group, path: _Path) -> Iterator[tuple[_Path, click.Command]]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from _tree(command, (*path, name))
        else:
            yield (*path, name), command


def _command(command: click.Command, path: _Path) -> Iterator[str]:
    context = click.Context(command, info_name=" ".join(path))
    yield ""
    yield f"## {' '.join(path)}"
    yield ""
    yield _plain(command.help or "")
    yield ""
    yield f"```sh\n{' '.join([*path, *command.collect_usage_pieces(context)])}\n```"
    yield ""
    yield "| option | meaning |"
    yield "|---|---|"
    for parameter in command.params:
        row = parameter.get_help_record(context)
        if row is not None and row[1]:
            yield f"| {_code(row[0])} | {_cell(row[1])} |"
    lines = (command.epilog or "").replace(_RAW, "").split("\n")
    shown = [line.strip() for line in lines if line.startswith("  ")]
    if shown:
        yield ""
        yield "\n".join(["```sh", *shown, "```"])


def _plain(text: str) -> str:
    return inspect.cleandoc(text).replace("<", "&lt;")


def _cell(text: str) -> str:
    return _html(text).replace("*", "\\*")


def _code(text: str) -> str:
    """Return code for a cell of a table; a bar inside backticks is shown differently everywhere."""
    return f"<code>{_html(text)}</code>" if "|" in text else f"`{' '.join(text.split())}`"


def _html(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;").replace("|", "&#124;")


def _decisions() -> Iterator[str]:
    yield "# Decisions"
    yield ""
    yield "Why things are as they are: what was to be decided, what was decided, what follows."
    yield ""
    for path in sorted((DOCS / "decisions").glob("*.md")):
        with path.open(encoding="utf-8") as file:
            title = file.readline().removeprefix("#").strip()
        yield f"- [{title}](decisions/{path.name})"


def _words() -> Iterator[str]:
    yield "# Words"
    yield ""
    yield "The names of things in files, results and code."
    yield ""
    yield "| word | 中文 | unit | meaning |"
    yield "|---|---|---|---|"
    with _WORDS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f"| {row['word']} | {row['chinese']} | {row['unit']} | {row['meaning']} |"


def main() -> None:
    """Write every generated page; remove those of tables and packs that are no more."""
    written = pages()
    for old in generated_folders() - written.keys():
        old.unlink()
    for path, text in written.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
