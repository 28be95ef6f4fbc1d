"""The sheet of equipment and materials: what is there by type, every piece, and what is built."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridcalc.compound.model import LvCable, MvCable
from gridcalc.dossier import Dossier
from gridcalc.report.calculation_book.cells import (
    Put,
    formula,
    given,
    name,
    sentence,
    total,
)
from gridcalc.report.calculation_book.page import TOP, Head, Page, letters, span
from gridcalc.report.cost_words import price_name
from gridcalc.report.upgrade_words import kind_word
from gridcalc.report.wording import Wording

_METRE = "m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of equipment, or a cable with its length.

    ``amount`` is what one of it counts: 1 piece, or metres of one cable. [unit]
    """

    group: str
    type: str
    id: str
    where: str
    unit: str
    amount: float
    parallel: int = 1
    detail: str = ""

    @property
    def form(self) -> str:
        """How an amount is written: lengths with a decimal."""
        return "d1" if self.unit == _METRE else "whole"

    @property
    def whole(self) -> float:
        """Pieces, or metres of all parallel cables. [unit]."""
        return self.amount * self.parallel


def equipment_sheet(page: Page, dossier: Dossier) -> None:
    """Write the sums by type as formulas over the list of pieces, the list, and the works."""
    wording = page.wording
    heads = _heads(wording)
    page = page.opened(
        heads,
        wording(
            "Sums by type are formulas over the list of pieces below; types are compared sign by"
            " sign. Lengths are those of the compound file, without reserve."
        ),
    )
    pieces = tuple(_pieces(dossier, wording))
    kinds = tuple(dict.fromkeys((row.group, row.type, row.unit) for row in pieces))
    first_piece = TOP + 2 + len(kinds) + 3
    page.section(TOP, wording("Existing equipment by type"))
    page.heads(TOP + 1, _sum_heads(wording))
    row = TOP + 2
    for kind in kinds:
        mine = [piece for piece in pieces if (piece.group, piece.type, piece.unit) == kind]
        page.row(row, tuple(_sum_cells(mine, heads, (first_piece, len(pieces)), row)))
        row += 1
    page.section(row + 1, wording("Existing equipment, piece by piece"))
    page.heads(row + 2, heads)
    row += 3
    for piece in pieces:
        page.row(row, tuple(_piece_cells(piece, heads, row)))
        row += 1
    row = _works(page, dossier, row + 1)
    page.close(row - 1, len(heads), head_row=first_piece - 1)


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("group", wording("Equipment"), 18),
        Head("type", wording("Type"), 26),
        Head("id", wording("Id"), 16),
        Head("where", wording("From, to, or place"), 30),
        Head("amount", wording("Amount each"), 12),
        Head("parallel", wording("In parallel"), 9),
        Head("whole", wording("Amount"), 13),
        Head("unit", wording("Unit"), 8),
        Head("detail", wording("Remark"), 34),
    )


def _sum_heads(wording: Wording) -> tuple[Head, ...]:
    heads = {head.key: head for head in _heads(wording)}
    shown = {"group", "type", "whole", "unit"}
    count = Head("id", wording("Number of entries"), 16)
    return tuple(
        count if key == "id" else (head if key in shown else Head(key, "", head.width))
        for key, head in heads.items()
    )[:8]


def _sum_cells(
    mine: Sequence[Piece], heads: Sequence[Head], below: tuple[int, int], row: int
) -> Iterator[Put | None]:
    at, r = letters(heads), row + 1
    first, n = below
    same = "*".join(
        f"EXACT({span(at[key], first, first + n - 1)},${at[key]}{r})" for key in ("group", "type")
    )
    piece = mine[0]
    yield name(piece.group)
    yield name(piece.type)
    yield formula(f"=SUMPRODUCT(1*({same}))", len(mine), "whole")
    yield from (None,) * 3
    text = f"=SUMPRODUCT({same}*{span(at['whole'], first, first + n - 1)})"
    yield total(text, sum(row.whole for row in mine), piece.form)
    yield name(piece.unit)


