"""What every shipped price book obeys, and the reference prices it must hold."""

import importlib.util
from pathlib import Path

import pytest

from gridcalc.catalogue import load_catalogue, load_sources
from gridcalc.cost import load_price_book, shipped_books
from gridcalc.provenance import weakest
from gridcalc.report.cost_words import price_name
from gridcalc.report.wording import load_wording
from gridcalc.tables import data_text

ROOT = Path(__file__).parents[2]
BOOKS = [load_price_book(ref) for ref in shipped_books()]
NATIONAL = load_price_book("national-2025")

# Low, typical and high price as the reference list of unit costs gives them; typical prices of
# the cable lines and of the channels come from its open-calculator and cost-control rows.
REFERENCE = {
    "cable_line_mv.up_to_3x120": (288.5, 380, 532.3),
    "cable_line_mv.3x120_to_3x240": (484.3, 560, 642.6),
    "overhead_line_lv": (32, 41, 59.8),
    "cable_lv.YJV22-0.6/1-4x240": (717, 836, 956),
    "laying.buried": (150, 150, 200),
    "laying.duct": (300, 300, 600),
    "laying.duct_bank": (800, 1200, 2000),
    "laying.trench": (1000, 1500, 2500),
    "drilling": (400, 600, 900),
    "transformer.SCB14-630-uk6": (90_000, 110_000, 140_000),
    "transformer.SCB14-800": (110_000, 130_000, 160_000),
    "transformer.SCB14-1000": (130_000, 160_000, 190_000),
    "transformer.S20-400": (50_000, 60_000, 80_000),
    "transformer.S20-630": (70_000, 85_000, 110_000),
    "box_substation.630": (280_000, 350_000, 450_000),
    "box_substation.800": (320_000, 400_000, 500_000),
    "rmu_bay": (30_000, 40_000, 60_000),
    "rmu.RMU-2in-4out": (220_000, 300_000, 420_000),
    "lv_cabinet": (25_000, 35_000, 50_000),
    "lv_branch_box": (5_000, 9_000, 18_000),
    "meter_box": (1_500, 2_500, 4_000),
    "meter": (150, 200, 300),
    "charger_ac_7kw": (1_500, 2_500, 4_000),
}


def rows():
    return [
        pytest.param(row, id=f"{book.id}-{getattr(row, 'item', None) or row.name}")
        for book in BOOKS
        for row in (*book.prices.values(), *book.surcharges)
    ]


def test_every_source_of_a_price_resolves():
    cited = {row.values[0].source for row in rows()}

    assert cited - set(load_sources()) == set()


def test_every_source_of_the_price_register_is_used():
    own = {
        line.removesuffix(":")
        for line in data_text("sources_prices.yaml").splitlines()
        if line.endswith(":") and not line.startswith((" ", "#"))
    }

    assert own - {row.values[0].source for row in rows()} == set()


def test_no_price_is_trusted_more_than_its_source():
    sources = load_sources()
    proud = [
        row.id
        for row in rows()
        if weakest(row.values[0].confidence, sources[row.values[0].source].confidence)
        != row.values[0].confidence
    ]

    assert proud == []


def test_no_price_of_practice_or_assumption_claims_a_document():
    practice = {"engineering-practice", "project-assumption", "metal-price-formula"}
    marks = {r.values[0].confidence for r in rows() if r.values[0].source in practice}

    assert marks == {"assumed"}


def test_low_typical_and_high_never_fall_and_no_price_is_free():
    prices = [price for book in BOOKS for price in book.prices.values()]
    shares = [share for book in BOOKS for share in book.surcharges]

    assert [p.item for p in prices if not 0 < p.low_yuan <= p.typical_yuan <= p.high_yuan] == []
    assert [s.name for s in shares if list(s.percents) != sorted(s.percents)] == []


@pytest.mark.parametrize(("item", "expected"), REFERENCE.items())
def test_a_price_is_that_of_the_reference_list(item, expected):
    price = NATIONAL.price(item)

    assert (price.low_yuan, price.typical_yuan, price.high_yuan) == expected


