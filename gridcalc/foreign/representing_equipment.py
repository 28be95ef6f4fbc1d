"""Which catalogue row, and which laying, stands for each line and transformer of a network."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from gridcalc.catalogue import Cable, Catalogue, Transformer
from gridcalc.catalogue.plausibility import cable_doubts, transformer_doubts
from gridcalc.catalogue.records import ConductorMaterial
from gridcalc.catalogue.resistance import resistance_ohm_per_km
from gridcalc.compound.model import Laying
from gridcalc.errors import InputError, Problem
from gridcalc.foreign.labels import labels
from gridcalc.foreign.representing_rows import (
    IN_SOIL,
    LineData,
    TransformerData,
    own_cable,
    own_transformer,
    row_name,
)
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.policy import PolicyPack
from gridcalc.standards.cable_ampacity import LayingConditions, ampacity_a
from gridcalc.tables import read_data_table
from gridcalc.units import A_PER_KA, KW_PER_MW, PERCENT, VN_MV_KV, W_PER_KW

IMPEDANCE_WITHIN = 0.05
"""A catalogue row stands for a line or transformer whose impedances differ by no more. [-]"""
RATING_WITHIN = 0.10
"""The same for ampacities and no-load losses. [-]"""
_VOLTAGE_WITHIN = 0.005
_LAYINGS: tuple[Laying, ...] = get_args(Laying)
_USUAL_WITHIN = 0.01
"""The usual laying is taken where its rating differs by no more, else the nearest. [-]"""
_GROUPED = (1, 2, 3, 4, 5, 6)
_DIGITS = 6
_KINDS: Mapping[str, Literal["cable", "overhead"]] = {"cs": "cable", "ol": "overhead"}
_OWN_LAYING: Mapping[bool, Laying] = {False: "buried", True: "air"}
"""Where a rating of the file counts without another factor: in soil, or in air for overhead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsCable:
    """The type of a line as a cable, and how it lies."""

    type: str
    laying: Laying
    grouping: int | None = None

    @property
    def keys(self) -> dict[str, str | int]:
        """Keys of a cable of a compound file."""
        lying: dict[str, str | int] = {"type": self.type, "laying": self.laying}
        return lying if self.grouping is None else {**lying, "grouping": self.grouping}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """Equipment of a network in the words of a catalogue.

    Attributes
    ----------
    cables, transformers
        What stands for each line and transformer, by row.
    catalogue
        The catalogue with the rows of the network.
    own_cables, own_transformers
        Rows that the catalogue did not have.
    n_unrated, n_overhead
        Lines that got the rating of a catalogue cable; overhead lines that became cables in air.
    """

    cables: Mapping[int, AsCable]
    transformers: Mapping[int, str]
    catalogue: Catalogue
    own_cables: tuple[Cable, ...]
    own_transformers: tuple[Transformer, ...]
    n_unrated: int
    n_overhead: int


def kit_of(
    tables: ForeignTables,
    lines: Iterable[int],
    trafos: Iterable[int],
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
) -> Kit:
    """Return the equipment of some lines and transformers.

    Raises
    ------
    InputError
        Every line and transformer whose data cannot be those of equipment.
    """
    data = {row: _line(tables, row, policy) for row in lines}
    units = {row: _trafo(tables, row) for row in trafos}
    cables, own_cables, problems = _as_cables(tables, data, catalogue, policy)
    types, own_units, doubts = _as_units(tables, units, catalogue)
    if problems or doubts:
        raise InputError([*problems, *doubts])
    return Kit(
        cables=cables,
        transformers=types,
        catalogue=Catalogue(
            transformers={**catalogue.transformers, **{row.name: row for row in own_units}},
            cables={**catalogue.cables, **{row.name: row for row in own_cables}},
            rmus=catalogue.rmus,
            breakers=catalogue.breakers,
        ),
        own_cables=tuple(own_cables),
        own_transformers=tuple(own_units),
        n_unrated=sum(row.max_i_a is None for row in data.values()),
        n_overhead=sum(row.is_overhead for row in data.values()),
    )


