"""Works on cables and transformers as changed arrays of a field; nothing is drawn anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from gridcalc.catalogue import Catalogue, Transformer
from gridcalc.checks.case import short_circuit_rules
from gridcalc.city.batch.devices import Devices
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.parts import Part
from gridcalc.city.batch.planning_ladders import Ladder
from gridcalc.network.arrays import Cables, Floats, Ints, Network, Transformers
from gridcalc.powerflow.radial_states import Forest, no_load
from gridcalc.powerflow.radial_tree import tree_values
from gridcalc.powerflow.short_circuit import short_circuit
from gridcalc.units import W_PER_KW
from gridcalc.upgrade.devices import main_breaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of the ladder of a cable."""

    ladder: Ladder
    option: int


Column = TypeVar("Column", Floats, Ints)


@dataclass(slots=True, kw_only=True, eq=False)
class Chosen:
    """What takes the place of elements of a field, by their position; grows round by round."""

    cables: dict[int, Choice] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    taps: dict[int, int] = field(default_factory=dict)

    def copy(self) -> "Chosen":
        """Return the same choices, to compare with later ones."""
        return Chosen(cables=dict(self.cables), units=dict(self.units), taps=dict(self.taps))


def changed(original: Field, chosen: Chosen, catalogue: Catalogue) -> Field:
    """Return a field with other cables, transformers and taps.

    Parameters
    ----------
    original
        Before any of the works.
    chosen
        The works.
    catalogue
        Transformers and breakers.
    """
    before = original.forest.network
    devices = original.devices
    cables, devices = _with_cables(before.cables, devices, chosen.cables)
    units, devices = _with_units(before, devices, chosen, catalogue)
    network = replace(before, cables=cables, transformers=units)
    value = tree_values(network, original.forest.place)
    forest = Forest(
        network=network,
        trees=original.forest.trees._replace(value=value),
        row_of_node=original.forest.row_of_node,
        place=original.forest.place,
    )
    return replace(
        original,
        forest=forest,
        devices=devices,
        short_circuit=short_circuit(
            network, short_circuit_rules(original.policy), find=forest.fault_impedance
        ),
        start=no_load(forest, network.sources.vm_peak_pu),
    )


def _with_cables(
    cables: Cables, devices: Devices, chosen: Mapping[int, Choice]
) -> tuple[Cables, Devices]:
    if not chosen:
        return cables, devices
    at = np.array(list(chosen), dtype=np.int64)
    rows = list(chosen.values())

    def put(old: Column, name: str) -> Column:
        new = old.copy()
        new[at] = [getattr(row.ladder, name)[row.option] for row in rows]
        return new

    r1, x1 = put(cables.r1_ohm_per_km, "r1_ohm_per_km"), put(cables.x1_ohm_per_km, "x1_ohm_per_km")
    in_a, trip_a, breaking_ka = (
        column.copy() for column in (devices.in_a, devices.i_trip_a, devices.breaking_ka)
    )
    types = list(cables.types)
    for k, row in chosen.items():
        types[k] = row.ladder.cables[row.option].name
        if row.ladder.is_replaced(float(devices.in_a[k]))[row.option]:
            in_a[k] = row.ladder.breaker_a[row.option]
            trip_a[k] = max(devices.i_trip_a[k], in_a[k])
            breaking_ka[k] = row.ladder.breaking_ka[row.option]
    return replace(
        cables,
        types=tuple(types),
        parallel=put(cables.parallel, "parallel"),
        r1_ohm_per_km=r1,
        x1_ohm_per_km=x1,
        r0_ohm_per_km=r1 + 3 * r1,
        x0_ohm_per_km=x1 + 3 * x1,
        r20_ohm_per_km=put(cables.r20_ohm_per_km, "r20_ohm_per_km"),
        c_nf_per_km=put(cables.c_nf_per_km, "c_nf_per_km"),
        ampacity_a=put(cables.ampacity_a, "carried_a"),
    ), replace(
        devices,
        in_a=in_a,
        i_trip_a=trip_a,
        breaking_ka=breaking_ka,
        area_mm2=put(devices.area_mm2, "area_mm2"),
        thermal_k=put(devices.thermal_k, "thermal_k"),
    )


