"""Run in a process of its own: everything the program says in a language, as JSON.

The first argument is the language; standard input holds the command lines, a JSON list of lists.
Standard output gets help and options of every command, what the command lines came to, and the
words of click that have no translation.
"""

import json
import sys
from collections.abc import Iterator

import click
from click.testing import CliRunner

from gridcalc.cli.language import speak
from gridcalc.cli.main import cli


def commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group with its words."""
    for name, command in sorted(group.commands.items()):
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def main() -> None:
    """Speak."""
    lang = sys.argv[1]
    lines = json.load(sys.stdin)
    speak(cli, lang)
    cli.lang = lang
    run = CliRunner().invoke
    found = {"help": {}, "options": {}, "runs": []}
    for path, command in [("", cli), *commands(cli, ())]:
        result = run(cli, [*path.split(), "--help"], prog_name="gridcalc")
        found["help"][path] = result.stdout
        found["options"][path] = {
            row.opts[-1]: row.help for row in command.params if isinstance(row, click.Option)
        }
    for line in lines:
        result = run(cli, line, prog_name="gridcalc")
        found["runs"].append([result.exit_code, result.stderr])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
