"""Limits that no load state changes: faults, devices, voltage at low load, reserve."""

from collections.abc import Iterator

import numpy as np

from gridcalc.checks.cable import LOADING as CABLE_LOADING
from gridcalc.checks.cable import SHORT_CIRCUIT
from gridcalc.checks.case import standby_kva
from gridcalc.checks.protection import BREAKING, DISCONNECTION
from gridcalc.checks.supply import SUPPLY_MODE
from gridcalc.checks.transformer import N_MINUS_1
from gridcalc.checks.voltage import DEVIATION
from gridcalc.city.batch.elements import Names, cable_ids, node_ids, trafo_ids
from gridcalc.city.batch.family import About, Family, at_least, at_most, deviation
from gridcalc.city.batch.field import Field
from gridcalc.demand.diversity import sums
from gridcalc.demand.levels import STATION
from gridcalc.network.arrays import Floats
from gridcalc.units import A_PER_KA, PERCENT, VN_MV_KV


def fixed_families(field: Field, vm_low_load_pu: Floats) -> Iterator[Family]:
    """Yield the families of everything that is the same in all states.

    Parameters
    ----------
    field
        The compounds.
    vm_low_load_pu
        Highest phase voltage of each node at low load. [pu]
    """
    yield _n_minus_1(field)
    yield _device_settings(field)
    yield from _highest_voltages(field, vm_low_load_pu)
    yield _common_customers(field)
    yield _withstand(field)
    yield from _disconnection(field)
    yield from _breaking(field)


def _n_minus_1(field: Field) -> Family:
    """Grade 1 and 2 loads of a tied substation on the units that remain."""
    table = field.groups.table
    graded = np.flatnonzero(field.groups.is_kind("public_load") & (field.grade <= 2))
    kva = table.p_unit_kw * table.demand_factor * np.hypot(1.0, table.tan_phi)
    at = field.group_transformer[graded]
    n_trafos = int(field.first_trafo[-1])
    critical = sums(at, kva[graded][:, None], n_trafos)[:, 0] + _standby_kva(field)
    sn_kva = field.forest.network.transformers.sn_kva
    compound, ids, value = [], [], []
    for i, part in enumerate(field.parts):
        own = slice(field.first_trafo[i], field.first_trafo[i + 1])
        for k, station in enumerate(part.compound.substations):
            inside = part.station == k
            if station.lv_tie:
                sizes = sn_kva[own][inside]
                rest = float(sizes.sum() - sizes.max())
                load = float(critical[own][inside].sum())
                value.append(PERCENT * load / rest if rest else (np.inf if load else 0.0))
                compound.append(i)
                ids.append(station.id)
    at = np.array(compound, dtype=np.int64)
    limit = field.number("transformer.n_minus_1_max_loading_percent")[at]
    about = About(check=N_MINUS_1, level=STATION)
    column = np.array(value, dtype=np.float64).reshape(-1, 1)
    return at_most(about, (at, Names(ids)), column, limit[:, None])


def _standby_kva(field: Field) -> Floats:
    """Return what the normal demand of each transformer leaves out, of grade 1 and 2. [kVA]."""
    found = []
    for i, part in enumerate(field.parts):
        kva = standby_kva(part.compound, part.topology, field.policies[field.pack[i]])
        found += [kva.get(name, 0.0) for name in part.network.transformers.ids]
    return np.array(found, dtype=np.float64)


def _device_settings(field: Field) -> Family:
    network = field.forest.network
    n = len(network.cables.ids)
    percent = PERCENT * field.devices.in_a[:n] / network.cables.ampacity_a
    value = np.where(network.cables.is_open, np.nan, percent)[:, None]
    about = About(check=CABLE_LOADING, quantity="device_setting")
    return at_most(about, cable_ids(field), value, np.full(value.shape, PERCENT))


def _highest_voltages(field: Field, vm_low_load_pu: Floats) -> Iterator[Family]:
    percent = (PERCENT * (vm_low_load_pu - 1))[:, None]
    is_mv = (field.forest.network.vn_kv >= VN_MV_KV)[:, None]
    for quantity, own, rule in (
        ("phase_max", ~is_mv, "voltage.max_rise_single_phase_percent"),
        ("mv_max", is_mv, "voltage.max_deviation_mv_percent"),
    ):
        about = About(check=DEVIATION, quantity=quantity)
        value = np.where(own, percent, np.nan)
        limit = field.number(rule)[field.of_node, None]
        yield deviation(about, node_ids(field), value, limit)


def _common_customers(field: Field) -> Family:
    parts = field.parts
    compound = np.repeat(np.arange(len(parts)), [len(part.common_kw) for part in parts])
    nodes = np.concatenate(
        [p.common_node + a for p, a in zip(parts, field.first_node, strict=False)]
    )
    value = np.concatenate([part.common_kw for part in parts])[:, None]
    ids = field.forest.network.node_ids
    limit = field.number("supply.max_lv_kw")[compound, None]
    about = About(check=SUPPLY_MODE, quantity="common", unit="kW")
    return at_most(about, (compound, lambda k: ids[nodes[k]]), value, limit)


def _withstand(field: Field) -> Family:
    cables, devices = field.forest.network.cables, field.devices
    ik3 = field.short_circuit.ik3_max_ka
    worst_ka = np.maximum(ik3[cables.from_node], ik3[cables.to_node])
    value = worst_ka * A_PER_KA * np.sqrt(devices.clearing_s) / devices.thermal_k
    about = About(check=SHORT_CIRCUIT, unit="mm2", of_load=False)
    return at_most(about, cable_ids(field), value[:, None], devices.area_mm2[:, None])


def _disconnection(field: Field) -> Iterator[Family]:
    """Smallest fault in the zone of each device over its setting."""
    network, devices = field.forest.network, field.devices
    guarded = np.flatnonzero(devices.guard >= 0)
    smallest = np.full(len(devices.in_a), np.inf)
    ik1_a = field.short_circuit.ik1_min_ka[guarded] * A_PER_KA
    np.minimum.at(smallest, devices.guard[guarded], ik1_a)
    value = np.where(np.isfinite(smallest), smallest / devices.i_trip_a, np.nan)[:, None]
    least = field.number("protection.sensitivity_factor")
    n = len(network.cables.ids)
    about = About(check=DISCONNECTION, unit="-", of_load=False)
    yield at_least(about, cable_ids(field), value[:n], least[field.of_cable, None])
    yield at_least(about, trafo_ids(field), value[n:], least[field.of_trafo, None])


def _breaking(field: Field) -> Iterator[Family]:
    network, devices = field.forest.network, field.devices
    ik3 = field.short_circuit.ik3_max_ka
    n = len(network.cables.ids)
    halves = (
        (cable_ids(field), network.cables.from_node, devices.breaking_ka[:n]),
        (trafo_ids(field), network.transformers.lv_node, devices.breaking_ka[n:]),
    )
    for elements, node, breaking_ka in halves:
        value = np.where(np.isnan(breaking_ka), np.nan, ik3[node])[:, None]
        about = About(check=BREAKING, unit="kA", of_load=False)
        yield at_most(about, elements, value, np.nan_to_num(breaking_ka, nan=1.0)[:, None])
    compound = field.of_node[devices.rmu_node]
    ids = network.node_ids
    about = About(check=BREAKING, quantity="short_time", unit="kA", of_load=False)
    value = ik3[devices.rmu_node][:, None]
    elements = (compound, lambda k: ids[devices.rmu_node[k]])
    yield at_most(about, elements, value, devices.rmu_ka[:, None])