def _with_units(
    network: Network, devices: Devices, chosen: Chosen, catalogue: Catalogue
) -> tuple[Transformers, Devices]:
    units = network.transformers
    if not chosen.units and not chosen.taps:
        return units, devices
    n_cables = len(network.cables.ids)
    names = [name for name in Transformers.__dataclass_fields__ if name != "ratio_tap"]
    columns = {name: getattr(units, name) for name in names}
    for name in ("sn_kva", "vn_hv_kv", "vn_lv_kv", "vk_percent", "vkr_percent", "p0_kw"):
        columns[name] = columns[name].copy()
    for name in ("i0_percent", "tap", "tap_step_percent"):
        columns[name] = columns[name].copy()
    types = list(units.types)
    in_a, trip_a, breaking_ka = (
        column.copy() for column in (devices.in_a, devices.i_trip_a, devices.breaking_ka)
    )
    for k, name in chosen.units.items():
        row = catalogue.transformers[name]
        types[k] = name
        for column, value in _of_type(row).items():
            columns[column][k] = value
        breaker, at = main_breaker(row, catalogue), n_cables + k
        if breaker.rated_i_a > devices.in_a[at]:
            factor = devices.i_trip_a[at] / devices.in_a[at]
            in_a[at], trip_a[at] = breaker.rated_i_a, factor * breaker.rated_i_a
            breaking_ka[at] = breaker.breaking_i_sc_ka
    for k, tap in chosen.taps.items():
        columns["tap"][k] = tap
    columns["types"] = tuple(types)
    after = replace(devices, in_a=in_a, i_trip_a=trip_a, breaking_ka=breaking_ka)
    return Transformers(**columns), after


def _of_type(row: Transformer) -> dict[str, float]:
    return {
        "sn_kva": row.sn_kva,
        "vn_hv_kv": row.vn_hv_kv,
        "vn_lv_kv": row.vn_lv_kv,
        "vk_percent": row.vk_percent,
        "vkr_percent": row.vkr_percent,
        "p0_kw": row.p0_w / W_PER_KW,
        "i0_percent": row.i0_percent,
        "tap_step_percent": row.tap_step_percent,
    }


def part_after(changed_field: Field, i: int) -> Part:
    """Return one compound of a changed field; what works do not change is as it was."""
    part = changed_field.parts[i]
    own_cables = slice(changed_field.first_cable[i], changed_field.first_cable[i + 1])
    own_units = slice(changed_field.first_trafo[i], changed_field.first_trafo[i + 1])
    network, n_all = changed_field.forest.network, len(changed_field.forest.network.cables.ids)
    of_units = slice(n_all + own_units.start, n_all + own_units.stop)
    devices = changed_field.devices
    old = part.network

    def column(name: str) -> Floats:
        values = getattr(devices, name)
        return np.concatenate([values[own_cables], values[of_units]])

    kept_cables = {"from_node": old.cables.from_node, "to_node": old.cables.to_node}
    kept_units = {"hv_node": old.transformers.hv_node, "lv_node": old.transformers.lv_node}
    cables = Cables(
        **{name: getattr(network.cables, name)[own_cables] for name in Cables.__dataclass_fields__}
        | kept_cables
    )
    units = Transformers(
        **{
            name: getattr(network.transformers, name)[own_units]
            for name in Transformers.__dataclass_fields__
        }
        | kept_units
    )
    return replace(
        part,
        network=replace(old, cables=cables, transformers=units),
        devices=replace(
            part.devices,
            in_a=column("in_a"),
            i_trip_a=column("i_trip_a"),
            breaking_ka=column("breaking_ka"),
            area_mm2=devices.area_mm2[own_cables],
            thermal_k=devices.thermal_k[own_cables],
        ),
    )
