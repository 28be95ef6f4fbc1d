"""The supply scheme reply sheet and the register of assets: what they say, and who owns what."""

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.application import SupplyApplication, read_application
from gridcalc.compound.reader import read_compound
from gridcalc.cost import load_price_book
from gridcalc.dossier import Dossier, Wanted, compile_dossier, input_file
from gridcalc.errors import InputError
from gridcalc.policy import load_policy
from gridcalc.question import Question
from gridcalc.report.reply import asset_register, reply_page, reply_sheet
from gridcalc.report.reply.assets import Asset, assets_of, items_of, ownership
from gridcalc.report.reply.form import Entry, Form, Grid, Section
from gridcalc.report.reply.page import page_of
from gridcalc.report.reply.scheme import scheme_of
from gridcalc.report.reply.sections import reply_form
from gridcalc.report.reply.sheet import workbook_of
from gridcalc.report.wording import load_wording

EXAMPLES = Path(__file__).parents[2] / "examples"
ZH, EN = load_wording("zh"), load_wording("en")
NOBODY = SupplyApplication()


@cache
def _dossier(name: str, *, plan: bool = False, title: str = "") -> Dossier:
    path = EXAMPLES / name / "compound.yaml"
    catalogue = load_catalogue(None)
    compound = read_compound(str(path), catalogue=catalogue)
    if title:
        compound = compound.model_copy(update={"name": title})
    return compile_dossier(
        compound,
        catalogue=catalogue,
        policy=load_policy(compound.policy),
        inputs=(input_file("compound", path.name, path.read_bytes()),),
        question=Question(methods=("factor",)) if not plan else Question(n_days=100),
        wanted=Wanted(
            prices=load_price_book("national-2025") if plan else None, with_hosting=False
        ),
    )


def _grid(dossier: Dossier, section: int, application: SupplyApplication = NOBODY) -> Grid:
    parts = reply_form(dossier, application, EN).sections[section].parts
    return next(part for part in parts if isinstance(part, Grid))


def _texts(row) -> list[str]:
    return [entry.text for entry in row]


def test_capacity_is_that_of_the_transformers_of_the_file():
    # examples/high-rise-ningxia: four units of 800 kVA, two on each of the two sources.
    scheme = scheme_of(_dossier("high-rise-ningxia"))

    assert scheme.before_kva == scheme.after_kva == 3200
    assert [kva for _, kva in scheme.source_kva] == [1600, 1600]
    assert not scheme.has_works


def test_metering_points_are_counted_from_the_file():
    dossier = _dossier("walk-up-wujiang")
    compound = dossier.compound
    rows = [_texts(row) for row in _grid(dossier, 3).rows]

    assert rows[0][:3] == [
        "1", "households, each on its own", str(sum(row.count for row in compound.households)),
    ]  # fmt: skip
    assert rows[1][2] == str(sum(row.count for row in compound.private_bays)) == "72"
    assert all(entry.origin == "blank" for entry in _grid(dossier, 3).rows[0][4:])


def test_what_the_office_knows_fills_the_fields(tmp_path):
    file = tmp_path / "application.yaml"
    file.write_text(
        "account: '6400123'\nfees:\n- {name: 高可靠性供电费, price_yuan: 210.5, amount: 2,"
        " basis: 某文件}\nmetering:\n- {group: '1', tariff: 居民一户一表, wiring: 单相 5(60) A}\n",
        encoding="utf-8",
    )
    application = read_application(str(file))
    dossier = _dossier("walk-up-wujiang")
    form = reply_form(dossier, application, ZH)

    assert ("户号", "6400123", "given") in [
        (label, entry.text, entry.origin) for label, entry in form.sections[0].parts[0].rows
    ]
    # 2 x 210.50 = 421.00
    assert _texts(_grid(dossier, 5, application).rows[0]) == [
        "高可靠性供电费", "210.50", "2", "421.00", "某文件",
    ]  # fmt: skip
    assert _texts(_grid(dossier, 3, application).rows[0])[4] == "居民一户一表"


def test_a_broken_application_lists_every_problem(tmp_path):
    file = tmp_path / "application.yaml"
    file.write_text("acount: 1\nfees:\n- {name: x, price_yuan: -1, amount: 1}\n", encoding="utf-8")

    with pytest.raises(InputError) as caught:
        read_application(str(file))

    assert [problem.line for problem in caught.value.problems] == [1, 3]
    assert "did you mean 'account'" in str(caught.value)