def test_every_type_of_the_catalogue_that_is_made_has_a_price():
    # Transformers without a grade of GB 20052 (S9, S11, SCB10) stand there; nobody sells one.
    catalogue = load_catalogue()
    wanted = [
        f"transformer.{row.name}"
        for row in catalogue.transformers.values()
        if row.gb20052_grade is not None
    ]
    wanted += [
        f"cable_{'mv' if row.vn_kv >= 10 else 'lv'}.{row.name}" for row in catalogue.cables.values()
    ]
    wanted += [f"rmu.{name}" for name in catalogue.rmus]
    wanted += [f"lv_breaker.{name}" for name in catalogue.breakers]

    assert len(wanted) > 170
    assert list(NATIONAL.missing(wanted)) == []


def test_every_laying_of_a_compound_file_has_a_price():
    from gridcalc.compound.model import Laying

    assert list(NATIONAL.missing(f"laying.{name}" for name in Laying.__args__)) == []


def test_a_larger_type_of_the_same_kind_costs_more():
    catalogue = load_catalogue()
    sized = [
        (f"transformer.{row.name}", (row.kind, row.series), row.sn_kva)
        for row in catalogue.transformers.values()
        if row.gb20052_grade is not None
    ]
    sized += [
        (
            f"cable_{'mv' if row.vn_kv >= 10 else 'lv'}.{row.name}",
            (row.vn_kv, row.conductor),
            row.area_mm2,
        )
        for row in catalogue.cables.values()
    ]
    sized += [
        (f"lv_breaker.{row.name}", (row.kind, ""), row.rated_i_a)
        for row in catalogue.breakers.values()
    ]
    cheaper = [
        (small, large)
        for small, kind_a, a in sized
        for large, kind_b, b in sized
        if kind_a == kind_b
        and a < b
        and NATIONAL.price(small).typical_yuan >= NATIONAL.price(large).typical_yuan
    ]

    assert cheaper == []


def test_aluminium_costs_less_than_copper_of_the_same_size():
    items = [item for item in NATIONAL.prices if "YJLV22" in item]
    dear = [
        item
        for item in items
        if NATIONAL.price(item).high_yuan >= NATIONAL.price(item.replace("YJLV", "YJV")).low_yuan
    ]

    assert len(items) == 21
    assert dear == []


def test_the_copper_cable_price_is_its_metal_over_the_metal_share():
    # 4 x 120 mm2 x 8.96 g per mm2 and m at 75, 87.5 and 100 yuan/kg over a share of 0.9:
    # 4.3008 kg/m give 358.4, 418.1 and 477.9 yuan/m
    price = NATIONAL.price("cable_lv.YJV22-0.6/1-4x120")

    assert (price.low_yuan, price.typical_yuan, price.high_yuan) == (358, 418, 478)


def test_the_aluminium_price_meets_the_market_range_of_practice():
    # 4x240: 110 to 180 yuan/m by experience
    price = NATIONAL.price("cable_lv.YJLV22-0.6/1-4x240")

    assert 110 * 0.95 <= price.low_yuan < price.high_yuan <= 180


def test_the_rows_that_follow_from_a_rule_are_current():
    # python docs/method/price_rows.py
    path = ROOT / "docs" / "method" / "price_rows.py"
    spec = importlib.util.spec_from_file_location("price_rows", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    block = "\n".join([module.BEGIN, *module.rows(), module.END])

    assert block in data_text("prices/national-2025.yaml")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_item_has_a_name_in_both_languages(lang):
    wording = load_wording(lang)
    unnamed = [
        row.id
        for row in rows()
        if price_name(row.values[0], wording) in {getattr(row.values[0], "item", ""), row.id}
    ]

    assert unnamed == []


def test_every_source_of_a_price_has_a_chinese_title():
    titles = load_wording("zh").titles
    sources = load_sources()
    missing = {
        row.values[0].source
        for row in rows()
        if row.values[0].source not in titles
        and not any("\u4e00" <= c <= "\u9fff" for c in sources[row.values[0].source].title)
    }

    assert missing == set()
