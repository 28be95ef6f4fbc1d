"""The sheet of voltages: the drop by hand beside the three-phase power flow."""

from collections.abc import Iterator, Mapping

from gridcalc.dossier import Dossier
from gridcalc.policy import Rule
from gridcalc.powerflow.elements import NodeResult
from gridcalc.report.basis import basis_short
from gridcalc.report.calculation_book.cells import (
    EMPTY,
    Put,
    computed,
    formula,
    given,
    name,
    sentence,
    verdict,
)
from gridcalc.report.calculation_book.page import TOP, Head, Page, letters
from gridcalc.report.calculation_book.voltage_rows import Board, Segment, voltage_rows
from gridcalc.report.cost_report import basis_of_rule
from gridcalc.report.wording import Wording
from gridcalc.units import M_PER_KM, PERCENT, VN_LV_KV, VN_MV_KV

_RULE = "voltage.max_drop_single_phase_percent"
_BASE = f"(10*{VN_LV_KV:g}^2)"


def voltage_sheet(page: Page, dossier: Dossier) -> None:
    """Write the voltages of the deciding scenario by hand and by power flow."""
    wording = page.wording
    rows, rule = voltage_rows(dossier), dossier.policy.rule(_RULE)
    heads = _heads(wording)
    scenario = wording.scenario(rows.scenario)
    page = page.opened(
        heads,
        wording(
            "Scenario {scenario}, factor method at feeder level. By hand: dU % = (P R + Q X) /"
            " (10 Un²), Un = 0.38 kV, a balanced load without losses. The power flow knows that"
            " single-phase loads load the phases unequally, that the neutral carries current, and"
            " that current rises where the voltage falls: its worst phase lies lower, and it is"
            " what is judged. Limit: {basis}.",
            scenario=scenario,
            basis=basis_short(basis_of_rule(rule), wording, dossier.policy),
        ),
    )
    page.section(TOP, wording("LV boards"))
    board_heads = _board_heads(wording)
    page.heads(TOP + 1, board_heads)
    at_board: dict[str, str] = {}
    row = TOP + 2
    for board in rows.boards:
        page.row(row, tuple(_board_cells(board, row, board_heads)))
        at_board[board.transformer] = f"${letters(board_heads)['hand']}${row + 1}"
        row += 1
    title = wording("All LV nodes") if rows.is_whole else wording("The worst path of each feeder")
    page.section(row + 1, title)
    page.heads(row + 2, heads)
    first = row = row + 3
    row_of: dict[str, int] = {}
    for segment in rows.segments:
        page.row(
            row, tuple(_cells(page, segment, (rule, dossier), row, (row_of, at_board), rows.boards))
        )
        row_of[segment.node] = row
        row += 1
    place = next(i for i, head in enumerate(heads) if head.key == "result")
    page.judge(first, row - 1, place)
    page.close(row - 1, len(heads), head_row=first - 1)


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("node", wording("Node"), 12.5),
        Head("before", wording("Fed from"), 11),
        Head("cable", wording("Cable"), 11),
        Head("type", wording("Type"), 13.5),
        Head("length", wording("Length [m]"), 7.5),
        Head("parallel", wording("In parallel"), 5.5),
        Head("r", wording("r [Ω/km]"), 8),
        Head("x", wording("x [Ω/km]"), 8),
        Head("p", wording("P [kW]"), 8),
        Head("q", wording("Q [kvar]"), 8),
        Head("drop", wording("dU of the cable [%]"), 7),
        Head("sum", wording("dU from the LV board [%]"), 7),
        *_compared_heads(wording),
        Head("limit", wording("Limit [%]"), 6),
        Head("result", wording("Result"), 7.5),
    )


def _board_heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("id", wording("Transformer"), 12.5),
        Head("mv", wording("10 kV side, power flow [%]"), 11),
        Head("un1", wording("Un1 [kV]"), 11),
        Head("un2", wording("Un2 [kV]"), 13.5),
        Head("tap", wording("Factor of the tap"), 7.5),
        Head("none", wording("LV without load [%]"), 5.5),
        Head("r", wording("R [Ω]"), 8),
        Head("x", wording("X [Ω]"), 8),
        Head("p", wording("P [kW]"), 8),
        Head("q", wording("Q after compensation [kvar]"), 8),
        Head("drop", wording("dU of the transformer [%]"), 7),
        Head("empty", "", 7),
        *_compared_heads(wording),
    )


