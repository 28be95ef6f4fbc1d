"""Texts that other programs read: a pandapower net, a JSON Schema."""

import json

from gridcalc.catalogue import load_catalogue
from gridcalc.cli.options import Rules
from gridcalc.cli.reading import read_all
from gridcalc.compound.model import Compound
from gridcalc.network.pandapower_net import net_json
from gridcalc.report.pandapower_net import RunChoice, net_of_run


def schema_text() -> str:
    """Return the JSON Schema of compound files.

    Examples
    --------
    >>> json.loads(schema_text())["title"]
    'Compound'
    """
    schema = Compound.model_json_schema(by_alias=True)
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def pandapower_text(file: str, rules: Rules, *, scenario: str, level: str) -> str:
    """Return one run of a compound as pandapower JSON.

    Raises
    ------
    InputError
        The file, the scenario or the level is wrong.
    """
    catalogue = load_catalogue(rules.catalogue_dir)
    (row,) = read_all([file], catalogue=catalogue, rules=rules, scenarios=[scenario])
    choice = RunChoice(scenario=scenario, level=level)
    net = net_of_run(row.compound, catalogue=catalogue, policy=row.policy, choice=choice)
    return net_json(net) + "\n"
