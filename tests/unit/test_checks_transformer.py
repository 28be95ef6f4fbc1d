"""transformer.loading and transformer.n_minus_1."""

from dataclasses import replace

import pytest

from gridcalc.checks.transformer import transformer_loading, transformer_n_minus_1
from gridcalc.policy import load_policy


@pytest.fixture
def loaded(small, facts_of):
    """Return the findings of T1 at a loading, with one phase more than the others."""

    def at(percent, phases=None, **changes):
        small.update(changes)
        facts = facts_of(small)
        rows = [
            replace(row, loading_percent=percent, loading_phase_percent=phases or (percent,) * 3)
            for row in facts.transformers
        ]
        return list(transformer_loading(replace(facts, transformers=tuple(rows))))

    return at


# GB 51348-2019 cl. 4.3.2: 85 %; one phase 100 % of its winding (project assumption)
@pytest.mark.parametrize(
    ("percent", "status"), [(0, "pass"), (85, "pass"), (85.01, "fail"), (120, "fail")]
)
def test_a_transformer_may_be_loaded_up_to_85_percent(loaded, percent, status):
    finding, _ = loaded(percent)

    assert (finding.check, finding.element, finding.quantity) == ("transformer.loading", "T1", "")
    assert (finding.status, finding.value, finding.limit) == (status, percent, 85)
    assert (finding.source, finding.clause, finding.confidence) == (
        "gb-51348-2019",
        "4.3.2",
        "seen",
    )


@pytest.mark.parametrize(
    ("phases", "status"), [((10, 100, 20), "pass"), ((10, 20, 100.01), "fail")]
)
def test_each_phase_may_be_loaded_up_to_the_rating_of_its_winding(loaded, phases, status):
    _, finding = loaded(50, phases)

    assert (finding.quantity, finding.value, finding.status) == ("phase", max(phases), status)
    assert finding.confidence == "assumed"
    assert f"phase {'abc'[phases.index(max(phases))]}" in str(finding.note)


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (80, ""),
        (80.1, "heavy load if it lasts"),
        (100, "heavy load if it lasts"),
        (100.1, "overload"),
    ],
)
def test_heavy_load_and_overload_are_named(loaded, percent, words):
    assert str(loaded(percent)[0].note) == words


@pytest.fixture
def pair(small):
    """Return the small compound with a second transformer and the LV boards tied."""
    station = small["substations"][0]
    station["transformers"].append({"id": "T2", "type": "S20-400"})
    station["lv_tie"] = True
    return small


@pytest.mark.parametrize(("percent", "status"), [(65, "pass"), (65.01, "fail")])
def test_each_of_two_tied_transformers_may_be_loaded_up_to_65_percent(
    pair, facts_of, percent, status
):
    facts = facts_of(pair)
    rows = tuple(replace(row, loading_percent=percent) for row in facts.transformers)

    findings = [
        finding
        for finding in transformer_loading(replace(facts, transformers=rows))
        if not finding.quantity
    ]

    # GB/T 36040-2018 cl. 9.3
    assert [(f.element, f.status, f.limit) for f in findings] == [
        ("T1", status, 65),
        ("T2", status, 65),
    ]
    assert findings[0].source == "gbt-36040-2018"


def test_the_loading_of_the_small_compound_is_load_over_rating(small, facts_of):
    facts = facts_of(small)

    finding = next(transformer_loading(facts))

    assert finding.value == pytest.approx(100 * facts.transformers[0].s_peak_kva / 630)


@pytest.mark.parametrize(
    ("kva", "percent", "status"), [(400, 100, "pass"), (401, 100.25, "fail"), (0, 0, "pass")]
)
def test_the_smaller_of_two_units_must_carry_all_grade_1_and_2_loads(
    pair, facts_of, kva, percent, status
):
    facts = replace(facts_of(pair), grade12_kva={"T1": kva / 2, "T2": kva / 2})

    (finding,) = transformer_n_minus_1(facts)

    # T1 of 630 kVA is out, T2 of 400 kVA is left
    assert (finding.check, finding.element) == ("transformer.n_minus_1", "PD1")
    assert finding.value == pytest.approx(percent)
    assert finding.status == status


def test_grade_1_and_2_loads_are_common_loads_at_their_demand(pair, facts_of):
    pair["public_loads"] = [
        {
            "node": "T1.LV",
            "kind": "passenger_lift",
            "kw": 34,
            "grade": 2,
            "demand_factor": 0.5,
            "power_factor": 0.85,
        },
        {"node": "T1.LV", "kind": "lighting", "kw": 100, "grade": 3},
        {"node": "T2.LV", "kind": "water_pump", "kw": 85, "grade": 1},
    ]

    facts = facts_of(pair)

    # 34 · 0.5 / 0.85 = 20 kVA; 85 · 0.8 / 0.85 = 80 kVA
    assert facts.grade12_kva == pytest.approx({"T1": 20, "T2": 80})
    (finding,) = transformer_n_minus_1(facts)
    assert finding.value == pytest.approx(25)


@pytest.mark.parametrize(("counts", "kva"), [(True, 120), (False, 20)])
def test_fire_loads_count_with_one_unit_out(pair, facts_of, tmp_path, counts, kva):
    pair["public_loads"] = [
        {
            "node": "T1.LV",
            "kind": "passenger_lift",
            "kw": 34,
            "grade": 2,
            "demand_factor": 0.5,
            "power_factor": 0.85,
        },
        {
            "node": "T1.LV",
            "kind": "fire_pump",
            "kw": 85,
            "grade": 1,
            "demand_factor": 1,
            "power_factor": 0.85,
        },
        {"node": "T1.LV", "kind": "smoke_exhaust_fan", "kw": 15, "grade": 3},
    ]
    file = tmp_path / "mine.yaml"
    rule = f"transformer.n_minus_1_counts_standby: {{value: {str(counts).lower()}}}"
    file.write_text(
        f'gridcalc_policy: 1\nid: mine\ntitle: mine\ndate: "2026"\nrules:\n  {rule}\n',
        encoding="utf-8",
    )

    facts = facts_of(pair, pack=load_policy(str(file)))

    # 34 · 0.5 / 0.85 = 20 kVA; 85 / 0.85 = 100 kVA of the pump, which runs in a fire only
    assert facts.grade12_kva == pytest.approx({"T1": kva})


def test_three_tied_units_lose_the_largest(pair, facts_of):
    pair["substations"][0]["transformers"].append({"id": "T3", "type": "S20-400"})
    facts = replace(facts_of(pair), grade12_kva={"T1": 400})

    (finding,) = transformer_n_minus_1(facts)

    assert finding.value == pytest.approx(50)  # 400 of 400 + 400


def test_units_that_are_not_tied_cannot_back_each_other_up(small, facts_of):
    assert list(transformer_n_minus_1(facts_of(small))) == []


def test_nothing_is_said_about_transformers_where_the_power_flow_failed(pair, facts_of):
    facts = replace(facts_of(pair), transformers=())

    assert list(transformer_loading(facts)) == []
    assert list(transformer_n_minus_1(facts)) == []
