"""The tables of a foreign network as plain values, checked and renumbered: what a file said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Scalar: TypeAlias = float | int | str | bool | None
Holds = Literal["bus", "element", "number", "positive", "maybe", "count", "flag", "text"]
"""What a column holds: a bus or another element by its index; a finite number; one above zero;
one that may be missing; a whole number above zero; yes or no; a text that may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One table.

    ``index`` are the numbers the rows have in the file, ``columns`` the values by name. In a
    checked table elements are named by their place, counted from 0, not by these numbers.
    """

    index: tuple[int, ...]
    columns: Mapping[str, tuple[Scalar, ...]]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.index)

    def column(self, name: str, default: Scalar = None) -> tuple[Scalar, ...]:
        """Return a column; one that is missing holds the default everywhere."""
        return self.columns.get(name, (default,) * self.n)

    def numbers(self, name: str, default: float = 0.0) -> tuple[float, ...]:
        """Return a column of numbers; gaps hold the default."""
        return tuple(
            float(value) if isinstance(value, (int, float)) else default
            for value in self.column(name)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a column of texts; gaps are empty."""
        return tuple("" if value is None else str(value) for value in self.column(name))

    def flags(self, name: str, *, default: bool = True) -> tuple[bool, ...]:
        """Return a column of yes and no; gaps hold the default."""
        return tuple(default if value is None else bool(value) for value in self.column(name))

    def places(self, name: str) -> tuple[int, ...]:
        """Return a column of places in another table."""
        return tuple(int(value) for value in self.columns.get(name, ()) if value is not None)

    def holding(self, **columns: tuple[Scalar, ...]) -> "Frame":
        """Return the table with some columns put in or replaced."""
        return Frame(index=self.index, columns={**self.columns, **columns})


EMPTY = Frame(index=(), columns={})


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTables:
    """A network as its file states it.

    Attributes
    ----------
    file, name
        The file, and what the network calls itself.
    format_version
        Version of the format, such as ``3.0.0``.
    f_hz, sn_mva
        Frequency, and base of the per-unit system. [Hz, MVA]
    options
        Settings of the power flow that the file carries.
    frames
        Tables that count, by name.
    ignored
        Names of what the file holds besides, which does not enter the calculation.
    """

    file: str
    name: str
    format_version: str
    f_hz: float
    sn_mva: float
    options: Mapping[str, Scalar]
    frames: Mapping[str, Frame] = field(repr=False)
    ignored: tuple[str, ...] = ()

    def frame(self, name: str) -> Frame:
        """Return a table; one that the file does not have is empty."""
        return self.frames.get(name, EMPTY)


_PQ: dict[str, Holds] = {"name": "text", "bus": "bus", "scaling": "number", "in_service": "flag"}
_LOAD_SHARES: dict[str, Holds] = dict.fromkeys(
    (
        "const_z_p_percent",
        "const_i_p_percent",
        "const_z_q_percent",
        "const_i_q_percent",
        "const_z_percent",
        "const_i_percent",
    ),
    "maybe",
)
_THREE_POWERS: dict[str, Holds] = {
    f"{power}_{phase}_{unit}": "number"
    for power, unit in (("p", "mw"), ("q", "mvar"))
    for phase in "abc"
}
_TAP: dict[str, Holds] = {
    "tap_side": "text",
    "tap_neutral": "maybe",
    "tap_min": "maybe",
    "tap_max": "maybe",
    "tap_step_percent": "maybe",
    "tap_step_degree": "maybe",
    "tap_pos": "maybe",
    "tap_changer_type": "text",
    "tap_phase_shifter": "flag",
}
_PARTS_OF_A_3W: dict[str, Holds] = {
    f"{name}_{side}_{unit}": "number"
    for name, unit in (("sn", "mva"), ("vn", "kv"), ("vk", "percent"), ("vkr", "percent"))
    for side in ("hv", "mv", "lv")
}