def test_large_amounts_and_small_prices_keep_their_digits():
    fees = ({"name": "a", "price_yuan": 0.0375, "amount": 1234567.5},)
    application = SupplyApplication.model_validate({"fees": fees})
    row = _texts(_grid(_dossier("walk-up-wujiang"), 5, application).rows[0])

    # 0.0375 x 1 234 567.5 = 46 296.28125
    assert row[1:4] == ["0.0375", "1234567.5", "46296.28"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date: 20261201\n", "20261201 is not a day"),
        ("date: 1764547200\n", "is not a day"),
        ("date: 2026-13-45\n", "is not a day"),
        ("date: 2026-12-01\nvalid_until: 2026-11-30\n", "2026-11-30 is before date 2026-12-01"),
        ("metering: [{group: '1'}, {group: '1'}]\n", "group '1' twice"),
        ("- a\n", "not a supply application file"),
    ],
)
def test_an_application_that_says_two_things_is_refused(tmp_path, text, said):
    file = tmp_path / "application.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=said):
        read_application(str(file))


def test_signs_that_turn_or_break_a_text_do_not_reach_the_page():
    title = "a\u202eb\x00c\x1b[31m"
    page = reply_page(_dossier("walk-up-wujiang", title=title), NOBODY, ZH).decode("utf-8")

    assert "a\ufffdb\ufffdc\ufffd[31m" in page
    assert not {"\u202e", "\x00", "\x1b"} & set(page)


def test_a_plan_is_offered_with_its_payers():
    dossier = _dossier("upgrade-changji", plan=True)
    plan = dossier.plan
    rows = [_texts(row) for row in _grid(dossier, 4).rows]

    assert plan is not None
    assert rows[-1][3] == f"{plan.bill.cost_yuan.typical:,.0f}"
    assert {row[2] for row in rows[:-1]} == {"government", "operator"}
    assert scheme_of(dossier).has_works


def test_nobody_owns_beyond_the_demarcation_point_but_the_owners():
    # changji-2026, old courtyards: up to the billing meter to the utility (二（二）2, seen).
    dossier = _dossier("upgrade-changji", plan=True)

    meter = ownership("meter_and_box", dossier.compound, dossier.policy)
    charger = ownership("private_charger", dossier.compound, dossier.policy)

    assert (meter.owner, meter.rule.name) == ("utility", "handover.demarcation_old_courtyard")
    assert charger.owner == "owners"


def test_without_a_rule_the_owner_is_to_be_agreed():
    # wujiang-2021 and national name no demarcation point of handovers.
    dossier = _dossier("walk-up-wujiang")
    compound = dossier.compound.model_copy(
        update={
            "build": dossier.compound.build.model_copy(
                update={"kind": "existing", "category": "owners_metered"}
            )
        }
    )

    assert ownership("lv_before_meter", compound, dossier.policy).owner == "to_be_agreed"


def test_the_register_holds_every_cable_box_and_transformer():
    dossier = _dossier("walk-up-wujiang")
    compound, assets = dossier.compound, assets_of(dossier)
    ids = {row.element for row in assets}

    assert {row.id for row in (*compound.lv_cables, *compound.lv_nodes, *compound.mv_cables)} <= ids
    assert {unit.id for unit in compound.transformers} <= ids
    lv_m = sum(row.quantity for row in assets if row.kind == "lv_cable")
    assert lv_m == pytest.approx(sum(row.length_m * row.parallel for row in compound.lv_cables))


def test_works_of_the_plan_are_new_in_the_register():
    dossier = _dossier("upgrade-changji", plan=True)
    new = {row.element for row in assets_of(dossier) if row.is_new}

    # The plan replaces the first cable of feeder F3 (see the example's README).
    assert "T1-F3" in new


def test_equal_pieces_are_one_row_that_loses_none_of_them():
    dossier = _dossier("walk-up-wujiang")
    assets = assets_of(dossier)
    items = items_of(assets)

    assert len(items) < len(assets)
    assert sorted(name for item in items for name in item.elements) == sorted(
        row.element for row in assets
    )
    # every cable has its own two ends
    cables = [item for item in items if item.asset.unit == "m"]
    assert [len(item.elements) for item in cables] == [1] * len(cables)
    for item in items:
        same = [row for row in assets if row.element in item.elements]
        alike = [row for row in same if (row.kind, row.spec) == (item.asset.kind, item.asset.spec)]
        assert {row.quantity for row in alike} >= {item.asset.quantity}
        assert {row.part for row in alike} == {item.asset.part}


def test_pieces_that_differ_in_state_or_amount_keep_rows_of_their_own():
    box = Asset(
        kind="place.meter_box",
        element="MB1",
        spec="",
        quantity=1,
        unit="piece",
        place="MB1",
        is_new=False,
        part="meter_and_box",
    )
    others = [replace(box, element=f"MB{k}", place=f"MB{k}") for k in (2, 3)]
    new = replace(box, element="MB4", place="MB4", is_new=True)
    meters = replace(box, element="MB1", kind="meter", quantity=12)

    items = items_of([box, new, *others, meters])

    assert [item.elements for item in items] == [("MB1", "MB2", "MB3"), ("MB4",), ("MB1",)]
    assert [item.quantity for item in items] == [3, 1, 12]


