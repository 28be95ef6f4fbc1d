"""What transformers have to carry for sure: the design demand of feeders, losses left out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import scenario_units
from gridcalc.demand.design import design_demand
from gridcalc.demand.factor import units_per_phase
from gridcalc.demand.levels import STATION
from gridcalc.network.arrays import Floats, Ints
from gridcalc.units import N_PHASES, tan_phi
from gridcalc.upgrade.search.judge import State
from gridcalc.upgrade.search.view import View

Signature = Mapping[tuple[object, ...], Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StationLoads:
    """The load groups below one transformer, by feeder; the empty feeder is the LV board."""

    view: View
    unit: str
    n_units: Ints
    rows: Mapping[str, Ints]

    def s_kva(
        self,
        feeders: Collection[str],
        *,
        kvar: float | None,
        phase: bool,
    ) -> float:
        """Return the demand of the board and some feeders at the station level [kVA].

        Parameters
        ----------
        feeders
            Which of the transformer's feeders.
        kvar
            Compensation; ``None`` for as much as brings the target power factor. [kvar]
        phase
            Three times the worst phase instead of the three-phase sum.
        """
        model = self.view.case.model
        kept = np.zeros_like(self.n_units)
        for name in ("", *feeders):
            rows = self.rows.get(name)
            if rows is not None:
                kept[rows] = self.n_units[rows]
        demand = design_demand(model, kept, model.level(STATION))
        mine = np.concatenate(list(self.rows.values()))
        p_kw, q_kvar = demand.p_kw[mine].sum(axis=0), demand.q_kvar[mine].sum(axis=0)
        tan_target = tan_phi(model.rules.target_power_factor)
        wanted = max(float(q_kvar.sum() - p_kw.sum() * tan_target), 0.0)
        q_kvar = q_kvar - (wanted if kvar is None else min(wanted, kvar)) / N_PHASES
        s_phase = np.abs(p_kw + 1j * q_kvar)
        if phase:
            return float(N_PHASES * s_phase.max())
        return float(abs(p_kw.sum() + 1j * q_kvar.sum()))


def station_loads(view: View, unit: str) -> StationLoads:
    """Return the loads below a transformer in the scenario that was judged."""
    found: dict[str, list[int]] = {"": []}
    for k, group in enumerate(view.case.site.groups):
        place = view.places[group.node]
        if place.transformer == unit:
            found.setdefault(place.feeder, []).append(k)
    return StationLoads(
        view=view,
        unit=unit,
        n_units=scenario_units(view.case, view.state.facts.scenario),
        rows={name: np.array(rows, dtype=np.int64) for name, rows in found.items()},
    )


def signatures_of(state: State) -> dict[str, Signature]:
    """Return the units of each kind per phase behind every feeder, to compare feeders with."""
    case = state.case
    places = case.site.topology.by_id()
    per_phase = units_per_phase(case.model.groups, scenario_units(case, state.facts.scenario))
    found: dict[str, dict[tuple[object, ...], Floats]] = {}
    for k, group in enumerate(case.site.groups):
        place = places[group.node]
        scale = case.model.metered_scale[case.model.transformers.index(place.transformer)]
        key = (
            group.kind,
            group.p_unit_kw,
            group.demand_factor,
            group.power_factor,
            group.balanced,
            float(scale),
        )
        mine = found.setdefault(place.feeder, {})
        mine[key] = mine.get(key, np.zeros(N_PHASES)) + per_phase[k]
    return dict(found)


def dominates(one: Signature, other: Signature, *, phase: bool) -> bool:
    """Return whether a feeder has at least the units of another, in every kind.

    With ``phase`` on every phase, else in total.
    """
    for key, wanted in other.items():
        have = one.get(key)
        if have is None:
            if wanted.any():
                return False
            continue
        if (have < wanted).any() if phase else have.sum() < wanted.sum():
            return False
    return True
