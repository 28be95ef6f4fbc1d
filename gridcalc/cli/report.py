"""``gridcalc report``: what is handed over for one compound."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from gridcalc.cli.language import language_option
from gridcalc.cli.options import (
    Lang,
    Rules,
    Runs,
    example,
    file_argument,
    force_option,
    question_options,
    rules_options,
)
from gridcalc.cli.timing import Day

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Which files are written; none chosen means all."""

    html: bool
    xlsx: bool
    dxf: bool
    gpkg: bool
    reply: bool
    register: bool

    def wants(self, kind: str) -> bool:
        """Return whether a kind is written."""
        chosen = {field.name: bool(getattr(self, field.name)) for field in fields(self)}
        return chosen[kind] or not any(chosen.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the files are written, in which language, and whether old ones may go."""

    folder: Path
    lang: Lang
    force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsked:
    """What a report holds beside the study; ``None`` where it is left out."""

    site: str | None
    layout: str | None
    prices: str | None
    start: date | None
    application: str | None
    plan: bool
    hosting: bool


def _kind_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add which files are written; the command gets them as ``kinds``."""

    @click.option("--html", is_flag=True, help="Write report.html, one page for screen and A4.")
    @click.option("--xlsx", is_flag=True, help="Write calculation-book.xlsx, with formulas.")
    @click.option(
        "--dxf",
        is_flag=True,
        help="Write single-line.dxf, and route-plan.dxf where there are routes.",
    )
    @click.option("--gpkg", is_flag=True, help="Write network.gpkg for GIS, with styles.")
    @click.option(
        "--reply", is_flag=True, help="Write the supply scheme reply: reply.html and reply.xlsx."
    )
    @click.option(
        "--register", is_flag=True, help="Write asset-register.xlsx for the handover of assets."
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        kinds = Kinds(**{field.name: options.pop(field.name) for field in fields(Kinds)})
        return command(*args, kinds=kinds, **options)  # type: ignore[arg-type]

    return wrapper


def _asked_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what the report holds; the command gets it as ``asked``."""

    @click.option(
        "--site",
        metavar="SITE",
        help="Site of 'gridcalc route', whose routes are shown. [default: no routes]",
    )
    @click.option(
        "--layout",
        metavar="LAYERS",
        help="Where cables and boxes lie: GeoPackage or GeoJSON whose features have the ids of the"
        " compound file, as 'gridcalc design --layers' writes it. [default: not known]",
    )
    @click.option("--prices", metavar="ID|FILE", help="Price book.  [default: national-2025]")
    @click.option(
        "--start",
        type=Day(),
        metavar="DATE",
        help="Day of the application, from which deadlines run. [default: no deadlines]",
    )
    @click.option(
        "--application",
        metavar="FILE",
        help="Facts of the application for the reply sheet (YAML). [default: left to be filled in]",
    )
    @click.option(
        "--plan/--no-plan",
        default=True,
        show_default=True,
        help="Search works where limits are broken.",
    )
    @click.option(
        "--hosting/--no-hosting",
        default=True,
        show_default=True,
        help="Search how many chargers fit.",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        names = [field.name for field in fields(ReportAsked)]
        asked = ReportAsked(**{name: options.pop(name) for name in names})
        return command(*args, asked=asked, **options)  # type: ignore[arg-type]

    return wrapper


def _target_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add where files are written; the command gets it as ``target``."""

    @click.option(
        "-o",
        "--output",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        required=True,
        help="Folder to write to; made if it does not exist.",
    )
    @language_option("Language of what is written.")
    @force_option
    @functools.wraps(command)
    def wrapper(*args: Any, folder: Path, lang: Lang, force: bool, **options: Any) -> R:
        target = Target(folder=folder, lang=lang, force=force)
        return command(*args, target=target, **options)  # type: ignore[arg-type]

    return wrapper  # type: ignore[return-value]


@click.command(
    short_help="Write report, workbook, drawings and GIS files.",
    epilog=example(
        "gridcalc report riverside.yaml -o riverside --lang zh",
        "gridcalc report riverside.yaml -o out --html --dxf --site site.yaml --start 2026-12-01",
    ),
)
@file_argument
@_target_options
@_kind_options
@_asked_options
@question_options
@rules_options
def report(
    *,
    file: str,
    target: Target,
    kinds: Kinds,
    asked: ReportAsked,
    runs: Runs,
    rules: Rules,
) -> None:
    """Write what is handed over for a compound: report, workbook, drawings, GIS files, forms.

    FILE is a compound file (YAML, or a fill-in workbook); '-' reads standard input. Without a
    choice of files all are written.
    """
    from gridcalc.cli.reporting import write_report

    write_report(file, target, kinds=kinds, asked=asked, runs=runs, rules=rules)
