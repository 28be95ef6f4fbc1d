"""The reply sheet as a page to be printed."""

from functools import cache
from importlib.resources import files
from typing import Any

from gridcalc.compound.application import SupplyApplication
from gridcalc.dossier import Dossier
from gridcalc.report.page.markup import neutral
from gridcalc.report.reply.form import Fields, Form, Grid
from gridcalc.report.reply.sections import reply_form
from gridcalc.report.wording import Wording

_LANG = {"zh": "zh-CN", "en": "en"}
_WHOLE = 100


def reply_page(dossier: Dossier, application: SupplyApplication, wording: Wording) -> bytes:
    """Return the reply sheet as HTML in UTF-8: one page without anything from elsewhere.

    Examples
    --------
    >>> _widths(Grid(titles=("a", "b"), weights=(1, 3), rows=()))
    ('25.00', '75.00')
    """
    form = reply_form(dossier, application, wording.with_named_checks())
    return page_of(form, wording).encode("utf-8")


def page_of(form: Form, wording: Wording) -> str:
    """Return a form as a page; every text of the user is escaped."""
    template = _template()
    return neutral(
        template.render(
            form=form,
            lang=_LANG[wording.lang],
            mark=wording("to be verified"),
            is_grid=_is_grid,
            widths=_widths,
            pairs=_pairs,
        )
    )


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  only pages need it

    text = (files("gridcalc") / "report" / "reply" / "form.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text)


def _is_grid(part: Fields | Grid) -> bool:
    return isinstance(part, Grid)


def _widths(grid: Grid) -> tuple[str, ...]:
    whole = sum(grid.weights)
    return tuple(f"{_WHOLE * weight / whole:.2f}" for weight in grid.weights)


def _pairs(fields: Fields) -> list[list[Any]]:
    """Return the rows of a form, two fields each; a long text takes a row of its own."""
    rows: list[list[Any]] = []
    for field in fields.rows:
        is_long = len(field[1].text) > _LONG
        if rows and len(rows[-1]) == 1 and not is_long and len(rows[-1][0][1].text) <= _LONG:
            rows[-1].append(field)
        else:
            rows.append([field])
    return rows


_LONG = 40
"""Characters from which on a text takes the whole width."""
