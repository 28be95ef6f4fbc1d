"""The register of assets: every piece of equipment, its end, its owner and the clause."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridcalc.compound.model import Compound
from gridcalc.cost.who_pays import ENDS, Demarcation, handover_rule
from gridcalc.dossier import Dossier
from gridcalc.policy import PayerScope, PolicyPack, Rule
from gridcalc.report.reply.scheme import scheme_of

_ORDER: tuple[Demarcation, ...] = (
    "red_line",
    "transformer_lv_terminals",
    "billing_meter",
    "charging_bay",
    "charger",
)
_POINTS: dict[str, Demarcation] = {
    "transformer": "transformer_lv_terminals",
    "billing_meter": "billing_meter",
    "red_line": "red_line",
}
_LV_OF_NEW = "handover.lv_of_new_compounds_to"
_CONDITIONS_NEW = "handover.conditions_new"
_METER: Demarcation = "billing_meter"
_METRE = "m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A line of the register.

    Parameters
    ----------
    kind
        Kind of equipment, an id of the wording.
    element
        Id in the compound file.
    spec
        Type.
    quantity, unit
        How much.
    place
        From and to, or where it stands.
    is_new
        Whether the plan builds or replaces it.
    part
        Part of the works it belongs to.
    """

    kind: str
    element: str
    spec: str
    quantity: float
    unit: str
    place: str
    is_new: bool
    part: PayerScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of the register: an asset, or equal ones that differ in nothing but their ids.

    Parameters
    ----------
    asset
        The first of them.
    elements
        Ids of all.
    """

    asset: Asset
    elements: tuple[str, ...]

    @property
    def quantity(self) -> float:
        """Amount of all together. [unit of the asset]."""
        return self.asset.quantity * len(self.elements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Who owns a part of the supply.

    Parameters
    ----------
    owner
        ``utility``, ``owners``, ``property_manager``, or ``to_be_agreed`` where no rule says it.
    end
        Where the part ends.
    rule
        The rule behind it; ``None`` where the ownership category of the file says it, or nothing.
    """

    owner: str
    end: Demarcation
    rule: Rule | None


def assets_of(dossier: Dossier) -> tuple[Asset, ...]:
    """Return all equipment of the supply that is handed over, the works of the plan included."""
    scheme = scheme_of(dossier)
    before = {_name(row) for row in _assets(dossier.resolved, frozenset())}
    new = frozenset(_name(row) for row in _assets(scheme.compound, frozenset())) - before
    return tuple(_assets(scheme.compound, new))


def items_of(assets: Iterable[Asset]) -> tuple[Item, ...]:
    """Return the rows of the register; cables keep one each, for each has its own two ends."""
    groups: dict[tuple[object, ...], list[Asset]] = {}
    for row in assets:
        own = row.element if row.unit == _METRE else ""
        place = "" if row.place == row.element else row.place
        same = (row.kind, row.spec, row.quantity, row.unit, place, row.is_new, row.part, own)
        groups.setdefault(same, []).append(row)
    return tuple(
        Item(asset=rows[0], elements=tuple(row.element for row in rows)) for rows in groups.values()
    )


def _name(row: Asset) -> tuple[str, str, str, float]:
    return row.kind, row.element, row.spec, row.quantity


def ownership(part: PayerScope, compound: Compound, policy: PolicyPack) -> Ownership:
    """Return who owns a part of the supply after the handover.

    Parameters
    ----------
    part
        Part of the supply.
    compound
        Says whether it is new, and its ownership category.
    policy
        Rules of the handover.
    """
    end = ENDS[part]
    if compound.is_new:
        return _of_new(end, policy)
    if compound.build.category == "utility":
        owner = "utility" if _within(end, _METER) else "owners"
        return Ownership(owner=owner, end=end, rule=None)
    rule = handover_rule(policy, "existing", compound.build.category)
    point = _POINTS.get(str(rule.value)) if rule is not None else None
    if rule is None or point is None:
        return Ownership(owner="to_be_agreed", end=end, rule=rule)
    return Ownership(owner="utility" if _within(end, point) else "owners", end=end, rule=rule)


