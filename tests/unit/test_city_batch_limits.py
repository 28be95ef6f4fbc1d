"""Rows at the edge of what can be computed: extreme counts, no solution, closed rings, bad rows.

Expected numbers are those of the study of each row, as in ``test_city_batch``; what has no
solution is known from quantities that rule one out.
"""

from dataclasses import replace

import pytest

from gridcalc.city.records import CityRow, Units
from gridcalc.city.work import compute_chunk
from gridcalc.errors import ConvergenceError
from tests.cli.conftest import HAMLET
from tests.cli.test_closed_ring import OLD, RING
from tests.unit.test_city_batch import ASKED, TEMPLATES, alone, assert_as_alone, together

BITS_RTOL = 1e-8
NUMBERS = (
    "s_peak_kva",
    "loading_percent",
    "phase_loading_percent",
    "cable_loading_percent",
    "vm_min_pu",
)
FEW = ("combined-meter", "high-rise", "villa")


def row_of(number, template, **facts):
    return CityRow(row=number, id=f"X{number}", name="x", template=template, **facts)


def of_templates(**facts):
    """Return one row per template; all but a few only in the slow run."""
    return [
        pytest.param(
            row_of(k, name, **facts),
            id=name,
            marks=[] if name in FEW else [pytest.mark.slow],
        )
        for k, name in enumerate(TEMPLATES)
    ]


NOTHING = {"n_private_bays": 0, "n_public_bays": 0, "n_ebikes": 0}
MOST_EACH = {"n_private_bays": 10, "n_public_bays": 10, "n_ebikes": 10}


@pytest.mark.parametrize("row", of_templates(n_households=1, **NOTHING))
def test_one_flat_without_anything_to_charge_is_computed(row):
    (result,) = together([row], ASKED)

    assert_as_alone(result)
    assert result.n_max_uncontrolled is None  # no bay, so nothing to fit


@pytest.mark.parametrize("row", of_templates(n_households=1, **MOST_EACH))
def test_one_flat_with_ten_of_everything_is_computed(row):
    (result,) = together([row], ASKED)

    assert_as_alone(result)


@pytest.mark.parametrize("row", of_templates(n_households=50, n_private_bays=500, n_ebikes=0))
def test_ten_bays_for_every_flat_are_computed(row):
    (result,) = together([row], ASKED)

    assert_as_alone(result)
    assert result.n_max_uncontrolled is not None
    assert 0 <= result.n_max_uncontrolled < 500


@pytest.mark.slow
@pytest.mark.parametrize("template", ["resettlement", "mid-rise"])
def test_five_thousand_flats_are_computed(template):
    (result,) = together([row_of(1, template, n_households=5000)], ASKED)

    assert result.n_households == 5000
    assert_as_alone(result)


# ------------------------------------------------------------------ without a solution


@pytest.mark.parametrize(
    "row", of_templates(n_households=200, transformers=(Units(n=1, sn_kva=30),))
)
def test_a_state_without_a_solution_fails_and_has_no_numbers(row):
    # No more than half of its short-circuit power gets through a transformer: 375 kVA of 30 kVA
    # at uk = 4 %, and less on the way to the flats; 200 of them want more than that.
    (result,) = together([row], ASKED)

    assert_as_alone(result)
    assert result.binding.check == "voltage.deviation"
    assert result.binding.element == "compound"
    assert result.binding.value is None
    assert {run.vm_min_pu for run in result.runs} == {None}


def test_a_compound_may_have_a_solution_in_some_scenarios_only():
    row = row_of(1, "combined-meter", n_households=50, n_private_bays=500, n_ebikes=0)

    (result,) = together([row], ASKED)

    assert [run.vm_min_pu is None for run in result.runs] == [False, False, True, True]
    assert result.binding.scenario == "ev-100+ebike-50"
    assert_as_alone(result)


HOPELESS = {"n_households": 100, "metered_peak_kw": 50_000.0}


@pytest.mark.parametrize("row", of_templates(**HOPELESS))
def test_without_a_solution_at_low_load_a_compound_fails(row):
    # 15 % of 50 MW are 7.5 MW, ten times what the transformers of 100 flats carry
    (result,) = compute_chunk([row], ASKED)

    assert result.status == "failed"
    assert "no solution even at low load" in result.error
    assert result.runs == ()
    with pytest.raises(ConvergenceError):
        alone(row)


def test_a_compound_that_fails_and_one_that_is_wrong_do_not_touch_the_others():
    good = [row_of(1, "walk-up", n_households=120), row_of(4, "villa", n_households=60)]
    hopeless = row_of(2, "walk-up", **HOPELESS)
    wrong = [row_of(3, "walk-upp"), row_of(5, "walk-up", n_households=10, n_private_bays=101)]

    results = compute_chunk([good[0], hopeless, wrong[0], good[1], wrong[1]], ASKED)

    statuses = [result.status for result in results]
    assert statuses == ["ok", "failed", "failed", "ok", "failed"]
    assert "walk-up" in results[2].error
    assert "more than 10 each" in results[4].error
    assert compute_chunk(good, ASKED) == (results[0], results[3])


