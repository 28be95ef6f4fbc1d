"""Options of ``gridcalc city run``: the table, what is asked, the directory, who computes."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

import click

from gridcalc.cli.choices import Finite
from gridcalc.cli.options import (
    charging_option,
    days_option,
    default_threads,
    participation_option,
    percentile_option,
    rules_options,
    scenarios_option,
    seasons_option,
    seed_option,
)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """The share of a run that this machine computes: ``no`` of ``n``, counted from 1."""

    no: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """How the city table is read, and the table of 10 kV lines; ``None`` where not given."""

    feeders: str | None
    columns: str | None
    crs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of every compound; ``None`` and nothing mean what the policy pack says."""

    method: Literal["factor", "stochastic"]
    scenarios: tuple[str, ...]
    charging: tuple[str, ...]
    seasons: tuple[str, ...]
    n_days: int | None
    percentile: float | None
    participation_percent: float | None
    seed: int
    plan: Literal["none", "quick", "full"]
    hosting: bool
    prices: str | None
    audit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The result directory, and how it is entered."""

    folder: Path
    resume: bool
    force: bool
    chunk: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Who computes: processes of this machine, a Dask cluster, or this machine among others."""

    workers: int
    shard: Shard | None
    item_timeout_s: float | None
    scheduler: str | None
    gather: bool
    tls_ca: Path | None
    tls_cert: Path | None
    tls_key: Path | None


def check_usage(target: Target, engine: Engine, asked: Asked) -> None:
    """Refuse options that contradict each other.

    Raises
    ------
    click.UsageError
        The first contradiction.
    """
    tls = (engine.tls_ca, engine.tls_cert, engine.tls_key)
    if engine.scheduler is None and (engine.gather or any(tls)):
        raise click.UsageError("--gather and --tls-ca, --tls-cert, --tls-key go with --scheduler")
    if engine.scheduler is not None and engine.shard is not None:
        raise click.UsageError("--shard needs no engine; give either --shard or --scheduler")
    if engine.scheduler is not None and engine.item_timeout_s is not None:
        raise click.UsageError("--item-timeout is for the processes of this machine only")
    if engine.shard is not None and target.force:
        raise click.UsageError(
            "--force would throw away what other shards do; start anew without --shard once"
        )
    if asked.method == "factor" and set(asked.charging) - {"uncontrolled"}:
        raise click.UsageError(
            "the factor method has no clock and knows uncontrolled charging only;"
            " --charging tou and managed need --method stochastic"
        )


class ShardType(click.ParamType):  # type: ignore[type-arg]
    """A share such as ``2/5``."""

    name = "I/N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the share; anything but two whole numbers with 1 <= I <= N is wrong usage."""
        if isinstance(value, Shard):
            return value
        no, _, n = str(value).partition("/")
        if not (no.isdecimal() and n.isdecimal()) or not 1 <= int(no) <= int(n):
            self.fail(f"{value!r} is no share such as 1/4, the first of four", param, ctx)
        return Shard(no=int(no), n=int(n))


