"""Metered peaks that are hardly true are told; those that cannot be true are refused."""

import pytest

from gridcalc.compound.doubts import metered_doubts


@pytest.fixture
def doubts(read, small, catalogue):
    """Return what is doubted of a compound whose transformer of 630 kVA has a metered load."""

    def of(**metered):
        small["metered"] = [{"transformer": "T1", **metered}]
        return [str(doubt) for doubt in metered_doubts(read(small), catalogue)]

    return of


def test_a_peak_far_above_the_rating_is_doubted(doubts):
    # 1402 / 630 = 2.225
    assert doubts(peak_kw=1402) == [
        "T1: the metered peak of 1402 kW is 223 % of the rating of 630 kVA; check the unit"
        " (kW, not A) and the ratio of the current transformers"
    ]


def test_a_metered_day_is_doubted_by_its_highest_value(doubts):
    # 63 / 630 is a tenth, 6.3 / 630 one percent, 945 / 630 = 1.5
    assert doubts(curve_96_kw=[63] * 96) == []
    assert doubts(curve_96_kw=[6.2] * 96)[0].startswith("T1: the metered peak of 6.2 kW is 0.984 %")
    assert "945 kW is 150 %" in doubts(curve_96_kw=[63] * 95 + [945])[0]


@pytest.mark.parametrize("peak_kw", [6.4, 300, 630, 755])
def test_usual_peaks_and_overloads_are_not_doubted(doubts, peak_kw):
    # 6.4 / 630 is above one percent, 755 / 630 below the 120 % of equipment_bounds.csv
    assert doubts(peak_kw=peak_kw) == []


def test_a_peak_of_more_than_three_times_the_rating_is_refused(small, problems_of):
    small["metered"] = [{"transformer": "T1", "peak_kw": 1891}]  # 630 x 3 = 1890

    (problem,) = problems_of(small)

    assert problem.key == "metered[0].peak_kw"
    assert problem.message.startswith("1891 kW is 300.2 % of the 630 kVA of the transformer, above")

    small["metered"][0]["peak_kw"] = 1890
    assert problems_of(small) == ()