def test_rows_that_are_all_wrong_and_no_rows_at_all_are_no_trouble():
    assert compute_chunk([], ASKED) == ()
    (result,) = compute_chunk([row_of(1, "nothing-like-it")], ASKED)
    assert result.status == "failed"


def hamlet_row(folder, length_m):
    """Return the row of a hamlet whose flats hang on two cables of some length."""
    text = HAMLET.replace("4x240, length_m: 100}", f"4x240, length_m: {length_m}}}")
    text = text.replace("4x70, length_m: 30}", f"4x70, length_m: {length_m}}}")
    assert text.count(f"length_m: {length_m}}}") == 2
    (folder / "long.yaml").write_text(text, encoding="utf-8")
    return CityRow(row=1, id="l", name="l", file=str(folder / "long.yaml"))


def test_cables_of_absurd_length_have_no_solution_at_peak_load(tmp_path):
    # 2 km of 240 mm2 and 2 km of 70 mm2 copper are 0.15 + 0.54 ohm per conductor: at 220 V not
    # more than 220² / (4 · 0.69) = 17.5 kW per phase get through; 16 flats of 7 kW with the
    # factor 0.7 want 26.
    (result,) = together([hamlet_row(tmp_path, 2000)], ASKED)

    assert result.verdict == "upgrade"
    assert {run.vm_min_pu for run in result.runs} == {None}
    assert_as_alone(result)


def test_cables_of_absurd_length_may_have_no_solution_at_all(tmp_path):
    # With 5 km power-grid-model and runpp_3ph find none at 15 % of that load either; they and
    # the sweep find one at 12 %, with 0.738 pu.
    row = hamlet_row(tmp_path, 5000)

    (result,) = compute_chunk([row], ASKED)

    assert result.status == "failed"
    with pytest.raises(ConvergenceError):
        alone(row)


def test_no_solution_decides_before_a_share_that_is_missed_as_badly(tmp_path):
    # None of 40 bays is equipped or reserved: nothing over all of it, as bad as no solution.
    row = hamlet_row(tmp_path, 2000)
    path = tmp_path / "long.yaml"
    text = path.read_text(encoding="utf-8").replace("reserved_share: 1}", "reserved_share: 0}")
    assert "reserved_share: 0}" in text
    path.write_text(text, encoding="utf-8")

    (result,) = together([row], ASKED)

    assert (result.binding.check, result.binding.element) == ("voltage.deviation", "compound")
    assert result.binding.value is None
    assert_as_alone(result)


@pytest.mark.parametrize("said", [", reserved_share: 0", ""])
def test_a_reserve_that_is_not_given_decides_nothing_as_alone(tmp_path, said):
    text = HAMLET.replace(", reserved_share: 1", said)
    text = text.replace("type: S20-160", "type: S20-400")  # nothing else is broken today
    (tmp_path / "new.yaml").write_text(text, encoding="utf-8")
    row = CityRow(row=1, id="n", name="n", file=str(tmp_path / "new.yaml"))

    (result,) = together([row], replace(ASKED, scenarios=("today",)))

    assert_as_alone(result, replace(ASKED, scenarios=("today",)))
    assert (result.binding.check == "charging.private_share") is bool(said)


# ------------------------------------------------------------------ one phase lifts the others


def test_voltages_too_high_at_peak_are_found_as_alone(tmp_path):
    # At low load the board stands at 1.015 * 400/380 = 1.068 pu, below 1.07. What eight chargers
    # draw from phase a comes back through 200 m of neutral and lifts b and c above it.
    changes = {
        "i_sc_min_ka: 6,": "i_sc_min_ka: 6, vm_peak_pu: 1.015, vm_low_load_pu: 1.015,",
        "S20-160": "S20-630",
        "4x240, length_m: 80": "4x240, length_m: 200",
        "count: 40, reserved_share: 1": "count: 8, reserved_share: 1, phases: [8, 0, 0]",
        "public_bays:\n  - {node: CB1, count: 4}\n": "",
    }
    text = HAMLET
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    row = CityRow(row=1, id="o", name="o", file=str(tmp_path / "one.yaml"))

    (result,) = together([row], ASKED)

    assert (result.binding.check, result.binding.element) == ("voltage.deviation", "CB1")
    assert result.binding.limit == 7
    assert result.next_binding == "voltage.deviation CB1"
    assert 0 < result.n_max_uncontrolled < 8
    assert_as_alone(result)


