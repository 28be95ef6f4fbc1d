"""Number and size of the transformers for the load without chargers."""

from dataclasses import dataclass

from gridcalc.catalogue import Catalogue, Transformer
from gridcalc.compound.templates.allotment import Allotment, allotments
from gridcalc.compound.templates.design_load import LoadRules, station_power
from gridcalc.compound.templates.equipment import units_of_series
from gridcalc.compound.templates.schema import Layout
from gridcalc.units import PERCENT

_COMPENSATION_STEP_KVAR = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """Equal transformers and what each supplies.

    ``design_kva`` is the load of the one that supplies the most, LV losses included;
    ``compensation_kvar`` is installed at each.
    """

    unit: Transformer
    compensation_kvar: float
    allotments: tuple[Allotment, ...]
    design_kva: float


def size_transformers(layout: Layout, rules: LoadRules, catalogue: Catalogue) -> Sizing:
    """Return the transformers of a layout.

    The fewest units that stay within the pack's loading limit, then the smallest size. What the
    layout fixes is kept, even where the load is too much for it.
    """
    stations = layout.substations
    sizes = _sizes(layout, rules, catalogue)
    step = stations.units_per_substation
    last = max(step, layout.buildings.households)
    counts = (
        [stations.n_transformers] if stations.n_transformers else range(step, last + step, step)
    )
    found = None
    for n in counts:
        shares = allotments(layout, rules.policy, n)
        for unit in sizes:
            found = _sizing(layout, rules, unit, shares)
            if found.design_kva <= _limit_percent(layout, rules, n) / PERCENT * unit.sn_kva:
                return found
    if found is None:
        raise ValueError("a layout needs a transformer size")
    return found


def compensation_kvar(layout: Layout, unit: Transformer) -> float:
    """Return the capacitors at one transformer, in whole steps [kvar]."""
    kvar = layout.substations.compensation_percent / PERCENT * unit.sn_kva
    return float(round(kvar / _COMPENSATION_STEP_KVAR) * _COMPENSATION_STEP_KVAR)


def _sizes(layout: Layout, rules: LoadRules, catalogue: Catalogue) -> list[Transformer]:
    stations = layout.substations
    rows = units_of_series(stations.transformer_series, catalogue)
    if stations.transformer_kva:
        return [rows[stations.transformer_kva]]
    prefabricated = stations.kind == "prefabricated"
    rule = "transformer.max_unit_prefabricated_kva" if prefabricated else "transformer.max_unit_kva"
    largest = rules.policy.number(rule)
    allowed = sorted(set(stations.sizes_kva))
    return [rows[kva] for kva in allowed if kva <= largest] or [rows[allowed[0]]]


def _sizing(
    layout: Layout, rules: LoadRules, unit: Transformer, shares: tuple[Allotment, ...]
) -> Sizing:
    kvar = compensation_kvar(layout, unit)
    power = station_power(shares[0], rules).compensated(
        installed_kvar=kvar,
        target_power_factor=rules.policy.number("compensation.target_power_factor"),
    )
    allowance = 1 + layout.substations.loss_allowance_percent / PERCENT
    return Sizing(
        unit=unit,
        compensation_kvar=kvar,
        allotments=shares,
        design_kva=power.s_kva * allowance,
    )


def _limit_percent(layout: Layout, rules: LoadRules, n: int) -> float:
    paired = layout.substations.lv_tie and n > 1
    name = "max_pair_loading_percent" if paired else "max_loading_percent"
    return rules.policy.number(f"transformer.{name}")
