"""Behind ``timeline``: the day as an option value, the compound timed, the picture written."""

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from gridcalc.cli.options import Rules

if TYPE_CHECKING:
    from gridcalc.report.timeline_tree import Timed
    from gridcalc.report.wording import Wording
    from gridcalc.timeline.records import Customer, PermitKind


class Day(click.ParamType[date]):
    """A day written YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; other spellings of a date are refused, so that none is misread."""
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:
            self.fail(f"{text!r} is not a day; write YYYY-MM-DD, such as 2026-09-28", param, ctx)
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is applied for, as the options say it; ``None`` where they do not."""

    start: date
    customer: "Customer | None"
    permit: "PermitKind | None"
    important_user: bool
    external_works: bool | None
    works_days: int | None
    design_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GanttFile:
    """File of the picture, ``None`` without one, and whether it may be overwritten."""

    target: str | None
    force: bool


def timed(file: str, asked: Asked, rules: Rules) -> "Timed":
    """Return the timeline of a compound file.

    Raises
    ------
    InputError
        All problems of the file and its pack, or of the options.
    """
    from gridcalc.catalogue import load_catalogue
    from gridcalc.cli.reading import read_all
    from gridcalc.report.timeline_tree import Timed
    from gridcalc.timeline.connection import connection_timeline
    from gridcalc.timeline.records import Application

    catalogue = load_catalogue(rules.catalogue_dir)
    (row,) = read_all([file], catalogue=catalogue, rules=rules)
    application = Application(**{row.name: getattr(asked, row.name) for row in fields(asked)})
    found = connection_timeline(application, row.compound, policy=row.policy)
    return Timed(compound=row.compound, policy=row.policy, timeline=found)


def check_gantt(picture: GanttFile) -> None:
    """Refuse a picture that cannot be drawn, before anything is computed.

    Raises
    ------
    click.UsageError
        No such form.
    InputError
        The file exists and ``--force`` is not given.
    """
    from gridcalc.cli.output import check_writable
    from gridcalc.cli.plotting import form_of

    target = picture.target
    if target is None:
        return
    form_of(target)
    check_writable(target, force=picture.force)


def write_gantt(picture: GanttFile, found: "Timed", wording: "Wording") -> None:
    """Draw the timeline into a file; nothing without a name.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    target = picture.target
    if target is None:
        return
    from gridcalc.cli.plotting import form_of, write_picture
    from gridcalc.report.timeline_plot import gantt

    write_picture(gantt(found, wording, form=form_of(target)), target)
