"""The sheet of short circuits: impedances summed from the source to every node, and devices."""

from collections.abc import Iterator, Mapping, Sequence

from gridcalc.checks.case import short_circuit_rules
from gridcalc.dossier import Dossier
from gridcalc.report.calculation_book.cells import (
    EMPTY,
    Put,
    computed,
    formula,
    given,
    name,
)
from gridcalc.report.calculation_book.device_sheet import FaultCells
from gridcalc.report.calculation_book.fault_inputs import FaultInputs, Ohms, write_fault_inputs
from gridcalc.report.calculation_book.fault_rows import (
    FaultNode,
    fault_nodes,
    fault_sums,
    loop_mohm_per_m,
)
from gridcalc.report.calculation_book.page import TOP, Head, Page, letters
from gridcalc.report.wording import Wording
from gridcalc.units import V_PER_KV, VN_MV_KV

_NONE = Ohms(r_max="", x_max="", r_min="", x_min="")


def fault_sheet(page: Page, dossier: Dossier) -> FaultCells:
    """Write the fault currents of every node with every step, and return where they stand."""
    wording = page.wording
    heads = _heads(wording)
    page = page.opened(
        heads,
        wording(
            "Ik3 max = c Un / (sqrt3 |Z|), IEC 60909; transformers with K_T. Smallest current:"
            " between phase and neutral, |Z| of the phase-protective loop (2 Z1 + Z0) / 3 with hot"
            " conductors; at 10 kV three-phase. mΩ at the voltage of the node; r and x per metre"
            " of one cable."
        ),
    )
    inputs = write_fault_inputs(page, dossier, TOP)
    page.section(inputs.end, wording("Impedances and fault currents"))
    page.heads(inputs.end + 1, heads)
    first = inputs.end + 2
    nodes = fault_nodes(dossier.case.site)
    if nodes:
        row_of = {node.index: first + k for k, node in enumerate(nodes)}
        for node, cells in zip(
            nodes, _node_rows(nodes, dossier, inputs, row_of, heads), strict=True
        ):
            page.row(row_of[node.index], tuple(cells))
        rows = {node.id: row_of[node.index] for node in nodes}
    else:
        rows = _ring_rows(page, dossier, first)
    page.close(first + len(rows) - 1, len(heads), head_row=first - 1)
    at = letters(heads)
    return FaultCells(page=page.name, rows=rows, largest=at["ik3"], smallest=at["ik_min"])


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("id", wording("Node"), 13),
        Head("un", wording("Un [V]"), 7.5),
        Head("parent", wording("Fed from"), 11),
        Head("element", wording("Through"), 12),
        Head("type", wording("Type"), 18.5),
        Head("length", wording("Length [m]"), 7.5),
        Head("parallel", wording("In parallel"), 5.5),
        Head("r", wording("r 20 °C [mΩ/m]"), 8),
        Head("x", wording("x [mΩ/m]"), 8),
        Head("r_loop", wording("r of the loop, 20 °C [mΩ/m]"), 8.5),
        Head("x_loop", wording("x of the loop [mΩ/m]"), 8),
        Head("r_sum", wording("ΣR [mΩ]"), 8.5),
        Head("x_sum", wording("ΣX [mΩ]"), 8.5),
        Head("z", wording("|Z| [mΩ]"), 8.5),
        Head("ik3", wording("Ik3 max [kA]"), 8),
        Head("r_min", wording("ΣR of the smallest current [mΩ]"), 8.5),
        Head("x_min", wording("ΣX of the smallest current [mΩ]"), 9.5),
        Head("ik_min", wording("Ik1 min, at 10 kV Ik3 min [kA]"), 9),
    )


def _node_rows(
    nodes: Sequence[FaultNode],
    dossier: Dossier,
    inputs: FaultInputs,
    row_of: Mapping[int, int],
    heads: Sequence[Head],
) -> Iterator[Iterator[Put]]:
    rules = short_circuit_rules(dossier.policy)
    z = fault_sums(dossier.case.site, rules, nodes)
    at = letters(heads)
    ids = dossier.case.site.network.node_ids
    for node in nodes:
        r = row_of[node.index] + 1
        before = None if node.parent is None else row_of[node.parent] + 1
        yield iter(
            (
                name(node.id),
                given(node.vn_v, "whole"),
                name("" if node.parent is None else ids[node.parent]),
                name(node.element),
                *_branch(node, dossier),
                *_largest(node, inputs, at, (before, r), z[node.index][0]),
                *_smallest(node, inputs, at, (before, r), z[node.index][1]),
            )
        )


