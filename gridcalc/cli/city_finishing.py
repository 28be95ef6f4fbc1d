"""The final files of a city run, once all parts are there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gridcalc.city.engine.crew import Crew, under_way
from gridcalc.city.engine.worker import Errand
from gridcalc.city.lines.records import LineCompound, LinesResult, LineTable
from gridcalc.city.records import CityQuestion, CityResult, CityTable
from gridcalc.city.store import (
    FAILED,
    FEEDERS,
    Failure,
    Manifest,
    bad_failures,
    failures,
    missing_parts,
    results_of,
    tally,
    write_compounds,
    write_rows,
)
from gridcalc.city.store.atomic import write_bytes
from gridcalc.city.store.curves import curve_source
from gridcalc.city.store.parts import PARTS, curve_names
from gridcalc.city.store.places import placed_row
from gridcalc.cli.city_reporting import REPORTS, write_report
from gridcalc.cli.output import prepare_to_show
from gridcalc.messages import Lang
from gridcalc.policy import load_policy
from gridcalc.policy.loading import BASE_PACK
from gridcalc.report.city_run_facts import CityRan
from gridcalc.report.city_run_report import failed_text

if TYPE_CHECKING:
    from gridcalc.city.audit import Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a finished run is shown.

    Attributes
    ----------
    lang
        Language of map, workbook and layers.
    n_audited
        Compounds that are solved again.
    base
        Folder of the table.
    """

    lang: Lang
    n_audited: int
    base: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a run was given: the tables and the question; ``lines`` where it was asked for them."""

    table: CityTable
    lines: LineTable | None
    question: CityQuestion


def finished(
    folder: Path, manifest: Manifest, given: Given, *, shown: Shown, crew: Crew
) -> CityRan:
    """Write the final files and return what came of the run; nothing while parts are missing.

    What a person looks at is written by idle processes of the crew, where there are any.

    Raises
    ------
    InputError
        A part is damaged, or the directory cannot be written.
    """
    missing = missing_parts(folder, manifest)
    if missing:
        return CityRan(folder=str(folder), manifest=manifest, missing=missing)
    path = write_compounds(folder, manifest, given.question)
    found = (*failures(folder, given.table.bad), *_bad_lines(given.lines))
    write_bytes(folder / FAILED, failed_text(found).encode("utf-8-sig"))
    on_lines = _write_feeders(path, manifest, given.question, given.lines)
    shows = [Errand(write_report, (folder, manifest, found, shown.lang, name)) for name in REPORTS]
    with under_way(shows, crew):
        audit = _audited(path, given.question, shown)
        counts = tally(path, given.question)
        prepare_to_show()
    return CityRan(
        folder=str(folder),
        manifest=manifest,
        tally=counts,
        failures=found,
        files=(path.name, FAILED, *([FEEDERS] if on_lines else []), *sorted(REPORTS)),
        audit=audit,
        unknown_lines=on_lines.unknown_lines if on_lines else {},
        without_line=on_lines.without_line if on_lines else (),
    )


def _audited(compounds: Path, question: CityQuestion, shown: Shown) -> "Audit | None":
    """Return the worst compounds solved again by pandapower; nothing where it is not asked for."""
    if not shown.n_audited:
        return None
    from gridcalc.city.audit import audit

    rows = (
        replace(result, row=placed_row(result.row, shown.base)) for result in results_of(compounds)
    )
    return audit(rows, question, shown.n_audited)


def _bad_lines(lines: LineTable | None) -> tuple[Failure, ...]:
    rows = () if lines is None else lines.bad
    return tuple(
        failure
        for row in rows
        for failure in bad_failures(row.row, row.id, row.problems, status="bad_line")
    )


def _write_feeders(
    compounds: Path, manifest: Manifest, question: CityQuestion, lines: LineTable | None
) -> LinesResult | None:
    """Find what the compounds do to their lines when they are connected in ranked order."""
    if lines is None:
        return None
    from gridcalc.city.lines.evaluating import evaluate_lines
    from gridcalc.city.lines.rows import feeder_columns, feeder_rows
    from gridcalc.city.summary.entries import entry_of
    from gridcalc.city.summary.ranking import rank_key

    folder = compounds.parent
    places: dict[str, tuple[int, int]] = {}
    ranked: list[tuple[tuple[object, ...], LineCompound]] = []
    for i, result in enumerate(results_of(compounds)):
        places[result.row.id] = divmod(i, manifest.chunk)
        ranked.append((rank_key(entry_of(result)), _compound(result)))
    ranked.sort(key=lambda pair: pair[0])
    paths: Sequence[Path] = [folder / PARTS / name for name in curve_names(manifest.keys)]
    found = evaluate_lines(
        lines.lines,
        [compound for _, compound in ranked],
        curve_source(paths, places),
        policy=load_policy(question.policy or BASE_PACK),
        percentile=question.percentile,
    )
    write_rows(feeder_rows(found), folder / FEEDERS, feeder_columns(found))
    return found


def _compound(result: CityResult) -> LineCompound:
    return LineCompound(
        id=result.row.id,
        name=result.row.name,
        line=result.row.line,
        n_chargers=result.n_private_bays,
        installed_kva=sum(unit.n * unit.sn_kva for unit in result.transformers),
    )
