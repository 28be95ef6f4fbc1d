"""Every console block of the documents is what the commands print.

A block starts with ``$ gridcalc …``.  A last line ``…`` means that the output goes on; a first
line ``…`` that it began earlier: the line after it says where the part that is shown begins.
``GRIDCALC_UPDATE_DOCS=1 pytest tests/docs`` writes the present output into the documents.
A command that stands in several documents runs once.
"""

import os
import re
import shlex
from itertools import groupby
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridcalc.cli.main import cli

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"```(?P<kind>console|text)\n\$ (?P<command>[^\n]*)\n(?P<output>.*?)```", re.DOTALL
)
TUTORIALS = (ROOT / "docs" / "tutorial", ROOT / "docs" / "zh" / "tutorial")
MORE = "…"
UPDATES = bool(os.environ.get("GRIDCALC_UPDATE_DOCS"))

Place = tuple[Path, str]


def blocks(document: Path, kind: str) -> list[re.Match[str]]:
    text = document.read_text(encoding="utf-8")
    return [match for match in BLOCK.finditer(text) if match["kind"] == kind]


def folder_of(document: Path) -> Path:
    """Return where the commands of a document run: tutorials are read beside the examples."""
    return ROOT if document.parent in TUTORIALS else document.parent


DOCUMENTS = [
    path
    for pattern in ("*.md", "examples/*/README.md", "docs/**/*.md")
    for path in sorted(ROOT.glob(pattern))
]
SHOWN = sorted(
    {
        (folder_of(path), match["command"], path)
        for path in DOCUMENTS
        for match in blocks(path, "console")
    }
)
COMMANDS: dict[Place, list[Path]] = {
    place: [path for _, _, path in found]
    for place, found in groupby(SHOWN, key=lambda row: (row[0], row[1]))
}
LONG = [
    path for folder in TUTORIALS for path in sorted(folder.glob("*.md")) if blocks(path, "text")
]


def printed(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    folder, command = place
    words = shlex.split(command)
    assert words[0] == "gridcalc"
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(cli, words[1:], env={"GRIDCALC_LANG": "en"})
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.splitlines()]


def part_shown(shown: list[str], output: list[str]) -> list[str]:
    """Return the part of an output that a block shows, as it is today.

    >>> part_shown(["…", "b", "old", "…"], ["a", "b", "c", "d"])
    ['…', 'b', 'c', '…']
    """
    begins = [MORE] if shown[:1] == [MORE] and len(shown) > 1 else []
    ends = [MORE] if shown[-1:] == [MORE] else []
    body = shown[len(begins) : len(shown) - len(ends)]
    assert not begins or body[0] in output, f"no line {body[0]!r} in the output"
    start = output.index(body[0]) if begins else 0
    stop = start + max(len(body), 1) if ends else len(output)
    return [*begins, *output[start:stop], *ends]


def current(text: str, command: str, output: list[str], kind: str) -> str:
    """Return a document whose blocks of one command show its output of today."""

    def block(match: re.Match[str]) -> str:
        if (match["kind"], match["command"]) != (kind, command):
            return match[0]
        lines = part_shown(match["output"].splitlines(), output)
        return "\n".join([f"```{kind}", f"$ {command}", *lines, "```"])

    return BLOCK.sub(block, text)


def assert_current(document: Path, command: str, output: list[str], kind: str) -> None:
    text = document.read_text(encoding="utf-8")
    expected = current(text, command, output, kind)
    if UPDATES:
        document.write_text(expected, encoding="utf-8")
    assert text == expected or UPDATES


@pytest.mark.parametrize(
    "place", COMMANDS, ids=lambda place: f"{place[0].relative_to(ROOT)}: {place[1]}"
)
def test_the_output_in_the_documents_is_what_the_command_prints(place, monkeypatch):
    output = printed(place, monkeypatch)

    for document in COMMANDS[place]:
        assert_current(document, place[1], output, "console")


@pytest.mark.parametrize("document", LONG, ids=lambda path: str(path.relative_to(ROOT)))
def test_long_runs_in_a_tutorial_are_those_of_the_examples(document):
    """The blocks of the examples are compared with their commands by tests of their own."""
    examples = {
        match["command"]: match["output"].splitlines()
        for path in sorted(ROOT.glob("examples/*/README.md"))
        for match in blocks(path, "text")
    }

    for match in blocks(document, "text"):
        command = match["command"]
        assert command in examples
        assert_current(document, command, examples[command], "text")


def test_there_are_documents_with_output():
    assert len({path for found in COMMANDS.values() for path in found}) >= 12


def test_a_block_may_show_a_part_from_the_middle():
    assert part_shown(["…", "b", "old"], ["a", "b", "c"]) == ["…", "b", "c"]
    assert part_shown(["a", "…"], ["a", "b"]) == ["a", "…"]
    assert part_shown(["…"], ["a", "b"]) == ["a", "…"]
    assert part_shown(["old"], ["a", "b"]) == ["a", "b"]
