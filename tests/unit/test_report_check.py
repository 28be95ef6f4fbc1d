"""The story of a study made by hand: what is told first, what is left out, what is marked."""

from dataclasses import replace

import pytest

from gridcalc.checks.finding import Finding
from gridcalc.hosting import Sensitivity
from gridcalc.notes import note
from gridcalc.outcome import Binding, Run, Study
from gridcalc.policy import load_policy
from gridcalc.powerflow.elements import MvResult
from gridcalc.provenance import Assumption
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import FactSheet
from gridcalc.report.check_report import Checked, check_output, sensitivity_text
from gridcalc.report.check_tree import check_rows, check_tree
from gridcalc.report.finding_words import element_text, value_and_limit, violated
from gridcalc.report.markdown import markdown
from gridcalc.report.violation_tables import violation_blocks
from gridcalc.report.violations import grouped, passed_checks, unchecked, violations
from gridcalc.report.wording import load_wording

EN = load_wording("en")
ZH = load_wording("zh")
PACK = load_policy("ningxia-2025")

BROKEN = Finding(
    check="transformer.loading",
    element="T1",
    value=131.2,
    limit=85.0,
    unit="%",
    status="fail",
    utilisation=131.2 / 85.0,
    source="gb-51348-2019",
    clause="4.3.2",
    confidence="seen",
    level="station",
)
KEPT = replace(BROKEN, status="pass", value=50.0, utilisation=50 / 85, n_checked=3)


def _run(scenario: str, *findings: Finding) -> Run:
    return Run(
        scenario=scenario,
        charging="uncontrolled",
        method="factor",
        season="design",
        passed=all(f.status != "fail" for f in findings),
        n_private_chargers=0,
        n_public_chargers=0,
        n_ebike_sockets=0,
        transformers=(),
        branches=(),
        nodes=(),
        mv=None,
        findings=findings,
    )


def _study(*runs: Run, sensitivity: Sensitivity | None = None) -> Study:
    return Study(
        compound_id="yard",
        compound_name="院子",
        policy=PACK.id,
        seed=1,
        engine="pandapower",
        governing_method="factor",
        verdict="upgrade",
        binding=Binding(scenario="ev-100", finding=BROKEN),
        sensitivity=sensitivity,
        runs=runs,
        assumptions=(),
    )


def _fits(n_max: int | None, *, n_today: int = 0) -> Study:
    return _study(
        sensitivity=Sensitivity(
            scenario="ev-100",
            n_private_bays=180,
            n_today=n_today,
            n_max=n_max,
            share_percent=None if n_max is None else 100 * n_max / 180,
            next_binding=None if n_max == 180 else BROKEN,
        )
    )


def test_how_many_chargers_fit_is_rounded_down():
    # 112 of 180 bays are 62.2 %, 119 are 66.1 %, 179 are 99.4 %
    assert sensitivity_text(_fits(112), EN) == (
        "fits up to 62 % of the private bays (112 of 180) by factor, public ones in step;"
        " then transformer.loading at T1 binds"
    )
    assert "99 %" in sensitivity_text(_fits(179), EN)


def test_all_bays_or_none_are_said_as_such():
    assert sensitivity_text(_fits(180), EN) == "fits all 180 private bays"
    assert sensitivity_text(_fits(None), EN) == (
        "even with those of today only, transformer.loading at T1 is broken"
    )
    assert sensitivity_text(_study(), EN) == ""


def test_a_violation_is_told_once_with_its_worst_value_and_all_its_scenarios():
    milder = replace(BROKEN, value=100.0, utilisation=100 / 85)

    (found,) = violations([_run("ev-50", milder), _run("ev-100", BROKEN)])

    assert found.finding.value == 131.2
    assert [scenario for scenario, _ in found.runs] == ["ev-50", "ev-100"]


