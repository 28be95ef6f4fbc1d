"""Fill what the engineer left out from the policy pack, and say so for every value."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from gridcalc.compound.common_loads import common_load_factors
from gridcalc.compound.model import Compound, PrivateBays, PublicLoad
from gridcalc.compound.record import Record
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption
from gridcalc.units import SQRT3, VN_MV_KV

Row = TypeVar("Row", bound=Record)

PROJECT = "project-assumption"
_RESERVE = "charging.min_private_share_percent"
"""Where this rule judges a compound, its reserve is not guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A compound without gaps in what the calculation needs, and what was assumed for it."""

    compound: Compound
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Default:
    """A value for a field that was not given."""

    field: str
    assumption: Assumption
    value: float | None = None

    @property
    def filling(self) -> object:
        """What is filled in: the assumed value, or one that differs from row to row."""
        return self.assumption.value if self.value is None else self.value


def resolve_defaults(compound: Compound, policy: PolicyPack) -> Resolved:
    """Return the compound with every gap filled that a calculation would fall into.

    Facts that only a check asks for (open capacity, spare bays, floor of a substation …) stay
    open, a reserve for chargers where a rule judges it: their checks say "not checked" instead of
    guessing.

    Parameters
    ----------
    compound
        As read from the file.
    policy
        The pack whose settings fill the gaps.
    """
    filler = _Filler(policy)
    ambient = filler.one(compound.ambient, "ambient", filler.ambient())
    update: dict[str, object] = {
        "ambient": ambient,
        "sources": filler.rows(compound.sources, "sources", filler.source()),
        "mv_cables": filler.rows(compound.mv_cables, "mv_cables", filler.cable("mv")),
        "lv_cables": filler.rows(compound.lv_cables, "lv_cables", filler.cable("lv")),
        "public_bays": filler.rows(compound.public_bays, "public_bays", filler.bays()),
        "ebikes": filler.rows(compound.ebikes, "ebikes", filler.ebikes()),
        "public_loads": tuple(
            filler.one(row, "public_loads", filler.public_load(row))
            for row in compound.public_loads
        ),
    }
    update["households"] = tuple(
        row
        if row.kw_each is not None
        else filler.one(row, "households", [filler.rule("area_m2", "household.default_area_m2")])
        for row in compound.households
    )
    bays = filler.rows(compound.private_bays, "private_bays", filler.bays())
    is_judged = policy.rule(_RESERVE).holds_for(compound.build.kind)
    update["private_bays"] = tuple(
        row if is_judged else filler.one(row, "private_bays", [filler.as_equipped(row)])
        for row in bays
    )
    update["substations"] = tuple(
        station.model_copy(
            update={
                "transformers": filler.rows(
                    station.transformers, "transformers", [filler.zero("compensation_kvar", "kvar")]
                )
            }
        )
        for station in compound.substations
    )
    filled = compound.model_copy(update=update)
    return Resolved(compound=filled, assumptions=filler.assumptions())


class _Filler:
    """Fill rows and remember which assumption served how many of them."""

    def __init__(self, policy: PolicyPack) -> None:
        self.policy = policy
        self._used: dict[tuple[str, str, str], tuple[Assumption, set[int]]] = {}

    def assumptions(self) -> tuple[Assumption, ...]:
        """Return what was assumed, sorted by name, with the number of entries it served."""
        found = []
        for (section, field, _), (base, entries) in sorted(self._used.items()):
            count = f"{section}.{field} not given in {len(entries)} entries"
            note = f"{count}; {base.note}" if base.note else count
            found.append(
                Assumption(
                    name=base.name,
                    value=base.value,
                    unit=base.unit,
                    source=base.source,
                    confidence=base.confidence,
                    note=note,
                )
            )
        return tuple(sorted(found, key=lambda assumption: (assumption.name, assumption.note)))

    def rows(self, rows: Iterable[Row], section: str, defaults: list[_Default]) -> tuple[Row, ...]:
        """Return the rows with their gaps filled."""
        return tuple(self.one(row, section, defaults) for row in rows)

    def one(self, row: Row, section: str, defaults: list[_Default]) -> Row:
        """Return a row with its gaps filled."""
        update: dict[str, object] = {}
        for default in defaults:
            if getattr(row, default.field) is None:
                update[default.field] = default.filling
                base = default.assumption
                key = (section, default.field, f"{base.name} {base.value}")
                self._used.setdefault(key, (base, set()))[1].add(id(row))
        return row.model_copy(update=update) if update else row

    def rule(self, field: str, rule_name: str) -> _Default:
        """Return a default taken from a rule of the policy pack."""
        return _Default(field=field, assumption=self.policy.rule(rule_name).assumption())

    def zero(self, field: str, unit: str, *, name: str = "") -> _Default:
        """Return the default "none there"."""
        assumption = Assumption(
            name=name or field, value=0.0, unit=unit, source=PROJECT, confidence="assumed"
        )
        return _Default(field=field, assumption=assumption)

    def ambient(self) -> list[_Default]:
        names = ("soil_celsius", "air_celsius", "soil_rho_k_m_per_w")
        return [self.rule(name, f"cable.{name}") for name in names]

    def source(self) -> list[_Default]:
        return [
            self._fault_current("i_sc_max_ka", "mv.sc_max_mva"),
            self._fault_current("i_sc_min_ka", "mv.sc_min_mva"),
            self.rule("vm_peak_pu", "mv.source_vm_peak_pu"),
            self.rule("vm_low_load_pu", "mv.source_vm_low_load_pu"),
        ]

    def _fault_current(self, field: str, rule_name: str) -> _Default:
        rule = self.policy.rule(rule_name)
        i_sc_ka = self.policy.number(rule_name) / (SQRT3 * VN_MV_KV)
        assumption = Assumption(
            name=rule_name,
            value=i_sc_ka,
            unit="kA",
            source=rule.document,
            confidence=rule.confidence,
            note=rule.note,
        )
        return _Default(field=field, assumption=assumption)

    def cable(self, level: str) -> list[_Default]:
        return [
            self.rule("laying", f"{level}.default_laying"),
            self.rule("grouping", "cable.n_grouped"),
        ]

    def bays(self) -> list[_Default]:
        return [
            self.rule("charger_kw", "charger.p_kw"),
            self.zero("equipped_share", "-", name="charger.equipped_share"),
        ]

    def as_equipped(self, row: PrivateBays) -> _Default:
        assumption = Assumption(
            name="charger.reserved_share",
            value="as equipped_share",
            unit="-",
            source=PROJECT,
            confidence="assumed",
        )
        return _Default(field="reserved_share", assumption=assumption, value=row.equipped_share)

    def ebikes(self) -> list[_Default]:
        sockets = Assumption(
            name="ebike.sockets", value=0, unit="-", source=PROJECT, confidence="assumed"
        )
        return [
            _Default(field="sockets", assumption=sockets),
            self.rule("kw_per_socket", "ebike.p_kw_per_socket"),
        ]

    def public_load(self, row: PublicLoad) -> list[_Default]:
        found = common_load_factors(row.kind, row.kw, self.policy)
        return [_Default(field=field, assumption=value) for field, value in found.items()]
