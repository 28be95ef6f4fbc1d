"""The Chinese working-day calendar: the one door to holiday schedules and statutory holidays."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count, islice

import chinese_calendar
import holidays

LATEST_START_YEAR = 2100
"""A later start is taken for a slip of the pen."""


def known_years() -> tuple[int, int]:
    """Return the first and the last year whose holiday schedule this version knows.

    Examples
    --------
    >>> known_years()[0]
    2004
    """
    years = {day.year for day in chinese_calendar.holidays}
    return min(years), max(years)


def is_schedule_known(day: date) -> bool:
    """Return whether the schedule of a day's year is known, and not only its weekends.

    Examples
    --------
    >>> is_schedule_known(date(2026, 12, 31)), is_schedule_known(date(2099, 1, 1))
    (True, False)
    """
    first, last = known_years()
    return first <= day.year <= last


def is_working_day(day: date) -> bool:
    """Return whether people work: make-up Saturdays and Sundays do count, holidays do not.

    Beyond the years that are known, Monday to Friday count as working days but for the statutory
    holidays and the days that make up for those on a weekend; which weekends are worked in
    exchange for longer holidays is settled only by the schedule of the year.

    Examples
    --------
    >>> is_working_day(date(2026, 10, 10)), is_working_day(date(2026, 10, 7))
    (True, False)
    >>> is_working_day(date(2099, 10, 1)), is_working_day(date(2099, 10, 9))
    (False, True)
    """
    if is_schedule_known(day):
        return bool(chinese_calendar.is_workday(day))
    return not is_weekend(day) and day not in _statutory_holidays(day.year)


@cache
def _statutory_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("CN", years=year))


def is_weekend(day: date) -> bool:
    """Return whether a day is a Saturday or a Sunday, holidays and make-up days left aside.

    Examples
    --------
    >>> is_weekend(date(2026, 10, 10))
    True
    """
    return day.isoweekday() > 5


def first_working_day(day: date) -> date:
    """Return the day itself if people work, else the next working day.

    Examples
    --------
    >>> first_working_day(date(2026, 10, 1))
    datetime.date(2026, 10, 8)
    """
    return next(_working_days_from(day))


def working_day_after(day: date, n_days: int) -> date:
    """Return the n-th working day after a day, which does not count; the day itself for 0.

    Examples
    --------
    >>> working_day_after(date(2026, 9, 30), 3)
    datetime.date(2026, 10, 10)
    """
    if n_days == 0:
        return day
    return next(islice(_working_days_from(day + timedelta(days=1)), n_days - 1, None))


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return every calendar day from the first to the last, both included.

    Examples
    --------
    >>> len(days_between(date(2026, 2, 15), date(2026, 2, 23)))
    9
    """
    return tuple(first + timedelta(days=k) for k in range((last - first).days + 1))


def _working_days_from(day: date) -> Iterator[date]:
    later = (day + timedelta(days=k) for k in count())
    return (candidate for candidate in later if is_working_day(candidate))
