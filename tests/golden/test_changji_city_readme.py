"""What the README of the made-up city shows is what the commands print, one after another.

Blocks start with ``$ gridcalc city …`` and share one copy of the example; a last line ``…`` means
that the output goes on. ``GRIDCALC_UPDATE_DOCS=1`` writes the present output into the README.
"""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridcalc.cli.main import cli

README = Path(__file__).parents[2] / "examples" / "changji-city" / "README.md"
BLOCK = re.compile(r"```text\n\$ (?P<command>gridcalc city [^\n]*)\n(?P<output>.*?)```", re.DOTALL)


def printed(command: str) -> str:
    result = CliRunner().invoke(cli, shlex.split(command)[1:], env={"GRIDCALC_LANG": "en"})
    assert result.exit_code == 0, result.output
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()) + "\n"


@pytest.mark.slow
def test_the_readme_shows_what_the_commands_print(tmp_path, monkeypatch):
    for name in ("compounds.csv", "lines.csv"):
        shutil.copy(README.parent / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    text = README.read_text(encoding="utf-8")

    def current(match: re.Match[str]) -> str:
        output = printed(match["command"])
        shown = match["output"].splitlines()
        if shown and shown[-1].strip() == "…":
            lines = output.splitlines()[: max(len(shown) - 1, 1)]
            output = "\n".join([*lines, "…"]) + "\n"
        return f"```text\n$ {match['command']}\n{output}```"

    expected = BLOCK.sub(current, text)

    if os.environ.get("GRIDCALC_UPDATE_DOCS"):
        README.write_text(expected, encoding="utf-8")
    assert len(BLOCK.findall(text)) >= 4
    assert text == expected or os.environ.get("GRIDCALC_UPDATE_DOCS")
