"""What binds how often, who pays how much, what is built, and which data are missing."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from gridcalc.city.summary.elements import element_kind
from gridcalc.city.summary.records import (
    BindingCount,
    CityEntry,
    GradeCount,
    MissingCount,
    PayerTotal,
    WorksTotal,
)
from gridcalc.policy import PAYERS
from gridcalc.units import FEN_PER_YUAN, PERCENT


def binding_counts(entries: Iterable[CityEntry]) -> tuple[BindingCount, ...]:
    """Return how often which limit decides, most often first; compounds that are ready are out."""
    groups: dict[tuple[str, str], list[CityEntry]] = defaultdict(list)
    for entry in entries:
        if entry.check and entry.verdict != "ready":
            groups[entry.check, element_kind(entry.element)].append(entry)
    found = [
        BindingCount(
            check=check,
            element_kind=kind,
            n_compounds=len(rows),
            n_chargers_missing=sum(
                row.n_private_bays - (row.n_fit_uncontrolled or 0) for row in rows
            ),
            scenarios=dict(_most_first(row.scenario for row in rows)),
        )
        for (check, kind), rows in groups.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.n_compounds, row.check, row.element_kind)))


def payer_totals(entries: Iterable[CityEntry]) -> tuple[PayerTotal, ...]:
    """Return what each payer bears, in the order of ``PAYERS``, others after them by name."""
    fen: Counter[str] = Counter()
    n_compounds: Counter[str] = Counter()
    for entry in entries:
        for payer, amount in entry.payers_fen:
            fen[payer] += amount
            n_compounds[payer] += amount > 0
    whole = sum(fen.values())
    known = {payer: i for i, payer in enumerate(PAYERS)}
    return tuple(
        PayerTotal(
            payer=payer,
            n_compounds=n_compounds[payer],
            cost_yuan=fen[payer] / FEN_PER_YUAN,
            percent=PERCENT * fen[payer] / whole,
        )
        for payer in sorted(fen, key=lambda name: (known.get(name, len(known)), name))
        if fen[payer]
    )


def works_totals(entries: Iterable[CityEntry]) -> tuple[WorksTotal, ...]:
    """Return the quantities and the cost of each kind of works, dearest first."""
    quantity: dict[tuple[str, str], float] = defaultdict(float)
    fen: Counter[tuple[str, str]] = Counter()
    n_compounds: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        for row in entry.measures:
            quantity[row.kind, row.unit] += row.quantity
            fen[row.kind, row.unit] += round(row.cost_yuan * FEN_PER_YUAN)
        n_compounds.update({(row.kind, row.unit) for row in entry.measures})
    found = [
        WorksTotal(
            kind=kind,
            unit=unit,
            n_compounds=n_compounds[kind, unit],
            quantity=total,
            cost_yuan=fen[kind, unit] / FEN_PER_YUAN,
        )
        for (kind, unit), total in quantity.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.cost_yuan, row.kind, row.unit)))


def grade_counts(entries: Iterable[CityEntry]) -> tuple[GradeCount, ...]:
    """Return how many compounds have which grade of data, the best grade first."""
    flips: dict[str, list[bool | None]] = defaultdict(list)
    for entry in entries:
        if entry.grade:
            flips[entry.grade].append(entry.could_flip)
    return tuple(
        GradeCount(
            grade=grade,
            n_compounds=len(flips[grade]),
            n_could_flip=flips[grade].count(True),
            n_safe=flips[grade].count(False),
            n_not_known=flips[grade].count(None),
        )
        for grade in sorted(flips)
    )


def missing_counts(entries: Iterable[CityEntry]) -> tuple[MissingCount, ...]:
    """Return which data are missing how often; first what most verdicts may hang on."""
    n_compounds: Counter[str] = Counter()
    n_could_flip: Counter[str] = Counter()
    for entry in entries:
        n_compounds.update(set(entry.missing))
        if entry.could_flip:
            n_could_flip.update(set(entry.missing))
    found = [
        MissingCount(name=name, n_compounds=n, n_could_flip=n_could_flip[name])
        for name, n in n_compounds.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.n_could_flip, -row.n_compounds, row.name)))


def _most_first(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda row: (-row[1], row[0]))
