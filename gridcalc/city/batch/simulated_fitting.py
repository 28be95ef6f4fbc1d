"""How many private chargers fit by simulated days, in every compound of a chunk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.checks.charging import SERVICE
from gridcalc.checks.finding import HOLDS_WITHIN, RANK_DECIMALS, WORST_UTILISATION
from gridcalc.checks.simulated import served_of
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.fitting import Fitting, Judged, Trial, Worst, fitting_of
from gridcalc.city.batch.limits_load import load_families
from gridcalc.city.batch.peaks import reached_of
from gridcalc.network.arrays import Floats, Ints
from gridcalc.policy import PolicyPack
from gridcalc.simulation.days import Simulation
from gridcalc.simulation.peak_days import peak_days
from gridcalc.simulation.peaks import PeakDays
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import Charging

_WHOLE = "compound"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basis:
    """What a search starts from.

    Attributes
    ----------
    field
        The compounds.
    sims
        Simulation of each in the season that decides.
    units
        Units of each load group in the scenario that connects the most.
    today, s_today_kva
        Families of the state today, and load of each source today. [kVA]
    """

    field: Field
    sims: Sequence[Simulation]
    units: Ints
    today: Sequence[Family]
    s_today_kva: Floats


def simulated_fitting(basis: Basis, charging: Charging) -> list[Fitting | None]:
    """Return how many private chargers fit per compound; ``None`` without private bays.

    The same days are simulated for every number, so that one charger more never helps by chance.
    Under control the service of the cars is a limit as well.
    """
    today = (basis.today, basis.s_today_kva)
    return fitting_of(_SimulatedTrial(basis.field, basis.units, today, basis.sims, charging))


class _SimulatedTrial(Trial):
    """Judges numbers of chargers by simulated days."""

    def __init__(
        self,
        field: Field,
        base: Ints,
        today: tuple[Sequence[Family], Floats],
        sims: Sequence[Simulation],
        charging: Charging,
    ) -> None:
        super().__init__(field, base, today)
        self.sims, self.charging = sims, charging

    def _with(
        self, field: Field, base: Ints, today: tuple[Sequence[Family], Floats], rows: Ints
    ) -> Trial:
        sims = [self.sims[k] for k in rows.tolist()]
        return _SimulatedTrial(field, base, today, sims, self.charging)

    def judge(self, candidates: Sequence[Ints]) -> list[Judged]:
        return [self._by_days(self.units(n_private)) for n_private in candidates]

    def _by_days(self, units: Ints) -> Judged:
        compound = self.field.groups.compound
        days = [
            peak_days(sim, [case_of(sim, units[compound == i], self.charging)])[0]
            for i, sim in enumerate(self.sims)
        ]
        reached = reached_of(self.field, [(day,) for day in days])
        families = tuple(load_families(self.field, reached, [units], self.s_today_kva))
        found = self.judged(families, 0)
        rows = zip(found.worst, days, self.sims, strict=True)
        policy = self.field.policy
        worst = [_worse(row, _service(day, sim, policy)) for row, day, sim in rows]
        return replace(found, worst=worst)


def _worse(one: Worst | None, other: Worst | None) -> Worst | None:
    return min((row for row in (one, other) if row is not None), default=None)


def _service(day: PeakDays, sim: Simulation, policy: PolicyPack) -> Worst | None:
    """Return the lack of service to controlled cars, if there is one."""
    if day.service is None:
        return None
    served = served_of(day.service, sim.settings.percentile, sim)
    rows = (
        (served.energy_delivered_percent, "orderly.min_energy_delivered_percent"),
        (served.sessions_served_percent, "orderly.min_sessions_served_percent"),
    )
    shares = [
        policy.number(rule) / value if value > 0 else WORST_UTILISATION for value, rule in rows
    ]
    worst = float(np.max(shares))
    return (-round(worst, RANK_DECIMALS), SERVICE, _WHOLE) if worst > 1 + HOLDS_WITHIN else None