def test_new_violations_come_before_old_ones_and_the_worst_first():
    old = replace(BROKEN, element="T0", utilisation=9.0, pre_existing=True)
    worse = replace(BROKEN, element="T2", utilisation=2.0)

    found = violations([_run("ev-100", old, BROKEN, worse)])

    assert [row.finding.element for row in found] == ["T2", "T1", "T0"]


def test_violations_of_one_rule_stand_together():
    neutral = replace(BROKEN, quantity="phase", confidence="assumed")

    groups = grouped(violations([_run("ev-100", BROKEN, neutral, replace(BROKEN, element="T2"))]))

    assert [(g.quantity, len(g.violations)) for g in groups] == [("", 2), ("phase", 1)]


def test_a_check_that_fails_somewhere_is_not_called_passed():
    assert passed_checks([_run("today", KEPT)]) == ("transformer.loading",)
    assert passed_checks([_run("today", KEPT), _run("ev-100", BROKEN)]) == ()


UNSOLVED = replace(
    BROKEN,
    check="voltage.deviation",
    element="compound",
    quantity="solution_station",
    value=None,
    limit=-10.0,
    utilisation=1e6,
    note=note(
        "the power flow found no solution: the load is near or beyond what the network can carry"
    ),
)


def test_what_has_no_value_without_a_solution_is_not_called_passed():
    siting = replace(KEPT, check="siting.floor", level="")

    checks = passed_checks([_run("today", KEPT, siting), _run("ev-100", UNSOLVED, siting)])

    assert checks == ("siting.floor",)


def test_no_solution_stands_before_all_other_violations():
    share = replace(BROKEN, check="charging.private_share", utilisation=2e6)
    old = replace(UNSOLVED, pre_existing=True)

    found = violations([_run("ev-100", share, old)])

    assert [row.finding.check for row in found] == ["voltage.deviation", "charging.private_share"]


@pytest.mark.parametrize(
    ("wording", "where", "decides"),
    [
        (
            EN,
            "ev-50, ev-100: loadings and voltages cannot be judged there",
            "the power flow found no solution: the load is near or beyond what the network can"
            " carry (ev-100)",
        ),
        (
            ZH,
            "汽车50%、汽车100%：负载率与电压无从校验",
            "潮流不收敛：负荷已接近或超出网络承载能力（汽车100%）",
        ),
    ],
)
def test_runs_without_a_solution_are_told_right_after_the_verdict(
    read, small, wording, where, decides
):
    runs = (_run("today", KEPT), _run("ev-50", UNSOLVED), _run("ev-100", UNSOLVED))
    study = replace(_study(*runs), binding=Binding(scenario="ev-100", finding=UNSOLVED))
    checked = Checked(compound=read(small), policy=PACK, study=study)

    blocks = check_output([checked], wording, show_all=False).blocks

    rows = next(block.rows for block in blocks if isinstance(block, FactSheet))
    told = [(label, text.text) for label, text in rows]
    assert [label for label, _ in told][:2] == [wording("Verdict"), wording("No solution")]
    assert told[1][1] == where
    assert dict(told)[wording("Decided by")] == decides


def test_where_all_runs_have_a_solution_nothing_is_said_of_it(read, small):
    checked = Checked(compound=read(small), policy=PACK, study=_study(_run("ev-100", BROKEN)))

    blocks = check_output([checked], EN, show_all=False).blocks

    rows = next(block.rows for block in blocks if isinstance(block, FactSheet))
    assert "No solution" not in dict(rows)


def test_a_check_without_data_is_told_once():
    gap = replace(BROKEN, status="not_checked", limit=None, note=note("not given"))

    assert len(unchecked([_run("today", gap), _run("ev-100", gap)])) == 1


@pytest.mark.parametrize(("show_all", "n_rows"), [(False, 8), (True, 49)])
def test_a_long_list_is_cut_unless_all_is_asked_for(show_all, n_rows):
    findings = [replace(BROKEN, element=f"T{i:02}") for i in range(49)]

    _, table = violation_blocks([_run("ev-100", *findings)], PACK, EN, title="x", show_all=show_all)

    assert len(table.rows) == n_rows
    assert table.note == ("" if show_all else "… and 41 more (--all shows them)")


