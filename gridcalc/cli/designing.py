"""Sites for ``design``: everything read, the scheme made, compound, layers and map written."""

from dataclasses import replace

from gridcalc.catalogue import load_catalogue
from gridcalc.cli.design import DesignFiles, DesignOptions
from gridcalc.cli.options import Rules
from gridcalc.cli.output import write
from gridcalc.cli.plotting import form_of, write_picture
from gridcalc.cli.reading import policy_of, text_of
from gridcalc.cli.targets import (
    COMPOUND_SUFFIXES,
    LAYER_SUFFIXES,
    check_targets,
    refuse_ending,
    refuse_same,
    write_layers,
)
from gridcalc.cli.waiting import waiting
from gridcalc.compound.reader import STDIN, parse_compound
from gridcalc.compound.writer import compound_yaml
from gridcalc.cost import PriceBook, load_price_book
from gridcalc.cost.loading import DETAILED_BOOK
from gridcalc.demand.scenario import parse_scenario
from gridcalc.design.designing import design_supply
from gridcalc.design.places import DesignSite
from gridcalc.design.records import Design, DesignAsked
from gridcalc.design.site_door import read_design_site
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.pandapower_engine import load_pandapower
from gridcalc.report.wording import Wording


def check_files(site: str, wanted: DesignFiles) -> None:
    """Refuse what cannot be written by its name, before anything is read.

    Raises
    ------
    click.UsageError
        A name with another ending, or one name for two files.
    InputError
        A file exists and ``--force`` is not given, or its folder does not.
    """
    if wanted.plot is not None:
        form_of(wanted.plot)
    refuse_ending("-o", wanted.target, COMPOUND_SUFFIXES)
    refuse_ending("--layers", wanted.layers, LAYER_SUFFIXES)
    files = (wanted.target, wanted.layers, wanted.plot)
    names = [name for name in files if name is not None]
    refuse_same([site], names)
    check_targets(names, force=wanted.force)


def designed(site: str, asked: DesignOptions, rules: Rules) -> Design:
    """Return the design of a site file.

    Raises
    ------
    InputError
        All problems of the options, the price book, the policy pack, the site and its layers.
    NoSolutionError
        No scheme reaches or carries everything.
    """
    parse_scenario(asked.scenario)
    problems: list[Problem] = []
    book: PriceBook | None = None
    found: DesignSite | None = None
    try:
        book = load_price_book(asked.prices or DETAILED_BOOK)
    except InputError as error:
        problems += error.problems

    def pack(named: str) -> PolicyPack:
        return policy_of(rules.policy, named, site)

    try:
        text = text_of(STDIN) if site == STDIN else None
        found = read_design_site(site, policy_of=pack, text=text)
    except InputError as error:
        problems += error.problems
    if book is None or found is None:
        raise InputError(problems)
    load_pandapower()
    with waiting(f"design of {found.id} is computed"):
        return design_supply(
            replace(found, policy=rules.policy or found.policy),
            catalogue=load_catalogue(rules.catalogue_dir),
            policy=pack(found.policy),
            prices=book,
            asked=DesignAsked(
                scenario=asked.scenario,
                charging=asked.charging,
                households=asked.households,
                bays_per_household=asked.bays_per_household,
                ebikes_per_household=asked.ebikes_per_household,
                area_m2=asked.area_m2,
            ),
        )


def write_files(found: Design, wanted: DesignFiles, rules: Rules, *, wording: Wording) -> None:
    """Write the compound, the layers and the map that were asked for.

    Raises
    ------
    InputError
        A file cannot be written.
    """
    if wanted.target is not None:
        write(_scheme_yaml(found, rules), wanted.target)
    if wanted.layers is not None:
        from gridcalc.report.design_tree import design_features
        from gridcalc.report.drawing.feature_plan import features_dxf

        features = design_features(found)
        write_layers(
            features,
            wanted.layers,
            drawn=lambda: features_dxf(
                features, wording, crs=found.site.epsg, title=found.site.name
            ),
        )
    if wanted.plot is not None:
        from gridcalc.report.design_plot import design_plot

        write_picture(design_plot(found, wording, form=form_of(wanted.plot)), wanted.plot)


def _scheme_yaml(found: Design, rules: Rules) -> str:
    """Return the compound file of a design; it has been read back once."""
    text = compound_yaml(found.scheme.compound)
    parse_compound(text, file="design", catalogue=load_catalogue(rules.catalogue_dir))
    return text
