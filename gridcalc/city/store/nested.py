"""What does not fit one cell, as JSON text; numbers keep every bit."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from gridcalc.city.records import (
    BindingResult,
    CityResult,
    CityRow,
    DataGrade,
    MeasureResult,
    PlanResult,
    RunResult,
    Units,
)

Cells = Mapping[str, Any]
_GIVEN = ("policy", "n_households", "n_private_bays", "n_public_bays", "n_ebikes")
_RUN_FIELDS = tuple(field.name for field in fields(RunResult))
_MEASURE_FIELDS = tuple(field.name for field in fields(MeasureResult))


def given_text(result: CityResult) -> str:
    """Return what the row of the table says and the result says otherwise."""
    row = result.row
    tree: dict[str, Any] = {name: getattr(row, name) for name in _GIVEN}
    tree["transformers"] = _units_tree(row.transformers)
    tree["used_transformers"] = _units_tree(result.transformers)
    tree["settings"] = dict(row.settings)
    tree["has_outline"] = row.outline_wkb is not None
    return _text(tree)


def runs_text(result: CityResult) -> str:
    """Return the runs of a result; empty without any."""
    return _rows_text(result.runs, _RUN_FIELDS)


def measures_text(result: CityResult) -> str:
    """Return the works of a plan; empty without any."""
    return _rows_text(result.plan.measures if result.plan else (), _MEASURE_FIELDS)


def payers_text(result: CityResult) -> str:
    """Return who pays how much of a plan; empty without one."""
    return _text(dict(result.plan.payers)) if result.plan and result.plan.payers else ""


def missing_text(result: CityResult) -> str:
    """Return which data are missing; empty where none are."""
    return _text(list(result.data.missing)) if result.data and result.data.missing else ""


def days_text(result: CityResult) -> str:
    """Return the load curves of typical days; empty without any. [kW]."""
    tree = {name: list(values) for name, values in result.day_kw.items()}
    return _text(tree) if tree else ""


def result_of(cells: Cells) -> CityResult:
    """Return the result that a row of columns holds, exactly as it was.

    Parameters
    ----------
    cells
        Value of each column by its name.
    """
    given = given_of(cells)
    return CityResult(
        row=_row_of(cells, given),
        status=cells["status"],
        error=cells["error"],
        policy=cells["policy"],
        n_households=cells["n_households"],
        n_private_bays=cells["n_private_bays"],
        n_public_bays=cells["n_public_bays"],
        n_ebikes=cells["n_ebikes"],
        transformers=_units_of(given["used_transformers"]),
        verdict=cells["verdict"],
        binding=_binding_of(cells),
        runs=tuple(RunResult(**tree) for tree in _tree(cells["runs"], [])),
        n_max_uncontrolled=cells["n_max_uncontrolled"],
        n_max_managed=cells["n_max_managed"],
        next_binding=cells["next_binding"],
        plan=_plan_of(cells),
        no_plan=cells["no_plan"],
        data=_grade_of(cells),
        day_kw={name: tuple(row) for name, row in _tree(cells["day_kw"], {}).items()},
    )


def given_of(cells: Cells) -> Mapping[str, Any]:
    """Return what the table gave of a compound, by its names; what it left open is ``None``."""
    found: Mapping[str, Any] = json.loads(cells["given"])
    return found


def _row_of(cells: Cells, given: Mapping[str, Any]) -> CityRow:
    return CityRow(
        row=cells["row"],
        id=cells["id"],
        name=cells["name"],
        template=cells["template"],
        file=cells["file"],
        settings=given["settings"],
        area=cells["area"],
        line=cells["line"],
        category=cells["category"],
        year=cells["year"],
        transformers=_units_of(given["transformers"]),
        metered_peak_kw=cells["metered_peak_kw"],
        lon=cells["lon"],
        lat=cells["lat"],
        outline_wkb=cells["geometry"] if given["has_outline"] else None,
        **{name: given[name] for name in _GIVEN},
    )


def _binding_of(cells: Cells) -> BindingResult | None:
    if cells["binding_check"] is None:
        return None
    names = (field.name for field in fields(BindingResult))
    return BindingResult(**{name: cells[f"binding_{name}"] for name in names})


def _plan_of(cells: Cells) -> PlanResult | None:
    if cells["plan_depth"] is None:
        return None
    return PlanResult(
        depth=cells["plan_depth"],
        cost_yuan=cells["plan_cost_yuan"],
        payers=_tree(cells["payers"], {}),
        measures=tuple(MeasureResult(**tree) for tree in _tree(cells["measures"], [])),
        is_verified=cells["plan_is_verified"],
        working_days=cells["plan_working_days"],
    )


def _grade_of(cells: Cells) -> DataGrade | None:
    if cells["data_grade"] is None:
        return None
    return DataGrade(
        grade=cells["data_grade"],
        given_percent=cells["data_given_percent"],
        missing=tuple(_tree(cells["missing"], [])),
        could_flip=cells["data_could_flip"],
    )


def _units_tree(units: tuple[Units, ...]) -> list[list[float]]:
    return [[unit.n, unit.sn_kva] for unit in units]


def _units_of(tree: list[list[Any]]) -> tuple[Units, ...]:
    return tuple(Units(n=n, sn_kva=sn_kva) for n, sn_kva in tree)


def _rows_text(records: tuple[Any, ...], names: tuple[str, ...]) -> str:
    return (
        _text([{name: getattr(row, name) for name in names} for row in records]) if records else ""
    )


def _tree(text: str, empty: Any) -> Any:
    return json.loads(text) if text else empty


def _text(tree: Any) -> str:
    return json.dumps(
        tree, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    )


def _plain(value: Any) -> Any:
    """Return a number of numpy as one of Python."""
    return value.item()