def test_an_old_violation_is_marked():
    old = replace(BROKEN, pre_existing=True)

    text = markdown(violation_blocks([_run("ev-100", old)], PACK, ZH, title="x", show_all=False))

    assert "现状已存在" in text
    assert "依据 GB 51348-2019" in text


def test_a_flow_without_solution_is_a_violation_without_numbers():
    finding = replace(BROKEN, value=None, note=note("overload"))

    assert violated(finding, EN) == ("no solution", "")


def test_what_must_be_there_is_said_as_yes_and_no():
    wanted = replace(
        BROKEN, check="charging.orderly", value=0.0, limit=1.0, unit="-", utilisation=1e6
    )

    assert violated(wanted, EN) == ("no", "required")
    assert value_and_limit(wanted, ZH) == ("否", "是")
    assert value_and_limit(replace(wanted, value=None), EN) == ("-", "yes")


def test_a_row_says_for_how_many_elements_it_stands():
    assert element_text(KEPT, EN) == "T1 and 2 more"
    assert element_text(BROKEN, EN) == "T1"


def test_totals_of_the_10_kv_side_keep_their_keys_without_solution():
    (study,) = check_tree([_study(_run("ev-100", BROKEN))])["studies"]

    mv = study["runs"][0]["mv"]
    assert {"s_peak_kva", "p_loss_kw"} <= set(mv)
    assert set(mv.values()) == {None}


def test_totals_per_source_are_sorted():
    totals = MvResult(s_peak_kva=3, p_peak_kw=3, p_loss_kw=0, s_source_kva={"S2": 2, "S1": 1})
    run = replace(_run("ev-100"), mv=totals)

    (study,) = check_tree([_study(run)])["studies"]

    assert list(study["runs"][0]["mv"]["s_source_kva"]) == ["S1", "S2"]


def test_the_binding_names_its_scenario_and_a_note_is_english_in_json():
    finding = replace(BROKEN, note=note("overload"))

    (study,) = check_tree([_study(_run("ev-100", finding))])["studies"]
    (row,) = check_rows([_study(_run("ev-100", finding))], ZH)

    assert list(study["binding"])[:3] == ["check", "element", "scenario"]
    assert study["runs"][0]["findings"][0]["note"] == "overload"
    assert row["note"] == "过载"


def test_no_private_bays_give_no_sensitivity():
    (study,) = check_tree([_study()])["studies"]

    assert study["sensitivity"] is None


ASSUMED = Assumption(
    name="charger.p_kw",
    value=7,
    unit="kW",
    source="gbt-18487.1-page",
    confidence="secondary",
    note="private_bays.charger_kw not given in 2 entries; Single phase, 32 A",
)


def test_assumptions_stand_under_the_title_of_their_rule():
    verified = replace(ASSUMED, name="charger.phase_factor", confidence="computed")

    text = markdown(assumption_blocks([ASSUMED, verified], PACK, ZH, show_all=False))

    assert "待核实的取值（1项）" in text
    assert "单桩功率=7 kW" in text
    assert "另有1项取值已核实" in text


def test_all_assumptions_say_which_key_replaces_them():
    english = markdown(assumption_blocks([ASSUMED], PACK, EN, show_all=True))
    chinese = markdown(assumption_blocks([ASSUMED], PACK, ZH, show_all=True))

    assert "private\\_bays" not in english
    assert "private_bays.charger_kw not given in 2 entries; Single phase, 32 A" in english
    assert "2条记录未给出private_bays.charger_kw |" in chinese
    assert "间接来源，待核实" in chinese


def test_no_assumptions_are_no_heading():
    assert list(assumption_blocks([], PACK, EN, show_all=False)) == []
