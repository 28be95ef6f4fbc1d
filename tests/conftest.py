"""One tiny compound as plain data, and how tests read, prepare and evaluate it.

The compound (one 630 kVA transformer, three feeders)::

    SRC1 ── MC1 ── PD1/T1 ── T1.LV ─┬─ F1 ── BB1 ─┬─ C1 ── MB1   16 flats of 110 m²
                                    │             └─ C2 ── MB2   16 flats of 110 m²
                                    ├─ F2 ── CB1   30 private bays, 4 public bays
                                    └─ F3 ── ES1   40 e-bikes, 20 sockets
    a 22 kW lift of grade 2 hangs on T1.LV
"""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import yaml

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.checks.case import Case, evaluate, prepare, scenario_units
from gridcalc.checks.facts import Facts
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import parse_compound
from gridcalc.demand.scenario import TODAY, parse_scenario
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack, load_policy
from gridcalc.powerflow.engine import solve_state

File = dict[str, Any]

SMALL = """\
gridcalc: 1
id: small
name: 小样小区
policy: national
build: {kind: new, year: 2025}
sources:
  - {id: SRC1, kind: rmu_bay, line: L1, i_sc_max_ka: 10, i_sc_min_ka: 6,
     open_capacity_kva: 2000, spare_bays: 1, line_installed_kva: 6000}
mv_cables:
  - {id: MC1, from: SRC1, to: PD1, type: YJV22-8.7/15-3x150, length_m: 200}
substations:
  - id: PD1
    kind: prefabricated
    transformers:
      - {id: T1, type: S20-630}
lv_nodes:
  - {id: BB1, kind: branch_box}
  - {id: MB1, kind: meter_box}
  - {id: MB2, kind: meter_box}
  - {id: CB1, kind: charger_box}
  - {id: ES1, kind: ebike_shed}
lv_cables:
  - {id: F1, from: T1.LV, to: BB1, type: YJV22-0.6/1-4x240, length_m: 100}
  - {id: C1, from: BB1, to: MB1, type: YJV22-0.6/1-4x70, length_m: 30}
  - {id: C2, from: BB1, to: MB2, type: YJV22-0.6/1-4x70, length_m: 40}
  - {id: F2, from: T1.LV, to: CB1, type: YJV22-0.6/1-4x240, length_m: 80}
  - {id: F3, from: T1.LV, to: ES1, type: YJV22-0.6/1-4x35, length_m: 60}
households:
  - {node: MB1, count: 16, area_m2: 110}
  - {node: MB2, count: 16, area_m2: 110}
private_bays:
  - {node: CB1, count: 30, reserved_share: 1}
public_bays:
  - {node: CB1, count: 4}
ebikes:
  - {node: ES1, bikes: 40, sockets: 20}
public_loads:
  - {node: T1.LV, kind: passenger_lift, kw: 22, grade: 2, demand_factor: 0.8, power_factor: 0.85}
"""


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def national() -> PolicyPack:
    return load_policy("national")


@pytest.fixture
def small() -> File:
    """Return the tiny compound; every test gets its own copy to change."""
    return deepcopy(yaml.safe_load(SMALL))


@pytest.fixture(scope="session")
def small_text() -> str:
    return SMALL


@pytest.fixture(scope="session")
def read(catalogue: Catalogue) -> Callable[[File], Compound]:
    """Return how plain data become a compound: through the door, as JSON, which is YAML too."""

    def read_file(file: File) -> Compound:
        text = json.dumps(file, ensure_ascii=False, indent=0)
        return parse_compound(text, file="test.yaml", catalogue=catalogue)

    return read_file


@pytest.fixture(scope="session")
def problems_of(read: Callable[[File], Compound]) -> Callable[[File], tuple[Problem, ...]]:
    """Return how to ask for what is wrong with a file; empty where nothing is."""

    def problems(file: File) -> tuple[Problem, ...]:
        try:
            read(file)
        except InputError as error:
            return error.problems
        return ()

    return problems


@pytest.fixture(scope="session")
def pack_with(national: PolicyPack) -> Callable[[Mapping[str, Any]], PolicyPack]:
    """Return how to change values of the national pack."""

    def changed(values: Mapping[str, Any]) -> PolicyPack:
        rules = {name: replace(national.rule(name), value=v) for name, v in values.items()}
        return replace(national, rules={**national.rules, **rules})

    return changed


@pytest.fixture(scope="session")
def case_of(
    read: Callable[[File], Compound], catalogue: Catalogue, national: PolicyPack
) -> Callable[..., Case]:
    """Return how a file becomes a case, solved by the fast engine for its network."""

    def case(file: File, pack: PolicyPack = national) -> Case:
        compound = resolve_defaults(read(file), pack).compound
        return prepare(compound, catalogue=catalogue, policy=pack, solver=solve_state)

    return case


@pytest.fixture(scope="session")
def facts_of(case_of: Callable[..., Case], national: PolicyPack) -> Callable[..., Facts]:
    """Return how a file becomes the facts of a scenario."""

    def facts(file: File, scenario: str = TODAY, pack: PolicyPack = national) -> Facts:
        case = case_of(file, pack)

        def at(name: str, today: Mapping[str, float] | None) -> Facts:
            parsed = parse_scenario(name)
            units = scenario_units(case, parsed)
            return evaluate(case, parsed, units, solver=solve_state, s_today_kva=today)

        today = at(TODAY, None)
        return today if scenario == TODAY else at(scenario, today.s_today_kva)

    return facts
