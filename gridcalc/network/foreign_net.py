"""The door to pandapower for networks of others: tables in, voltages and currents out."""

import copy
import functools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.network.arrays import Bools, Floats
from gridcalc.network.foreign_tables import COLUMNS, ForeignTables, Frame, Holds
from gridcalc.network.foreign_unbalanced import first_sources, for_three_phases
from gridcalc.units import A_PER_KA, KW_PER_MW, N_PHASES

Complexes = NDArray[np.complex128]

_MAX_ITERATION = 50
_LOWEST_PU, _HIGHEST_PU = 0.2, 2.0
_MISMATCH_SHARE = 1e-3
_TURN = np.exp(-2j * np.pi / 3 * np.arange(3))
"""Phases b and c of a balanced voltage against phase a."""
_DTYPES: Mapping[Holds, str] = {
    "bus": "int64",
    "element": "int64",
    "number": "float64",
    "positive": "float64",
    "maybe": "float64",
    "count": "int64",
    "flag": "bool",
    "text": "object",
}
_FILLED = {
    "const_z_p_percent": 0.0,
    "const_i_p_percent": 0.0,
    "const_z_q_percent": 0.0,
    "const_i_q_percent": 0.0,
    "slack_weight": 1.0,
    "va_degree": 0.0,
    "df": 1.0,
    "g_us_per_km": 0.0,
    "step": 1.0,
    "z_ohm": 0.0,
    "shift_degree": 0.0,
    "gf_pu": 0.0,
    "bf_pu": 0.0,
    "gt_pu": 0.0,
    "bt_pu": 0.0,
}
"""Values of columns that a file may leave out, as pandapower itself sets them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """A solved network, rows in the order of its tables.

    Attributes
    ----------
    engine
        The function of pandapower that solved it.
    v_pu
        Phase-to-earth voltages in pu of the bus's own nominal voltage; zero where a bus is dead.
        Complex, shape (n_buses, 3)
    alive
        Buses with a voltage, shape (n_buses,).
    i_line_a, i_neutral_a
        The larger of the currents at both ends of all parallel lines. [A], (n_lines, 3), (n_lines,)
    s_from_kva, s_to_kva
        Power into each line at its ends. [kVA], complex, shape (n_lines, 3)
    s_lv_kva
        Power out of the LV terminals of each transformer. [kVA], complex, shape (n_trafos, 3)
    s_source_kva
        Power of all sources together. [kVA], complex
    p_loss_kw
        Losses of lines and transformers. [kW]
    """

    engine: str
    v_pu: Complexes
    alive: Bools
    i_line_a: Floats
    i_neutral_a: Floats
    s_from_kva: Complexes
    s_to_kva: Complexes
    s_lv_kva: Complexes
    s_source_kva: complex
    p_loss_kw: float


ThreePhase = Callable[[Complexes], State]
"""Loads added per bus and phase [kVA], shape (n_buses, 3), in; the solved network out."""


def solve_as_given(tables: ForeignTables) -> State:
    """Return the balanced state of a network exactly as its file gives it.

    Raises
    ------
    InputError
        pandapower refuses the network.
    ConvergenceError
        There is no solution.
    """
    from pandapower.run import runpp  # noqa: PLC0415  takes seconds

    net = _net(tables)
    net["user_pf_options"] = dict(tables.options)
    _run(runpp, net, tables.file, numba=False)
    return _balanced_state(net)


def three_phase(tables: ForeignTables) -> ThreePhase:
    """Return the solver of the unbalanced states of a network whose gaps are filled.

    Raises of the solver: ``InputError`` where pandapower refuses the network, and
    ``ConvergenceError`` where there is no solution.
    """
    from pandapower.pf.runpp_3ph import runpp_3ph  # noqa: PLC0415  takes seconds

    given = for_three_phases(tables)
    net, counted = _net(given), first_sources(given)
    own = net["asymmetric_load"].copy()

    def solve(added_kva: Complexes) -> State:
        net["asymmetric_load"] = _with_loads(own, added_kva)
        _run(runpp_3ph, net, tables.file, numba=False, max_iteration=_MAX_ITERATION)
        state = _unbalanced_state(net, tables.frame("bus").n, counted)
        _check(state, tables, added_kva)
        return state

    return solve


@functools.cache
def _empty_net() -> Any:
    from pandapower.create import create_empty_network  # noqa: PLC0415  takes seconds

    return create_empty_network()


def _net(tables: ForeignTables) -> Any:
    """Return a pandapower net of the tables, brought to the present format."""
    import pandas as pd  # noqa: PLC0415  comes with pandapower
    from pandapower.convert_format import convert_format  # noqa: PLC0415

    net = copy.deepcopy(_empty_net())
    net.name, net.f_hz, net.sn_mva = tables.name, tables.f_hz, tables.sn_mva
    for name, frame in tables.frames.items():
        net[name] = pd.DataFrame(
            {
                column: pd.Series(_filled(values, holds), dtype=_DTYPES[holds])
                for column, holds in COLUMNS[name].items()
                if (values := frame.columns.get(column)) is not None
            },
            index=np.arange(frame.n),
        )
    net.format_version = net.version = tables.format_version
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            convert_format(net)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise _refused(tables.file, error) from None
    for name in tables.frames:
        _fill_missing(net, name)
    return net


def _filled(values: tuple[Any, ...], holds: Holds) -> list[Any]:
    if holds in {"number", "positive", "maybe"}:
        return [np.nan if value is None else value for value in values]
    return list(values)


def _fill_missing(net: Any, name: str) -> None:
    """Give a table the columns that a file may leave out, and no gap where zero is meant."""
    frame = net[name]
    for column, dtype in _empty_net()[name].dtypes.items():
        if column not in frame.columns:
            kind = str(dtype)
            gap = False if kind == "bool" else (np.nan if kind == "float64" else None)
            frame[column] = _FILLED.get(column, gap)
        elif column in _FILLED:
            frame[column] = frame[column].fillna(_FILLED[column])


def _with_loads(own: Any, added_kva: Complexes) -> Any:
    """Return the table of unbalanced loads with one more for each bus that gets any."""
    import pandas as pd  # noqa: PLC0415  comes with pandapower

    rows = np.flatnonzero(np.any(added_kva != 0, axis=1))
    if not len(rows):
        return own.copy()
    added = added_kva[rows] / KW_PER_MW
    columns: dict[str, Any] = {"bus": rows, "scaling": 1.0, "in_service": True, "type": "wye"}
    for k, phase in enumerate("abc"):
        columns[f"p_{phase}_mw"] = added[:, k].real
        columns[f"q_{phase}_mvar"] = added[:, k].imag
    frame = pd.DataFrame(columns)
    return pd.concat([own, frame], ignore_index=True)[own.columns] if len(own) else frame


def _run(solve: Callable[..., None], net: Any, file: str, **options: Any) -> None:
    from pandapower.auxiliary import LoadflowNotConverged  # noqa: PLC0415  takes seconds

    message = (
        "the power flow found no solution: the load is near or beyond what the network carries"
    )
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            solve(net, **options)
    except LoadflowNotConverged:
        raise ConvergenceError(message) from None
    except (ValueError, KeyError, NotImplementedError, IndexError, UserWarning) as error:
        raise _refused(file, error) from None


def _refused(file: str, error: Exception) -> InputError:
    said = " ".join(str(error).split())[:200]
    return InputError([Problem(file, 0, "", f"pandapower does not take this network: {said}")])


def _volts(magnitude: Any, degree: Any) -> tuple[Complexes, Bools]:
    volts = np.asarray(magnitude * np.exp(1j * np.deg2rad(degree)), dtype=np.complex128)
    alive = np.asarray(np.isfinite(volts).all(axis=1), dtype=np.bool_)
    volts[~alive] = 0
    return volts, alive


def _kva(frame: Any, p: str, q: str) -> Complexes:
    """Return complex power of a column pair, zero where an element is dead. [kVA]."""
    values = frame[p].to_numpy(dtype=float) + 1j * frame[q].to_numpy(dtype=float)
    return np.asarray(np.nan_to_num(values * KW_PER_MW), dtype=np.complex128)


def _phases(frame: Any, pattern: str) -> Complexes:
    """Return complex power per phase; the pattern has the phase at ``{}``. [kVA]."""
    columns = [
        _kva(frame, f"p_{pattern.format(x)}_mw", f"q_{pattern.format(x)}_mvar") for x in "abc"
    ]
    return np.column_stack(columns) if len(frame) else np.zeros((0, 3), dtype=np.complex128)


def _thirds(total: Complexes) -> Complexes:
    return np.repeat(total[:, None] / N_PHASES, N_PHASES, axis=1)


def _balanced_state(net: Any) -> State:
    bus, line, trafo = net.res_bus, net.res_line, net.res_trafo
    one = bus["vm_pu"].to_numpy(dtype=float)[:, None]
    volts, alive = _volts(one, bus["va_degree"].to_numpy(dtype=float)[:, None])
    current = np.nan_to_num(line["i_ka"].to_numpy(dtype=float)) * A_PER_KA
    slack = net.gen["slack"].to_numpy(dtype=bool)
    source = _kva(net.res_ext_grid, "p_mw", "q_mvar").sum()
    source += _kva(net.res_gen, "p_mw", "q_mvar")[slack].sum()
    losses = (line["pl_mw"].sum(), trafo["pl_mw"].sum(), net.res_trafo3w["pl_mw"].sum())
    return State(
        engine="runpp",
        v_pu=volts * _TURN,
        alive=alive,
        i_line_a=np.repeat(current[:, None], N_PHASES, axis=1),
        i_neutral_a=np.zeros(len(line)),
        s_from_kva=_thirds(_kva(line, "p_from_mw", "q_from_mvar")),
        s_to_kva=_thirds(_kva(line, "p_to_mw", "q_to_mvar")),
        s_lv_kva=-_thirds(_kva(trafo, "p_lv_mw", "q_lv_mvar")),
        s_source_kva=complex(source),
        p_loss_kw=float(sum(losses)) * KW_PER_MW,
    )


def _unbalanced_state(net: Any, n_buses: int, counted: tuple[bool, ...]) -> State:
    """Return the state of the first buses; ``counted`` are the sources to add up."""
    bus, line, trafo = net.res_bus_3ph[:n_buses], net.res_line_3ph, net.res_trafo_3ph
    magnitude = bus[[f"vm_{x}_pu" for x in "abc"]].to_numpy(dtype=float)
    degree = bus[[f"va_{x}_degree" for x in "abc"]].to_numpy(dtype=float)
    volts, alive = _volts(magnitude, degree)
    ends = [
        np.nan_to_num(line[[f"i_{x}_{end}_ka" for x in "abcn"]].to_numpy(dtype=float))
        for end in ("from", "to")
    ]
    current = np.maximum(*ends) * A_PER_KA if len(line) else np.zeros((0, 4))
    losses = [
        frame[[f"pl_{x}_mw" for x in "abc"]].sum().sum() for frame in (line, trafo) if len(frame)
    ]
    return State(
        engine="runpp_3ph",
        v_pu=volts,
        alive=alive,
        i_line_a=current[:, :N_PHASES],
        i_neutral_a=current[:, N_PHASES],
        s_from_kva=_phases(line, "{}_from"),
        s_to_kva=_phases(line, "{}_to"),
        s_lv_kva=-_phases(trafo, "{}_lv"),
        s_source_kva=complex(_phases(net.res_ext_grid_3ph, "{}")[list(counted)].sum()),
        p_loss_kw=float(sum(losses)) * KW_PER_MW,
    )


def _check(state: State, tables: ForeignTables, added_kva: Complexes) -> None:
    """Raise where an iteration ended at what cannot be a state of the network."""
    vm = np.abs(state.v_pu[state.alive])
    drawn_kw = float((added_kva + given_kva(tables))[state.alive].sum().real)
    gap_kw = abs(state.s_source_kva.real - drawn_kw - state.p_loss_kw)
    fits = tables.frame("shunt").n or gap_kw <= _MISMATCH_SHARE * (1 + abs(drawn_kw))
    if not (fits and state.alive.any() and np.all((vm > _LOWEST_PU) & (vm < _HIGHEST_PU))):
        raise ConvergenceError(
            f"the power flow found no solution at {drawn_kw:.0f} kW;"
            " the load is near or beyond what the network can carry"
        )


def given_kva(tables: ForeignTables) -> Complexes:
    """Return what loads less generators of a file draw at each bus and phase.

    Out-of-service rows and dead buses are those of the file. [kVA], shape (n_buses, 3)
    """
    n = tables.frame("bus").n
    drawn = np.zeros((n, N_PHASES), dtype=np.complex128)
    live = np.array(tables.frame("bus").flags("in_service"), dtype=bool)
    for name, sign in (("load", 1), ("storage", 1), ("sgen", -1)):
        frame = tables.frame(name)
        total = _scaled(frame, "p_mw", "q_mvar")
        np.add.at(drawn, list(frame.places("bus")), sign * _thirds(total))
    for name, sign in (("asymmetric_load", 1), ("asymmetric_sgen", -1)):
        frame = tables.frame(name)
        rows = [_scaled(frame, f"p_{x}_mw", f"q_{x}_mvar") for x in "abc"]
        np.add.at(drawn, list(frame.places("bus")), sign * np.column_stack(rows))
    drawn[~live] = 0
    return drawn


def _scaled(frame: Frame, p: str, q: str) -> Complexes:
    power = np.array(frame.numbers(p)) + 1j * np.array(frame.numbers(q))
    share = np.array(frame.numbers("scaling", 1.0)) * np.array(frame.flags("in_service"))
    return np.asarray(power * share * KW_PER_MW, dtype=np.complex128).reshape(-1)
