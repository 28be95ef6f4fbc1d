"""Limits that load decides: transformers, cables, voltages, sources and rings."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gridcalc.checks.cable import LOADING as CABLE_LOADING
from gridcalc.checks.mv import OPEN_CAPACITY
from gridcalc.checks.protection import OVERLOAD
from gridcalc.checks.ring import RING
from gridcalc.checks.supply import SUPPLY_MODE
from gridcalc.checks.transformer import LOADING as TRANSFORMER_LOADING
from gridcalc.checks.voltage import DEVIATION, HIGHEST_AT_PEAK, SOLUTION, UNBALANCE
from gridcalc.city.batch.elements import Names, cable_ids, node_ids, source_ids, trafo_ids
from gridcalc.city.batch.family import About, Family, at_most, broken, deviation
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.solving import Reached
from gridcalc.demand.diversity import sums
from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.network.phases import over_phases
from gridcalc.standards.third_harmonic import (
    loading_factor,
    neutral_current_a,
    neutral_harmonic_derating,
)
from gridcalc.units import N_PHASES, PERCENT, VN_LV_KV, VN_MV_KV, line_current_a

_EQUAL = 9
"""Decimals of a loading in percent beyond which cables count as equal."""


def load_families(
    field: Field, solved: Reached, states: Sequence[Ints], s_today_kva: Floats
) -> Iterator[Family]:
    """Yield the families of everything that depends on the state.

    Parameters
    ----------
    field, solved
        The compounds and their solved states.
    states
        Units of each load group by state.
    s_today_kva
        Load of each source today, NaN without a solution. [kVA], shape (n_sources,)
    """
    yield from _transformers(field, solved)
    yield from _cables(field, solved)
    yield from _voltages(field, solved, states)
    yield _unbalance(field, solved)
    yield _open_capacity(field, solved, s_today_kva)
    yield from _rings(field, solved)
    yield _public_chargers(field, states)
    yield from _without_solution(field, solved)


def transformer_percent(field: Field, solved: Reached) -> tuple[Floats, Floats]:
    """Return the loading of each transformer and of its phases; NaN without a solution. [%]."""
    sn_kva = field.forest.network.transformers.sn_kva
    known = _known(field, solved, STATION, field.of_trafo)
    total = PERCENT * solved.s_trafo_kva / sn_kva[:, None]
    phase = PERCENT * solved.s_trafo_phase_kva * N_PHASES / sn_kva[:, None, None]
    return np.where(known, total, np.nan), np.where(known[:, None], phase, np.nan)


def source_kva(field: Field, solved: Reached) -> Floats:
    """Return the power of each source; NaN without a solution. [kVA]."""
    known = _known(field, solved, STATION, field.of_source)
    return np.where(known, solved.s_source_abs_kva, np.nan)


def cable_percent(field: Field, solved: Reached) -> Floats:
    """Return the loading of each closed cable; NaN without a solution. [%]."""
    cables = field.forest.network.cables
    percent = PERCENT * solved.i_max_a / cables.ampacity_a[:, None]
    return np.where(cable_is_known(field, solved), percent, np.nan)


def cable_is_known(field: Field, solved: Reached) -> Bools:
    """Return which cables carry current and have a solution, shape (n_cables, n_states)."""
    is_open = field.forest.network.cables.is_open
    return np.asarray(solved.is_solved[field.cable_level, field.of_cable] & ~is_open[:, None])


def _known(field: Field, solved: Reached, level: str, compound: Ints) -> Bools:
    return np.asarray(solved.is_solved[field.level_names.index(level)][compound])


def _transformers(field: Field, solved: Reached) -> Iterator[Family]:
    total, phase = transformer_percent(field, solved)
    limit = field.once("transformer limits", lambda: _transformer_limits(field))
    about = About(check=TRANSFORMER_LOADING, level=STATION)
    yield at_most(about, trafo_ids(field), total, limit)
    limits = field.number("transformer.max_phase_loading_percent")[field.of_trafo, None]
    about = About(check=TRANSFORMER_LOADING, quantity="phase", level=STATION)
    yield at_most(about, trafo_ids(field), over_phases(np.maximum, phase), limits)
    yield _main_breakers(field, over_phases(np.maximum, phase))


def _main_breakers(field: Field, phase_percent: Floats) -> Family:
    """Main breakers rated below their transformer, against the load of the worst phase."""
    network = field.forest.network
    in_a = field.devices.in_a[len(network.cables.ids) :]
    rated_a = line_current_a(1.0, VN_LV_KV) * network.transformers.sn_kva
    share = np.where(in_a < rated_a, rated_a / in_a, np.nan)[:, None]
    about = About(check=OVERLOAD, quantity="protective_device", level=STATION)
    return at_most(
        about, trafo_ids(field), phase_percent * share, np.full(share.shape, float(PERCENT))
    )


def _transformer_limits(field: Field) -> Floats:
    tied = np.concatenate(
        [
            np.array([s.lv_tie for s in part.compound.substations], dtype=bool)[part.station]
            for part in field.parts
        ]
    )
    pair = field.number("transformer.max_pair_loading_percent")[field.of_trafo]
    single = field.number("transformer.max_loading_percent")[field.of_trafo]
    return np.where(tied, pair, single)[:, None]


def _cables(field: Field, solved: Reached) -> Iterator[Family]:
    network = field.forest.network
    cables = network.cables
    known, i_max_a = cable_is_known(field, solved), solved.i_max_a
    is_lv = (network.vn_kv[cables.from_node] < VN_MV_KV)[:, None]
    phase, harmonic, factor = field.once("harmonic", lambda: _third_harmonics(field))
    percent = PERCENT * i_max_a / cables.ampacity_a[:, None] * np.where(is_lv, phase, 1.0)
    percent = np.where(known, percent, np.nan)
    limit = field.number("cable.max_loading_percent")[field.of_cable, None]
    about = About(check=CABLE_LOADING, level="own")
    yield at_most(about, cable_ids(field), percent, limit)
    mean_a = over_phases(np.add, solved.i_phase_a) / N_PHASES
    neutral = np.hypot(solved.i_neutral_a, harmonic * mean_a)
    value = PERCENT * neutral / cables.ampacity_a[:, None] / factor
    value = np.where(known & is_lv, value, np.nan)
    about = About(check=CABLE_LOADING, quantity="neutral", level="own")
    yield at_most(about, cable_ids(field), value, limit)
    in_a = field.devices.in_a[: len(cables.ids), None]
    value = np.where(known, PERCENT * i_max_a / in_a, np.nan)
    about = About(check=CABLE_LOADING, quantity="protective_device", level="own")
    yield at_most(about, cable_ids(field), value, np.full(limit.shape, PERCENT))


def _third_harmonics(field: Field) -> tuple[Floats, Floats, Floats]:
    """Return what third harmonics make of the currents of each LV cable.

    The ampacity that an ampere of a phase needs, the neutral current it brings, and the factor on
    the ampacity. [-], each of shape (n_cables, 1)
    """
    shares = field.number("cable.third_harmonic_percent").tolist()
    one = {
        share: (
            loading_factor(share),
            neutral_current_a(1.0, h3_share_percent=share),
            neutral_harmonic_derating(share).factor,
        )
        for share in set(shares)
    }
    phase, neutral, factor = np.array([one[share] for share in shares])[field.of_cable].T
    return phase[:, None], neutral[:, None], factor[:, None]


def _voltages(field: Field, solved: Reached, states: Sequence[Ints]) -> Iterator[Family]:
    known = _known(field, solved, FEEDER, field.of_node)
    is_mv = (field.forest.network.vn_kv >= VN_MV_KV)[:, None]
    lowest = np.where(known, PERCENT * (solved.vm_min_pu - 1), np.nan)
    line = np.where(known, PERCENT * (solved.vm_line_min_pu - 1), np.nan)
    n_nodes = int(field.first_node[-1])
    balanced = np.flatnonzero(field.groups.table.balanced)
    units = np.stack([state[balanced] for state in states], axis=1).astype(np.float64)
    has_three_phase = sums(field.group_node[balanced], units, n_nodes) > 0
    for quantity, value, rule in (
        (
            "phase_min",
            np.where(is_mv, np.nan, lowest),
            "voltage.max_drop_single_phase_percent",
        ),
        (
            "line_min",
            np.where(has_three_phase & ~is_mv, line, np.nan),
            "voltage.max_deviation_three_phase_percent",
        ),
        ("mv_min", np.where(is_mv, line, np.nan), "voltage.max_deviation_mv_percent"),
    ):
        about = About(check=DEVIATION, quantity=quantity, level=FEEDER)
        limit = -field.number(rule)[field.of_node, None]
        yield deviation(about, node_ids(field), value, limit)
    highest = solved.vm_max_pu
    if highest is not None:
        value = np.where(known & ~is_mv, PERCENT * (highest - 1), np.nan)
        about = About(check=DEVIATION, quantity=HIGHEST_AT_PEAK, level=FEEDER)
        limit = field.number("voltage.max_rise_single_phase_percent")[field.of_node, None]
        yield deviation(about, node_ids(field), value, limit)


def _unbalance(field: Field, solved: Reached) -> Family:
    known = _known(field, solved, FEEDER, field.of_node)
    value = np.where(known, solved.unbalance_percent, np.nan)
    limit = field.number("voltage.max_unbalance_percent")[field.of_node, None]
    return at_most(About(check=UNBALANCE, level=FEEDER), node_ids(field), value, limit)


def _open_capacity(field: Field, solved: Reached, s_today_kva: Floats) -> Family:
    """What each source supplies on top of today; a new compound adds all of its load."""
    is_new, limit = field.once("open capacity", lambda: _open_limits(field))
    base = np.where(is_new, 0.0, np.nan_to_num(s_today_kva))[:, None]
    added = np.maximum(source_kva(field, solved) - base, 0.0)
    value = np.where(np.isnan(limit), np.nan, added)
    about = About(check=OPEN_CAPACITY, unit="kVA", level=STATION)
    return at_most(about, source_ids(field), value, np.nan_to_num(limit))


def _open_limits(field: Field) -> tuple[Bools, Floats]:
    """Return which sources feed new compounds, and the open capacity of each."""
    is_new = np.array([part.compound.is_new for part in field.parts])[field.of_source]
    sources = [
        source
        for part in field.parts
        for source in sorted(part.compound.sources, key=lambda row: row.id)
    ]
    limit = [np.nan if row.open_capacity_kva is None else row.open_capacity_kva for row in sources]
    return is_new, np.array(limit, dtype=np.float64)[:, None]


def _rings(field: Field, solved: Reached) -> Iterator[Family]:
    """The heaviest cable of every open ring that is fed from one end."""
    s_kva = solved.s_trafo_kva
    known = solved.is_solved[field.level_names.index(STATION)]
    cables = field.forest.network.cables
    compound, ids, rows = [], [], []
    for i, part in enumerate(field.parts):
        own = slice(field.first_trafo[i], field.first_trafo[i + 1])
        for state in part.rings:
            at = field.first_cable[i] + state.cables
            percent = PERCENT * line_current_a(1.0, VN_MV_KV) / cables.ampacity_a[at]
            value = (state.kva_per_kva @ s_kva[own]) * percent[:, None]
            rounded = np.round(value[:, -1], _EQUAL)
            heaviest = int(np.flatnonzero(rounded == rounded.max())[-1])
            rows.append(np.where(known[i], value.max(axis=0), np.nan))
            compound.append(i)
            ids.append(cables.ids[at[heaviest]])
    about = About(check=RING, quantity="without", level=STATION)
    at_compound = np.array(compound, dtype=np.int64)
    limit = field.number("mv.max_ring_loading_percent")[at_compound, None]
    value = np.array(rows, dtype=np.float64).reshape(len(rows), solved.n_states)
    yield at_most(about, (at_compound, Names(ids)), value, limit)


def _public_chargers(field: Field, states: Sequence[Ints]) -> Family:
    """Public chargers at one node belong to one operator."""
    rows, nodes, at = field.once("public chargers", lambda: _public_rows(field))
    n_units = np.stack([state[rows] for state in states], axis=1)
    kw = n_units * field.groups.table.p_unit_kw[rows, None]
    value = sums(at, kw, len(nodes))
    ids, compound = field.forest.network.node_ids, field.of_node[nodes]
    about = About(check=SUPPLY_MODE, quantity="public_chargers", unit="kW")
    limit = field.number("supply.max_lv_kw")[compound, None]
    return at_most(about, (compound, lambda k: ids[nodes[k]]), value, limit)


def _public_rows(field: Field) -> tuple[Ints, Ints, Ints]:
    """Return the groups of public chargers, their nodes, and which of these each is at."""
    rows = np.flatnonzero(field.groups.is_kind("public_charger"))
    nodes, at = np.unique(field.group_node[rows], return_inverse=True)
    return rows, nodes, at


def _without_solution(field: Field, solved: Reached) -> Iterator[Family]:
    """States without a solution; a level that a compound does not have of its own is its boxes."""
    limit = -field.number("voltage.max_drop_single_phase_percent")[:, None]
    compounds = np.arange(len(field.parts))
    for k, name in enumerate(field.level_names):
        has_level = np.array([name in part.levels for part in field.parts])[:, None]
        about = About(check=DEVIATION, quantity=f"{SOLUTION}{name}", level=name)
        elements: tuple[Ints, Callable[[int], str]] = (compounds, _compound)
        yield broken(about, elements, ~solved.is_solved[k] & has_level, limit)


def _compound(_: int) -> str:
    return "compound"
