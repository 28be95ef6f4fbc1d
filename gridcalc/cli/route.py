"""``gridcalc route``: sources, routes and permits of a new 10 kV cable."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal, ParamSpec, TypeVar

import click

from gridcalc.cli.check import LIMITS_BROKEN
from gridcalc.cli.choices import Finite
from gridcalc.cli.options import (
    Display,
    Rules,
    all_option,
    example,
    force_option,
    rules_options,
)
from gridcalc.cli.saving import result_options

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAsked:
    """What the user asks in place of what the site file or the pack says; ``None`` leaves it."""

    prices: str | None
    demand_kva: float | None
    supply: Literal["single", "double"] | None
    n_routes: int | None
    day_yuan: float | None
    year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFiles:
    """What is written beside the result; ``None`` where it is not."""

    layers: str | None
    plot: str | None
    applied: str | None
    force: bool
    strict: bool


def _asked_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what overrides site and pack; the command gets it as ``asked``."""

    @click.option("--prices", metavar="ID|FILE", help="Price book.  [default: national-2025]")
    @click.option(
        "--demand-kva",
        type=Finite(0, 1_000_000, min_open=True),
        help="Capacity asked for. [kVA]  [default: demand_kva of the site file, else the"
        " transformers of the target's compound]",
    )
    @click.option(
        "--supply",
        type=click.Choice(["single", "double"]),
        help="One source, or two on different busbars with routes that share no corridor."
        "  [default: the site file's]",
    )
    @click.option(
        "--routes",
        "n_routes",
        type=click.IntRange(1, 50),
        help="Routes that are shown. [-]  [default: route.n_routes of the policy pack, 5]",
    )
    @click.option(
        "--day-price",
        "day_yuan",
        type=Finite(0, 10_000_000),
        help="What a working day of approval is worth when routes are ranked. [yuan]"
        "  [default: route.approval_day_yuan of the policy pack, 20000]",
    )
    @click.option(
        "--year",
        type=click.IntRange(1949, 2100),
        help="Year of the works, for permits that ask the age of a road."
        "  [default: the age is not known]",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        asked = RouteAsked(**{field.name: options.pop(field.name) for field in fields(RouteAsked)})
        return command(*args, asked=asked, **options)  # type: ignore[arg-type]

    return wrapper


def _file_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what is written; the command gets it as ``wanted``."""

    @click.option(
        "-o",
        "--output",
        "layers",
        metavar="FILE.geojson|gpkg|dxf",
        help="Write routes, sources and target as map layers. [default: not written]",
    )
    @click.option(
        "--plot",
        metavar="FILE.svg|png",
        help="Write a map of the routes. [default: not written]",
    )
    @click.option(
        "--apply",
        "applied",
        metavar="OUT.yaml",
        help="Write the target's compound fed by the recommended route; 'gridcalc check' reads"
        " it. [default: not written]",
    )
    @force_option
    @click.option(
        "--strict",
        is_flag=True,
        help="Exit with code 3 if there is no route, or if the recommended one breaks a limit of"
        " its line. [default: no]",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        wanted = RouteFiles(**{field.name: options.pop(field.name) for field in fields(RouteFiles)})
        return command(*args, wanted=wanted, **options)  # type: ignore[arg-type]

    return wrapper


@click.command(
    short_help="Which way does the new 10 kV cable run, filed or approved?",
    epilog=example(
        "gridcalc route site.yaml --plot routes.svg",
        "gridcalc route site.gpkg --policy wujiang-2021 -o routes.geojson --lang zh",
    ),
)
@click.argument("site", metavar="SITE")
@_asked_options
@_file_options
@all_option
@rules_options
@result_options
def route(
    *,
    site: str,
    asked: RouteAsked,
    wanted: RouteFiles,
    show_all: bool,
    rules: Rules,
    display: Display,
) -> None:
    """Rank sources and routes of a new 10 kV cable by cost, length and days of approval.

    SITE is a site file (YAML), or a GeoPackage or GeoJSON with the layers corridors, obstacles,
    sources and target; '-' reads YAML from standard input.
    """
    from gridcalc.cli.connecting import check_files, connected, write_files
    from gridcalc.cli.output import show
    from gridcalc.cli.said import announce
    from gridcalc.report.route_report import route_output
    from gridcalc.report.wording import load_wording

    check_files(site, wanted)
    wording = load_wording(display.lang)
    found = connected(site, asked, rules)
    unwritten = write_files(found, wanted, site=site, rules=rules, wording=wording)
    show(route_output(found, wording, show_all=show_all), display)
    if unwritten:
        announce(f"Error: {unwritten}")
        click.get_current_context().exit(1)
    failed = any(row.status == "fail" for route in found.recommended for row in route.checks)
    if wanted.strict and (failed or not found.routes):
        click.get_current_context().exit(LIMITS_BROKEN)
