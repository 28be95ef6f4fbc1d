"""Write the made-up table of 114 compounds in Changji, its 10 kV lines and its cost survey.

Compounds, households and ring main units of each county are those of the annex of the Changji
draft (see ../changji-survey). Everything else is drawn at random from the ranges in made_up.json:
names, ages, sizes, parking, transformers, peaks, places, lines. No compound and no line exists;
places lie in the right town and nowhere in particular.

    python make_table.py --seed 2026
"""

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

HERE = Path(__file__).parent
MADE_UP: dict[str, Any] = json.loads((HERE / "made_up.json").read_text(encoding="utf-8"))
KINDS, NAMES = MADE_UP["kinds"], MADE_UP["names"]
POLICY = "changji-2026"
LON_STEP, LAT_STEP, JITTER = 0.0078, 0.0056, 0.25
POWER_FACTOR = 0.95
TOLD = {
    "建成年份": 0.96,
    "楼层数": 0.85,
    "户均面积(m²)": 0.6,
    "固定车位": 0.93,
    "公共车位": 0.7,
    "电动自行车": 0.65,
    "变压器": 0.85,
    "最高负荷(kW)": 0.4,
    "10kV线路": 0.96,
}
"""How often a cell is filled in; the others stay empty, as in a real table."""

Thing = TypeVar("Thing")
Row = dict[str, Any]


@dataclass
class Compound:
    """One compound of the table; ``peak_kw`` is known here and told only where it is metered."""

    id: str
    county: str
    kind: str
    n_households: int
    is_only_metered: bool
    name: str = ""
    n_rmus: int = 0
    lon: float = 0.0
    lat: float = 0.0
    line: str = ""
    peak_kw: int = 0
    kva: int = 0
    cells: Row = field(default_factory=dict)


