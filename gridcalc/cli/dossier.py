"""Behind ``report``: everything read at once, then computed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.cli.connecting import connected
from gridcalc.cli.options import Rules, Runs
from gridcalc.cli.places import layout_of
from gridcalc.cli.reading import read_all
from gridcalc.cli.report import ReportAsked
from gridcalc.cli.route import RouteAsked
from gridcalc.cli.studying import question_of
from gridcalc.cli.waiting import shown_by, waiting
from gridcalc.compound.application import SupplyApplication, read_application
from gridcalc.compound.reader import STDIN
from gridcalc.compound.writer import compound_yaml
from gridcalc.connection.records import Connection
from gridcalc.cost import PriceBook, load_price_book
from gridcalc.cost.loading import DETAILED_BOOK
from gridcalc.dossier import Dossier, InputFile, Wanted, compile_dossier, input_file
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.powerflow.pandapower_engine import load_pandapower
from gridcalc.report.validate_report import Read
from gridcalc.routing.site.layout import Layout
from gridcalc.timeline.connection import connection_timeline
from gridcalc.timeline.records import Application

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportInputs:
    """What a report is made from, all of it read and valid."""

    file: str
    row: Read
    catalogue: Catalogue
    book: PriceBook | None
    connection: Connection | None
    layout: Layout | None
    application: SupplyApplication

    @property
    def has_place(self) -> bool:
        """Whether anything of the compound lies somewhere on the map."""
        located = self.row.compound.location is not None
        return located or self.layout is not None or self.connection is not None


def read_inputs(file: str, asked: ReportAsked, rules: Rules, runs: Runs) -> ReportInputs:
    """Return everything a report is made from.

    Raises
    ------
    InputError
        All problems of all inputs at once.
    """
    catalogue = load_catalogue(rules.catalogue_dir)
    problems: list[Problem] = []

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except InputError as error:
            problems.extend(error.problems)
            return None

    rows = tried(
        lambda: read_all([file], catalogue=catalogue, rules=rules, scenarios=runs.scenarios)
    )
    book = tried(lambda: load_price_book(asked.prices or DETAILED_BOOK))
    route = tried(lambda: _connection(asked, rules))
    facts = tried(lambda: _application(asked))
    layout = tried(lambda: layout_of(asked.layout, rows[0].compound)) if rows else None
    if problems or not rows or facts is None:
        raise InputError(problems)
    return ReportInputs(
        file=file,
        row=rows[0],
        catalogue=catalogue,
        book=book if asked.plan else None,
        connection=route,
        layout=layout,
        application=facts,
    )


def compiled(inputs: ReportInputs, asked: ReportAsked, rules: Rules, runs: Runs) -> Dossier:
    """Return everything that is known about a compound; a person who waits sees the steps.

    Raises
    ------
    InputError
        What only the calculation finds wrong.
    ConvergenceError
        No solution even at low load.
    """
    row = inputs.row
    load_pandapower()
    try:
        with waiting(f"report of {row.file} is computed") as status:
            found = compile_dossier(
                row.compound,
                catalogue=inputs.catalogue,
                policy=row.policy,
                inputs=tuple(_input_files(inputs, asked, rules)),
                question=question_of(runs),
                wanted=Wanted(prices=inputs.book, with_hosting=asked.hosting),
                progress=shown_by(status),
            )
    except ConvergenceError as error:
        raise ConvergenceError(f"{row.file}: {error}") from None
    found = replace(found, connection=inputs.connection, layout=inputs.layout)
    if asked.start is None:
        return found
    application = Application(start=asked.start)
    timeline = connection_timeline(application, found.compound, policy=found.policy)
    return replace(found, timeline=timeline)


def _connection(asked: ReportAsked, rules: Rules) -> Connection | None:
    if asked.site is None:
        return None
    nothing = RouteAsked(
        prices=asked.prices, demand_kva=None, supply=None, n_routes=None, day_yuan=None, year=None
    )
    return connected(asked.site, nothing, rules)


def _application(asked: ReportAsked) -> SupplyApplication:
    return read_application(asked.application) if asked.application else SupplyApplication()


def _input_files(inputs: ReportInputs, asked: ReportAsked, rules: Rules) -> Iterator[InputFile]:
    """Yield what was read; the compound of standard input is hashed as it is written again."""
    row = inputs.row
    text = compound_yaml(row.compound).encode("utf-8")
    content = text if inputs.file == STDIN else Path(inputs.file).read_bytes()
    yield input_file("compound", row.file, content)
    named = (
        ("policy", rules.policy),
        ("prices", asked.prices),
        ("site", asked.site),
        ("layout", asked.layout),
        ("application", asked.application),
    )
    for role, name in named:
        if name is not None and Path(name).is_file():
            yield input_file(role, name, Path(name).read_bytes())
    if rules.catalogue_dir is not None:
        for path in sorted(rules.catalogue_dir.glob("*.csv")):
            yield input_file("catalogue", str(path), path.read_bytes())
