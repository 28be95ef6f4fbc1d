"""Write the rows of the national price book that follow from a rule: one per catalogue type.

The rules are stated in docs/method/cost.md. Run from the repository: ``python
docs/method/price_rows.py`` replaces the block between the two markers in the book.
"""

from collections.abc import Iterator
from pathlib import Path

from gridcalc.catalogue import load_catalogue

BOOK = Path(__file__).parents[2] / "gridcalc" / "data" / "prices" / "national-2025.yaml"
BEGIN = "  # ---- rows that follow from a rule: docs/method/price_rows.py writes them"
END = "  # ---- end of the rows that follow from a rule"

Range = tuple[float, float, float]

# Anchors of engineering practice [yuan]: rated power [kVA] -> low, typical, high.
DRY_SCB14: dict[float, Range] = {
    630: (90_000, 110_000, 140_000),
    800: (110_000, 130_000, 160_000),
    1000: (130_000, 160_000, 190_000),
}
OIL_S20: dict[float, Range] = {400: (50_000, 60_000, 80_000), 630: (70_000, 85_000, 110_000)}
BOX: dict[float, Range] = {630: (280_000, 350_000, 450_000), 800: (320_000, 400_000, 500_000)}
EXPONENT, BOX_EXPONENT = 0.75, 0.55
SERIES: dict[str, Range] = {  # price of a series over that of the anchor series
    "S13": (0.85, 0.88, 0.90),
    "S20": (1.0, 1.0, 1.0),
    "S22": (1.10, 1.15, 1.25),
    "SCB12": (0.85, 0.90, 0.95),
    "SCB13": (0.90, 0.95, 1.0),
    "SCB14": (1.0, 1.0, 1.0),
    "SCB18": (1.15, 1.25, 1.30),
}
BOX_KVA = (200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600)

# Cables: density [kg per mm2 and m], metal price [yuan/kg], share of the metal in the price.
DENSITY = {"Cu": 8.96e-3, "Al": 2.70e-3}
METAL: dict[str, Range] = {"Cu": (75, 87.5, 100), "Al": (20, 22.5, 25)}
CU_SHARE = {"cable_mv": 0.85, "cable_lv": 0.90}
AL_SPREAD = 0.25

RMU_ANCHOR, RMU_ANCHOR_BAYS = (220_000, 300_000, 420_000), 6
RMU_BAY: Range = (30_000, 40_000, 60_000)

BREAKER = {"moulded_case": (400, 6), "air": (8_000, 8)}  # yuan, yuan per ampere
BREAKER_SPREAD: Range = (0.6, 1.0, 1.6)


def rounded(value: float) -> int:
    """Return a price in three figures, whole yuan."""
    step = 10 ** max(len(str(int(value))) - 3, 0)
    return round(value / step) * step


def scaled(anchors: dict[float, Range], kva: float, exponent: float) -> Range:
    """Return a price scaled from the largest anchor not above the size, else the smallest."""
    below = [size for size in anchors if size <= kva]
    anchor = max(below) if below else min(anchors)
    low, typical, high = ((kva / anchor) ** exponent * price for price in anchors[anchor])
    return low, typical, high


def transformer(kind: str, series: str, kva: float) -> Range:
    """Return the price of a transformer in yuan."""
    low, typical, high = (
        price * factor
        for price, factor in zip(
            scaled(OIL_S20 if kind == "oil" else DRY_SCB14, kva, EXPONENT),
            SERIES[series],
            strict=True,
        )
    )
    return low, typical, high


def cable(family: str, conductor: str, n_cores: int, area_mm2: float) -> Range:
    """Return the price of a cable in yuan per metre."""
    share = CU_SHARE[family]
    kg_cu = n_cores * area_mm2 * DENSITY["Cu"]
    copper = [kg_cu * metal / share for metal in METAL["Cu"]]
    if conductor == "Cu":
        return copper[0], copper[1], copper[2]
    rest = copper[1] * (1 - share)
    typical = rest + n_cores * area_mm2 * DENSITY["Al"] * METAL["Al"][1]
    return typical * (1 - AL_SPREAD), typical, typical * (1 + AL_SPREAD)


def rows() -> Iterator[str]:
    """Yield the lines of all rows that follow from a rule."""
    catalogue = load_catalogue()
    practice = "year: 2024, source: engineering-practice, confidence: assumed"
    for row in catalogue.transformers.values():
        if row.gb20052_grade is None:
            continue  # no longer made
        anchors = OIL_S20 if row.kind == "oil" else DRY_SCB14
        base = "S20" if row.kind == "oil" else "SCB14"
        is_anchor = row.series == base and row.sn_kva in anchors
        note = "transformer only" if is_anchor else "by rule from the anchors; transformer only"
        price = transformer(row.kind, row.series, row.sn_kva)
        yield from entry(f"transformer.{row.name}", price, "piece", "equipment", practice, note)
    for kva in BOX_KVA:
        whole = scaled(BOX, kva, BOX_EXPONENT)
        inside = transformer("oil", "S20", kva)
        note = "European type, complete with an S20 transformer"
        yield from entry(f"box_substation.{kva}", whole, "piece", "equipment", practice, note)
        low, typical, high = (a - b for a, b in zip(whole, inside, strict=True))
        note = "enclosure, 10 kV unit and LV board; complete substation less its S20 transformer"
        housing = (low, typical, high)
        yield from entry(f"substation_housing.{kva}", housing, "piece", "equipment", practice, note)
    for unit in catalogue.rmus.values():
        n_more = unit.n_bays - RMU_ANCHOR_BAYS
        low, typical, high = (p + n_more * bay for p, bay in zip(RMU_ANCHOR, RMU_BAY, strict=True))
        note = "outdoor, with DTU" if not n_more else "from the unit of six bays, by price per bay"
        yield from entry(
            f"rmu.{unit.name}", (low, typical, high), "piece", "equipment", practice, note
        )
    metal = "source: metal-price-formula, confidence: assumed"
    for wire in catalogue.cables.values():
        family = "cable_mv" if wire.vn_kv >= 10 else "cable_lv"
        price = cable(family, wire.conductor, wire.n_cores, wire.area_mm2)
        yield from entry(f"{family}.{wire.name}", price, "m", "cable", metal, "material")
    for breaker in catalogue.breakers.values():
        fixed, per_a = BREAKER[breaker.kind]
        typical = fixed + per_a * breaker.rated_i_a
        low, typical, high = (typical * factor for factor in BREAKER_SPREAD)
        note = "by rule from the rated current"
        price = (low, typical, high)
        yield from entry(f"lv_breaker.{breaker.name}", price, "piece", "equipment", practice, note)


def entry(item: str, price: Range, unit: str, section: str, basis: str, note: str) -> Iterator[str]:
    """Yield the two lines of one row."""
    low, typical, high = (rounded(value) for value in price)
    yield f"  {item}: {{low: {low}, typical: {typical}, high: {high}, unit: yuan/{unit},"
    yield f"    section: {section}, {basis}, note: {note!r}}}".replace("'", '"')


def main() -> None:
    """Replace the block in the book."""
    text = BOOK.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN + "\n")
    _, tail = rest.split(END + "\n")
    block = "\n".join([BEGIN, *rows(), END])
    BOOK.write_text(f"{head}{block}\n{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
