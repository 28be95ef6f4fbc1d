"""Options that mean the same in every command, and the environment behind them."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

import click

Format = Literal["table", "json", "csv", "md"]
Lang = Literal["en", "zh"]

P = ParamSpec("P")
R = TypeVar("R")
Command = TypeVar("Command", bound=Callable[..., Any])

LANG_VARIABLE = "GRIDCALC_LANG"
TEMPLATE_VARIABLE = "GRIDCALC_TEMPLATE_DIR"
CATALOGUE_VARIABLE = "GRIDCALC_CATALOGUE_DIR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How a result is shown."""

    fmt: Format
    lang: Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Equipment folder and policy pack that the user chose; ``None`` where they did not."""

    catalogue_dir: Path | None
    policy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Which scenarios are computed; none means the standard ones."""

    scenarios: tuple[str, ...]
    seed: int


def default_lang() -> str:
    """Return the language of the environment: GRIDCALC_LANG, else the locale, else English."""
    own = os.environ.get(LANG_VARIABLE)
    if own:
        return own
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def template_folder() -> Path:
    """Return the folder of the user's own templates."""
    own = os.environ.get(TEMPLATE_VARIABLE)
    return Path(own) if own else Path(click.get_app_dir("gridcalc")) / "templates"


class Available(click.Choice[str]):
    """A choice whose later values are known by name, and refused with a reason."""

    def __init__(self, now: tuple[str, ...], *, later: tuple[str, ...], reason: str) -> None:
        super().__init__(now)
        self._later = later
        self._reason = reason

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value; one that this version cannot serve is wrong usage."""
        if value in self._later:
            self.fail(f"{value!r} {self._reason}; use {', '.join(self.choices)}", param, ctx)
        return super().convert(value, param, ctx)


_STOCHASTIC = "needs the stochastic method, which this version does not have"

files_argument = click.argument("files", metavar="FILE…", nargs=-1, required=True)
file_argument = click.argument("file", metavar="FILE")
force_option = click.option(
    "--force", is_flag=True, help="Overwrite the output if it exists. [default: no]"
)
all_option = click.option(
    "--all",
    "show_all",
    is_flag=True,
    help="List every finding and every assumption, not only the worst; table and md only."
    " [default: no]",
)
charging_option = click.option(
    "--charging",
    type=Available(("uncontrolled",), later=("tou", "managed"), reason=_STOCHASTIC),
    default="uncontrolled",
    show_default=True,
    expose_value=False,
    help="Who decides when a car charges: nobody, the tariff or a controller.",
)
method_option = click.option(
    "--method",
    type=Available(("factor",), later=("stochastic", "both"), reason=_STOCHASTIC),
    default="factor",
    show_default=True,
    expose_value=False,
    help="Demand method: factor is the hand calculation of the design codes.",
)
_scenarios = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="What is connected: today, ev-N (chargers on N % of the private bays), ebike-N (sockets"
    " for N % of the e-bikes) or ev-N+ebike-N; repeatable."
    "  [default: today, ebike-50, ev-100, ev-100+ebike-50]",
)
_seed = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Seed of random draws, written into the result; the factor method draws nothing. [-]",
)
_catalogue = click.option(
    "--catalogue",
    "catalogue_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    envvar=CATALOGUE_VARIABLE,
    help="Folder with your own transformers.csv, cables_mv.csv, cables_lv.csv, rmus.csv or"
    f" lv_breakers.csv; they add to the shipped tables. [env: {CATALOGUE_VARIABLE}]",
)
_policy = click.option(
    "--policy",
    metavar="ID|FILE",
    help="Policy pack that judges, in place of the one the file names.",
)


def display_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``--format`` and ``--lang``; the command gets them as ``display``."""

    @click.option(
        "--format",
        "fmt",
        type=click.Choice(["table", "json", "csv", "md"]),
        default="table",
        show_default=True,
        help="Form of the result: for people, programs, spreadsheets or documents.",
    )
    @click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=default_lang,
        show_default=f"{LANG_VARIABLE}, else the locale, else en",
        help="Language of tables, notes and titles.",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, fmt: Format, lang: Lang, **options: Any) -> R:
        return command(*args, display=Display(fmt=fmt, lang=lang), **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


def catalogue_option(command: Command) -> Command:
    """Add ``--catalogue``."""
    return _catalogue(command)


def rules_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``--policy`` and ``--catalogue``; the command gets them as ``rules``."""

    @_policy
    @_catalogue
    @functools.wraps(command)
    def wrapper(*args: Any, policy: str | None, catalogue_dir: Path | None, **options: Any) -> R:
        rules = Rules(catalogue_dir=catalogue_dir, policy=policy)
        return command(*args, rules=rules, **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


def run_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what chooses the runs; the command gets scenarios and seed as ``runs``."""

    @_scenarios
    @charging_option
    @method_option
    @_seed
    @functools.wraps(command)
    def wrapper(*args: Any, scenarios: tuple[str, ...], seed: int, **options: Any) -> R:
        runs = Runs(scenarios=scenarios, seed=seed)
        return command(*args, runs=runs, **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


def example(*lines: str) -> str:
    """Return the examples of a command in the form that click prints line by line.

    Examples
    --------
    >>> example("gridcalc template list").splitlines()[1:]
    ['Example:', '  gridcalc template list']
    """
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])