# ------------------------------------------------------------------ closed rings


@pytest.fixture
def ring(tmp_path):
    path = tmp_path / "ring.yaml"
    path.write_text(HAMLET.replace(OLD, RING), encoding="utf-8")
    return CityRow(row=7, id="ring", name="ring", file=str(path))


def test_a_closed_ring_is_computed_among_radial_compounds(ring, tmp_path):
    path = tmp_path / "open.yaml"
    opened = RING.replace("length_m: 1200}", "length_m: 1200, normally_open: true}")
    path.write_text(HAMLET.replace(OLD, opened), encoding="utf-8")
    radial = CityRow(row=8, id="open", name="open", file=str(path))
    town = row_of(9, "villa", n_households=60)

    results = compute_chunk([town, ring, radial], ASKED)

    assert [result.row.row for result in results] == [9, 7, 8]
    for result in results:
        assert_as_alone(result)
    # closed, the current has two ways to R1; open it has one: the voltage is a little lower
    closed, opened_ring = results[1].runs[0].vm_min_pu, results[2].runs[0].vm_min_pu
    assert 0 < closed - opened_ring < 1e-3
    assert replace(results[1], row=ring) == compute_chunk([ring], ASKED)[0]


# ------------------------------------------------------------------ levels of their own

IN_A_ROW = """\
lv_nodes:
  - {id: BB2, kind: branch_box}
  - {id: MB2, kind: meter_box}
"""
BAYS = """\
private_bays:
  - {node: CB1, count: 40, reserved_share: 1}
"""
BEHIND = """\
  - {id: C3, from: BB1, to: BB2, type: YJV22-0.6/1-4x120, length_m: 40}
  - {id: C4, from: BB2, to: MB2, type: YJV22-0.6/1-4x70, length_m: 30}
households:
  - {node: MB2, count: 9, area_m2: 90}
"""


@pytest.fixture
def in_a_row(tmp_path):
    """Return the row of a hamlet with two branch boxes in a row: it has a segment level."""
    text = HAMLET.replace("lv_nodes:\n", IN_A_ROW).replace("households:\n", BEHIND)
    (tmp_path / "row.yaml").write_text(text, encoding="utf-8")
    return CityRow(row=50, id="row", name="row", file=str(tmp_path / "row.yaml"))


@pytest.fixture
def without_bays(tmp_path, in_a_row):
    """Return the same hamlet with nowhere to park: its chargers need no search."""
    text = (tmp_path / "row.yaml").read_text(encoding="utf-8").replace(BAYS, "")
    (tmp_path / "bare.yaml").write_text(text, encoding="utf-8")
    return replace(in_a_row, row=51, id="bare", file=str(tmp_path / "bare.yaml"))


def test_the_search_goes_on_without_the_level_of_a_compound_that_needs_none(without_bays):
    results = together([row_of(1, "walk-up", policy="ningxia-2025"), without_bays], ASKED)

    for result in results:
        assert_as_alone(result)


def test_compounds_with_and_without_a_segment_level_stand_side_by_side(in_a_row):
    rows = [
        row_of(1, "walk-up", policy="ningxia-2025", n_households=100),
        replace(in_a_row, row=2, id="first"),
        row_of(3, "mid-rise", policy="ningxia-2025", n_households=120, n_private_bays=200),
        row_of(4, "villa", policy="ningxia-2025", n_households=50),
        in_a_row,
    ]

    results = together(rows, ASKED)

    for result in results:
        assert_as_alone(result)


def test_a_segment_level_beside_it_changes_no_bit_of_a_compound(in_a_row):
    # a compound without the level has its boxes there: a copy of a state among its lanes
    rows = beside()

    assert together([*rows, in_a_row], ASKED)[: len(rows)] == together(rows, ASKED)


def test_where_the_states_do_not_fit_one_block_of_lanes_the_last_bits_may_differ(in_a_row):
    # Ten scenarios at three levels are 30 states, at four levels 40: more than the 32 lanes of a
    # block, which is swept until the last of its states has converged to 1e-10 pu.
    scenarios = ("today", *(f"ev-{share}" for share in range(10, 100, 10)))
    question = replace(ASKED, scenarios=scenarios)
    rows = beside()

    apart, other = together(rows, question), together([*rows, in_a_row], question)

    for one, twin in zip(apart, other, strict=False):
        assert replace(twin, runs=(), binding=None) == replace(one, runs=(), binding=None)
        for run, twin_run in zip(one.runs, twin.runs, strict=True):
            for name in NUMBERS:
                assert getattr(twin_run, name) == pytest.approx(getattr(run, name), rel=BITS_RTOL)


def beside():
    return [row_of(k, name, policy="ningxia-2025", n_households=60) for k, name in enumerate(FEW)]