def _branch(node: FaultNode, dossier: Dossier) -> Iterator[Put]:
    """Yield type, length, number and impedances per metre; of cables alone."""
    network, k = dossier.case.site.network, node.position
    if node.kind != "cable":
        is_unit = node.kind == "transformer"
        yield name(network.transformers.types[k] if is_unit else "")
        yield from (EMPTY,) * 6
        return
    cables = network.cables
    mark = dossier.catalogue.cables[cables.types[k]].confidence
    loop = loop_mohm_per_m(dossier.case.site, k)
    yield name(cables.types[k])
    yield given(float(cables.length_m[k]), "d1")
    yield given(int(cables.parallel[k]), "whole")
    yield given(float(cables.r20_ohm_per_km[k]), "d4", mark)
    yield given(float(cables.x1_ohm_per_km[k]), "d4", mark)
    if node.is_lv:
        yield given(loop.real, "d4", mark)
        yield given(loop.imag, "d4", mark)
    else:
        yield from (EMPTY,) * 2


def _largest(
    node: FaultNode,
    inputs: FaultInputs,
    at: Mapping[str, str],
    rows: tuple[int | None, int],
    z_mohm: complex,
) -> Iterator[Put]:
    """Yield sum of resistance and reactance, impedance and largest current of a node."""
    before, r = rows
    parts = {
        "cable": (f"{at['r']}{r}*{_metres(at, r)}", f"{at['x']}{r}*{_metres(at, r)}"),
        "source": ("", ""),
        "transformer": ("", ""),
    }[node.kind]
    ends = _ends(node, inputs)
    r_text, x_text = (
        _summed(node, f"{column}{before}", part, end, ends.turns)
        for column, part, end in zip(
            (at["r_sum"], at["x_sum"]), parts, (ends.r_max, ends.x_max), strict=True
        )
    )
    yield formula(r_text, z_mohm.real, "d3")
    yield formula(x_text, z_mohm.imag, "d3")
    yield formula(f"=SQRT({at['r_sum']}{r}^2+{at['x_sum']}{r}^2)", abs(z_mohm), "d3")
    c = inputs.factor["c_max_lv" if node.is_lv else "c_max_mv"]
    yield formula(f"={c}*{at['un']}{r}/(SQRT(3)*{at['z']}{r})", node.ik3_max_ka, "d3")


def _smallest(
    node: FaultNode,
    inputs: FaultInputs,
    at: Mapping[str, str],
    rows: tuple[int | None, int],
    z_mohm: complex,
) -> Iterator[Put]:
    """Yield sum of resistance and reactance and the smallest current of a node."""
    before, r = rows
    kinds = ("r_loop", "x_loop") if node.is_lv else ("r", "x")
    heat = inputs.factor["end_temperature_factor"]
    ends = _ends(node, inputs)
    r_part = f"{heat}*{at[kinds[0]]}{r}*{_metres(at, r)}"
    x_part = f"{at[kinds[1]]}{r}*{_metres(at, r)}"
    turns = f"SQRT(2/3)*{ends.turns}" if ends.turns else ""
    yield formula(
        _summed(node, f"{at['r_min']}{before}", r_part, ends.r_min, turns), z_mohm.real, "d3"
    )
    yield formula(
        _summed(node, f"{at['x_min']}{before}", x_part, ends.x_min, turns), z_mohm.imag, "d3"
    )
    c = inputs.factor["c_min_lv" if node.is_lv else "c_min_mv"]
    z_text = f"SQRT({at['r_min']}{r}^2+{at['x_min']}{r}^2)"
    yield formula(f"={c}*{at['un']}{r}/(SQRT(3)*{z_text})", node.ik_min_ka, "d3")


def _metres(at: Mapping[str, str], r: int) -> str:
    return f"{at['length']}{r}/{at['parallel']}{r}"


def _ends(node: FaultNode, inputs: FaultInputs) -> Ohms:
    """Return the cells of the source or the transformer of a node."""
    if node.kind == "source":
        return inputs.sources[node.position]
    if node.kind == "transformer":
        return inputs.transformers[node.position]
    return _NONE


def _summed(node: FaultNode, before: str, part: str, end: str, turns: str) -> str:
    """Return the formula of a sum: of a source, behind a cable, or behind a transformer."""
    if node.kind == "source":
        return f"={end}"
    if node.kind == "cable":
        return f"={before}+{part}"
    return f"={before}*({turns})^2+{end}"


def _ring_rows(page: Page, dossier: Dossier, first: int) -> dict[str, int]:
    """Write the fault currents of a closed ring, whose impedances are no sums."""
    site, at = dossier.case.site, letters(_heads(page.wording))
    network, levels = site.network, site.short_circuit
    rows = {}
    for k, node in enumerate(network.node_ids):
        vn_kv = float(network.vn_kv[k])
        smallest = levels.ik1_min_ka if vn_kv < VN_MV_KV else levels.ik3_min_ka
        cells = {
            "id": name(node),
            "un": given(vn_kv * V_PER_KV, "whole"),
            "ik3": computed(float(levels.ik3_max_ka[k]), "d3"),
            "ik_min": computed(float(smallest[k]), "d3"),
        }
        page.row(first + k, tuple(cells.get(key, EMPTY) for key in at))
        rows[node] = first + k
    return rows
