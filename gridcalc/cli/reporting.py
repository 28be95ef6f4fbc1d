"""Behind ``report``: everything read and computed first, then all files written."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.markup import escape
from rich.status import Status

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.cli.connecting import connected
from gridcalc.cli.options import Rules, Runs
from gridcalc.cli.output import check_writable, write_bytes
from gridcalc.cli.reading import read_all
from gridcalc.cli.report import Kinds, ReportAsked, Target
from gridcalc.cli.route import RouteAsked
from gridcalc.cli.studying import question_of
from gridcalc.cli.waiting import waiting
from gridcalc.compound.application import SupplyApplication, read_application
from gridcalc.compound.reader import STDIN
from gridcalc.connection.records import Connection
from gridcalc.cost import load_price_book
from gridcalc.cost.loading import DETAILED_BOOK
from gridcalc.dossier import Dossier, InputFile, Wanted, compile_dossier, input_file
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.powerflow.pandapower_engine import load_without_plotting
from gridcalc.report.validate_report import Read
from gridcalc.report.wording import Wording, load_wording
from gridcalc.routing.site.layout import Layout, read_layout

Maker = Callable[[Dossier, Wording], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    """A file of a report: its kind, its name, and how it is made."""

    kind: str
    name: str
    make: Maker
    needs_routes: bool = False


def deliverables(application: str | None) -> tuple[Deliverable, ...]:
    """Return every file that a report can have.

    Raises
    ------
    InputError
        All problems of the file of the application.
    """
    from gridcalc.report.calculation_book import calculation_book
    from gridcalc.report.compound_layers import compound_geopackage
    from gridcalc.report.drawing.route_plan import route_plan_dxf
    from gridcalc.report.drawing.single_line import single_line_dxf
    from gridcalc.report.page import report_page
    from gridcalc.report.reply import asset_register, reply_page, reply_sheet

    facts = read_application(application) if application else SupplyApplication()
    return (
        Deliverable(kind="html", name="report.html", make=report_page),
        Deliverable(kind="xlsx", name="calculation-book.xlsx", make=calculation_book),
        Deliverable(kind="dxf", name="single-line.dxf", make=single_line_dxf),
        Deliverable(kind="dxf", name="route-plan.dxf", make=route_plan_dxf, needs_routes=True),
        Deliverable(kind="gpkg", name="network.gpkg", make=compound_geopackage),
        Deliverable(kind="reply", name="reply.html", make=lambda d, w: reply_page(d, facts, w)),
        Deliverable(kind="reply", name="reply.xlsx", make=lambda d, w: reply_sheet(d, facts, w)),
        Deliverable(kind="register", name="asset-register.xlsx", make=asset_register),
    )


def write_report(
    file: str,
    to: Target,
    *,
    kinds: Kinds,
    asked: ReportAsked,
    runs: Runs,
    rules: Rules,
) -> None:
    """Write the files of a report.

    Raises
    ------
    InputError
        All problems of the inputs, or a file that cannot be written.
    ConvergenceError
        No solution even at low load.
    """
    wanted = [
        row
        for row in deliverables(asked.application)
        if kinds.wants(row.kind) and (asked.site is not None or not row.needs_routes)
    ]
    _check_folder(to.folder, [row.name for row in wanted], force=to.force)
    dossier = _dossier(file, asked=asked, runs=runs, rules=rules)
    wording = load_wording(to.lang)
    contents = [(row.make(dossier, wording), str(to.folder / row.name)) for row in wanted]
    to.folder.mkdir(parents=True, exist_ok=True)
    for content, target in contents:
        write_bytes(content, target)


def _check_folder(folder: Path, names: Sequence[str], *, force: bool) -> None:
    problems: list[Problem] = []
    if folder.exists() and not folder.is_dir():
        problems.append(Problem(str(folder), 0, "", "is a file; name a folder"))
    for name in names:
        try:
            check_writable(str(folder / name), force=force)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _dossier(file: str, *, asked: ReportAsked, runs: Runs, rules: Rules) -> Dossier:
    catalogue = load_catalogue(rules.catalogue_dir)
    problems: list[Problem] = []
    book, route, rows = None, None, ()
    try:
        rows = read_all([file], catalogue=catalogue, rules=rules, scenarios=runs.scenarios)
    except InputError as error:
        problems += error.problems
    try:
        book = load_price_book(asked.prices or DETAILED_BOOK) if asked.plan else None
    except InputError as error:
        problems += error.problems
    try:
        route = _connection(asked, rules)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    (row,) = rows
    load_without_plotting()
    layout = _layout(asked, row)
    found = _compiled(file, row, catalogue, runs, Wanted(prices=book, with_hosting=asked.hosting))
    found = replace(
        found, connection=route, layout=layout, inputs=(*found.inputs, *_more_inputs(asked, rules))
    )
    return _timed(found, asked)


def _layout(asked: ReportAsked, row: Read) -> Layout | None:
    if asked.layout is None:
        return None
    compound = row.compound
    ids = (
        {cable.id for cable in (*compound.mv_cables, *compound.lv_cables)}
        | {node.id for node in (*compound.lv_nodes, *compound.rmus, *compound.substations)}
        | {unit.id for unit in compound.transformers}
    )
    return read_layout(asked.layout, ids=frozenset(ids))


def _compiled(file: str, row: Read, catalogue: Catalogue, runs: Runs, wanted: Wanted) -> Dossier:
    try:
        with waiting(f"report {row.file}") as status:
            return compile_dossier(
                row.compound,
                catalogue=catalogue,
                policy=row.policy,
                inputs=tuple(_inputs(file, row)),
                question=question_of(runs),
                wanted=wanted,
                progress=_shown_by(status),
            )
    except ConvergenceError as error:
        raise ConvergenceError(f"{row.file}: {error}") from None


def _timed(found: Dossier, asked: ReportAsked) -> Dossier:
    if asked.start is None:
        return found
    from gridcalc.timeline.connection import connection_timeline
    from gridcalc.timeline.records import Application

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


def _inputs(file: str, row: Read) -> Iterator[InputFile]:
    """Yield the compound file; from standard input it has no bytes left to be hashed."""
    if file == STDIN:
        from gridcalc.compound.writer import compound_yaml

        yield input_file("compound", row.file, compound_yaml(row.compound).encode("utf-8"))
    else:
        yield input_file("compound", row.file, Path(file).read_bytes())


def _more_inputs(asked: ReportAsked, rules: Rules) -> Iterator[InputFile]:
    named = (
        ("policy", rules.policy),
        ("prices", asked.prices),
        ("site", asked.site),
        ("layout", asked.layout),
    )
    for role, name in named:
        if name is not None and Path(name).is_file():
            yield input_file(role, name, Path(name).read_bytes())
    if rules.catalogue_dir is not None:
        for path in sorted(rules.catalogue_dir.glob("*.csv")):
            yield input_file("catalogue", str(path), path.read_bytes())


def _shown_by(status: object) -> Callable[[str], None] | None:
    if not isinstance(status, Status):
        return None
    return lambda text: status.update(escape(text))