def _compared_heads(wording: Wording) -> tuple[Head, ...]:
    """Return the columns in which a hand calculation stands beside the power flow."""
    return (
        Head("hand", wording("Deviation by hand [%]"), 7.5),
        Head("a", wording("Power flow, phase a [%]"), 7.5),
        Head("b", wording("phase b [%]"), 7),
        Head("c", wording("phase c [%]"), 7),
        Head("worst", wording("Lowest phase [%]"), 7),
        Head("more", wording("Lowest phase less by hand [%]"), 8),
    )


def _board_cells(board: Board, row: int, heads: tuple[Head, ...]) -> Iterator[Put]:
    at, r = letters(heads), row + 1
    yield name(board.transformer)
    yield computed(board.mv_percent, "signed")
    yield given(board.vn_hv_kv, "general")
    yield given(board.vn_lv_kv, "general")
    yield given(board.ratio_tap, "general")
    ratio = f"{VN_MV_KV:g}/{at['un1']}{r}*{at['un2']}{r}/{VN_LV_KV:g}/{at['tap']}{r}"
    yield formula(f"=100*((1+{at['mv']}{r}/100)*{ratio}-1)", board.no_load_percent, "signed")
    yield given(board.r_ohm, "d5")
    yield given(board.x_ohm, "d5")
    yield computed(board.p_kw, "d2")
    yield computed(board.q_kvar, "d2")
    text = f"=({at['p']}{r}*{at['r']}{r}+{at['q']}{r}*{at['x']}{r})/{_BASE}"
    yield formula(text, board.drop_percent, "d2")
    yield EMPTY
    hand = board.no_load_percent - board.drop_percent
    yield formula(f"={at['none']}{r}-{at['drop']}{r}", hand, "signed")
    yield from _flow(board.flow, hand, at, r)


def _cells(
    page: Page,
    row_: Segment,
    of: tuple[Rule, Dossier],
    row: int,
    known: tuple[Mapping[str, int], Mapping[str, str]],
    boards: tuple[Board, ...],
) -> Iterator[Put]:
    at, r = letters(_heads(page.wording)), row + 1
    (rule, dossier), (row_of, at_board) = of, known
    board = next(one for one in boards if one.transformer == row_.transformer)
    yield name(row_.node)
    yield name(row_.before)
    yield name(row_.cable)
    yield name(row_.type)
    yield given(row_.length_m, "d1")
    yield given(row_.parallel, "whole")
    mark = dossier.catalogue.cables[row_.type].confidence
    yield given(row_.r_ohm_per_km, "d4", mark)
    yield given(row_.x_ohm_per_km, "d4", mark)
    yield computed(row_.p_kw, "d2")
    yield computed(row_.q_kvar, "d2")
    z = f"{at['p']}{r}*{at['r']}{r}+{at['q']}{r}*{at['x']}{r}"
    km = f"{at['length']}{r}/{M_PER_KM:g}/{at['parallel']}{r}"
    yield formula(f"=({z})*{km}/{_BASE}", row_.drop_percent, "d2")
    before = f"{at['sum']}{row_of[row_.before] + 1}+" if row_.before in row_of else ""
    yield formula(f"={before}{at['drop']}{r}", row_.drop_sum_percent, "d2")
    hand = board.no_load_percent - board.drop_percent - row_.drop_sum_percent
    yield formula(f"={at_board[row_.transformer]}-{at['sum']}{r}", hand, "signed")
    yield from _flow(row_.flow, hand, at, r)
    yield from _judged(page, row_.flow, rule, dossier, (at["limit"], at["worst"], r))


def _flow(flow: NodeResult | None, hand: float, at: Mapping[str, str], r: int) -> Iterator[Put]:
    """Yield the deviation of each phase, the worst, and how far it lies from that by hand."""
    if flow is None:
        yield from (EMPTY,) * 5
        return
    for vm_pu in flow.vm_phase_pu:
        yield computed(PERCENT * (vm_pu - 1), "signed")
    worst = PERCENT * (min(flow.vm_phase_pu) - 1)
    yield formula(f"=MIN({at['a']}{r}:{at['c']}{r})", worst, "signed")
    yield formula(f"={at['worst']}{r}-{at['hand']}{r}", worst - hand, "signed")


def _judged(
    page: Page,
    flow: NodeResult | None,
    rule: Rule,
    dossier: Dossier,
    where: tuple[str, str, int],
) -> Iterator[Put]:
    limit_at, worst_at, r = where
    limit, wording = -dossier.policy.number(rule.name), page.wording
    yield given(limit, "general", rule.confidence)
    if flow is None:
        yield sentence(wording("no solution"))
    else:
        holds = PERCENT * (min(flow.vm_phase_pu) - 1) >= limit - 1e-9
        yield verdict(f"{worst_at}{r}>={limit_at}{r}-1E-9", wording, holds=holds)