def test_sheets_of_the_register_print_texts_of_eight_points():
    # A4 across is 297 mm wide, less two edges of 0.3 inch; a unit of width is 7 pixels of 1/96 inch
    paper_inch = 297 / 25.4 - 2 * 0.3
    book = openpyxl.load_workbook(io.BytesIO(asset_register(_dossier("walk-up-wujiang"), EN)))

    for page in book.worksheets:
        columns = page.column_dimensions.values()
        width_inch = sum((row.max - row.min + 1) * row.width for row in columns) * 7 / 96
        assert page.page_margins.left == page.page_margins.right == pytest.approx(0.3)
        assert 10 * min(1.0, paper_inch / width_inch) >= 8.0
        assert page.print_title_rows


def test_sums_of_the_register_are_formulas_over_its_items():
    dossier = _dossier("walk-up-wujiang")
    book = openpyxl.load_workbook(io.BytesIO(asset_register(dossier, ZH)))
    values = openpyxl.load_workbook(io.BytesIO(asset_register(dossier, ZH)), data_only=True)
    items, sums = (values.worksheets[k] for k in (0, 1))

    assert str(book.worksheets[1]["D4"].value).startswith("=SUMPRODUCT")
    by_key: dict[tuple, float] = {}
    for row in items.iter_rows(min_row=5, values_only=True):
        if isinstance(row[0], int):
            key = (row[1], row[3] or "", row[5])
            by_key[key] = by_key.get(key, 0) + row[4]
    found = {
        (row[0], row[1] or "", row[2]): row[3]
        for row in sums.iter_rows(min_row=4, values_only=True)
        if row[0]
    }
    assert found == pytest.approx(by_key)


@pytest.mark.parametrize("wording", [ZH, EN], ids=["zh", "en"])
def test_the_page_has_every_section_and_nothing_from_elsewhere(wording):
    page = reply_page(_dossier("walk-up-wujiang"), NOBODY, wording).decode("utf-8")

    assert page.count("<h2>") == 9
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def test_hostile_names_are_escaped_and_never_formulas():
    dossier = _dossier("walk-up-wujiang", title='=cmd|"/c calc"!A1<script>alert(1)</script>')
    page = reply_page(dossier, NOBODY, ZH).decode("utf-8")
    sheet = openpyxl.load_workbook(io.BytesIO(reply_sheet(dossier, NOBODY, ZH))).active
    register = openpyxl.load_workbook(io.BytesIO(asset_register(dossier, ZH))).worksheets[0]

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    cells = [cell for ws in (sheet, register) for row in ws.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_the_same_inputs_give_the_same_bytes():
    dossier = _dossier("walk-up-wujiang")

    assert reply_sheet(dossier, NOBODY, ZH) == reply_sheet(dossier, NOBODY, ZH)
    assert asset_register(dossier, EN) == asset_register(dossier, EN)


def test_what_is_broken_in_one_case_is_not_said_to_hold_in_another():
    # One case has the sockets of today, another one sockets for half of the e-bikes.
    dossier = _dossier("walk-up-wujiang")
    run = next(row for row in dossier.study.runs if row.scenario == "ebike-50")
    (finding,) = (row for row in run.findings if row.check == "charging.ebike_share")
    held = replace(finding, check="charging.made_up", status="pass", value=50.0, limit=50.0)
    fails = replace(held, status="fail", value=15.0)
    runs = [replace(run, findings=(row,)) for row in (held, fails)]
    study = replace(dossier.study, runs=tuple(runs), verdict="upgrade")
    remarks = reply_form(replace(dossier, study=study), NOBODY, EN).sections[6].remarks

    assert len(remarks) == 1
    assert remarks[0].text.startswith("Still broken")


def test_a_text_that_says_to_be_verified_is_not_marked_again():
    form = Form(
        title="t",
        subtitle="",
        sections=(Section(title="s", remarks=(Entry("假定（待核实）", "to_verify"),)),),
        footnotes=(),
    )
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(form, ZH))).active

    assert [cell.value for (cell, *_) in sheet.iter_rows()][3] == "假定（待核实）"
    assert 'class="to_verify said"' in page_of(form, ZH)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_reply_sheet_prints_texts_of_eight_points(lang):
    # A4 upright is 210 mm wide, less its two edges; a unit of width is 7 pixels of 1/96 inch
    data = reply_sheet(_dossier("walk-up-wujiang"), NOBODY, load_wording(lang))
    (page,) = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    paper_inch = 210 / 25.4 - page.page_margins.left - page.page_margins.right
    columns = page.column_dimensions.values()
    width_inch = sum((row.max - row.min + 1) * row.width for row in columns) * 7 / 96
    sizes = {cell.font.sz for row in page.iter_rows() for cell in row if cell.value is not None}

    assert min(sizes) * min(1.0, paper_inch / width_inch) >= 8.0
