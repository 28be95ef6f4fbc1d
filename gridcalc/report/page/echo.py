"""What went in: files with their checksums, settings, and the compound as it was computed."""

from collections import Counter
from collections.abc import Iterator

import gridcalc
from gridcalc.compound.model import Compound
from gridcalc.dossier import Dossier
from gridcalc.report.blocks import Column, FactSheet, Heading, Table, Text
from gridcalc.report.conventions import engines_text
from gridcalc.report.figures import with_unit
from gridcalc.report.modes import seasons_of
from gridcalc.report.page.equipment import equipment_tables
from gridcalc.report.page.parts import Item
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT


def input_items(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    """Yield files, settings, and the compound: sources, 10 kV cables, transformers, feeders."""
    yield _files(dossier, wording)
    yield Heading(text=wording("Settings"))
    yield FactSheet(rows=tuple(_settings(dossier, wording)))
    yield Heading(text=wording("Compound as computed"))
    yield FactSheet(rows=tuple(_compound(dossier, wording)))
    yield from equipment_tables(dossier, wording)


def _files(dossier: Dossier, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Role")),
        Column(title=wording("File"), wraps=True),
        Column(title="SHA-256", wraps=True),
    )
    rows = tuple(
        (
            Text(wording.term(f"input.{row.role}")),
            Text(row.name, "strong"),
            Text(row.sha256, "quiet"),
        )
        for row in dossier.inputs
    )
    return Table(columns=columns, rows=rows)


def _settings(dossier: Dossier, wording: Wording) -> Iterator[tuple[str, Text]]:
    study, question, policy = dossier.study, dossier.question, dossier.policy
    yield "gridcalc", Text(gridcalc.__version__)
    title = wording.either(zh=policy.title, en=policy.title_en)
    status = wording.term(f"policy.{policy.status}")
    yield wording("Rules"), Text(f"{title} [{policy.id}, {status}]")
    scenarios = dict.fromkeys(run.scenario for run in study.runs)
    yield wording("Scenarios"), Text(wording.words(map(wording.scenario, scenarios)))
    yield wording("Method"), Text(wording.words(wording.term(row) for row in question.methods))
    yield wording("Power flow"), Text(engines_text(study, wording))
    seasons = seasons_of(study.runs)
    if not seasons:
        return
    yield wording("Charging"), Text(wording.words(wording.term(row) for row in question.charging))
    yield wording("Seasons"), Text(wording.words(wording.term(row) for row in seasons))
    days = next(run.days for run in study.runs if run.days is not None)
    yield wording("Days per season"), Text(str(days.n_days))
    percentile = with_unit(f"{days.percentile:g}", "%", wording)
    yield wording("Percentile of the daily extremes"), Text(percentile)
    yield wording("Seed"), Text(str(study.seed))
    yield wording("Cars under orderly control"), Text(_participation(dossier, wording))


def _participation(dossier: Dossier, wording: Wording) -> str:
    share = dossier.question.participation_percent
    if share is None:
        share = PERCENT * dossier.policy.number("orderly.participation_share")
    return with_unit(f"{share:g}", "%", wording)


def _compound(dossier: Dossier, wording: Wording) -> Iterator[tuple[str, Text]]:
    compound = dossier.resolved
    build = compound.build
    words = [wording.term(f"build.{build.kind}")]
    if build.kind == "existing":
        words.append(wording.term(f"category.{build.category}"))
    if build.year is not None:
        words.append(str(build.year))
    yield wording("Compound is"), Text(wording.words(words))
    yield wording("To be supplied"), Text(_sums(compound, wording))
    rooms = len(compound.substations)
    units = compound.transformers
    sizes = Counter(unit.type for unit in units)
    said = wording.words(
        wording("{n} x {type}", n=n, type=name) for name, n in sorted(sizes.items())
    )
    what = wording("{n} in {rooms} substations: {types}", n=len(units), rooms=rooms, types=said)
    yield wording("Transformers"), Text(what)
    yield wording("LV cables"), Text(_cable_sums(compound, wording))


def _sums(compound: Compound, wording: Wording) -> str:
    return wording(
        "{households} flats, {private_bays} private and {public_bays} public bays, {bikes} e-bikes",
        households=sum(row.count for row in compound.households),
        private_bays=sum(row.count for row in compound.private_bays),
        public_bays=sum(row.count for row in compound.public_bays),
        bikes=sum(row.bikes for row in compound.ebikes),
    )


def _cable_sums(compound: Compound, wording: Wording) -> str:
    lengths: dict[str, float] = {}
    for cable in compound.lv_cables:
        lengths[cable.type] = lengths.get(cable.type, 0.0) + cable.length_m * cable.parallel
    return wording.words(
        f"{name} {wording('{n:,.0f} m', n=length)}" for name, length in sorted(lengths.items())
    )