COLUMNS: Mapping[str, Mapping[str, Holds]] = {
    "bus": {"name": "text", "vn_kv": "positive", "type": "text", "in_service": "flag"},
    "ext_grid": {
        "name": "text",
        "bus": "bus",
        "vm_pu": "positive",
        "va_degree": "maybe",
        "slack_weight": "maybe",
        "in_service": "flag",
        "s_sc_max_mva": "maybe",
        "rx_max": "maybe",
        "x0x_max": "maybe",
        "r0x0_max": "maybe",
    },
    "line": {
        "name": "text",
        "std_type": "text",
        "type": "text",
        "from_bus": "bus",
        "to_bus": "bus",
        "length_km": "positive",
        "r_ohm_per_km": "number",
        "x_ohm_per_km": "number",
        "c_nf_per_km": "number",
        "g_us_per_km": "maybe",
        "max_i_ka": "maybe",
        "df": "maybe",
        "parallel": "count",
        "in_service": "flag",
        "r0_ohm_per_km": "maybe",
        "x0_ohm_per_km": "maybe",
        "c0_nf_per_km": "maybe",
        "g0_us_per_km": "maybe",
        "alpha": "maybe",
        "temperature_degree_celsius": "maybe",
    },
    "trafo": {
        "name": "text",
        "std_type": "text",
        "hv_bus": "bus",
        "lv_bus": "bus",
        "sn_mva": "positive",
        "vn_hv_kv": "positive",
        "vn_lv_kv": "positive",
        "vk_percent": "positive",
        "vkr_percent": "number",
        "pfe_kw": "number",
        "i0_percent": "number",
        "shift_degree": "maybe",
        "parallel": "count",
        "df": "maybe",
        "in_service": "flag",
        "vector_group": "text",
        "vk0_percent": "maybe",
        "vkr0_percent": "maybe",
        "mag0_percent": "maybe",
        "mag0_rx": "maybe",
        "si0_hv_partial": "maybe",
        "xn_ohm": "maybe",
        "rn_ohm": "maybe",
        "leakage_resistance_ratio_hv": "maybe",
        "leakage_reactance_ratio_hv": "maybe",
        "tap_dependency_table": "flag",
        "tap_dependent_impedance": "flag",
        "tap2_side": "text",
        "tap2_neutral": "maybe",
        "tap2_min": "maybe",
        "tap2_max": "maybe",
        "tap2_step_percent": "maybe",
        "tap2_step_degree": "maybe",
        "tap2_pos": "maybe",
        "tap2_changer_type": "text",
        **_TAP,
    },
    "trafo3w": {
        "name": "text",
        "std_type": "text",
        "hv_bus": "bus",
        "mv_bus": "bus",
        "lv_bus": "bus",
        "pfe_kw": "number",
        "i0_percent": "number",
        "shift_mv_degree": "maybe",
        "shift_lv_degree": "maybe",
        "tap_at_star_point": "flag",
        "tap_dependency_table": "flag",
        "tap_dependent_impedance": "flag",
        "in_service": "flag",
        **_PARTS_OF_A_3W,
        **_TAP,
    },
    "load": {
        **_PQ,
        "p_mw": "number",
        "q_mvar": "number",
        "type": "text",
        "profile": "text",
        **_LOAD_SHARES,
    },
    "asymmetric_load": {**_PQ, **_THREE_POWERS, "type": "text", "profile": "text"},
    "sgen": {**_PQ, "p_mw": "number", "q_mvar": "number", "type": "text", "profile": "text"},
    "asymmetric_sgen": {**_PQ, **_THREE_POWERS, "type": "text"},
    "storage": {**_PQ, "p_mw": "number", "q_mvar": "number", "type": "text"},
    "motor": {
        **_PQ,
        "pn_mech_mw": "number",
        "loading_percent": "number",
        "cos_phi": "positive",
        "efficiency_percent": "positive",
    },
    "gen": {
        **_PQ,
        "p_mw": "number",
        "vm_pu": "positive",
        "slack": "flag",
        "slack_weight": "maybe",
        "min_q_mvar": "maybe",
        "max_q_mvar": "maybe",
    },
    "shunt": {
        "name": "text",
        "bus": "bus",
        "p_mw": "number",
        "q_mvar": "number",
        "vn_kv": "maybe",
        "step": "maybe",
        "step_dependency_table": "flag",
        "in_service": "flag",
    },
    "ward": {
        "name": "text",
        "bus": "bus",
        **dict.fromkeys(("ps_mw", "qs_mvar", "pz_mw", "qz_mvar"), "number"),
        "in_service": "flag",
    },
    "xward": {
        "name": "text",
        "bus": "bus",
        **dict.fromkeys(("ps_mw", "qs_mvar", "pz_mw", "qz_mvar"), "number"),
        "r_ohm": "number",
        "x_ohm": "number",
        "vm_pu": "positive",
        "slack_weight": "maybe",
        "in_service": "flag",
    },
    "impedance": {
        "name": "text",
        "from_bus": "bus",
        "to_bus": "bus",
        **dict.fromkeys(("rft_pu", "xft_pu", "rtf_pu", "xtf_pu"), "number"),
        **dict.fromkeys(("gf_pu", "bf_pu", "gt_pu", "bt_pu"), "maybe"),
        "sn_mva": "positive",
        "in_service": "flag",
    },
    "dcline": {
        "name": "text",
        "from_bus": "bus",
        "to_bus": "bus",
        **dict.fromkeys(("p_mw", "loss_percent", "loss_mw"), "number"),
        **dict.fromkeys(("vm_from_pu", "vm_to_pu"), "positive"),
        **dict.fromkeys(
            (
                "max_p_mw",
                "min_q_from_mvar",
                "min_q_to_mvar",
                "max_q_from_mvar",
                "max_q_to_mvar",
            ),
            "maybe",
        ),
        "in_service": "flag",
    },
    "switch": {
        "name": "text",
        "bus": "bus",
        "element": "element",
        "et": "text",
        "type": "text",
        "closed": "flag",
        "z_ohm": "maybe",
    },
}
"""Tables that enter a power flow, and the columns of each that do."""

MAY_BE_MISSING: frozenset[str] = frozenset(
    {
        "tap_at_star_point",
        "tap_dependency_table",
        "tap_dependent_impedance",
        "tap_phase_shifter",
        "step_dependency_table",
        "slack",
    }
)
"""Columns of yes and no that older files do not have; no is meant."""

DEFAULTS: Mapping[str, Scalar] = {
    "scaling": 1.0,
    "parallel": 1,
    "in_service": True,
    "closed": True,
    "i0_percent": 0.0,
    "pfe_kw": 0.0,
    "c_nf_per_km": 0.0,
}
"""Values of required columns whose gaps are no doubt."""

SWITCHED: Mapping[str, str] = {"b": "bus", "l": "line", "t": "trafo", "t3": "trafo3w"}
"""The table that a switch's element stands in, by the letter the file writes."""