class Draw:
    """Random draws that are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311

    def share(self) -> float:
        """Return a number from 0 up to 1."""
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        """Return a number in a range."""
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number in a range, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def one(self, things: Sequence[Thing]) -> Thing:
        """Return one of some things."""
        return things[int(self.share() * len(things))]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """Return things in another order."""
        order = sorted((self.share(), i) for i in range(len(things)))
        return [things[i] for _, i in order]


def households(kinds: Sequence[str], total: int, draw: Draw) -> list[int]:
    """Return sizes within the ranges of the kinds that sum to a total."""
    ranges = [KINDS[kind]["households"] for kind in kinds]
    wanted = [draw.between(*pair) for pair in ranges]

    def moved(by: float) -> list[float]:
        rows = zip(wanted, ranges, strict=True)
        return [min(max(x + by * (high - low), low), high) for x, (low, high) in rows]

    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(moved(middle)) < total else (low, middle)
    sizes = moved(high)
    whole = [int(size) for size in sizes]
    order = sorted(range(len(sizes)), key=lambda i: (whole[i] - sizes[i], i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    if sum(whole) != total:
        raise ValueError(f"{total} households do not fit {kinds}")
    return whole


def compounds_of(county: Mapping[str, Any], draw: Draw) -> list[Compound]:
    """Return the compounds of a county with their sizes, ring main units, places and lines."""
    only_metered = county.get("only_metered", [])
    free = [kind for kind, n in county["mix"].items() for _ in range(n)]
    for kind, _ in only_metered:
        free.remove(kind)
    rest = county["n_households"] - sum(n for _, n in only_metered)
    sizes = households(free, rest, draw)
    sized = [(kind, n, False) for kind, n in zip(free, sizes, strict=True)]
    sized += [(kind, n, True) for kind, n in only_metered]
    rows = [
        Compound(f"{county['code']}-{i + 1:03d}", county["name"], kind, n, is_only_metered)
        for i, (kind, n, is_only_metered) in enumerate(draw.shuffled(sized))
    ]
    takers = [row for row in rows if not row.is_only_metered]
    for _ in range(county["n_rmus"]):
        largest = max(takers, key=lambda row: (row.n_households / (row.n_rmus + 1), row.id))
        largest.n_rmus += 1
    put_in_place(rows, county, draw)
    connect(rows, county)
    return rows


def put_in_place(rows: Sequence[Compound], county: Mapping[str, Any], draw: Draw) -> None:
    """Put compounds on a loose grid in the town."""
    n_wide = max(round((1.6 * len(rows)) ** 0.5), 1)
    n_high = -(-len(rows) // n_wide) + (len(rows) > 20)
    cells = draw.shuffled([(x, y) for x in range(n_wide) for y in range(n_high)])
    for row, (x, y) in zip(rows, cells, strict=False):
        east = x - (n_wide - 1) / 2 + draw.between(-JITTER, JITTER)
        north = y - (n_high - 1) / 2 + draw.between(-JITTER, JITTER)
        row.lon = round(county["lon"] + east * LON_STEP, 5)
        row.lat = round(county["lat"] + north * LAT_STEP, 5)


def connect(rows: Sequence[Compound], county: Mapping[str, Any]) -> None:
    """Put neighbours on one line: strips from west to east, cut from south to north."""
    n_lines = county["n_lines"]
    n_strips = max(round(n_lines**0.5), 1)
    per_strip = [n_lines // n_strips + (i < n_lines % n_strips) for i in range(n_strips)]
    eastward = sorted(rows, key=lambda row: row.lon)
    number = 0
    for strip, n in zip(parts(eastward, per_strip), per_strip, strict=True):
        for part in parts(sorted(strip, key=lambda row: row.lat), [1] * n):
            number += 1
            for row in part:
                row.line = f"{county['code']}-L{number:02d}"


def parts(rows: Sequence[Compound], weights: Sequence[int]) -> list[list[Compound]]:
    """Return rows in their order, cut so that households go by the weights."""
    total = sum(row.n_households for row in rows)
    ends = [sum(weights[: i + 1]) / sum(weights) for i in range(len(weights))]
    found: list[list[Compound]] = [[] for _ in weights]
    so_far = 0.0
    for row in rows:
        middle = (so_far + row.n_households / 2) / total
        found[next(i for i, end in enumerate(ends) if middle <= end + 1e-9)].append(row)
        so_far += row.n_households
    return found


def name_all(rows: Sequence[Compound], draw: Draw) -> None:
    """Give every compound a name of its own."""
    words = iter(draw.shuffled([a + b for a in NAMES["first"] for b in NAMES["second"]]))
    doors = [(street, n) for street in NAMES["streets"] for n in range(2, 40, 3)]
    numbered = iter(draw.shuffled(doors))
    for row in rows:
        suffix = draw.one(KINDS[row.kind]["suffixes"])
        if "{n}" in suffix:
            street, n = next(numbered)
            row.name = street + suffix.format(n=n)
        else:
            row.name = next(words) + suffix


def transformers(row: Compound, draw: Draw) -> str:
    """Return what is installed, such as ``2x800+1x630``; sets its sum. [kVA]."""
    kind = KINDS[row.kind]
    wanted = row.n_households * draw.between(*kind["kva"])
    step = 2 if kind["pairs"] else 1
    options = [
        (abs(n * kva - wanted), n, kva) for kva in kind["sizes"] for n in range(step, 25, step)
    ]
    _, n, kva = min(options)
    smaller = [other for other in kind["sizes"] if other < kva]
    is_mixed = draw.share() < 0.4 and not kind["pairs"] and n > 1 and bool(smaller)
    row.kva = n * kva - (kva - smaller[-1] if is_mixed else 0)
    return f"{n - 1}x{kva}+1x{smaller[-1]}" if is_mixed else f"{n}x{kva}"


def describe(row: Compound, draw: Draw) -> None:
    """Fill the cells of a compound."""
    kind, n = KINDS[row.kind], row.n_households
    installed = transformers(row, draw)
    row.peak_kw = round(min(n * draw.between(*kind["peak_kw"]), 0.8 * row.kva))
    cells: Row = {
        "小区编号": row.id,
        "小区名称": row.name,
        "区县": row.county,
        "模板": kind["title"],
        "产权类别": draw.one(kind["categories"]),
        "建成年份": draw.whole(*kind["years"]),
        "户数": n,
        "楼层数": draw.one(kind["floors"]),
        "户均面积(m²)": draw.whole(*kind["area_m2"]),
        "固定车位": round(n * draw.between(*kind["bays"])),
        "公共车位": round(n * draw.between(*kind["public"])),
        "电动自行车": round(n * draw.between(*kind["ebikes"])),
        "变压器": installed,
        "最高负荷(kW)": row.peak_kw,
        "10kV线路": row.line,
        "经度": row.lon,
        "纬度": row.lat,
        "政策": POLICY,
        "高压及土建户数": 0 if row.is_only_metered else n,
        "新增环网柜(台)": row.n_rmus,
    }
    row.cells = {
        name: value if draw.share() < TOLD.get(name, 1.0) else "" for name, value in cells.items()
    }
    if draw.share() < 0.03:
        row.cells |= {"经度": "", "纬度": ""}


def lines_of(rows: Sequence[Compound], draw: Draw) -> list[Row]:
    """Return the 10 kV lines: neighbours tied in pairs, up to eight on a main transformer."""
    names = iter(draw.shuffled(NAMES["lines"]))
    found: list[Row] = []
    for county in MADE_UP["counties"]:
        codes = [f"{county['code']}-L{i + 1:02d}" for i in range(county["n_lines"])]
        lines = [line_of(code, next(names), rows, draw) for code in codes]
        for i, line in enumerate(lines):
            partner = i + 1 if i % 2 == 0 else i - 1
            line["联络线路"] = codes[partner] if partner < len(codes) else ""
        for i in range(0, len(lines), 8):
            add_main_transformer(lines[i : i + 8], f"{county['code']} {i // 8 + 1}号主变", draw)
        found += lines
    return found


def line_of(code: str, name: str, rows: Sequence[Compound], draw: Draw) -> Row:
    """Return a line with its compounds of today and some other customers."""
    own = [row for row in rows if row.line == code]
    others_kw = draw.between(600, 2200)
    return {
        "线路编号": code,
        "线路名称": f"10kV{name}线",
        "线路限流(A)": draw.one((400, 420, 450, 480, 500)),
        "年最大负荷(kW)": 10 * round((0.88 * sum(row.peak_kw for row in own) + others_kw) / 10),
        "含小区": "是",
        "装接容量(kVA)": 5 * round((sum(row.kva for row in own) + 1.9 * others_kw) / 5),
        "功率因数": POWER_FACTOR,
    }


def add_main_transformer(lines: Sequence[Row], name: str, draw: Draw) -> None:
    """Put lines on a main transformer that also feeds others."""
    peak_kva = 0.9 * sum(line["年最大负荷(kW)"] for line in lines) / POWER_FACTOR
    peak_kva += draw.between(2000, 8000)
    size = next(kva for kva in (20000, 31500, 50000, 63000, 80000) if kva > 1.2 * peak_kva)
    for line in lines:
        line["主变"] = name
        line["主变容量(kVA)"] = size
        line["主变最大负荷(kVA)"] = 10 * round(peak_kva / 10)


def survey_of(rows: Sequence[Compound]) -> list[Row]:
    """Return the table of ``gridcalc cost --survey``, summed over the compounds."""
    found = []
    for county in MADE_UP["counties"]:
        own = [row.cells for row in rows if row.county == county["name"]]
        found.append(
            {
                "area": county["name"],
                "n_compounds": len(own),
                "n_households": sum(cells["户数"] for cells in own),
                "n_households_civil": sum(cells["高压及土建户数"] for cells in own),
                "n_rmus": sum(cells["新增环网柜(台)"] for cells in own),
            }
        )
    return found


def write(path: Path, rows: Sequence[Row], encoding: str) -> None:
    """Write rows as CSV; Excel knows Chinese by the mark that utf-8-sig writes."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the three tables beside this file, or into another folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2026, help="seed of all draws [-]")
    parser.add_argument("-o", "--output", type=Path, default=HERE, help="folder")
    options = parser.parse_args()
    draw = Draw(options.seed)
    rows = [row for county in MADE_UP["counties"] for row in compounds_of(county, draw)]
    name_all(rows, draw)
    for row in rows:
        describe(row, draw)
    write(options.output / "compounds.csv", [row.cells for row in rows], "utf-8-sig")
    write(options.output / "lines.csv", lines_of(rows, draw), "utf-8-sig")
    write(options.output / "survey.csv", survey_of(rows), "utf-8")


if __name__ == "__main__":
    main()
