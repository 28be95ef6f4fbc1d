"""Options that mean the same in every command, and the environment behind them."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

import click

from gridcalc.cli.choices import Finite, Percentage
from gridcalc.cli.idle import tell_idle
from gridcalc.cli.language import language_option

Format = Literal["table", "json", "csv", "md"]
Lang = Literal["en", "zh"]
Charging = Literal["uncontrolled", "tou", "managed"]

P = ParamSpec("P")
R = TypeVar("R")
Command = TypeVar("Command", bound=Callable[..., Any])

TEMPLATE_VARIABLE = "GRIDCALC_TEMPLATE_DIR"
CATALOGUE_VARIABLE = "GRIDCALC_CATALOGUE_DIR"
CHARGING = ("uncontrolled", "tou", "managed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How a result is shown, and the file it goes to; ``None`` is standard output."""

    fmt: Format
    lang: Lang
    saved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Equipment folder and policy pack that the user chose; ``None`` where they did not."""

    catalogue_dir: Path | None
    policy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How days are simulated; ``None`` and nothing mean what the policy pack says."""

    charging: tuple[str, ...]
    seasons: tuple[str, ...]
    seed: int
    n_days: int | None
    percentile: float | None
    participation_percent: float | None
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """How the hosting capacity is searched; ``None`` and nothing mean what the pack says."""

    charging: tuple[str, ...]
    seasons: tuple[str, ...]
    risk: float
    n_draws: int | None
    seed: int
    participation_percent: float | None
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Which runs are computed; nothing given means the standard ones."""

    scenarios: tuple[str, ...]
    method: str
    days: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class NetChoice:
    """Which run is written; ``season`` is ``design`` for the factor method."""

    scenario: str
    level: str | None
    method: str
    charging: Charging
    season: str
    seed: int
    n_days: int | None
    percentile: float | None
    participation_percent: float | None


def default_threads() -> int:
    """Return how many processors may be used."""
    return os.cpu_count() or 1


def template_folder() -> Path:
    """Return the folder of the user's own templates."""
    own = os.environ.get(TEMPLATE_VARIABLE)
    return Path(own) if own else Path(click.get_app_dir("gridcalc")) / "templates"


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
    "charging",
    type=click.Choice(CHARGING),
    multiple=True,
    help="Who decides when a car charges: nobody (uncontrolled), timers at the valley tariff"
    " (tou) or a controller (managed); repeatable; the factor method knows uncontrolled only."
    "  [default: all three]",
)
method_option = click.option(
    "--method",
    type=click.Choice(["factor", "stochastic", "both"]),
    default="both",
    show_default=True,
    help="Demand method: factor is the hand calculation of the design codes, stochastic"
    " simulates days of charging; the policy pack says which one decides.",
)
seasons_option = click.option(
    "--season",
    "seasons",
    type=click.Choice(["summer", "winter"]),
    multiple=True,
    help="Season of the simulated days; repeatable.  [default: the one the policy pack names]",
)
days_option = click.option(
    "--days",
    "n_days",
    type=click.IntRange(1, 100_000),
    help="Days to simulate. [days]  [default: stochastic.n_days of the policy pack, 1000]",
)
_draws = click.option(
    "--draws",
    "n_draws",
    type=click.IntRange(1, 100_000),
    help="Draws of a day and an order of build-out. [-]  [default: hosting.n_draws of the policy"
    " pack, 200]",
)
_risk = click.option(
    "--risk",
    type=Finite(0, 1, max_open=True),
    default=0.05,
    show_default=True,
    help="Accepted share of the draws that break a limit. [-]",
)
percentile_option = click.option(
    "--percentile",
    type=Finite(50, 99.9),
    help="A result is the daily extreme that this share of the days does not exceed. [%]"
    "  [default: stochastic.percentile of the policy pack, 95]",
)
participation_option = click.option(
    "--participation",
    "participation_percent",
    type=Percentage(0, 100),
    help="Private cars under orderly control. [%]  [default: orderly.participation_share of the"
    " policy pack, 80]",
)
_threads = click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=default_threads,
    show_default="processors",
    help="Threads of the simulation; results do not depend on it. [-]",
)
scenarios_option = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="What is connected: today, ev-N (chargers on N % of the private bays), ebike-N (sockets"
    " for N % of the e-bikes) or ev-N+ebike-N; repeatable."
    "  [default: today, ebike-50, ev-100, ev-100+ebike-50]",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Seed of all random draws, written into the result. [-]",
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
    @language_option("Language of tables, notes and titles.")
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
    """Add what chooses the runs; the command gets it as ``runs``."""

    @scenarios_option
    @method_option
    @day_options
    @functools.wraps(command)
    def wrapper(
        *args: Any, scenarios: tuple[str, ...], method: str, days: Days, **options: Any
    ) -> R:
        tell_idle(method, days)
        runs = Runs(scenarios=scenarios, method=method, days=days)
        return command(*args, runs=runs, **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


def day_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add how days are simulated; the command gets it as ``days``."""

    @charging_option
    @seasons_option
    @days_option
    @percentile_option
    @participation_option
    @seed_option
    @_threads
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        names = [field.name for field in fields(Days)]
        days = Days(**{name: options.pop(name) for name in names})
        return command(*args, days=days, **options)  # type: ignore[arg-type]

    return wrapper


def question_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add scenarios and simulated days; the command gets them as ``runs`` of all methods."""

    @scenarios_option
    @seasons_option
    @days_option
    @percentile_option
    @participation_option
    @seed_option
    @_threads
    @functools.wraps(command)
    def wrapper(*args: Any, scenarios: tuple[str, ...], **options: Any) -> R:
        names = [field.name for field in fields(Days) if field.name != "charging"]
        days = Days(charging=(), **{name: options.pop(name) for name in names})
        runs = Runs(scenarios=scenarios, method="both", days=days)
        return command(*args, runs=runs, **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


def draw_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add how the hosting capacity is searched; the command gets it as ``draws``."""

    @charging_option
    @_risk
    @_draws
    @seasons_option
    @participation_option
    @seed_option
    @_threads
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        names = [field.name for field in fields(Draws)]
        draws = Draws(**{name: options.pop(name) for name in names})
        return command(*args, draws=draws, **options)  # type: ignore[arg-type]

    return wrapper


def example(*lines: str) -> str:
    """Return the examples of a command in the form that click prints line by line.

    Examples
    --------
    >>> example("gridcalc template list").splitlines()[1:]
    ['Example:', '  gridcalc template list']
    """
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])
