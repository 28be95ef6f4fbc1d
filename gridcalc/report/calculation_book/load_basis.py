"""Where the demand factor of a row of the load calculation comes from, and why it differs."""

from dataclasses import dataclass, replace

from gridcalc.compound.common_loads import DEMAND_FACTOR, common_load_factors
from gridcalc.demand.levels import STATION
from gridcalc.dossier import Dossier
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Confidence, weakest
from gridcalc.report.basis import title_of
from gridcalc.report.calculation_book.load_rows import LoadRow
from gridcalc.report.wording import Wording
from gridcalc.standards.charger_demand import charger_demand_factor
from gridcalc.standards.ebike_demand import ebike_coincidence
from gridcalc.standards.household_demand import household_demand_factor, kw_per_unit
from gridcalc.standards.sourced import SourcedNumber

_ALIKE = 1e-6
_RULE_SETS = {
    "private_charger": "charger.factor_rule_set",
    "public_charger": "public_charger.factor_rule_set",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorBasis:
    """Where a demand factor comes from.

    ``source`` is the key of a document; ``value`` is what stands there for the number of units,
    turned into active power where the table gives kVA; ``kw_per_kva`` is by what, else 1.
    """

    value: float
    source: str
    rule_set: str
    confidence: Confidence
    kw_per_kva: float = 1.0


def factor_basis(dossier: Dossier, row: LoadRow, level_name: str) -> FactorBasis:
    """Return the demand factor of a row as its table gives it, with document and mark."""
    policy = dossier.policy
    if row.kind == "public_load":
        return _of_common_load(dossier, row)
    if row.kind == "ebike_socket":
        return _of_sockets(policy, row.n_counted)
    if row.kind == "household":
        return _of_flats(policy, row, station=level_name == STATION)
    name = _RULE_SETS[row.kind]
    found = charger_demand_factor(
        rule_set=policy.text(name),
        n_chargers=row.n_counted,
        position=policy.text("charger.factor_position"),  # type: ignore[arg-type]
        floor_factor=policy.number("charger.factor_floor"),
    )
    return _from_table(found, policy, name)


def _of_flats(policy: PolicyPack, row: LoadRow, *, station: bool) -> FactorBasis:
    name = "household.factor_rule_set" if station else "household.cable_factor_rule_set"
    rule_set = policy.text(name)
    found = household_demand_factor(
        rule_set=rule_set,
        n_households=row.n_counted,
        position=policy.text("household.factor_position"),  # type: ignore[arg-type]
    )
    kw_per_kva = kw_per_unit(rule_set=rule_set, power_factor=row.power_factor)
    basis = _from_table(found, policy, name)
    return replace(basis, value=basis.value * kw_per_kva, kw_per_kva=kw_per_kva)


def _from_table(found: SourcedNumber, policy: PolicyPack, rule_name: str) -> FactorBasis:
    return FactorBasis(
        value=found.value,
        source=found.source,
        rule_set=policy.text(rule_name),
        confidence=weakest(found.confidence, policy.rule(rule_name).confidence),
    )


def _of_sockets(policy: PolicyPack, n: int) -> FactorBasis:
    rule = policy.rule("ebike.coincidence")
    points = tuple(
        (float(row["n_sockets"]), float(row["factor"]))  # type: ignore[arg-type]
        for row in policy.rows(rule.name)
    )
    return FactorBasis(
        value=ebike_coincidence(n, points),
        source=rule.document,
        rule_set="",
        confidence=rule.confidence,
    )


def _of_common_load(dossier: Dossier, row: LoadRow) -> FactorBasis:
    """Return the basis of a common load: the file, or what filled the gap."""
    assumed = any(
        load.kind == row.item and load.kw == row.p_unit_kw and load.demand_factor is None
        for load in dossier.compound.public_loads
    )
    if not assumed:
        return FactorBasis(value=row.factor, source="", rule_set="", confidence="seen")
    taken = common_load_factors(row.item, row.p_unit_kw, dossier.policy)[DEMAND_FACTOR]
    return FactorBasis(
        value=row.factor, source=taken.source, rule_set="", confidence=taken.confidence
    )


def basis_words(basis: FactorBasis, policy: PolicyPack, wording: Wording) -> str:
    """Return the document of a factor and the rule set in it; values of the file name the file."""
    if not basis.source:
        return wording("compound file")
    title = title_of(basis.source, wording, policy)
    if not basis.rule_set:
        return title
    said = wording("{title}, {clause}", title=title, clause=wording.term(basis.rule_set))
    if basis.kw_per_kva == 1:
        return said
    turned = wording(
        "its factor {value} gives kVA, taken as kW at power factor {power_factor}",
        value=f"{basis.value / basis.kw_per_kva:.4g}",
        power_factor=f"{basis.kw_per_kva:g}",
    )
    return wording.clauses([said, turned])


def factor_remark(row: LoadRow, basis: FactorBasis, wording: Wording) -> str:
    """Return why the factor that was used is not the one of the table; empty where it is."""
    if row.kind == "public_load" or abs(row.factor - basis.value) <= _ALIKE:
        return ""
    return wording(
        "table {value}: one unit more never lowers the demand, of unequal units the largest count"
        " first, and the heaviest phase may decide",
        value=f"{basis.value:.4g}",
    )
