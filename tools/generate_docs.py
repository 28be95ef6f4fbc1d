"""Write the pages of the documentation that repeat what the program knows of itself.

``python tools/generate_docs.py`` writes them; a test compares them with what it would write.
"""

import csv
import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from gridcalc.catalogue import load_catalogue
from gridcalc.cli.main import cli
from gridcalc.policy import list_policies
from gridcalc.report.catalogue_report import catalogue_output, kinds_output
from gridcalc.report.markdown import markdown
from gridcalc.report.policy_report import policy_list_output, policy_output
from gridcalc.report.wording import load_wording

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_WORDS = DOCS / "nomenclature.csv"
_ENGLISH = load_wording("en")
_RAW = "\b\n"


def pages() -> dict[Path, str]:
    """Return the text of each generated page."""
    return {
        DOCS / "cli.md": "\n".join(_commands()) + "\n",
        DOCS / "tables.md": "\n".join(_tables()) + "\n",
        DOCS / "policies.md": "\n".join(_policies()) + "\n",
        DOCS / "nomenclature.md": "\n".join(_words()) + "\n",
    }


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield _plain(cli.help or "")
    yield ""
    yield "Every command has `--help`; `--lang zh` or `GRIDCALC_LANG=zh` says help, results and"
    yield "errors in Chinese."
    yield from _tree(cli, ("gridcalc",))


def _tree(group: click.Group, path: tuple[str, ...]) -> Iterator[str]:
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from _tree(command, (*path, name))
        else:
            yield from _command(command, (*path, name))


def _command(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
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
        if row is not None:
            yield f"| `{_cell(row[0])}` | {_cell(row[1])} |"
    lines = (command.epilog or "").replace(_RAW, "").split("\n")
    shown = [line.strip() for line in lines if line.startswith("  ")]
    if shown:
        yield ""
        yield "\n".join(["```sh", *shown, "```"])


def _plain(text: str) -> str:
    return inspect.cleandoc(text).replace("<", "&lt;")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _tables() -> Iterator[str]:
    catalogue = load_catalogue(None)
    yield "# Equipment and tables"
    yield ""
    yield "Every table that the program holds, with source and mark of each row; the marks are"
    yield "explained under [data and marks](data.md)."
    yield ""
    overview = kinds_output(_ENGLISH)
    yield markdown(overview.blocks)
    for row in overview.rows:
        output = catalogue_output(str(row["kind"]), catalogue, _ENGLISH)
        yield markdown(output.blocks).replace("\n# ", "\n## ").replace("# ", "## ", 1)


def _policies() -> Iterator[str]:
    packs = list_policies()
    yield "# Policy packs"
    yield ""
    yield markdown(policy_list_output(packs, _ENGLISH).blocks)
    for pack in packs:
        text = markdown(policy_output(pack, _ENGLISH).blocks)
        yield "\n".join(f"#{line}" if line.startswith("#") else line for line in text.split("\n"))


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
    """Write every generated page."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