_method = click.option(
    "--method",
    type=click.Choice(["factor", "stochastic"]),
    default="factor",
    show_default=True,
    help="Demand method: factor is the hand calculation of the design codes, stochastic"
    " simulates days of charging.",
)
_plan = click.option(
    "--plan",
    type=click.Choice(["none", "quick", "full"]),
    default="quick",
    show_default=True,
    help="Search the cheapest works where the chargers do not fit: not at all, by a short"
    " search, or as thoroughly as 'gridcalc upgrade' does.",
)
_hosting = click.option(
    "--hosting",
    is_flag=True,
    help="With simulated days, search how many private chargers fit, free and under control;"
    " takes several times as long. The factor method always tells it for free charging."
    "  [default: no]",
)
_prices = click.option("--prices", metavar="ID|FILE", help="Price book.  [default: national-2025]")
_audit = click.option(
    "--audit",
    type=click.IntRange(0, 1_000),
    default=3,
    show_default=True,
    help="The worst compounds are solved once more by pandapower, and the deviation is told."
    " [compounds]",
)
_workers = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=default_threads,
    show_default="processors",
    help="Processes of this machine; results do not depend on it. [-]",
)
_shard = click.option(
    "--shard",
    type=ShardType(),
    help="Compute only this share of the chunks; machines that share DIR each take one, and"
    " the last writes the final files. [default: all]",
)
_item_timeout = click.option(
    "--item-timeout",
    "item_timeout_s",
    type=Finite(0.1),
    help="A compound that takes longer is given up as crashed; results then depend on the"
    " machine. [s]  [default: no limit]",
)
_scheduler = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Let the workers of a Dask cluster compute: tcp://HOST:PORT or tls://HOST:PORT.",
)
_gather = click.option(
    "--gather",
    is_flag=True,
    help="Workers of the cluster send results back instead of writing them into DIR, which"
    " they then need not see. [default: no]",
)


def table_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add how tables are read; the command gets it as ``tables``."""

    @click.option(
        "--feeders",
        metavar="TABLE",
        help="Table of the 10 kV lines: id, capacity, metered peak, main transformer, tie; what"
        " the compounds do to their lines is then found too. [default: not asked]",
    )
    @click.option(
        "--columns",
        metavar="MAP.yaml",
        help="Which column of the table means what, where its headings do not tell.",
    )
    @click.option(
        "--crs",
        metavar="CRS",
        help="Coordinate system of the table: EPSG:4490, gcj02, bd09 or any EPSG code."
        "  [default: what the table says, else EPSG:4490]",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        return command(*args, tables=_record(Tables, options), **options)  # type: ignore[arg-type]

    return wrapper


def asked_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the question; the command gets it as ``asked`` and ``rules``."""

    @_method
    @scenarios_option
    @charging_option
    @seasons_option
    @days_option
    @percentile_option
    @participation_option
    @seed_option
    @_plan
    @_hosting
    @_prices
    @_audit
    @rules_options
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        return command(*args, asked=_record(Asked, options), **options)  # type: ignore[arg-type]

    return wrapper


def target_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add the result directory; the command gets it as ``target``."""

    @click.option(
        "-o",
        "--output",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        required=True,
        help="Result directory; it must be new, empty, or of this run (--resume).",
    )
    @click.option(
        "--resume",
        is_flag=True,
        help="Go on where a run in DIR stopped, if input, question and version are the same; with"
        " --force they may differ, and what the change does not touch is kept. [default: no]",
    )
    @click.option(
        "--force", is_flag=True, help="Throw the run in DIR away and start anew. [default: no]"
    )
    @click.option(
        "--chunk",
        type=click.IntRange(1, 10_000),
        help="Compounds that are computed and written together; a kill costs at most those in"
        " hand. [compounds]  [default: 250, with --method stochastic 10]",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        return command(*args, target=_record(Target, options), **options)  # type: ignore[arg-type]

    return wrapper


def engine_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add who computes; the command gets it as ``engine``."""

    @_workers
    @_shard
    @_item_timeout
    @_scheduler
    @_gather
    @_tls("ca", "Certificate of the authority that signed scheduler and workers")
    @_tls("cert", "Certificate of this machine")
    @_tls("key", "Key of this machine")
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        return command(*args, engine=_record(Engine, options), **options)  # type: ignore[arg-type]

    return wrapper


def _tls(name: str, text: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    return click.option(
        f"--tls-{name}",
        metavar="FILE.pem",
        type=click.Path(path_type=Path),
        help=f"{text}; for tls:// addresses.",
    )


def _record(kind: type[R], options: dict[str, Any]) -> R:
    """Return the options of a group as its record, and take them out."""
    return kind(**{field.name: options.pop(field.name) for field in fields(kind)})  # type: ignore[arg-type]
