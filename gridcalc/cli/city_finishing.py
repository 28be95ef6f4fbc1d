"""The final files of a city run, once all parts are there."""

from collections.abc import Callable, Mapping, Sequence
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
from gridcalc.cli.city_reporting import REPORTS, failed_csv, write_report
from gridcalc.cli.output import prepare_to_show
from gridcalc.cli.said import announce
from gridcalc.messages import Lang
from gridcalc.policy import PolicyPack
from gridcalc.report.city_run_facts import CityRan

if TYPE_CHECKING:
    from gridcalc.city.audit import Audit
    from gridcalc.city.lines.totals import CurveSource

_MOST_DOUBTS = 10


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
    """What a run was given: the tables and the question; ``lines`` where it was asked for them.

    ``packs`` has the policy pack of each compound on a line of the table, by the compound's id.
    """

    table: CityTable
    lines: LineTable | None
    question: CityQuestion
    packs: Mapping[str, PolicyPack]


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
    write_bytes(folder / FAILED, failed_csv(found, shown.lang))
    on_lines = _write_feeders(path, manifest, given)
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


def _write_feeders(compounds: Path, manifest: Manifest, given: Given) -> LinesResult | None:
    """Find what the compounds do to their lines when they are connected in ranked order."""
    if given.lines is None:
        return None
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
    found = _evaluated(
        given,
        [compound for _, compound in ranked],
        lambda season: curve_source(paths, places, season),
    )
    write_rows(feeder_rows(found), folder / FEEDERS, feeder_columns(found))
    _caution(found)
    return found


def _evaluated(
    given: Given, ranked: Sequence[LineCompound], curves_in: Callable[[str], "CurveSource"]
) -> LinesResult:
    """Return the lines, each in the season that governs it."""
    from gridcalc.city.lines.evaluating import evaluate_lines
    from gridcalc.city.lines.packs import fallback_pack, pack_seasons
    from gridcalc.city.lines.seasons import in_governing_seasons

    question = given.question
    found = {
        season: evaluate_lines(
            given.lines.lines if given.lines else (),
            ranked,
            curves_in(season),
            policy=fallback_pack(question),
            packs=given.packs,
            percentile=question.percentile,
            not_read=_not_read(given.table),
        )
        for season in question.line_seasons
    }
    return in_governing_seasons(found, pack_seasons(question, given.packs))


def _not_read(table: CityTable) -> dict[str, list[str]]:
    """Return the compounds of bad rows by the line they name; by row where they have no id."""
    found: dict[str, list[str]] = {}
    for row in table.bad:
        if row.line:
            found.setdefault(row.line, []).append(row.id or str(row.row))
    return found


def _caution(found: LinesResult) -> None:
    """Tell on standard error what the table of lines says and hardly can be."""
    doubts = [(line.line.id, str(doubt)) for line in found.lines for doubt in line.doubts]
    for name, doubt in doubts[:_MOST_DOUBTS]:
        announce(f"10 kV line {name}: {doubt}")
    n_left = len(doubts) - _MOST_DOUBTS
    if n_left > 0:
        announce(f"and {n_left} more, in the column doubts of {FEEDERS}")
    for one in found.shared_names:
        n, lines = len(one.compound_ids), ", ".join(one.line_ids)
        announce(
            f"{n} compounds name the line {one.name!r}, but {lines} are called so; write the id of"
            " one of them"
        )


def _compound(result: CityResult) -> LineCompound:
    return LineCompound(
        id=result.row.id,
        name=result.row.name,
        line=result.row.line,
        n_chargers=result.n_private_bays,
        installed_kva=sum(unit.n * unit.sn_kva for unit in result.transformers),
    )