def _piece_cells(piece: Piece, heads: Sequence[Head], row: int) -> Iterator[Put]:
    at, r = letters(heads), row + 1
    yield name(piece.group)
    yield name(piece.type)
    yield name(piece.id)
    yield name(piece.where)
    yield given(piece.amount, "general")
    yield given(piece.parallel, "whole")
    yield formula(f"={at['amount']}{r}*{at['parallel']}{r}", piece.whole, piece.form)
    yield name(piece.unit)
    yield sentence(piece.detail)


def _pieces(dossier: Dossier, wording: Wording) -> Iterator[Piece]:
    """Yield every piece of the compound; a group of equal loads is no equipment."""
    compound, one = dossier.resolved, wording.term("piece")
    for station in compound.substations:
        for unit in station.transformers:
            bank = unit.compensation_kvar or 0.0
            yield Piece(
                group=wording("Transformer"),
                type=unit.type,
                id=unit.id,
                where=station.id,
                unit=one,
                amount=1,
                detail=wording(
                    "compensation {kvar} kvar, tap {tap}", kvar=f"{bank:g}", tap=unit.tap
                ),
            )
    for rmu in compound.rmus:
        bays = rmu.n_bays or dossier.catalogue.rmus[rmu.type].n_bays
        yield Piece(
            group=wording("Ring main unit"),
            type=rmu.type,
            id=rmu.id,
            where="",
            unit=one,
            amount=1,
            detail=wording("{n} bays", n=bays),
        )
    yield from _boxes_and_devices(dossier, wording)
    for cable in compound.mv_cables:
        yield _cable(cable, wording("10 kV cable"), 1, wording)
    for lv_cable in compound.lv_cables:
        yield _cable(lv_cable, wording("LV cable"), lv_cable.parallel, wording)


def _boxes_and_devices(dossier: Dossier, wording: Wording) -> Iterator[Piece]:
    compound, one = dossier.resolved, wording.term("piece")
    for node in compound.lv_nodes:
        word = wording.term(f"element.{node.kind}")
        yield Piece(group=wording("Box"), type=word, id=node.id, where="", unit=one, amount=1)
    for device in compound.protection:
        word = wording.term(f"device.{device.kind}")
        rated = wording("{kind} {a} A", kind=word, a=f"{device.in_a:g}")
        yield Piece(
            group=wording("Device"),
            type=rated,
            id=device.element,
            where=device.element,
            unit=one,
            amount=1,
        )


def _cable(cable: MvCable | LvCable, group: str, parallel: int, wording: Wording) -> Piece:
    laying = wording.term(cable.laying) if cable.laying else ""
    is_open = isinstance(cable, MvCable) and cable.normally_open
    return Piece(
        group=group,
        type=cable.type,
        id=cable.id,
        where=f"{cable.from_id} → {cable.to_id}",
        unit=_METRE,
        amount=cable.length_m,
        parallel=parallel,
        detail=wording.words([laying, wording("normally open")]) if is_open else laying,
    )


def _works(page: Page, dossier: Dossier, row: int) -> int:
    """Write what the works of the plan need, and return the first free row."""
    wording = page.wording
    page.section(row, wording("Equipment and materials of the works"))
    plan = dossier.plan
    if plan is None or dossier.upgrade is None:
        page.row(row + 1, (sentence(wording("no works")),))
        return row + 2
    heads = tuple(
        Head(key, title, 0)
        for key, title in (
            ("works", wording("Works")),
            ("item", wording("Item")),
            ("element", wording("For")),
            ("part", wording("Part of the works")),
            ("amount", wording("Amount")),
            ("unit", wording("Unit")),
        )
    )
    page.heads(row + 1, heads)
    row += 2
    for works in plan.works:
        for need in works.quantities:
            price = dossier.upgrade.prices.price(need.item)
            page.row(
                row,
                (
                    name(kind_word(works.measure.kind, wording)),
                    sentence(price_name(price, wording)),
                    name(wording.term(need.element)),
                    name(wording.term(f"part.{need.payer_subject}")),
                    given(need.quantity, "general"),
                    name(wording.term(need.unit)),
                ),
            )
            row += 1
    return row
