"""The program ``gridcalc``: its commands, and the one place where errors become messages."""

import gc
import sys
from typing import Any

import click

import gridcalc
from gridcalc.cli.catalogue import catalogue
from gridcalc.cli.check import check
from gridcalc.cli.city import city
from gridcalc.cli.cost import cost
from gridcalc.cli.design import design
from gridcalc.cli.export import export
from gridcalc.cli.hosting import hosting
from gridcalc.cli.language import language_of, speak
from gridcalc.cli.meant import clearer
from gridcalc.cli.options import example
from gridcalc.cli.policy import policy
from gridcalc.cli.report import report
from gridcalc.cli.route import route
from gridcalc.cli.said import error_text, usage_error
from gridcalc.cli.stopping import stopped_by_user
from gridcalc.cli.template import template
from gridcalc.cli.timeline import timeline
from gridcalc.cli.upgrade import upgrade
from gridcalc.cli.validate import validate
from gridcalc.errors import GridcalcError, InputError
from gridcalc.messages import Lang

_NEW_OBJECTS = 50_000
"""After which the collector of cycles looks; usually 700, which costs a fifth of the start."""


class Program(click.Group):
    """A group that says what is wrong with the input instead of showing a traceback."""

    lang: Lang = "en"

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; wrong usage is said in the language of the program."""
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            raise usage_error(error, self.lang) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what a user may mend ends it with exit code 1, Ctrl-C with 130."""
        try:
            return super().invoke(ctx)
        except GridcalcError as error:
            raise _message(error, self.lang) from None
        except click.UsageError as error:
            raise usage_error(error, self.lang) from None
        except KeyboardInterrupt:
            raise stopped_by_user() from None


class WrongOption(click.ClickException):
    """An option has a value that cannot be used; exit code 2 as for any wrong usage."""

    exit_code = 2


def _message(error: GridcalcError, lang: Lang) -> click.ClickException:
    problems = error.problems if isinstance(error, InputError) else ()
    only_options = bool(problems) and all(p.file.startswith("--") for p in problems)
    named = clearer(error) if isinstance(error, InputError) else error
    text = error_text(named, lang)
    return WrongOption(text) if only_options else click.ClickException(text)


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=example(
        "gridcalc template new high-rise -o tower.yaml", "gridcalc check tower.yaml --lang zh"
    ),
)
@click.version_option(gridcalc.__version__, prog_name="gridcalc")
def cli() -> None:
    """Say whether the supply of a residential compound carries a charger on every private bay.

    Results go to standard output, messages to standard error. Exit codes: 0 computed, 1 cannot
    compute, 2 wrong usage, 3 limits broken (check --strict) or no plan (upgrade --strict).
    """


for _command in (
    *(template, validate, check, hosting, upgrade, cost),
    *(route, design, timeline, report, policy, catalogue, export, city),
):
    cli.add_command(_command)


def main() -> None:
    """Run the program in UTF-8, which a Windows console does not do by itself, in its language."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    gc.set_threshold(_NEW_OBJECTS)
    lang = language_of(sys.argv[1:])
    speak(cli, lang)
    cli.lang = lang
    cli(prog_name="gridcalc")
