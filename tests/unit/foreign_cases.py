"""A small network of another program, written by hand as pandapower would write it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridcalc.foreign.opening import read_foreign
from gridcalc.network.foreign_tables import ForeignTables


def frame(columns: Mapping[str, list[Any]], index: list[Any] | None = None) -> dict[str, Any]:
    """Return a table in the form of pandapower's JSON."""
    n = len(next(iter(columns.values()), []))
    inner = {
        "columns": list(columns),
        "index": list(range(n)) if index is None else index,
        "data": [[values[k] for values in columns.values()] for k in range(n)],
    }
    return {
        "_module": "pandas.core.frame",
        "_class": "DataFrame",
        "_object": json.dumps(inner),
        "orient": "split",
    }


def hamlet() -> dict[str, Any]:
    """Return the parts of a net: source, transformer, a board, and two feeders.

    ``board`` - ``a`` - ``b`` is one feeder with a household at each, ``board`` - ``c`` the other
    with a shop; 10/0.4 kV, 100 kVA.
    """
    buses = ["grid", "board", "a", "b", "c"]
    line = {
        "name": ["L1", "L2", "L3"],
        "from_bus": [1, 3, 1],
        "to_bus": [2, 2, 4],
        "length_km": [0.1, 0.05, 0.2],
        "r_ohm_per_km": [0.2] * 3,
        "x_ohm_per_km": [0.08] * 3,
        "c_nf_per_km": [0.0] * 3,
        "g_us_per_km": [0.0] * 3,
        "max_i_ka": [0.2, 0.1, 99999.0],
        "df": [1.0] * 3,
        "parallel": [1] * 3,
        "in_service": [True] * 3,
    }
    trafo = {
        "name": ["T"],
        "std_type": ["0.1 MVA 10/0.4 kV Dyn5"],
        "hv_bus": [0],
        "lv_bus": [1],
        "sn_mva": [0.1],
        "vn_hv_kv": [10.0],
        "vn_lv_kv": [0.4],
        "vk_percent": [4.0],
        "vkr_percent": [1.5],
        "pfe_kw": [0.2],
        "i0_percent": [0.3],
        "shift_degree": [150.0],
        "parallel": [1],
        "df": [1.0],
        "in_service": [True],
    }
    load = {
        "name": ["House 1", "House 2", "Shop"],
        "bus": [2, 3, 4],
        "p_mw": [0.012, 0.005, 0.01],
        "q_mvar": [0.003, 0.001, 0.002],
        "const_z_percent": [0.0] * 3,
        "const_i_percent": [0.0] * 3,
        "scaling": [1.0] * 3,
        "in_service": [True] * 3,
        "type": [None, "wye", "mixed"],
    }
    grid = {"name": ["G"], "bus": [0], "vm_pu": [1.0], "va_degree": [0.0], "in_service": [True]}
    return {
        "bus": frame({"name": buses, "vn_kv": [10.0] + [0.4] * 4, "in_service": [True] * 5}),
        "line": frame(line),
        "trafo": frame(trafo),
        "load": frame(load),
        "ext_grid": frame(grid),
        "version": "2.14.0",
        "format_version": "2.14.0",
        "name": "hamlet",
        "f_hz": 50.0,
        "sn_mva": 1.0,
    }


def signed(parts: Mapping[str, Any]) -> str:
    """Return parts as the text of a JSON file."""
    head = {"_module": "pandapower.auxiliary", "_class": "pandapowerNet"}
    return json.dumps({**head, "_object": dict(parts)})


def written(path: Path, parts: Mapping[str, Any]) -> Path:
    """Return the file that some parts were written to."""
    path.write_text(signed(parts), encoding="utf-8")
    return path


def tables_of(folder: Path, **parts: Any) -> ForeignTables:
    """Return the tables of the hamlet with some parts replaced."""
    return read_foreign(written(folder / "hamlet.json", {**hamlet(), **parts}))


def changed(table: str, column: str, value: Any, row: int = 0) -> dict[str, Any]:
    """Return a part of the hamlet with one cell replaced."""
    part = hamlet()[table]
    inner = json.loads(part["_object"])
    inner["data"][row][inner["columns"].index(column)] = value
    return {table: {**part, "_object": json.dumps(inner)}}