def _line(tables: ForeignTables, row: int, policy: PolicyPack) -> LineData:
    frame = tables.frame("line")
    rating = frame.numbers("max_i_ka")[row] * frame.numbers("df", 1.0)[row] * A_PER_KA
    at = frame.places("from_bus")[row]
    is_rated = 0 < rating < policy.number("foreign.max_rating_a")
    return LineData(
        type_name=frame.texts("std_type")[row],
        is_mv=tables.frame("bus").numbers("vn_kv")[at] >= VN_MV_KV,
        kind=_KINDS.get(frame.texts("type")[row].lower()),
        r_ohm_per_km=frame.numbers("r_ohm_per_km")[row],
        x_ohm_per_km=frame.numbers("x_ohm_per_km")[row],
        c_nf_per_km=frame.numbers("c_nf_per_km")[row],
        max_i_a=rating if is_rated else None,
    )


def _trafo(tables: ForeignTables, row: int) -> TransformerData:
    frame = tables.frame("trafo")

    def given(name: str) -> float | None:
        value = frame.column(name)[row]
        return float(value) if isinstance(value, (int, float)) else None

    low, high, neutral = given("tap_min"), given("tap_max"), given("tap_neutral") or 0.0
    sn_kva = frame.numbers("sn_mva")[row] * KW_PER_MW
    return TransformerData(
        type_name=frame.texts("std_type")[row],
        sn_kva=sn_kva,
        vn_hv_kv=frame.numbers("vn_hv_kv")[row],
        vn_lv_kv=frame.numbers("vn_lv_kv")[row],
        p0_w=frame.numbers("pfe_kw")[row] * W_PER_KW,
        pk_w=frame.numbers("vkr_percent")[row] / PERCENT * sn_kva * W_PER_KW,
        uk_percent=frame.numbers("vk_percent")[row],
        i0_percent=frame.numbers("i0_percent")[row],
        n_tap_steps=None
        if low is None or high is None
        else int(max(high - neutral, neutral - low)),
        tap_step_percent=given("tap_step_percent"),
    )


def _as_cables(
    tables: ForeignTables, data: Mapping[int, LineData], catalogue: Catalogue, policy: PolicyPack
) -> tuple[dict[int, AsCable], list[Cable], list[Problem]]:
    names = labels(tables, "line")
    by_data: dict[LineData, AsCable] = {}
    found: dict[int, AsCable] = {}
    own: list[Cable] = []
    problems: list[Problem] = []
    for row, line in data.items():
        if line not in by_data:
            shipped = _nearest_cable(line, catalogue, policy)
            if shipped is None:
                doubt = _new_cable(line, catalogue, own)
                if doubt:
                    problems.append(Problem(tables.file, 0, f"line {names[row]}", doubt))
                    continue
                shipped = AsCable(type=own[-1].name, laying=_OWN_LAYING[line.is_overhead])
            by_data[line] = shipped
        found[row] = by_data[line]
    return found, own, problems


def _new_cable(line: LineData, catalogue: Catalogue, own: list[Cable]) -> str:
    """Add a row for a line that has none; return why there can be none, empty where there is."""
    if line.max_i_a is None:
        return "has no rating, and no cable of the catalogue has its resistance and reactance"
    if line.r_ohm_per_km <= 0:
        return "has no resistance; a cable needs one above 0"
    fallback = "imported 10 kV cable" if line.is_mv else "imported 0.4 kV cable"
    name = row_name(line.type_name, fallback, [*catalogue.cables, *(row.name for row in own)])
    row = own_cable(line, name, catalogue, line.max_i_a)
    metals = {m.conductor: m for m in read_data_table(ConductorMaterial, "conductor_materials.csv")}
    for column, message in cable_doubts(row, metals[row.conductor]):
        return f"{column}: {message}"
    own.append(row)
    return ""


def _nearest_cable(line: LineData, catalogue: Catalogue, policy: PolicyPack) -> AsCable | None:
    """Return the catalogue cable that agrees with a line; one of the line's own type first."""
    celsius = policy.number("cable.conductor_celsius")
    found: list[tuple[bool, float, str, AsCable]] = []
    for row in catalogue.cables.values():
        if (row.vn_kv >= VN_MV_KV) is not line.is_mv:
            continue
        is_named = row.name == line.type_name
        resistances = [row.r20_ohm_per_km]
        if is_named:
            resistances.append(resistance_ohm_per_km(row, celsius))
        off = max(
            min(_off(line.r_ohm_per_km, r) for r in resistances),
            _off(line.x_ohm_per_km, row.x_ohm_per_km),
        )
        lying = _lying(row, line, policy) if off <= IMPEDANCE_WITHIN else None
        if lying is not None:
            found.append((not is_named, off, row.name, lying))
    return min(found, key=lambda item: item[:3])[3] if found else None


