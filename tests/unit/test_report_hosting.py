"""The story of a hosting capacity made by hand, and its JSON against the contract."""

from dataclasses import replace

from gridcalc.hosting.records import CurvePoint, Hosting, HostingResult, Limit
from gridcalc.report.hosting_report import Hosted, hosting_output
from gridcalc.report.markdown import markdown
from gridcalc.report.wording import load_wording

EN = load_wording("en")
ZH = load_wording("zh")
LIMIT = Limit(check="transformer.loading", element="T1", quantity="")
NEXT = Limit(check="cable.loading", element="F2", quantity="protective_device")


def _curve(*probabilities):
    n = len(probabilities) - 1
    return tuple(
        CurvePoint(
            share_percent=100 * k / n,
            n=40 * k // n,
            violation_probability=p,
            probability_low=p / 2,
            probability_high=min(2 * p, 1.0),
        )
        for k, p in enumerate(probabilities)
    )


FACTOR = HostingResult(
    mode="factor", season="design", charging="uncontrolled", n_max=9, share_percent=22.5,
    binding=LIMIT,
)  # fmt: skip
DAYS = HostingResult(
    mode="probabilistic", season="summer", charging="uncontrolled", n_max=25, share_percent=62.5,
    risk=0.05, risk_low=0.02, risk_high=0.11, n_first=20, n_all=39, binding=LIMIT,
    n_without_binding=30, next_binding=NEXT, n_draws=100,
    curve=_curve(0.0, 0.0, 0.1, 0.5, 1.0),
)  # fmt: skip
MANAGED = replace(
    DAYS, mode="managed", charging="managed", n_max=40, share_percent=100.0, binding=None,
    n_without_binding=None, next_binding=None, n_first=None, n_all=None, risk=0.0, risk_low=0.0,
    energy_delivered_percent=99.5, sessions_served_percent=97.0,
    curve=_curve(0.0, 0.0, 0.0, 0.0, 0.0),
)  # fmt: skip


def _hosted(*results):
    hosting = Hosting(
        compound_id="yard", compound_name="院子", policy="national", seed=7,
        scenario="ev-100+ebike-50", engine="radial", accepted_risk=0.05, n_private_bays=40,
        n_today=4, results=results,
    )  # fmt: skip
    return Hosted(hosting=hosting, n_draws=100, participation_percent=80.0)


def _text(*results, wording=EN):
    return markdown(hosting_output(_hosted(*results), wording).blocks)


def test_the_json_has_the_keys_of_the_contract():
    tree = hosting_output(_hosted(FACTOR, DAYS, MANAGED), EN).tree

    assert {"compound_id", "n_private_bays", "results", "curve"} <= set(tree)
    keys = {
        "mode", "season", "charging", "n_max", "share_percent", "risk", "risk_low", "risk_high",
        "binding", "next_binding", "energy_delivered_percent", "sessions_served_percent",
    }  # fmt: skip
    assert all(keys <= set(row) for row in tree["results"])
    assert {"check", "element"} <= set(tree["results"][1]["next_binding"])
    assert tree["results"][0]["risk"] is None


def test_the_curve_is_that_of_the_first_result_of_simulated_days():
    tree = hosting_output(_hosted(FACTOR, DAYS, MANAGED), EN).tree

    assert [point["violation_probability"] for point in tree["curve"]] == [0.0, 0.0, 0.1, 0.5, 1.0]
    assert [point["share_percent"] for point in tree["curve"]] == [0, 25, 50, 75, 100]
    assert tree["curve"] == tree["results"][1]["curve"]
    assert hosting_output(_hosted(FACTOR), EN).tree["curve"] == []


def test_each_mode_has_a_line_with_its_number_risk_and_service():
    text = _text(FACTOR, DAYS, MANAGED)

    # 62.5 % of the bays is rounded down
    assert "| **factor** | **9 of 40 (22 %)** | - | - | - | - | - |" in text
    assert (
        "| **uncontrolled** | **25 of 40 (62 %)** | 5.0 % (2.0…11.0 %) | 20 | 39 | - | - |" in text
    )
    assert "| **managed** | **40 of 40 (100 %)** |" in text
    assert "| 99.5 % | 97.0 % |" in text


def test_what_binds_and_what_binds_next_are_named():
    text = _text(FACTOR, DAYS, MANAGED)

    assert (
        "| **uncontrolled** | transformer.loading at T1 | fits 30 |"
        " cable.loading (protective device) at F2 |"
    ) in text
    assert "| **factor** | transformer.loading at T1 | - | - |" in text
    assert "| **managed** | nothing | - | - |" in text


def test_a_compound_that_is_full_today_says_so():
    full = replace(DAYS, n_max=None, share_percent=None)

    assert "not even those of today" in _text(full)


def test_every_second_point_of_the_curve_is_drawn_as_a_bar():
    text = _text(DAYS)

    assert "| **0.0 %** | 0 | ░░░░░░░░░░   0.0 % |" in text
    assert "| **50.0 %** | 20 | █░░░░░░░░░  10.0 % |" in text
    assert "| **100.0 %** | 40 | ██████████ 100.0 % |" in text
    assert "25.0 %" not in text


def test_many_curves_are_told_in_numbers():
    winter = [replace(row, season="winter") for row in (DAYS, MANAGED)]

    text = _text(DAYS, MANAGED, *winter)

    assert "winter managed" in text
    assert "█" not in text
    assert "| 10.0 % | 0.0 % | 10.0 % | 0.0 % |" in text


def test_without_simulated_days_there_is_no_curve():
    assert "Probability" not in _text(FACTOR)


def test_the_conventions_are_stated():
    text = _text(FACTOR, DAYS, MANAGED)

    assert "5 % of the draws may break a limit" in text
    assert "100 draws of a summer day" in text
    assert "seed 7, engine radial" in text
    assert "managed: 80 % of the private cars take part" in text
    assert "Wilson" in text


def test_the_story_in_chinese_has_no_english_words():
    text = _text(FACTOR, DAYS, MANAGED, wording=ZH)

    for english in ("draw", "fits", "binds", "managed", "loading", "label."):
        assert english not in text
    assert "| **无序充电** | **25/40（62%）** |" in text


def test_csv_has_one_row_per_mode():
    rows = hosting_output(_hosted(FACTOR, DAYS), EN).rows

    assert [row["n_max"] for row in rows] == [9, 25]
    assert rows[0]["next_binding_check"] is None
    assert rows[1]["next_binding_check"] == "cable.loading"