def _of_new(end: Demarcation, policy: PolicyPack) -> Ownership:
    if not _within(end, _METER):
        return Ownership(owner="owners", end=end, rule=None)
    lv = policy.rules.get(_LV_OF_NEW)
    if lv is not None and not _within(end, "transformer_lv_terminals"):
        return Ownership(owner=str(lv.value), end=end, rule=lv)
    accepted = policy.rules.get(_CONDITIONS_NEW)
    owner = "utility" if accepted is not None else "to_be_agreed"
    return Ownership(owner=owner, end=end, rule=accepted)


def _within(end: Demarcation, point: Demarcation) -> bool:
    return _ORDER.index(end) <= _ORDER.index(point)


def _assets(compound: Compound, new: frozenset[tuple[str, str, str, float]]) -> Iterator[Asset]:
    for kind, element, spec, quantity, unit, place, part in _rows(compound):
        yield Asset(
            kind=kind,
            element=element,
            spec=spec,
            quantity=quantity,
            unit=unit,
            place=place,
            is_new=compound.is_new or (kind, element, spec, quantity) in new,
            part=part,
        )


Row = tuple[str, str, str, float, str, str, PayerScope]


def _rows(compound: Compound) -> Iterator[Row]:
    yield from _mv_rows(compound)
    yield from _lv_rows(compound)
    yield from _load_rows(compound)


def _mv_rows(compound: Compound) -> Iterator[Row]:
    sources = {source.id for source in compound.sources}
    inside: PayerScope = "mv_inside_red_line"
    for row in compound.mv_cables:
        part: PayerScope = inside
        if sources & {row.from_id, row.to_id}:
            part = "mv_outside_red_line"
        yield "mv_cable", row.id, row.type, row.length_m, "m", f"{row.from_id} – {row.to_id}", part
    for unit in compound.rmus:
        yield "rmu", unit.id, unit.type, 1, "piece", "", inside
    for station in compound.substations:
        yield f"station.{station.kind}", station.id, "", 1, "piece", "", inside
        for trafo in station.transformers:
            yield "transformer", trafo.id, trafo.type, 1, "piece", station.id, inside


def _lv_rows(compound: Compound) -> Iterator[Row]:
    lv: PayerScope = "lv_before_meter"
    for station in compound.substations:
        for trafo in station.transformers:
            yield "lv_board", f"{trafo.id}.LV", "", 1, "piece", station.id, lv
            if trafo.compensation_kvar:
                kvar = f"{trafo.compensation_kvar:g} kvar"
                yield "compensation", trafo.id, kvar, 1, "piece", station.id, lv
    for device in compound.protection:
        yield device.kind, device.element, f"{device.in_a:g} A", 1, "piece", device.element, lv
    for row in compound.lv_cables:
        place = f"{row.from_id} – {row.to_id}"
        yield "lv_cable", row.id, row.type, row.length_m * row.parallel, "m", place, lv
    for node in compound.lv_nodes:
        is_meter = node.kind == "meter_box"
        part: PayerScope = "meter_and_box" if is_meter else lv
        yield f"place.{node.kind}", node.id, "", 1, "piece", node.id, part


def _load_rows(compound: Compound) -> Iterator[Row]:
    meters: Counter[str] = Counter()
    for flats in compound.households:
        meters[flats.node] += flats.count
    if compound.one_household_one_meter is not False:
        for node, n in sorted(meters.items()):
            yield "meter", node, "", n, "piece", node, "meter_and_box"
    for bays in compound.private_bays:
        n_chargers = round(bays.count * (bays.equipped_share or 0))
        if n_chargers:
            power = f"{bays.charger_kw:g} kW" if bays.charger_kw else ""
            yield "charger", bays.node, power, n_chargers, "piece", bays.node, "private_charger"
    for shed in compound.ebikes:
        if shed.sockets:
            yield "ebike_socket", shed.node, "", shed.sockets, "piece", shed.node, "ebike_charging"
