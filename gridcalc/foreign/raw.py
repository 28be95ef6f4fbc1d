"""What a reader of foreign files hands over before anything is checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from gridcalc.network.foreign_tables import COLUMNS, Scalar

MAX_BYTES = 200_000_000
MAX_ROWS = 200_000
"""Rows of a table at most: two hundred times a large distribution network."""
READ = frozenset(COLUMNS)
REFUSED = (
    "bus_dc",
    "line_dc",
    "load_dc",
    "source_dc",
    "svc",
    "ssc",
    "vsc",
    "vsc_bipolar",
    "vsc_stacked",
    "b2b_vsc",
    "tcsc",
)
"""Tables that change the result of a power flow and are not read."""
PARAMETERS = ("name", "f_hz", "sn_mva", "version", "format_version")
SKIPPED = frozenset(
    {
        "std_types",
        "controller",
        "measurement",
        "group",
        "poly_cost",
        "pwl_cost",
        "profiles",
        "loadcases",
        "characteristic",
        "bus_geodata",
        "line_geodata",
        "component_list",
    }
)
"""Parts that never enter a power flow of one state, whatever they hold."""
_OPTIONS = {
    "calculate_voltage_angles": (bool,),
    "trafo_model": (str,),
    "trafo_loading": (str,),
    "tolerance_mva": (float,),
    "enforce_q_lims": (bool,),
    "voltage_depend_loads": (bool,),
    "consider_line_temperature": (bool,),
    "switch_rx_ratio": (float, int),
}
_WORDS = {"t", "pi", "current", "power"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """Rows as they stand in a file: cells may be anything JSON or a worksheet can hold."""

    index: tuple[Any, ...]
    columns: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawNet:
    """Tables, parameters and settings of a file, and the names of the rest."""

    tables: Mapping[str, RawTable]
    parameters: Mapping[str, Any]
    options: Mapping[str, Scalar]
    ignored: tuple[str, ...]


def plain_options(found: object) -> dict[str, Scalar]:
    """Return the settings of a power flow that are known and have a plain value.

    Examples
    --------
    >>> plain_options({"trafo_model": "pi", "init": "results"})
    {'trafo_model': 'pi'}
    """
    if not isinstance(found, Mapping):
        return {}
    return {
        str(name): cast("Scalar", value)
        for name, value in found.items()
        if isinstance(value, _OPTIONS.get(name, ())) and _is_plain(value)
    }


def _is_plain(value: object) -> bool:
    return isinstance(value, (bool, int, float)) or value in _WORDS


def too_long(n_rows: int) -> str:
    """Return the message for a table with too many rows."""
    return f"has {n_rows} rows; at most {MAX_ROWS} are read, leave out what is not needed"
