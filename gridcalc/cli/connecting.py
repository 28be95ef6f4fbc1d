"""Sites for ``route``: everything read, routes searched, maps and compounds written."""

from dataclasses import replace
from pathlib import Path

import click

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.cli.options import Rules
from gridcalc.cli.output import write
from gridcalc.cli.plotting import form_of, write_picture
from gridcalc.cli.reading import policy_of, text_of
from gridcalc.cli.route import RouteAsked, RouteFiles
from gridcalc.cli.targets import (
    COMPOUND_SUFFIXES,
    LAYER_SUFFIXES,
    check_targets,
    refuse_ending,
    refuse_same,
    write_layers,
)
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import STDIN, parse_compound, read_compound
from gridcalc.compound.writer import compound_yaml
from gridcalc.connection.attach import attached
from gridcalc.connection.connect import ConnectionSettings, connect
from gridcalc.connection.records import Connection
from gridcalc.cost import load_price_book
from gridcalc.cost.loading import DETAILED_BOOK
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack, list_policies
from gridcalc.report.wording import Wording
from gridcalc.routing.records import Reach, SiteMap
from gridcalc.routing.site.site_door import read_site

_STDIN_NAME = "<stdin>"
_SITE_SUFFIXES = (".yaml", ".yml", ".gpkg", ".geojson", ".json")


def check_files(site: str, wanted: RouteFiles) -> None:
    """Refuse what cannot be read or written by its name, before anything is read.

    Raises
    ------
    click.UsageError
        A name with another ending, standard output, or one name for two files.
    InputError
        A file exists and ``--force`` is not given, or its folder does not.
    """
    if site != STDIN and Path(site).suffix.lower() not in _SITE_SUFFIXES:
        raise click.UsageError(f"{site}: a site ends in {', '.join(_SITE_SUFFIXES)}")
    if wanted.plot is not None:
        form_of(wanted.plot)
    refuse_ending("-o", wanted.layers, LAYER_SUFFIXES)
    refuse_ending("--apply", wanted.applied, COMPOUND_SUFFIXES)
    refuse_same([site], _names(wanted))
    check_targets(_names(wanted), force=wanted.force)


def _names(wanted: RouteFiles) -> list[str]:
    files = (wanted.layers, wanted.plot, wanted.applied)
    return [name for name in files if name is not None]


def connected(site: str, asked: RouteAsked, rules: Rules) -> Connection:
    """Return the connection of a site file.

    Raises
    ------
    InputError
        All problems of the site, its layers, the policy pack and the price book.
    """
    catalogue = load_catalogue(rules.catalogue_dir)
    problems: list[Problem] = []
    book = None
    try:
        book = load_price_book(asked.prices or DETAILED_BOOK)
    except InputError as error:
        problems += error.problems
    found = None
    try:
        found = _read(site, asked, rules)
    except InputError as error:
        problems += error.problems
    if found is None or book is None:
        raise InputError(problems)
    policy = policy_of(rules.policy, found.policy, site)
    return connect(
        found,
        catalogue=catalogue,
        policy=policy,
        prices=book,
        demand_kva=_demand_kva(found, asked, site, catalogue),
        settings=ConnectionSettings(
            n_routes=asked.n_routes, day_yuan=asked.day_yuan, year=asked.year
        ),
    )


def _read(site: str, asked: RouteAsked, rules: Rules) -> SiteMap:
    """Return the site; the tolerances of its policy pack hold, or those of the site file."""
    found = read_site(
        site if site != STDIN else _STDIN_NAME,
        text=text_of(STDIN) if site == STDIN else None,
        reach=lambda named: _reach(policy_of(rules.policy, named, site)),
    )
    return replace(found, supply=asked.supply) if asked.supply is not None else found


def _reach(policy: PolicyPack) -> Reach:
    return Reach(
        snap_tolerance_m=policy.number("route.snap_tolerance_m"),
        max_connector_m=policy.number("route.max_connector_m"),
        sight_margin_m=policy.number("route.survey_margin_m"),
    )


def _demand_kva(found: SiteMap, asked: RouteAsked, site: str, catalogue: Catalogue) -> float:
    """Return the capacity asked for: the option, the site file, else the compound's units."""
    if asked.demand_kva is not None:
        return asked.demand_kva
    if found.demand_kva is not None:
        return found.demand_kva
    if found.compound_file is None:
        message = "demand_kva is missing; add it, or give --demand-kva"
        raise InputError([Problem(site, 0, "demand_kva", message)])
    units = _compound(found.compound_file, catalogue).transformers
    return sum(catalogue.transformers[unit.type].sn_kva for unit in units)


def _compound(file: str, catalogue: Catalogue) -> Compound:
    known = tuple(pack.id for pack in list_policies())
    return read_compound(file, catalogue=catalogue, policies=known)


def write_files(
    found: Connection, wanted: RouteFiles, *, site: str, rules: Rules, wording: Wording
) -> str:
    """Write layers, picture and compound as far as they are asked for.

    Returns
    -------
    str
        Why the compound cannot be written; empty where it is, or is not asked for.

    Raises
    ------
    click.UsageError
        A layer or the compound that was read would be overwritten.
    InputError
        A file cannot be written, or the compound does not take the route.
    """
    refuse_same(_files_read(found.site, site), _names(wanted))
    if wanted.layers is not None:
        from gridcalc.report.drawing.route_plan import connection_dxf
        from gridcalc.report.route_layers import route_features

        write_layers(
            route_features(found), wanted.layers, drawn=lambda: connection_dxf(found, wording)
        )
    if wanted.plot is not None:
        from gridcalc.report.route_plot import route_plot

        write_picture(route_plot(found, wording, form=form_of(wanted.plot)), wanted.plot)
    if wanted.applied is None:
        return ""
    if found.site.compound_file is None:
        return f"{wanted.applied} not written: the target of {site} is a point, not a compound file"
    if not found.routes:
        return f"{wanted.applied} not written: there is no route"
    _write_compound(found, wanted.applied, load_catalogue(rules.catalogue_dir))
    return ""


def _files_read(found: SiteMap, site: str) -> list[str]:
    folder = Path() if site == STDIN else Path(site).parent
    layers = [str(folder / where) for _, where in found.layer_names]
    return [*layers, *([found.compound_file] if found.compound_file else [])]


def _write_compound(found: Connection, target: str, catalogue: Catalogue) -> None:
    """Write the compound with its route, read back once."""
    file = found.site.compound_file or ""
    compound = attached(_compound(file, catalogue), found, file=file)
    text = compound_yaml(compound)
    parse_compound(text, file=target, catalogue=catalogue)
    write(text, target)
