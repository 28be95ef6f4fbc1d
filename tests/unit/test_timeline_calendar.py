"""The working-day calendar against the State Council's notice for 2026 (国办发明电〔2025〕7号).

The notice: New Year 1-3 January, 4 January (Sunday) worked; Spring Festival 15-23 February, 14 and
28 February (Saturdays) worked; Mid-Autumn 25-27 September; National Day 1-7 October, 20 September
(Sunday) and 10 October (Saturday) worked. All dates below were counted by hand on that notice.
"""

from datetime import date, timedelta

import pytest

from gridcalc.timeline.calendar import (
    days_between,
    first_working_day,
    is_schedule_known,
    is_weekend,
    is_working_day,
    known_years,
    working_day_after,
)


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "text", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"]
)
def test_make_up_days_on_weekends_are_working_days(text):
    assert is_weekend(day(text))
    assert is_working_day(day(text))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ],
)
def test_nobody_works_from_the_first_to_the_last_day_of_a_holiday(first, last):
    assert [d for d in days_between(day(first), day(last)) if is_working_day(d)] == []
    assert is_working_day(day(last) + timedelta(days=1))


@pytest.mark.parametrize(
    ("start", "n_days", "expected"),
    [
        # Wednesday before National Day: Thu 8, Fri 9, Sat 10 (worked), Mon 12 October
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 4, "2026-10-12"),
        # Friday before the Spring Festival: Sat 14 (worked), Tue 24 ... Fri 27, Sat 28 (worked)
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 6, "2026-02-28"),
        ("2026-02-13", 7, "2026-03-02"),
        # an ordinary week
        ("2026-03-02", 5, "2026-03-09"),
        ("2026-03-02", 0, "2026-03-02"),
    ],
)
def test_the_nth_working_day_after_a_day(start, n_days, expected):
    assert working_day_after(day(start), n_days) == day(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01", "2026-10-08"),
        ("2026-10-10", "2026-10-10"),
        ("2026-02-22", "2026-02-24"),
        ("2026-03-07", "2026-03-09"),
        ("2026-03-09", "2026-03-09"),
    ],
)
def test_a_rest_day_moves_to_the_next_working_day(text, expected):
    assert first_working_day(day(text)) == day(expected)


def test_beyond_the_schedules_weekends_and_statutory_holidays_rest():
    """The decree on holidays (2024): 1 January, four days from the eve of the Spring Festival, ….

    The new moon of the first month of 2030 is on 3 February, so the eve is Saturday the 2nd; two
    of the four days fall on the weekend and are made up for on the 6th and 7th.
    """
    assert not is_schedule_known(date(2030, 1, 1))
    rest = [date(2030, 1, 1), date(2030, 10, 1), *(date(2030, 2, day) for day in range(2, 8))]
    work = [date(2030, 1, 2), date(2030, 2, 1), date(2030, 2, 8), date(2030, 10, 8)]

    assert not any(is_working_day(day) for day in rest)
    assert all(is_working_day(day) for day in work)


def test_the_schedules_begin_in_2004_and_hold_2026():
    first, last = known_years()

    assert first == 2004
    assert last >= 2026
    assert is_schedule_known(date(2004, 1, 1))
    assert not is_schedule_known(date(2003, 12, 31))
