"""``gridcalc design``: a complete supply scheme from buildings, parking and paths."""

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
class DesignOptions:
    """What the user asks; ``None`` leaves it to the site file, its template or the pack."""

    scenario: str
    charging: Literal["uncontrolled", "managed"]
    households: int | None
    bays_per_household: float | None
    ebikes_per_household: float | None
    area_m2: float | None
    prices: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFiles:
    """What is written beside the result; ``None`` where it is not."""

    target: str | None
    layers: str | None
    plot: str | None
    force: bool
    strict: bool


def _asked_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what the scheme has to do; the command gets it as ``asked``."""

    @click.option(
        "--scenario",
        default="ev-100+ebike-50",
        show_default=True,
        metavar="NAME",
        help="What the scheme has to carry: ev-N (chargers on N % of the private bays), ebike-N"
        " (sockets for N % of the e-bikes) or ev-N+ebike-N.",
    )
    @click.option(
        "--charging",
        type=click.Choice(["uncontrolled", "managed"]),
        default="uncontrolled",
        show_default=True,
        help="Whether transformers may count on orderly charging (managed).",
    )
    @click.option(
        "--households",
        type=click.IntRange(1, 100_000),
        help="Flats in all; buildings without a number share what is left by ground area times"
        " floors. [-]  [default: the numbers of the buildings]",
    )
    @click.option(
        "--bays-per-household",
        type=Finite(0, 10),
        help="Private bays per flat; parking areas without a number share them. [-]"
        "  [default: the numbers of the parking areas, else the template's]",
    )
    @click.option(
        "--ebikes-per-household",
        type=Finite(0, 10),
        help="E-bikes per flat; sheds without a number share them. [-]"
        "  [default: the numbers of the sheds, else the template's]",
    )
    @click.option(
        "--area-m2",
        type=Finite(10, 2_000),
        help="Floor area of a flat where its building has none. [m²]"
        "  [default: area_m2 of the site file, else household.default_area_m2 of the pack]",
    )
    @click.option("--prices", metavar="ID|FILE", help="Price book.  [default: national-2025]")
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        names = [field.name for field in fields(DesignOptions)]
        asked = DesignOptions(**{name: options.pop(name) for name in names})
        return command(*args, asked=asked, **options)  # type: ignore[arg-type]

    return wrapper


def _file_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what is written; the command gets it as ``wanted``."""

    @click.option(
        "-o",
        "--output",
        "target",
        metavar="COMPOUND.yaml",
        help="Write the scheme as a compound file; all other commands read it."
        " [default: not written]",
    )
    @click.option(
        "--layers",
        metavar="FILE.geojson|gpkg|dxf",
        help="Write cables, trenches, boxes and substations as map layers. [default: not written]",
    )
    @click.option(
        "--plot",
        metavar="FILE.svg|png",
        help="Write a map of the scheme. [default: not written]",
    )
    @force_option
    @click.option(
        "--strict",
        is_flag=True,
        help="Exit with code 3 if the scheme breaks a limit. [default: no]",
    )
    @functools.wraps(command)
    def wrapper(*args: Any, **options: Any) -> R:
        names = [field.name for field in fields(DesignFiles)]
        wanted = DesignFiles(**{name: options.pop(name) for name in names})
        return command(*args, wanted=wanted, **options)  # type: ignore[arg-type]

    return wrapper


@click.command(
    short_help="Which supply does a site need, from the 10 kV cable to the meters?",
    epilog=example(
        "gridcalc design site.yaml -o compound.yaml --plot scheme.svg",
        "gridcalc design site.yaml --households 420 --charging managed --format json",
    ),
)
@click.argument("site", metavar="SITE")
@_asked_options
@_file_options
@all_option
@rules_options
@result_options
def design(
    *,
    site: str,
    asked: DesignOptions,
    wanted: DesignFiles,
    show_all: bool,
    rules: Rules,
    display: Display,
) -> None:
    """Design the supply of a site: substations, feeders, trenches, cables, checked and priced.

    SITE is a design site file (YAML): buildings, parking, paths, sites for substations and
    sources; '-' reads standard input.
    """
    from gridcalc.cli.designing import check_files, designed, write_files
    from gridcalc.cli.output import show
    from gridcalc.report.design_report import design_output
    from gridcalc.report.wording import load_wording

    check_files(site, wanted)
    found = designed(site, asked, rules)
    wording = load_wording(display.lang)
    write_files(found, wanted, rules, wording=wording)
    show(design_output(found, wording, show_all=show_all), display)
    if wanted.strict and not found.passed:
        click.get_current_context().exit(LIMITS_BROKEN)
