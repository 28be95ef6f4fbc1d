"""What other programs read: a pandapower net, a JSON Schema, a compound in its other form."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

from gridcalc.catalogue import load_catalogue
from gridcalc.cli.file_target import FileTarget
from gridcalc.cli.options import NetChoice, Rules, default_threads
from gridcalc.cli.places import layout_of
from gridcalc.cli.reading import read_all
from gridcalc.cli.templates import seen_from, write_compound
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import STDIN
from gridcalc.compound.record import Record
from gridcalc.demand.levels import FEEDER
from gridcalc.design.site_file import DesignFile
from gridcalc.dossier import Wanted, compile_dossier
from gridcalc.network.pandapower_net import net_json
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.pandapower_engine import load_pandapower
from gridcalc.question import FACTOR, STOCHASTIC, Question, simulation_settings
from gridcalc.report.compound_layers import compound_features, no_place
from gridcalc.report.geo_files import geojson_text
from gridcalc.report.run_state import RunChoice, net_of_run, script_of_run
from gridcalc.routing.site.site_file import SiteFile
from gridcalc.simulation.settings import (
    SEASONS,
    SimulationSettings,
    governing_season,
)


def schema_text(kind: Literal["compound", "site", "design"] = "compound") -> str:
    """Return the JSON Schema of a kind of files.

    Examples
    --------
    >>> json.loads(schema_text())["title"]
    'Compound'
    """
    models: dict[str, type[Record]] = {
        "compound": Compound,
        "site": SiteFile,
        "design": DesignFile,
    }
    model = models[kind]
    schema = model.model_json_schema(by_alias=True)
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_form(file: str, target: FileTarget, rules: Rules) -> None:
    """Write a compound as YAML or as a workbook to fill in, by the name of the target.

    Raises
    ------
    InputError
        All problems of the file, or the target cannot be written.
    """
    catalogue = load_catalogue(rules.catalogue_dir)
    (row,) = read_all([file], catalogue=catalogue, rules=rules)
    folder = Path() if file == STDIN else Path(file).parent
    named = row.compound.policy
    policy = seen_from(Path(target.name), named, folder) if (folder / named).is_file() else named
    compound = row.compound.model_copy(update={"policy": policy})
    write_compound(compound, target.name, catalogue=catalogue, lang=target.lang)


def run_text(form: str, file: str, rules: Rules, choice: NetChoice) -> str:
    """Return one run of a compound as pandapower JSON, or as an OpenDSS script.

    Raises
    ------
    InputError
        The file, the scenario or the level is wrong.
    """
    catalogue = load_catalogue(rules.catalogue_dir)
    (row,) = read_all([file], catalogue=catalogue, rules=rules, scenarios=[choice.scenario])
    run = RunChoice(
        scenario=choice.scenario,
        level=choice.level or FEEDER,
        charging=choice.charging,
        days=None if choice.method == FACTOR else _days(choice, row.policy),
    )
    if form == "opendss":
        return script_of_run(row.compound, catalogue=catalogue, policy=row.policy, choice=run)
    net = net_of_run(row.compound, catalogue=catalogue, policy=row.policy, choice=run)
    return net_json(net) + "\n"


def geojson_of_run(file: str, layout: str | None, rules: Rules, choice: NetChoice) -> str:
    """Return a compound with the results of one run as GeoJSON.

    Raises
    ------
    InputError
        The file, the layout or the scenario is wrong, or nothing has a place.
    """
    catalogue = load_catalogue(rules.catalogue_dir)
    (row,) = read_all([file], catalogue=catalogue, rules=rules, scenarios=[choice.scenario])
    places = layout_of(layout, row.compound)
    if places is None and row.compound.location is None:
        raise no_place(row.compound)
    is_factor = choice.method == FACTOR
    question = Question(
        scenarios=(choice.scenario,),
        methods=(FACTOR,) if is_factor else (STOCHASTIC,),
        charging=(choice.charging,),
        seasons=tuple(name for name in SEASONS if name == choice.season),
        seed=choice.seed,
        n_days=choice.n_days,
        percentile=choice.percentile,
        participation_percent=choice.participation_percent,
        threads=default_threads(),
    )
    if is_factor:
        load_pandapower()
    found = compile_dossier(
        row.compound,
        catalogue=catalogue,
        policy=row.policy,
        inputs=(),
        question=question,
        wanted=Wanted(with_hosting=False),
    )
    return geojson_text(compound_features(replace(found, layout=places)))


def _days(choice: NetChoice, policy: PolicyPack) -> SimulationSettings:
    question = Question(
        seed=choice.seed,
        n_days=choice.n_days,
        percentile=choice.percentile,
        participation_percent=choice.participation_percent,
        threads=default_threads(),
    )
    season = next((name for name in SEASONS if name == choice.season), governing_season(policy))
    return simulation_settings(question, policy, season)
