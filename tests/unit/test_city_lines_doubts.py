"""What a table of lines says and hardly can be; bounds stand in equipment_bounds.csv."""

import pytest

from gridcalc.city.lines.doubts import line_doubts, main_transformer_doubts
from gridcalc.city.lines.evaluating import evaluate_lines
from gridcalc.city.lines.rows import feeder_rows, line_results
from tests.unit.city_line_cases import a_line, curves, on, source


def doubts(line, *, n_compounds=2, compounds_kva=1000.0, scale_factor=1.0):
    found = line_doubts(
        line, n_compounds=n_compounds, compounds_kva=compounds_kva, scale_factor=scale_factor
    )
    return [str(one) for one in found]


def usual(**changed):
    """Return a line of 400 A, 6928 kVA, half loaded, with 9 MVA of transformers."""
    return a_line(
        "L1", **{"capacity_kva": 6928.0, "peak_kva": 3000.0, "installed_kva": 9000.0, **changed}
    )


def test_usual_lines_and_lines_of_which_little_is_known_are_not_doubted():
    assert doubts(usual()) == []
    assert doubts(usual(peak_kva=None, installed_kva=None)) == []
    assert doubts(usual(capacity_kva=None)) == []
    assert doubts(usual(peak_kva=0.0, installed_kva=None), n_compounds=0) == []


def test_a_peak_of_nothing_is_doubted_where_something_draws():
    text = "a metered peak of 0 with transformers on the line cannot be; leave the cell empty"

    for line, n in (
        (usual(peak_kva=0.0), 0),
        (usual(peak_kva=0.0, installed_kva=None), 1),
    ):
        (found,) = doubts(line, n_compounds=n, scale_factor=0.0)
        assert found.startswith(text)
    others = usual(peak_kva=0.0, installed_kva=None, includes_compounds=False)
    assert doubts(others, n_compounds=1) == []


def test_a_peak_far_below_its_compounds_is_doubted():
    # 4.2 written for 4200 kW: 4.4 kVA where compounds draw 1300
    (found,) = doubts(usual(peak_kva=4.42), scale_factor=0.0034)

    assert "the metered peak of 4.42 kVA is 0.34 % of what its compounds draw today" in found
    # line_scale_doubt_percent is 40
    assert len(doubts(usual(), scale_factor=0.399)) == 1
    assert doubts(usual(), scale_factor=0.401) == []


@pytest.mark.parametrize(
    ("peak_kva", "said"),
    [
        (4.42, "4.42 kVA is 0.0638 % of the 6928 kVA that the line carries"),
        (69.0, "69 kVA is 0.996 % of the 6928 kVA"),
        (69.5, ""),
        (10_392.0, ""),
        (10_393.0, "10393 kVA is 150 % of the 6928 kVA that the line carries"),
    ],
)
def test_a_peak_that_its_line_can_hardly_have_is_doubted(peak_kva, said):
    """line_peak_doubt_percent is 1 to 150: 69.28 to 10392 kVA."""
    found = doubts(usual(peak_kva=peak_kva, installed_kva=None), n_compounds=0)

    assert len(found) == bool(said)
    assert all(said in one for one in found)


def test_a_peak_that_its_transformers_can_hardly_draw_is_doubted():
    # line_peak_installed_doubt_percent is 1 to 120: 3000 kVA go with 2500 to 300000 kVA
    assert doubts(usual(installed_kva=2500.0), compounds_kva=0.0) == []
    assert doubts(usual(installed_kva=2400.0), compounds_kva=0.0) == [
        "the metered peak of 3000 kVA is 125 % of the 2400 kVA of transformers on the line;"
        " check the unit of both"
    ]


def test_fewer_transformers_than_those_of_its_compounds_are_doubted():
    # line_compounds_kva_doubt_percent is 105: 9450 beside 9000 kVA
    assert doubts(usual(), compounds_kva=9450.0) == []
    assert doubts(usual(), compounds_kva=9451.0) == [
        "the transformers on the line, 9000 kVA, are less than the 9451 kVA of its compounds;"
        " check the unit"
    ]
    assert doubts(usual(installed_kva=None), compounds_kva=9451.0) == []


def test_a_main_transformer_is_doubted_like_a_line():
    def told(peak_kva, scale_factor=1.0):
        line = usual(main_transformer="T1", main_transformer_kva=31_500.0,
                     main_transformer_peak_kva=peak_kva)  # fmt: skip
        return [str(one) for one in main_transformer_doubts(line, scale_factor=scale_factor)]

    assert told(None) == told(22_000.0) == []
    assert told(26.0, scale_factor=0.004) == [
        "the metered peak of T1, 26 kVA, is 0.4 % of what its lines carry today;"
        " check the unit of both"
    ]
    # 150 % of 31.5 MVA are 47.25 MVA
    assert told(47_250.0) == []
    assert told(48_000.0) == [
        "the metered peak of T1, 48000 kVA, is 152 % of its 31500 kVA; check the unit of both"
    ]


def test_doubts_stand_with_the_line_and_those_of_a_main_transformer_once(national):
    both = {"main_transformer": "T", "main_transformer_kva": 2000.0,
            "main_transformer_peak_kva": 30.0}  # fmt: skip
    lines = [a_line("L1", peak_kva=3.0, **both), a_line("L2", peak_kva=200.0, **both)]
    compounds = (*on("L1", "a", installed_kva=400.0), *on("L2", "b"))

    result = evaluate_lines(
        lines, compounds, source(curves("a", 300.0), curves("b", 100.0)), policy=national
    )
    found = result.lines

    # 3 of 300 kVA on L1; 30 of 3 + 200 kVA on T, which stands with its first line
    first, second = ([str(doubt) for doubt in line.doubts] for line in found)
    assert ["3 kVA is 1 % of what its compounds" in first[0], "of T, 30 kVA, is 14.8 %" in first[1]]
    assert len(first) == 2
    assert second == []
    rows = feeder_rows(result)
    assert [row["doubts"] for row in rows] == ["; ".join(first), ""]
    assert line_results(rows) == found
