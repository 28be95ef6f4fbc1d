"""Cables that may take the place of one, with everything the arrays need to know of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gridcalc.catalogue import Cable
from gridcalc.catalogue.resistance import resistance_ohm_per_km
from gridcalc.city.batch.parts import Part
from gridcalc.city.batch.planning_prices import UnitCosts
from gridcalc.city.batch.planning_records import Asked, Tools
from gridcalc.compound.model import Ambient, Compound, Laying, LvCable, MvCable, Source
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.standards.cable_ampacity import LayingConditions, ampacity_a, side_by_side
from gridcalc.standards.thermal_withstand import thermal_k
from gridcalc.units import VN_MV_KV
from gridcalc.upgrade.cabling import MAX_GROUPED, cable_family, grouping_with
from gridcalc.upgrade.devices import breakers
from gridcalc.upgrade.line_quantities import replaced_cable
from gridcalc.upgrade.measures import ReplaceCable

MAX_PARALLEL = 2
"""Most equal LV cables in parallel that a quick plan lays. [-]"""
_NO_BREAKER = -1
_ID = "cable"
_ENDS = "termination.mv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """One cable as it lies; equal ones share a ladder."""

    type: str
    parallel: int
    is_mv: bool
    laying: Laying
    grouping: int
    air_celsius: float
    soil_celsius: float
    soil_rho_k_m_per_w: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladder:
    """What may take the place of a cable; every array has one entry per option.

    Attributes
    ----------
    cables, parallel, grouping
        Type, number in parallel, and how many lie side by side (0: as today).
    carried_a
        Ampacity of all in parallel. [A]
    breaker
        Largest breaker within the ampacity, as a position in ``devices.breakers``; -1 for none.
    breaker_a, breaking_ka, breaker_yuan
        Its rated current [A], breaking current [kA] and price with all shares [yuan].
    yuan_per_m
        Price of cable and civil works, with all shares. [yuan/m]
    yuan
        Price that does not depend on the length. [yuan]
    r1_ohm_per_km, x1_ohm_per_km, r20_ohm_per_km
        Of one cable. [ohm/km]
    area_mm2, thermal_k
        Section, and constant of the thermal withstand. [mm2, A·√s/mm2]
    c_nf_per_km
        Capacitance of a 10 kV cable. [nF/km]
    """

    cables: Sequence[Cable]
    parallel: Ints
    grouping: Ints
    carried_a: Floats
    breaker: Ints
    breaker_a: Floats
    breaking_ka: Floats
    breaker_yuan: Floats
    yuan_per_m: Floats
    yuan: Floats
    r1_ohm_per_km: Floats
    x1_ohm_per_km: Floats
    r20_ohm_per_km: Floats
    area_mm2: Floats
    thermal_k: Floats
    c_nf_per_km: Floats

    def rated_a(self, in_a: float) -> Floats:
        """Return the rated current of the device of every option; see ``better_breaker``. [A].

        Parameters
        ----------
        in_a
            Of today's device, NaN where there is none. [A]
        """
        return np.where(self.is_replaced(in_a), self.breaker_a, in_a)

    def is_replaced(self, in_a: float) -> Bools:
        """Return which options bring a new breaker."""
        better = (self.breaker_a > in_a) | (in_a > self.carried_a)
        return np.asarray((self.breaker != _NO_BREAKER) & better)

    def cost_yuan(self, length_m: float, in_a: float) -> Floats:
        """Return the cost of every option over a length, with its breaker. [yuan]."""
        own = self.yuan_per_m * length_m + self.yuan
        return np.asarray(own + np.where(self.is_replaced(in_a), self.breaker_yuan, 0.0))


def lyings_of(asked: Asked, tools: Tools) -> list[Lying]:
    """Return how the cables of a compound lie, in the order of its network."""
    part = asked.part
    compound, cables = part.compound, part.network.cables
    known: dict[str, LvCable | MvCable] = {row.id: row for row in compound.lv_cables}
    known.update({row.id: row for row in compound.mv_cables})
    ambient = compound.ambient
    usual = int(tools.policy.number("cable.n_grouped"))
    is_mv = part.network.vn_kv[cables.from_node] >= VN_MV_KV
    found = []
    for k, name in enumerate(cables.ids):
        row = known.get(name)
        laying = row.laying if row is not None and row.laying else asked.lv_laying
        grouping = row.grouping if row is not None and row.grouping else usual
        found.append(
            _lying(part, k, is_mv=bool(is_mv[k]), lies=(laying, grouping), ambient=ambient)
        )
    return found


def _lying(part: Part, k: int, *, is_mv: bool, lies: tuple[Laying, int], ambient: Ambient) -> Lying:
    return Lying(
        type=part.network.cables.types[k],
        parallel=int(part.network.cables.parallel[k]),
        is_mv=is_mv,
        laying=lies[0],
        grouping=lies[1],
        air_celsius=ambient.air_celsius or 0.0,
        soil_celsius=ambient.soil_celsius or 0.0,
        soil_rho_k_m_per_w=ambient.soil_rho_k_m_per_w or 0.0,
    )


class Ladders:
    """Ladders by how a cable lies; each is made once."""

    def __init__(self, tools: Tools, costs: UnitCosts) -> None:
        self._tools, self._costs = tools, costs
        self._found: dict[Lying, Ladder] = {}
        self.breakers = breakers(tools.catalogue)

    def of(self, lying: Lying) -> Ladder:
        """Return what may take the place of a cable; see ``line_options.cable_options``."""
        found = self._found.get(lying)
        if found is None:
            found = self._found[lying] = self._new(lying)
        return found

    def _new(self, lying: Lying) -> Ladder:
        old = _row(lying)
        n_most = 1 if lying.is_mv else max(MAX_PARALLEL, lying.parallel)
        today_a = lying.parallel * _single_a(
            self._tools.catalogue.cables[lying.type], lying, lying.grouping, lying.parallel
        )
        rows = []
        for cable in cable_family(old, self._tools.catalogue):
            if not self._costs.has(_item(lying, cable.name)):
                continue
            for n in range(lying.parallel, n_most + 1):
                grouping = grouping_with(old, n)
                if (grouping or 0) <= MAX_GROUPED:
                    carried_a = n * _single_a(cable, lying, grouping or lying.grouping, n)
                    if carried_a > today_a:
                        rows.append((cable, n, grouping or 0, carried_a))
        return self._ladder(lying, rows)

    def _ladder(self, lying: Lying, rows: Sequence[tuple[Cable, int, int, float]]) -> Ladder:
        cables = [row[0] for row in rows]
        priced = [row for row in self.breakers if self._costs.has(f"lv_breaker.{row.name}")]
        place = [
            -1 if lying.is_mv else sum(b.rated_i_a <= carried_a for b in self.breakers) - 1
            for *_, carried_a in rows
        ]
        chosen = [
            self.breakers[k] if k >= 0 and self.breakers[k] in priced else None for k in place
        ]
        money = [self._money(lying, cable, n) for cable, n, *_ in rows]
        celsius = self._tools.policy.number("cable.conductor_celsius")
        return Ladder(
            cables=cables,
            parallel=np.array([row[1] for row in rows], dtype=np.int64),
            grouping=np.array([row[2] for row in rows], dtype=np.int64),
            carried_a=_floats([row[3] for row in rows]),
            breaker=np.array(
                [_NO_BREAKER if b is None else k for k, b in zip(place, chosen, strict=True)],
                dtype=np.int64,
            ),
            breaker_a=_floats([b.rated_i_a if b else np.nan for b in chosen]),
            breaking_ka=_floats([b.breaking_i_sc_ka if b else np.nan for b in chosen]),
            breaker_yuan=_floats(
                [self._costs.of(f"lv_breaker.{b.name}") if b else 0.0 for b in chosen]
            ),
            yuan_per_m=_floats([row[0] for row in money]),
            yuan=_floats([row[1] for row in money]),
            r1_ohm_per_km=_floats([resistance_ohm_per_km(row, celsius) for row in cables]),
            x1_ohm_per_km=_floats([row.x_ohm_per_km or 0.0 for row in cables]),
            r20_ohm_per_km=_floats([row.r20_ohm_per_km for row in cables]),
            area_mm2=_floats([row.area_mm2 for row in cables]),
            thermal_k=_floats(
                [thermal_k(conductor=r.conductor, insulation=r.insulation).value for r in cables]
            ),
            c_nf_per_km=_floats([(row.c_nf_per_km or 0.0) * lying.is_mv for row in cables]),
        )

    def _money(self, lying: Lying, cable: Cable, n: int) -> tuple[float, float]:
        """Return what one metre costs, and what does not depend on the length. [yuan]."""
        measure = ReplaceCable(cable=_ID, type=cable.name, parallel=n, breaker=None)
        per_m, fixed = 0.0, 0.0
        for item, _, quantity, _, _ in replaced_cable(alone(_row(lying)), measure):
            yuan = quantity * self._costs.of(item) if quantity > 0 else 0.0
            is_end = item == _ENDS
            per_m, fixed = per_m + (not is_end) * yuan, fixed + is_end * yuan
        return per_m, fixed


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def _item(lying: Lying, name: str) -> str:
    return f"cable_mv.{name}" if lying.is_mv else f"cable_lv.{name}"


def alone(row: LvCable | MvCable, sources: tuple[Source, ...] = ()) -> Compound:
    """Return records that hold one cable, and sources, for functions that look at no others."""
    is_mv = isinstance(row, MvCable)
    update = {"lv_cables": () if is_mv else (row,), "mv_cables": (row,) if is_mv else ()}
    return _nothing().model_copy(update={**update, "sources": sources})


@cache
def _nothing() -> Compound:
    nothing: dict[str, Any] = {}
    return Compound.model_construct(**nothing)


def _row(lying: Lying) -> LvCable | MvCable:
    """Return a metre of cable that lies like this."""
    lies: dict[str, Any] = {
        "id": _ID,
        "from_id": "",
        "to_id": "",
        "length_m": 1.0,
        "type": lying.type,
        "laying": lying.laying,
        "grouping": lying.grouping,
    }
    if lying.is_mv:
        return MvCable.model_construct(**lies)
    return LvCable.model_construct(**lies, parallel=lying.parallel)


def _single_a(cable: Cable, lying: Lying, grouping: int, parallel: int) -> float:
    return ampacity_a(
        cable,
        LayingConditions(
            laying=lying.laying,
            air_celsius=lying.air_celsius,
            soil_celsius=lying.soil_celsius,
            soil_rho_k_m_per_w=lying.soil_rho_k_m_per_w,
            n_grouped=side_by_side(grouping, parallel),
        ),
    )
