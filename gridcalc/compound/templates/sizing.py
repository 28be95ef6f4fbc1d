"""Number and size of the transformers for the load without chargers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridcalc.catalogue import Catalogue, Transformer
from gridcalc.compound.templates.allotment import Allotment, allotments, first_carried
from gridcalc.compound.templates.design_load import LoadRules, Power, carried_power
from gridcalc.compound.templates.equipment import units_of_series
from gridcalc.compound.templates.schema import Layout
from gridcalc.units import PERCENT

_COMPENSATION_STEP_KVAR = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """Transformers and what each supplies.

    ``design_kva`` is the load of the first, which of equal ones supplies the most, LV losses
    included.
    """

    units: tuple[Transformer, ...]
    allotments: tuple[Allotment, ...]
    design_kva: float


def size_transformers(layout: Layout, rules: LoadRules, catalogue: Catalogue) -> Sizing:
    """Return the transformers of a layout.

    The fewest units that stay within the pack's loading limit, then the smallest size. What the
    layout fixes is kept, even where the load is too much for it.
    """
    stations = layout.substations
    if stations.units_kva:
        return _given(layout, rules, catalogue)
    sizes = _sizes(layout, rules, catalogue)
    step = stations.units_per_substation
    last = max(step, layout.buildings.households)
    counts = (
        [stations.n_transformers] if stations.n_transformers else range(step, last + step, step)
    )
    n, unit, design_kva = _fewest(layout, rules, sizes, counts)
    shares = allotments(layout, rules.policy, n)
    return Sizing(units=(unit,) * n, allotments=shares, design_kva=design_kva)


def _fewest(
    layout: Layout, rules: LoadRules, sizes: Sequence[Transformer], counts: Iterable[int]
) -> tuple[int, Transformer, float]:
    """Return how many units of which size carry the load, else the most of the largest.

    With the load of the first. [kVA]
    """
    found = None
    for n in counts:
        power = carried_power(first_carried(layout, rules.policy, n), rules)
        limit = _limit_percent(layout, rules, n) / PERCENT
        for unit in sizes:
            design_kva = _design_kva(layout, rules, unit, power)
            found = n, unit, design_kva
            if design_kva <= limit * unit.sn_kva:
                return found
    if found is None:
        raise ValueError("a layout needs a transformer size")
    return found


def _given(layout: Layout, rules: LoadRules, catalogue: Catalogue) -> Sizing:
    """Return the units that are listed one by one; each supplies in proportion to its size."""
    sizes = layout.substations.units_kva
    rows = _series(layout.substations.transformer_series, rules, catalogue)
    shares = allotments(layout, rules.policy, len(sizes), weights=sizes)
    units = tuple(rows[kva] for kva in sizes)
    power = carried_power(shares[0].carried, rules)
    design_kva = _design_kva(layout, rules, units[0], power)
    return Sizing(units=units, allotments=shares, design_kva=design_kva)


def compensation_kvar(layout: Layout, unit: Transformer) -> float:
    """Return the capacitors at one transformer, in whole steps [kvar]."""
    kvar = layout.substations.compensation_percent / PERCENT * unit.sn_kva
    return float(round(kvar / _COMPENSATION_STEP_KVAR) * _COMPENSATION_STEP_KVAR)


def _sizes(layout: Layout, rules: LoadRules, catalogue: Catalogue) -> list[Transformer]:
    stations = layout.substations
    rows = _series(stations.transformer_series, rules, catalogue)
    if stations.transformer_kva:
        return [rows[stations.transformer_kva]]
    prefabricated = stations.kind == "prefabricated"
    rule = "transformer.max_unit_prefabricated_kva" if prefabricated else "transformer.max_unit_kva"
    largest = rules.policy.number(rule)
    allowed = sorted(set(stations.sizes_kva))
    return [rows[kva] for kva in allowed if kva <= largest] or [rows[allowed[0]]]


def _series(name: str, rules: LoadRules, catalogue: Catalogue) -> dict[float, Transformer]:
    """Return the transformers of a series; looked up once for the rules of a run."""
    key = ("series", name, id(catalogue))
    _, found = rules.once(key, lambda: (catalogue, units_of_series(name, catalogue)))
    return found


def _design_kva(layout: Layout, rules: LoadRules, unit: Transformer, power: Power) -> float:
    compensated = power.compensated(
        installed_kvar=compensation_kvar(layout, unit),
        target_power_factor=rules.policy.number("compensation.target_power_factor"),
    )
    return compensated.s_kva * (1 + layout.substations.loss_allowance_percent / PERCENT)


def _limit_percent(layout: Layout, rules: LoadRules, n: int) -> float:
    paired = layout.substations.lv_tie and n > 1
    name = "max_pair_loading_percent" if paired else "max_loading_percent"
    return rules.policy.number(f"transformer.{name}")
