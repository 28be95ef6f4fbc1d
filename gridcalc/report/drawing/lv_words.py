"""How cables, boxes, loads and results are said on a drawing, as short as a label must be."""

from collections.abc import Sequence

from gridcalc.report.drawing.lv_scheme import Branch
from gridcalc.report.drawing.planned import Change
from gridcalc.report.drawing.readings import Loads
from gridcalc.report.figures import number, signed, with_unit
from gridcalc.report.wording import Wording


def change_text(change: Change, wording: Wording) -> str:
    """Return what the plan makes of a cable or a transformer; empty where it stays."""
    parts = [type_text(change.type, change.parallel)] if change.type else []
    if change.from_id:
        parts.append(wording("from {id}", id=change.from_id))
    if change.tap is not None:
        parts.append(tap_text(change.tap, wording))
    return f"→ {wording.words(parts)}" if parts else ""


def count_text(n: int) -> str:
    """Return how many equal ones a symbol stands for.

    Examples
    --------
    >>> count_text(1), count_text(12)
    ('', '×12')
    """
    return f"×{n}" if n > 1 else ""


def ids_text(ids: Sequence[str]) -> str:
    """Return the ids of equal ones: the only one, else the first and how many.

    Examples
    --------
    >>> ids_text(["T1-F1"]), ids_text(["T1-F1", "T1-F2", "T1-F5"])
    ('T1-F1', 'T1-F1… ×3')
    """
    return ids[0] if len(ids) == 1 else f"{ids[0]}… {count_text(len(ids))}"


def cable_text(branch: Branch) -> str:
    """Return the type of a cable and how many lie in parallel."""
    return type_text(branch.type, branch.parallel)


def type_text(name: str, parallel: int) -> str:
    """Return a type of cable as a drawing says it.

    Examples
    --------
    >>> type_text("YJV22-0.6/1-4x240", 2)
    '2×(YJV22-0.6/1-4×240)'
    """
    said = name.replace("x", "×")
    return said if parallel == 1 else f"{parallel}×({said})"


def range_text(low: float, high: float, unit: str, wording: Wording) -> str:
    """Return a value in whole units, or the least and the most of several.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> range_text(80.0, 120.0, "m", load_wording("en"))
    '80–120 m'
    >>> range_text(77.6, 78.4, "%", load_wording("en"))
    '78 %'
    """
    least, most = number(low, 0), number(high, 0)
    return with_unit(most if least == most else f"{least}–{most}", unit, wording)


def length_text(branch: Branch, wording: Wording) -> str:
    """Return the length of a cable, or from the shortest to the longest."""
    return range_text(*branch.length_m, "m", wording)


def loading_text(branch: Branch, wording: Wording) -> str:
    """Return the loading of a cable, or from the least to the most; empty without a solution."""
    if branch.loading_percent is None:
        return ""
    return range_text(*branch.loading_percent, "%", wording)


def rating_text(in_a: float | None, wording: Wording) -> str:
    """Return the rated current of a device; empty where it is not given."""
    return "" if in_a is None else with_unit(f"{in_a:g}", "A", wording)


def voltage_text(branch: Branch, wording: Wording) -> str:
    """Return the lowest voltage of the boxes, or the highest at low load where it is too high."""
    if branch.rise_percent is not None:
        said = deviation_text(branch.rise_percent, wording)
        return wording("{voltage} low load", voltage=said)
    return deviation_text(branch.deviation_percent, wording)


def deviation_text(deviation_percent: float | None, wording: Wording) -> str:
    """Return a deviation of a voltage; empty without a solution.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> deviation_text(-3.24, load_wording("en"))
    'ΔU -3.2 %'
    """
    if deviation_percent is None:
        return ""
    return f"ΔU {signed(deviation_percent, 1)} {wording.term('%')}"


def loads_text(loads: Loads, wording: Wording) -> str:
    """Return what is connected, in a few words; empty for nothing."""
    parts = []
    if loads.households:
        parts.append(wording("{n} flats", n=loads.households))
    if loads.private_bays:
        values = {"n": loads.private_chargers, "bays": loads.private_bays}
        parts.append(wording("{bays} private bays ({n} chargers)", **values))
    if loads.public_bays:
        values = {"n": loads.public_chargers, "bays": loads.public_bays}
        parts.append(wording("{bays} public bays ({n} chargers)", **values))
    if loads.bikes:
        values = {"n": loads.sockets, "bikes": loads.bikes}
        parts.append(wording("{bikes} e-bikes ({n} sockets)", **values))
    if loads.common_kw:
        parts.append(wording("common {kw} kW", kw=f"{loads.common_kw:g}"))
    return wording.words(parts)


def tap_text(tap: int, wording: Wording) -> str:
    """Return the tap of a transformer with its sign."""
    return wording("tap {tap:+d}", tap=tap) if tap else wording("tap 0")


def box_text(branch: Branch, wording: Wording) -> str:
    """Return the kind of a box, its id where it is alone, and how many there are."""
    kind = wording.term(f"box.{branch.box}") if branch.box else ""
    alone = branch.nodes[0] if branch.n == 1 else count_text(branch.n)
    return f"{kind} {alone}".strip()


def hint_text(branch: Branch, wording: Wording) -> str:
    """Return which cables a line stands for and which is loaded most."""
    said = wording.words(branch.cables)
    if branch.n == 1 or branch.loading_percent is None:
        return said
    worst = wording("highest loading: {cable}", cable=branch.worst)
    return wording.clauses([said, worst])
