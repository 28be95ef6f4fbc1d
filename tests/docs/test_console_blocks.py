"""Every console block of the documents is what the commands print.

A block starts with ``$ gridcalc …``; a last line ``…`` means that the output goes on.
``GRIDCALC_UPDATE_DOCS=1 pytest tests/docs`` writes the present output into the documents.
"""

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridcalc.cli.main import cli

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)
DOCUMENTS = [
    path
    for pattern in ("*.md", "examples/*/README.md", "docs/**/*.md")
    for path in sorted(ROOT.glob(pattern))
    if BLOCK.search(path.read_text(encoding="utf-8"))
]


def printed(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    words = shlex.split(command)
    assert words[0] == "gridcalc"
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(cli, words[1:], env={"GRIDCALC_LANG": "en"})
    assert result.exit_code == 0, result.output
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()) + "\n"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_output_in_a_document_is_what_the_command_prints(document, monkeypatch):
    text = document.read_text(encoding="utf-8")

    def current(match: re.Match[str]) -> str:
        output = printed(match["command"], document.parent, monkeypatch)
        shown = match["output"].splitlines()
        if shown and shown[-1].strip() == "…":
            lines = output.splitlines()[: max(len(shown) - 1, 1)]
            output = "\n".join([*lines, "…"]) + "\n"
        return f"```console\n$ {match['command']}\n{output}```"

    expected = BLOCK.sub(current, text)

    if os.environ.get("GRIDCALC_UPDATE_DOCS"):
        document.write_text(expected, encoding="utf-8")
    assert text == expected or os.environ.get("GRIDCALC_UPDATE_DOCS")


def test_there_are_documents_with_output():
    assert len(DOCUMENTS) >= 4
