"""Price books in: ids, paths, folders, books that extend others, every problem at once."""

import pytest
import yaml

from gridcalc.cost import load_price_book, shipped_books
from gridcalc.errors import InputError
from gridcalc.tables import data_text

HEAD = "gridcalc_prices: 1\nid: ours\ntitle: 本地价格\nyear: 2026\n"


@pytest.fixture
def book_file(tmp_path):
    def write(text: str, name: str = "ours.yaml", encoding: str = "utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


@pytest.fixture
def broken(book_file):
    """Return how to ask for the problems of the national book with some changes."""

    def problems(change, needed=()):
        tree = yaml.safe_load(data_text("prices/national-2025.yaml"))
        change(tree)
        path = book_file(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
        with pytest.raises(InputError) as caught:
            load_price_book(path, needed=needed)
        assert {problem.file for problem in caught.value.problems} == {path}
        return {p.key: p for p in caught.value.problems}

    return problems


def test_a_shipped_book_is_found_by_its_id():
    assert [load_price_book(ref).id for ref in shipped_books()] == list(shipped_books())


def test_an_unknown_id_names_the_known_ones():
    with pytest.raises(InputError, match="did you mean 'national-2025'"):
        load_price_book("national-2024")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_book_that_extends_another_replaces_what_it_says(book_file, encoding):
    text = HEAD + "extends: national-2025\nitems:\n  meter_box: {typical: 2600}\n"

    book = load_price_book(book_file(text, encoding=encoding))

    price = book.price("meter_box")
    assert (price.low_yuan, price.typical_yuan, price.high_yuan) == (1500, 2600, 4000)
    assert (price.unit, price.section, price.source, price.confidence, price.year) == (
        *("piece", "equipment", "user", "assumed", 2026),
    )
    assert book.price("meter") == load_price_book("national-2025").price("meter")
    assert book.title == "本地价格"


def test_a_book_says_whether_its_prices_hold_tax_and_else_what_its_base_says(book_file):
    """No source of the shipped prices says it, so nobody may claim it for them."""
    base = HEAD + "extends: national-2025\n"

    said = load_price_book(book_file(base + "tax: excluded\n")).tax

    assert said == "excluded"
    assert load_price_book(book_file(base)).tax == "not_stated"
    assert {load_price_book(ref).tax for ref in shipped_books()} == {"not_stated"}
    with pytest.raises(InputError, match="tax"):
        load_price_book(book_file(base + "tax: some\n"))


def test_a_share_may_be_replaced_and_keeps_its_base(book_file):
    text = (
        HEAD + "extends: national-2025\nsurcharges:\n  contingency: {low: 0, typical: 0, high: 0}\n"
    )

    book = load_price_book(book_file(text))

    shares = {share.name: share for share in book.surcharges}
    assert shares["contingency"].percents == (0, 0, 0)
    assert shares["contingency"].base[-1] == "other"
    assert list(shares) == [s.name for s in load_price_book("national-2025").surcharges]


def test_a_book_of_a_folder_is_found_by_its_id(book_file, tmp_path):
    book_file(HEAD + "extends: national-2025\n", name="province.yaml")

    assert load_price_book("province", tmp_path).id == "ours"


def test_a_user_may_add_types_of_an_own_catalogue_and_items_of_their_own(book_file):
    row = "{low: 1, typical: 2, high: 3, unit: yuan/m, section: cable, source: quotation 12}"
    items = f"items:\n  cable_lv.ZC-YJV-4x300: {row}\n  own.bridge: {row}\n"

    book = load_price_book(book_file(HEAD + "extends: national-2025\n" + items))

    assert book.price("cable_lv.ZC-YJV-4x300").source == "quotation 12"


def test_missing_negative_and_inverted_prices_are_all_in_one_error(broken):
    def change(tree):
        del tree["items"]["meter_box"]
        del tree["items"]["transformer.S22-800"]
        tree["items"]["meter"]["low"] = -150
        tree["items"]["drilling"] |= {"low": 900, "high": 400}
        tree["items"]["laying.duct"]["typical"] = 700
        del tree["surcharges"]["contingency"]
        tree["surcharges"]["accessories_lv"]["low"] = 5

    found = broken(change, needed=["own.lift"])

    assert set(found) == {
        "items.meter_box",
        "items.transformer.S22-800",
        "items.own.lift",
        "items.meter.low",
        "items.drilling.low",
        "items.drilling.typical",
        "items.laying.duct.typical",
        "surcharges.contingency",
        "surcharges.accessories_lv.low",
    }
    assert all(problem.line > 1 for problem in found.values())
    assert "-150 is not at least 0" in found["items.meter.low"].message
    assert "low 900 is above typical 600" in found["items.drilling.low"].message
    assert "has no price" in found["items.meter_box"].message


def test_wrong_kinds_keys_units_and_bases_are_all_in_one_error(broken):
    def change(tree):
        tree["items"]["meter"]["typical"] = "about 200"
        tree["items"]["meter_box"]["sektion"] = "equipment"
        tree["items"]["drilling"]["unit"] = "m"
        del tree["items"]["lv_cabinet"]["unit"]
        del tree["items"]["line_tap"]["section"]
        tree["items"]["meters"] = dict(tree["items"]["drilling"], unit="yuan/m")
        tree["surcharges"]["installation_cable"]["base"] = ["cables"]
        tree["year"] = 1200

    found = broken(change)

    assert set(found) == {
        "items.meter.typical",
        "items.meter_box.sektion",
        "items.drilling.unit",
        "items.lv_cabinet",
        "items.line_tap",
        "items.meters",
        "surcharges.installation_cable.base[0]",
        "year",
    }
    assert "did you mean 'meter'?" in found["items.meters"].message
    assert "did you mean 'cable'?" in found["surcharges.installation_cable.base[0]"].message


def test_a_price_per_another_unit_than_the_extended_book_is_refused(book_file):
    text = HEAD + "extends: national-2025\nitems:\n  meter: {typical: 210, unit: yuan/m}\n"

    with pytest.raises(InputError, match="priced in yuan/piece; convert the price"):
        load_price_book(book_file(text))


def test_a_range_that_falls_only_with_inherited_values_is_found(book_file):
    text = HEAD + "extends: national-2025\nitems:\n  meter: {typical: 900}\n"

    with pytest.raises(InputError, match="typical 900 is above high 300"):
        load_price_book(book_file(text))


def test_only_shipped_books_can_be_extended(book_file):
    with pytest.raises(InputError, match="'no-such' is not a shipped price book"):
        load_price_book(book_file(HEAD + "extends: no-such\nitems: {}\n"))


@pytest.mark.parametrize("text", ["", "[1, 2]", "items: {a: [}", "just a text"])
def test_what_is_no_price_book_is_said_so(book_file, text):
    with pytest.raises(InputError, match=r"price book|YAML"):
        load_price_book(book_file(text))


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(InputError, match="cannot be read"):
        load_price_book("nowhere.yaml")


def test_a_price_that_is_asked_for_and_not_there_names_the_nearest():
    with pytest.raises(InputError, match=r"the nearest is 'transformer\.S20-630'"):
        load_price_book("national-2025").price("transformer.S20-6300")
