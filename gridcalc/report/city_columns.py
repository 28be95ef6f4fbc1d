"""The columns of the sheet of compounds: headings, widths, formats, where values come from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from gridcalc.checks.finding import WORST_UTILISATION
from gridcalc.city.records import CityQuestion, CityResult
from gridcalc.city.store.columns import asked_modes
from gridcalc.city.summary.line_room import LineRoom
from gridcalc.policy import PAYERS
from gridcalc.report.blocks import Cell
from gridcalc.report.city_line_words import room_word
from gridcalc.report.city_words import (
    missing_word,
    next_text,
    outcome_of,
    outcome_word,
    plan_text,
    units_text,
)
from gridcalc.report.wording import Wording
from gridcalc.report.worst_runs import RunKey, WorstRun, worst_runs
from gridcalc.units import PERCENT, YUAN_PER_WAN

Form = Literal["text", "plain", "whole", "tenth", "money", "pu"]
Value = Callable[[CityResult], Cell]
_DECIMALS, _DECIMALS_PU = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BookColumn:
    """A column of the sheet of compounds.

    Attributes
    ----------
    key
        Its name in this room.
    group, title
        Heading over several columns, and its own with the unit.
    width
        In characters.
    form
        How its cells are written.
    value
        Where a cell comes from; ``None`` leaves it empty.
    """

    key: str
    group: str
    title: str
    width: int
    form: Form
    value: Value


def book_columns(
    question: CityQuestion, wording: Wording, rooms: Mapping[str, LineRoom] | None = None
) -> tuple[BookColumn, ...]:
    """Return the columns of a question, the rank first, in the words of a language.

    ``rooms`` tells which compounds fit on their lines; without it there is no column of that.
    """
    return (
        *_of_compound(wording),
        *_of_verdict(wording),
        *(_of_room(rooms, wording) if rooms else ()),
        *_of_plan(wording),
        *_of_data(wording),
        *_of_runs(question, wording),
        BookColumn(
            key="error",
            group=wording("Why there is no result"),
            title=wording("Problem"),
            width=60,
            form="text",
            value=lambda row: row.error,
        ),
    )


def cells_of(result: CityResult, columns: Sequence[BookColumn]) -> tuple[Cell, ...]:
    """Return the cells of a compound; numbers that are none are left empty."""
    return tuple(_finite(column.value(result)) for column in columns)


def _finite(value: Cell) -> Cell:
    return None if isinstance(value, float) and not isfinite(value) else value


def _of_compound(wording: Wording) -> Iterator[BookColumn]:
    group = wording("Compound")
    rows: tuple[tuple[str, str, int, Form, Value], ...] = (
        ("id", wording("Id"), 12, "text", lambda row: row.row.id),
        ("name", wording("Name"), 22, "text", lambda row: row.row.name),
        ("area", wording("Area"), 14, "text", lambda row: row.row.area),
        ("line", wording("10 kV line"), 16, "text", lambda row: row.row.line),
        ("policy", wording("Policy"), 14, "text", lambda row: row.policy or row.row.policy),
        ("template", wording("Template"), 12, "text", _template(wording)),
        ("category", wording("Ownership"), 14, "text", _category(wording)),
        ("year", wording("Completed"), 9, "plain", lambda row: row.row.year),
        ("households", wording("Households"), 10, "whole", _count("n_households")),
        ("private", wording("Private bays"), 10, "whole", _count("n_private_bays")),
        ("public", wording("Public bays"), 10, "whole", _count("n_public_bays")),
        ("ebikes", wording("E-bikes"), 10, "whole", _count("n_ebikes")),
        ("units", wording("Transformers [kVA]"), 18, "text", _units),
        ("metered", wording("Metered peak [kW]"), 11, "tenth", lambda r: r.row.metered_peak_kw),
    )
    for key, title, width, form, value in rows:
        yield BookColumn(key=key, group=group, title=title, width=width, form=form, value=value)


def _of_verdict(wording: Wording) -> Iterator[BookColumn]:
    group = wording("Verdict")
    rows: tuple[tuple[str, str, int, Form, Value], ...] = (
        ("outcome", group, 15, "text", lambda row: outcome_word(outcome_of(row), wording)),
        ("check", wording("Decided by"), 18, "text", _binding("check", wording.term)),
        ("element", wording("Element"), 14, "text", _binding("element", wording.term)),
        ("scenario", wording("Scenario"), 20, "text", _binding("scenario", wording.scenario)),
        ("value", wording("Value"), 9, "pu", _judged("value")),
        ("limit", wording("Limit"), 9, "pu", _judged("limit")),
        ("unit", wording("Unit"), 6, "text", _binding("unit", wording.term)),
        ("used", wording("Of the limit [%]"), 9, "tenth", _used),
        ("fit", wording("Fit uncontrolled"), 11, "whole", lambda row: row.n_max_uncontrolled),
        ("managed", wording("Fit if managed"), 11, "whole", lambda row: row.n_max_managed),
        ("no_plan", wording("Not mended"), 22, "text", lambda r: next_text(r.no_plan, wording)),
        ("next", wording("Then decides"), 22, "text", lambda r: next_text(r.next_binding, wording)),
    )
    for key, title, width, form, value in rows:
        yield BookColumn(key=key, group=group, title=title, width=width, form=form, value=value)


def _of_room(rooms: Mapping[str, LineRoom], wording: Wording) -> Iterator[BookColumn]:
    yield BookColumn(
        key="room",
        group=wording("Verdict"),
        title=wording("Room on its line"),
        width=22,
        form="text",
        value=lambda row: room_word(rooms.get(row.row.id), wording),
    )


def _of_plan(wording: Wording) -> Iterator[BookColumn]:
    group = wording("Cheapest works found")
    yes, no = wording("yes"), wording("no")
    rows: tuple[tuple[str, str, int, Form, Value], ...] = (
        ("cost", wording("Cost [10 000 yuan]"), 12, "money", _cost),
        *(
            (f"payer.{payer}", _of_payer(payer, wording), 12, "money", _payer(payer))
            for payer in PAYERS
        ),
        ("verified", wording("Checked again"), 9, "text", _yes_no("plan", "is_verified", yes, no)),
        ("days", wording("Working days"), 9, "tenth", _part("plan", "working_days")),
        ("works", wording("Works"), 44, "text", lambda row: plan_text(row.plan, wording)),
    )
    for key, title, width, form, value in rows:
        yield BookColumn(key=key, group=group, title=title, width=width, form=form, value=value)


def _of_data(wording: Wording) -> Iterator[BookColumn]:
    group = wording("Data")
    yes, no = wording("yes"), wording("no")
    rows: tuple[tuple[str, str, int, Form, Value], ...] = (
        ("grade", wording("Grade"), 7, "text", _part("data", "grade")),
        (
            "given",
            wording("Given [%]"),
            8,
            "tenth",
            _part("data", "given_percent"),
        ),
        ("flip", wording("Could flip"), 9, "text", _yes_no("data", "could_flip", yes, no)),
        ("missing", wording("Missing"), 30, "text", _missing(wording)),
    )
    for key, title, width, form, value in rows:
        yield BookColumn(key=key, group=group, title=title, width=width, form=form, value=value)


def _of_runs(question: CityQuestion, wording: Wording) -> Iterator[BookColumn]:
    worst = _WorstRuns()
    for scenario in question.scenarios:
        for charging in asked_modes(question):
            mode = wording.term(f"mode.{charging}")
            group = wording.words([wording.scenario(scenario), mode])
            run = (scenario, charging)
            rows: tuple[tuple[str, str, Form, Value], ...] = (
                (
                    "loading",
                    wording("Transformer [%]"),
                    "tenth",
                    _run(worst, run, "loading_percent"),
                ),
                (
                    "phase",
                    wording("Worst phase [%]"),
                    "tenth",
                    _run(worst, run, "phase_loading_percent"),
                ),
                ("cable", wording("Cable [%]"), "tenth", _run(worst, run, "cable_loading_percent")),
                ("voltage", wording("Lowest [pu]"), "pu", _run(worst, run, "vm_min_pu")),
            )
            for key, title, form, value in rows:
                name = f"{key}.{scenario}.{charging}"
                yield BookColumn(
                    key=name, group=group, title=title, width=10, form=form, value=value
                )


def _count(name: str) -> Value:
    def value(result: CityResult) -> Cell:
        found: int | None = getattr(result if result.status == "ok" else result.row, name)
        return found

    return value


def _template(wording: Wording) -> Value:
    return lambda result: wording.term(result.row.template or result.row.file or "")


def _category(wording: Wording) -> Value:
    def value(result: CityResult) -> Cell:
        name = result.row.category
        return wording.terms.get(f"category.{name}", name) if name else None

    return value


def _units(result: CityResult) -> Cell:
    return units_text(result.transformers or result.row.transformers)


def _binding(name: str, said: Callable[[str], str]) -> Value:
    def value(result: CityResult) -> Cell:
        return said(getattr(result.binding, name)) if result.binding else None

    return value


def _judged(name: str) -> Value:
    """Return value or limit of what decides, to the decimals that its unit is read in."""

    def value(result: CityResult) -> Cell:
        found = getattr(result.binding, name) if result.binding else None
        if found is None or result.binding is None:
            return None
        decimals = _DECIMALS_PU if result.binding.unit == "pu" else _DECIMALS
        return float(round(found, decimals))

    return value


def _used(result: CityResult) -> Cell:
    """Return value over limit, nothing where a condition holds or does not."""
    if result.binding is None or result.binding.utilisation >= WORST_UTILISATION:
        return None
    return PERCENT * result.binding.utilisation


def _cost(result: CityResult) -> Cell:
    return result.plan.cost_yuan / YUAN_PER_WAN if result.plan else None


def _of_payer(payer: str, wording: Wording) -> str:
    return wording("of it {payer}", payer=wording.term(payer))


def _payer(payer: str) -> Value:
    def value(result: CityResult) -> Cell:
        return result.plan.payers.get(payer, 0.0) / YUAN_PER_WAN if result.plan else None

    return value


def _part(owner: str, name: str) -> Value:
    """Return a value of a record that a result may lack."""

    def value(result: CityResult) -> Cell:
        record = getattr(result, owner)
        found: Cell = None if record is None else getattr(record, name)
        return found

    return value


def _yes_no(owner: str, name: str, yes: str, no: str) -> Value:
    def value(result: CityResult) -> Cell:
        record = getattr(result, owner)
        found = None if record is None else getattr(record, name)
        return None if found is None else yes if found else no

    return value


def _missing(wording: Wording) -> Value:
    def value(result: CityResult) -> Cell:
        names = result.data.missing if result.data else ()
        return wording.words(missing_word(name, wording) for name in names)

    return value


class _WorstRuns:
    """The worst values of the runs of a result over its seasons.

    Those of the last result are kept: its columns ask one after the other.
    """

    def __init__(self) -> None:
        self._result: CityResult | None = None
        self._found: dict[RunKey, WorstRun] = {}

    def of(self, result: CityResult, run: RunKey, name: str) -> float | None:
        """Return a value of a run, nothing where it has none."""
        if result is not self._result:
            self._result, self._found = result, worst_runs(result.runs)
        value: float | None = getattr(self._found.get(run), name, None)
        return value


def _run(worst: _WorstRuns, run: RunKey, name: str) -> Value:
    return lambda result: worst.of(result, run, name)