def _lying(row: Cable, line: LineData, policy: PolicyPack) -> AsCable | None:
    """Return the laying in which a cable has the rating of a line: the usual one if it does.

    A cable of another type than the file's lies alone, in soil where the file calls it a cable
    and in air where it is overhead; one of the same type may lie in any way.
    """
    usual = policy.text("mv.default_laying" if line.is_mv else "lv.default_laying")
    alone = int(policy.number("cable.n_grouped"))
    is_named = row.name == line.type_name
    offs: list[tuple[float, bool, int, AsCable]] = []
    for laying in _LAYINGS:
        base = row.max_i_soil25_rho2_a if laying in IN_SOIL else row.max_i_air40_a
        if base is None or not (is_named or line.may_lie(laying)):
            continue
        for n in _GROUPED if is_named else (alone,):
            carried = ampacity_a(row, _conditions(laying, n, policy))
            off = 0.0 if line.max_i_a is None else _off(line.max_i_a, carried)
            as_cable = AsCable(type=row.name, laying=laying, grouping=None if n == alone else n)
            offs.append((round(off, _DIGITS), laying != usual, n, as_cable))
    first = [item for item in offs if not item[1] and item[0] <= _USUAL_WITHIN and item[2] == alone]
    least = min(first or offs, key=lambda item: item[:3], default=None)
    return least[3] if least is not None and least[0] <= RATING_WITHIN else None


def _conditions(laying: Laying, n_grouped: int, policy: PolicyPack) -> LayingConditions:
    return LayingConditions(
        laying=laying,
        air_celsius=policy.number("cable.air_celsius"),
        soil_celsius=policy.number("cable.soil_celsius"),
        soil_rho_k_m_per_w=policy.number("cable.soil_rho_k_m_per_w"),
        n_grouped=n_grouped,
    )


def _as_units(
    tables: ForeignTables, data: Mapping[int, TransformerData], catalogue: Catalogue
) -> tuple[dict[int, str], list[Transformer], list[Problem]]:
    names = labels(tables, "trafo")
    by_data: dict[TransformerData, str] = {}
    own: list[Transformer] = []
    problems: list[Problem] = []
    for row, unit in data.items():
        if unit in by_data:
            continue
        shipped = min(_like_units(unit, catalogue), default=None)
        if shipped is None:
            taken = [*catalogue.transformers, *(other.name for other in own)]
            made = own_transformer(
                unit, row_name(unit.type_name, "imported transformer", taken), catalogue
            )
            problems += [
                Problem(tables.file, 0, f"trafo {names[row]}", f"{column}: {message}")
                for column, message in transformer_doubts(made)
            ]
            own.append(made)
            shipped = (True, 0.0, made.name)
        by_data[unit] = shipped[2]
    return {row: by_data[unit] for row, unit in data.items()}, own, problems


def _like_units(unit: TransformerData, catalogue: Catalogue) -> Iterator[tuple[bool, float, str]]:
    """Yield the catalogue transformers that agree, as a key that sorts the nearest first."""
    for row in catalogue.transformers.values():
        of_rating = max(
            _off(unit.vn_hv_kv, row.vn_hv_kv),
            _off(unit.vn_lv_kv, row.vn_lv_kv),
            _off(unit.sn_kva, row.sn_kva),
        )
        of_impedance = max(_off(unit.uk_percent, row.uk_percent), _off(unit.pk_w, row.pk_w))
        of_losses = _off(unit.p0_w, row.p0_w)
        is_like = of_impedance <= IMPEDANCE_WITHIN and of_losses <= RATING_WITHIN
        if of_rating <= _VOLTAGE_WITHIN and is_like:
            yield row.name != unit.type_name, max(of_impedance, of_losses), row.name


def _off(value: float, base: float) -> float:
    return abs(value / base - 1)
