"""The files of ``report``: which are wanted, that none is overwritten, all written at the end."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from errno import EACCES
from pathlib import Path

from gridcalc.cli.dossier import ReportInputs, compiled, read_inputs
from gridcalc.cli.options import Rules, Runs
from gridcalc.cli.output import STDOUT, check_writable, write_together
from gridcalc.cli.report import Kinds, ReportAsked, Target
from gridcalc.cli.said import announce
from gridcalc.compound.application import SupplyApplication
from gridcalc.dossier import Dossier
from gridcalc.errors import InputError, Problem
from gridcalc.report.compound_layers import no_place
from gridcalc.report.wording import Wording, load_wording

GIS = "gpkg"
Maker = Callable[[Dossier, Wording], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    """A file of a report: its kind, its name, and how it is made."""

    kind: str
    name: str
    make: Maker
    needs_routes: bool = False


def deliverables(application: SupplyApplication) -> tuple[Deliverable, ...]:
    """Return every file that a report can have."""
    from gridcalc.report.calculation_book import calculation_book
    from gridcalc.report.compound_layers import compound_geopackage
    from gridcalc.report.drawing.route_plan import route_plan_dxf
    from gridcalc.report.drawing.single_line import single_line_dxf
    from gridcalc.report.page import report_page
    from gridcalc.report.reply import asset_register, reply_page, reply_sheet

    def page(dossier: Dossier, wording: Wording) -> bytes:
        return reply_page(dossier, application, wording)

    def sheet(dossier: Dossier, wording: Wording) -> bytes:
        return reply_sheet(dossier, application, wording)

    return (
        Deliverable(kind="html", name="report.html", make=report_page),
        Deliverable(kind="xlsx", name="calculation-book.xlsx", make=calculation_book),
        Deliverable(kind="dxf", name="single-line.dxf", make=single_line_dxf),
        Deliverable(kind="dxf", name="route-plan.dxf", make=route_plan_dxf, needs_routes=True),
        Deliverable(kind=GIS, name="network.gpkg", make=compound_geopackage),
        Deliverable(kind="reply", name="reply.html", make=page),
        Deliverable(kind="reply", name="reply.xlsx", make=sheet),
        Deliverable(kind="register", name="asset-register.xlsx", make=asset_register),
    )


def write_report(
    file: str, to: Target, *, kinds: Kinds, asked: ReportAsked, runs: Runs, rules: Rules
) -> None:
    """Write the files of a report.

    Raises
    ------
    InputError
        All problems of the inputs, or a file that cannot be written.
    ConvergenceError
        No solution even at low load.
    """
    inputs = read_inputs(file, asked, rules, runs)
    wanted = _wanted(inputs, kinds)
    _check_folder(to.folder, [row.name for row in wanted], force=to.force)
    dossier = compiled(inputs, asked, rules, runs)
    wording = load_wording(to.lang)
    contents = [(row.make(dossier, wording), str(to.folder / row.name)) for row in wanted]
    _made(to.folder)
    write_together(contents)


def _wanted(inputs: ReportInputs, kinds: Kinds) -> list[Deliverable]:
    """Return the files to write; what was not asked for by name is left out where it has no data.

    Raises
    ------
    InputError
        GIS files were asked for by name, and nothing has a place.
    """
    if kinds.gpkg and not inputs.has_place:
        raise no_place(inputs.row.compound)
    chosen = []
    for row in deliverables(inputs.application):
        if not kinds.wants(row.kind):
            continue
        if row.needs_routes and inputs.connection is None:
            continue
        if row.kind == GIS and not inputs.has_place:
            announce(f"{row.name} not written: nothing has a place on the map")
            continue
        chosen.append(row)
    return chosen


def _check_folder(folder: Path, names: Sequence[str], *, force: bool) -> None:
    """Refuse what cannot be written, before anything is computed."""
    problems = list(_folder_problems(folder))
    for name in names:
        if (folder / name).is_dir():
            problems.append(Problem(str(folder / name), 0, "", "is a folder, not a file"))
            continue
        try:
            check_writable(str(folder / name), force=force)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _folder_problems(folder: Path) -> Iterator[Problem]:
    if str(folder) == STDOUT:
        yield Problem(STDOUT, 0, "", "is standard output; name a folder")
    try:
        above = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    except OSError as error:
        raise _unwritable(folder, error) from None
    if not above.is_dir():
        yield Problem(str(above), 0, "", "is a file; name a folder")
    elif not os.access(above, os.W_OK):
        raise _unwritable(folder, PermissionError(EACCES, os.strerror(EACCES)))


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> InputError:
    reason = (error.strerror or "unknown reason").lower()
    return InputError([Problem(str(folder), 0, "", f"cannot be written: {reason}")])
