"""What to know of a city run besides its counts: audit, rules, columns and lines left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridcalc.city.store import Failure, Manifest, Tally
from gridcalc.city.table import NotRead, columns_not_read, usual_heading
from gridcalc.report.blocks import Text
from gridcalc.report.wording import Wording

if TYPE_CHECKING:
    from gridcalc.city.audit import Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class CityRan:
    """What came of a city run.

    Attributes
    ----------
    folder
        The result directory.
    manifest
        What it belongs to.
    tally
        Counts of all compounds; ``None`` while chunks are missing, as other shards compute them.
    failures
        Rows without a result.
    files
        Final files that were written.
    missing
        Parts that are missing.
    audit
        What solving the worst compounds once more found; ``None`` where it was not asked for.
    unknown_lines, without_line
        Compounds by a 10 kV line they name that the table of lines lacks, and those that name
        none; empty where lines were not asked for.
    """

    folder: str
    manifest: Manifest
    tally: Tally | None = None
    failures: tuple[Failure, ...] = ()
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    audit: "Audit | None" = None
    unknown_lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without_line: tuple[str, ...] = ()

    @property
    def n_without_result(self) -> int:
        """Rows of the table that cannot be read, failed or crashed."""
        return len({(failure.row, failure.status == "bad_line") for failure in self.failures})


def run_facts(ran: CityRan, wording: Wording) -> Iterator[tuple[str, Text]]:
    """Yield what to know of a run besides its counts, by label."""
    if ran.audit is not None and ran.audit.rows:
        yield wording("Audit"), _audit_text(ran.audit, wording)
    if ran.tally and ran.tally.by_template:
        yield wording("Rules"), _template_rules(ran.tally.by_template, wording)
    if ran.tally and ran.tally.left_to_templates:
        yield wording("From templates"), _left_to_templates(ran.tally.left_to_templates, wording)
    if ran.manifest.ignored:
        rows = columns_not_read(ran.manifest.ignored, ran.manifest.columns)
        names = wording.words(_not_read(row, wording) for row in rows)
        yield wording("Columns not read"), Text(names, "warn")
    if ran.unknown_lines:
        named = (
            wording("{line} ({n} compounds)", line=name, n=len(ids))
            for name, ids in sorted(ran.unknown_lines.items())
        )
        yield wording("Lines not in the table"), Text(wording.words(named), "warn")
    if ran.without_line:
        said = wording("{n} compounds", n=len(ran.without_line))
        yield wording("Without a line"), Text(said, "warn")
    yield wording("Directory"), Text(ran.folder)
    yield wording("Files"), Text(wording.words(ran.files))


def _left_to_templates(n_by_field: Mapping[str, int], wording: Wording) -> Text:
    """Return which facts of a compound no column gives: those of templates are examples."""
    fields = (
        wording("{field} ({n} compounds)", field=usual_heading(name, lang=wording.lang), n=n)
        for name, n in n_by_field.items()
    )
    said = wording(
        "no column gives {fields}; results rest on examples", fields=wording.words(fields)
    )
    return Text(said, "warn")


def _not_read(row: NotRead, wording: Wording) -> str:
    """Return a column with what it was probably meant for."""
    if row.lacks:
        field = usual_heading(row.lacks, lang=wording.lang)
        return wording("{heading} (needs a column {field})", heading=row.heading, field=field)
    if row.meant:
        field = usual_heading(row.meant, lang=wording.lang)
        return wording("{heading} (is {field} meant?)", heading=row.heading, field=field)
    return row.heading


def _template_rules(by_template: Mapping[str, int], wording: Wording) -> Text:
    """Return the rules that nobody chose: those of templates, which belong to other regions."""
    packs = (
        wording("{pack} ({n} compounds)", pack=name, n=n) for name, n in sorted(by_template.items())
    )
    said = wording(
        "nobody names any, so those of the templates count: {packs}; choose with --policy or a"
        " column policy",
        packs=wording.words(packs),
    )
    return Text(said, "warn")


def _audit_text(audit: "Audit", wording: Wording) -> Text:
    if audit.max_vm_pu is None:
        said = wording("pandapower finds no solution for any of the worst {n}", n=len(audit.rows))
        return Text(said, "warn")
    loading = audit.max_loading_percent or 0.0
    said = wording(
        "the worst {n} solved again by pandapower, {scenario}: voltages within {vm} pu, loadings"
        " within {loading} %",
        n=audit.n_solved,
        scenario=wording.scenario(audit.scenario),
        vm=f"{audit.max_vm_pu:.0e}",
        loading=f"{loading:.0e}",
    )
    return Text(said, "plain" if audit.n_solved == len(audit.rows) else "warn")
