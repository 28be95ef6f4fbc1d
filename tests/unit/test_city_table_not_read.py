"""What a table does not tell; what was meant is what a person would guess from the heading."""

import json

import pytest

from gridcalc.city.records import CityResult, CityRow, Units
from gridcalc.city.store.nested import given_text
from gridcalc.city.table import (
    NotRead,
    columns_not_read,
    left_to_templates,
    meant_field,
    read_city_table,
    usual_heading,
)

TEMPLATES = {"walk-up": frozenset({"n_transformers", "transformer_kva"})}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("tranformers", "transformers"),
        ("固定车位量", "n_private_bays"),
        ("现状总户数（户）", "n_households"),
        ("小区配变台数", "param:n_transformers"),
        ("总容量(kVA)", "transformers_total_kva"),
        ("容量", "transformer_sizes"),
        ("新增 户数", ""),
        ("规划变压器容量", ""),
        ("物业名称", ""),
        ("经度", ""),
        ("备注", ""),
    ],
)
def test_what_was_probably_meant(heading, field):
    assert meant_field(heading) == field


def test_columns_not_read_of_a_table(tmp_path):
    path = tmp_path / "city.csv"
    headings = "编号,模板,户数,用户数量,现状固定车位,总容量(kVA),备注"
    path.write_text(f"{headings}\nA,walk-up,300,290,200,1600,x\n", encoding="utf-8")
    table = read_city_table(path, known_templates=TEMPLATES, known_policies=())

    # the flats are given already, so no other column is meant to give them
    assert columns_not_read(table.ignored, table.columns) == (
        NotRead(heading="用户数量"),
        NotRead(heading="现状固定车位", meant="n_private_bays"),
        NotRead(heading="备注"),
        NotRead(
            heading="总容量(kVA)", meant="transformers_total_kva", lacks="param:n_transformers"
        ),
    )


@pytest.mark.parametrize(
    ("field", "zh", "en"),
    [
        ("n_households", "户数", "n_households"),
        ("param:n_transformers", "变压器台数", "n_transformers"),
        ("param:of_the_user", "of_the_user", "of_the_user"),
    ],
)
def test_a_field_is_asked_for_by_its_usual_heading(field, zh, en):
    assert (usual_heading(field, lang="zh"), usual_heading(field, lang="en")) == (zh, en)


def given(**told):
    row = CityRow(row=2, id="A", name="A", template="walk-up", **told)
    result = CityResult(row=row, status="ok", policy="national")
    return json.loads(given_text(result))


def test_what_templates_fill_in():
    both = {"n_transformers": "2", "transformer_kva": "800"}
    rows = [
        given(n_households=300, n_private_bays=0, transformers=(Units(n=2, sn_kva=800),)),
        given(settings={"households": "300", "bays_per_household": "0.8", **both}),
        given(n_households=300, settings={"n_transformers": "2"}),
        given(n_private_bays=10, settings={"n_transformers": "0", "transformer_kva": "800"}),
        given(),
    ]

    # flats: 4th and 5th; spaces: 3rd and 5th; transformers: not sized in the 3rd to 5th
    assert left_to_templates(rows) == {"n_households": 2, "n_private_bays": 2, "transformers": 3}
    assert left_to_templates([]) == {}
