"""The columns of a result: one row per compound, the same in parts, Parquet, map and workbook."""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from gridcalc.city.records import CityQuestion, CityResult, RunResult, Units
from gridcalc.city.store.nested import (
    days_text,
    given_text,
    measures_text,
    missing_text,
    payers_text,
    runs_text,
)
from gridcalc.policy import PAYERS

Kind = Literal["text", "whole", "real", "yes_no", "bytes"]
Value: TypeAlias = str | int | float | bool | bytes | None
UNCONTROLLED = "uncontrolled"
GEOMETRY = "geometry"
NESTED = ("given", "runs", "payers", "measures", "missing", "day_kw")
"""Columns that hold JSON, for programs."""

_POINT = struct.Struct("<BIdd")
_LITTLE_ENDIAN, _POINT_TYPE = 1, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name with its unit, what it holds, and where the value comes from."""

    name: str
    kind: Kind
    value: Callable[[CityResult], Value]


def columns_of(question: CityQuestion) -> tuple[Column, ...]:
    """Return the columns of the results of a question, in their order.

    The columns of single runs follow from scenarios and charging modes, so that all parts of a
    run have the same ones.

    Examples
    --------
    >>> names = [column.name for column in columns_of(CityQuestion(scenarios=("ev-100",)))]
    >>> [name for name in names if name.endswith("_ev_100")][:2]
    ['passed_ev_100', 's_peak_kva_ev_100']
    """
    return (*_OF_COMPOUND, *_of_runs(question), *_OF_PROGRAMS)


def run_suffix(scenario: str, charging: str) -> str:
    """Return the end of the names of a run's columns.

    Examples
    --------
    >>> run_suffix("ev-100", "uncontrolled"), run_suffix("ev-100+ebike-50", "managed")
    ('ev_100', 'ev_100_ebike_50_managed')
    """
    name = scenario.replace("-", "_").replace("+", "_")
    return name if charging == UNCONTROLLED else f"{name}_{charging}"


def asked_modes(question: CityQuestion) -> tuple[str, ...]:
    """Return the charging modes that are computed; the factor method knows no clock."""
    return (UNCONTROLLED,) if question.method == "factor" else question.charging


def units_text(units: Iterable[Units]) -> str:
    """Return transformers as people write them.

    Examples
    --------
    >>> units_text([Units(n=2, sn_kva=800.0), Units(n=1, sn_kva=630.0)])
    '2x800+1x630'
    """
    return "+".join(f"{unit.n}x{unit.sn_kva:g}" for unit in units)


def geometry_of(result: CityResult) -> bytes | None:
    """Return the outline of a compound, else its point, else nothing; WKB in CGCS2000."""
    row = result.row
    if row.outline_wkb is not None:
        return row.outline_wkb
    if row.lon is None or row.lat is None:
        return None
    return _POINT.pack(_LITTLE_ENDIAN, _POINT_TYPE, row.lon, row.lat)


def _field(name: str, kind: Kind, path: str) -> Column:
    return Column(name=name, kind=kind, value=attrgetter(path))


def _part(name: str, kind: Kind, path: str) -> Column:
    """Return a column of a record that a result may lack."""
    owner, own = path.split(".")

    def value(result: CityResult) -> Value:
        record = getattr(result, owner)
        found: Value = None if record is None else getattr(record, own)
        return found

    return Column(name=name, kind=kind, value=value)


def _payer(payer: str) -> Column:
    def value(result: CityResult) -> Value:
        return None if result.plan is None else result.plan.payers.get(payer, 0.0)

    return Column(name=f"{payer}_yuan", kind="real", value=value)


def _works(result: CityResult) -> str | None:
    plan = result.plan
    return None if plan is None else "; ".join(measure.text for measure in plan.measures)


def _of_runs(question: CityQuestion) -> Iterable[Column]:
    for scenario in question.scenarios:
        for charging in asked_modes(question):
            for name, kind, worst in _RUN_VALUES:
                yield _run_column(name, kind, worst, scenario, charging)


def _run_column(
    name: str, kind: Kind, worst: Callable[[Sequence[Any]], Any], scenario: str, charging: str
) -> Column:
    own = attrgetter(name)

    def value(result: CityResult) -> Value:
        runs: list[RunResult] = [
            run for run in result.runs if (run.scenario, run.charging) == (scenario, charging)
        ]
        values = [own(run) for run in runs if own(run) is not None]
        found: Value = worst(values) if values else None
        return found

    return Column(name=f"{name}_{run_suffix(scenario, charging)}", kind=kind, value=value)


_RUN_VALUES: tuple[tuple[str, Kind, Callable[[Sequence[Any]], Any]], ...] = (
    ("passed", "yes_no", all),
    ("s_peak_kva", "real", max),
    ("loading_percent", "real", max),
    ("phase_loading_percent", "real", max),
    ("cable_loading_percent", "real", max),
    ("vm_min_pu", "real", min),
)

_OF_COMPOUND = (
    _field("row", "whole", "row.row"),
    _field("id", "text", "row.id"),
    _field("name", "text", "row.name"),
    _field("status", "text", "status"),
    _field("verdict", "text", "verdict"),
    _field("error", "text", "error"),
    _field("area", "text", "row.area"),
    _field("line", "text", "row.line"),
    _field("policy", "text", "policy"),
    _field("template", "text", "row.template"),
    _field("file", "text", "row.file"),
    _field("category", "text", "row.category"),
    _field("year", "whole", "row.year"),
    _field("n_households", "whole", "n_households"),
    _field("n_private_bays", "whole", "n_private_bays"),
    _field("n_public_bays", "whole", "n_public_bays"),
    _field("n_ebikes", "whole", "n_ebikes"),
    Column(name="transformers", kind="text", value=lambda row: units_text(row.transformers)),
    _field("metered_peak_kw", "real", "row.metered_peak_kw"),
    _part("binding_scenario", "text", "binding.scenario"),
    _part("binding_check", "text", "binding.check"),
    _part("binding_element", "text", "binding.element"),
    _part("binding_value", "real", "binding.value"),
    _part("binding_limit", "real", "binding.limit"),
    _part("binding_unit", "text", "binding.unit"),
    _part("binding_utilisation", "real", "binding.utilisation"),
    _field("n_max_uncontrolled", "whole", "n_max_uncontrolled"),
    _field("n_max_managed", "whole", "n_max_managed"),
    _field("next_binding", "text", "next_binding"),
    _part("plan_depth", "text", "plan.depth"),
    _part("plan_cost_yuan", "real", "plan.cost_yuan"),
    *(_payer(payer) for payer in PAYERS),
    _part("plan_is_verified", "yes_no", "plan.is_verified"),
    _part("plan_working_days", "real", "plan.working_days"),
    Column(name="plan_works", kind="text", value=_works),
    _field("no_plan", "text", "no_plan"),
    _part("data_grade", "text", "data.grade"),
    _part("data_given_percent", "real", "data.given_percent"),
    _part("data_could_flip", "yes_no", "data.could_flip"),
)

_OF_PROGRAMS = (
    _field("lon", "real", "row.lon"),
    _field("lat", "real", "row.lat"),
    Column(name="given", kind="text", value=given_text),
    Column(name="runs", kind="text", value=runs_text),
    Column(name="payers", kind="text", value=payers_text),
    Column(name="measures", kind="text", value=measures_text),
    Column(name="missing", kind="text", value=missing_text),
    Column(name="day_kw", kind="text", value=days_text),
    Column(name=GEOMETRY, kind="bytes", value=geometry_of),
)
