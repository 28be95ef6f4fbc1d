"""A row of the city table as a compound: a template with the row's facts, or the file it names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.city.records import CityQuestion, CityRow, Units
from gridcalc.compound.door import read_text
from gridcalc.compound.model import Build, Compound, Location, Metered
from gridcalc.compound.reader import read_compound
from gridcalc.compound.templates import load_template
from gridcalc.compound.templates.expanding import compound_of_layout
from gridcalc.compound.templates.loading import Template, layout_with
from gridcalc.compound.templates.schema import Layout
from gridcalc.compound.templates.settings import parameter_values
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack, load_policy

CRS = "EPSG:4490"
_TEXTS = {".yaml", ".yml"}
_OWN_POLICY = re.compile(
    r"^policy:[ \t]*(?:(?P<quote>[\"'])(?P<quoted>[^\"'\n]+)(?P=quote)|(?P<bare>[^\s\"'#][^#\n]*?))"
    r"[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
_MOST_PER_HOUSEHOLD = 10
_MOST_HOUSEHOLDS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A compound of the city and the pack that judges it."""

    row: CityRow
    compound: Compound
    policy: PolicyPack


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A compound that a template describes, before it is drawn: its layout with the row's facts."""

    row: CityRow
    template: Template
    layout: Layout
    policy: PolicyPack


def catalogue_of(question: CityQuestion) -> Catalogue:
    """Return the equipment of a city run; read once in a process."""
    return _catalogue(question.catalogue_dir)


def describe(row: CityRow, question: CityQuestion) -> Described:
    """Return the compound of a row.

    Raises
    ------
    InputError
        The template, a parameter, the file or the pack is wrong; problems name what to change.
    """
    if row.file is not None:
        return _of_file(row, row.file, question)
    drawn = sketch(row, question)
    compound = compound_of_layout(
        drawn.template, drawn.layout, catalogue=catalogue_of(question), policy=drawn.policy
    )
    return _described(compound, row, drawn.policy, question)


def sketch(row: CityRow, question: CityQuestion) -> Sketch:
    """Return the layout of a row that names a template; see ``describe``."""
    template = _template(row.template or "", question.template_dir)
    policy = pack_of(row, question)
    if template.is_compound:
        message = f"the template {template.name!r} is a finished compound; name its file instead"
        raise InputError([Problem(row.id, row.row, "template", message)])
    settings = frozenset(row.settings.items())
    layout = _layout(row.template or "", question.template_dir, settings)
    return Sketch(row=row, template=template, layout=_with_counts(layout, row), policy=policy)


def pack_of(row: CityRow, question: CityQuestion) -> PolicyPack:
    """Return the pack that judges the compound of a row, before it is described.

    Raises
    ------
    InputError
        The template, the file or the pack cannot be read.
    """
    if question.policy is None and row.file is not None:
        return _pack_named(row.file, row.policy or _named_in(row.file, question), question)
    chosen = question.policy or row.policy
    return _policy(chosen or _template(row.template or "", question.template_dir).policy)


def with_facts(compound: Compound, row: CityRow, policy_id: str) -> Compound:
    """Return a compound with the name, place, line, age and metered load of its row.

    A year of completion makes an existing compound of it. A metered peak is shared by the
    transformers in proportion to their sizes.
    """
    update: dict[str, object] = {
        "id": compound.id if row.file else row.id,
        "name": row.name,
        "policy": policy_id,
        "build": _build(compound, row),
    }
    if row.lon is not None and row.lat is not None:
        update["location"] = Location(lon=row.lon, lat=row.lat, crs=CRS)
    if row.line:
        first, *others = compound.sources
        update["sources"] = (first.model_copy(update={"line": row.line}), *others)
    return compound.model_copy(update=update)


def metered(compound: Compound, peak_kw: float, catalogue: Catalogue) -> tuple[Metered, ...]:
    """Return the metered peak of a compound shared by its transformers' sizes."""
    sizes = {unit.id: catalogue.transformers[unit.type].sn_kva for unit in compound.transformers}
    total = sum(sizes.values())
    return tuple(
        Metered(transformer=name, peak_kw=peak_kw * kva / total) for name, kva in sizes.items()
    )


def units_of(compound: Compound, catalogue: Catalogue) -> tuple[Units, ...]:
    """Return what transformers a compound has, the largest first."""
    sizes = [catalogue.transformers[unit.type].sn_kva for unit in compound.transformers]
    return tuple(Units(n=sizes.count(kva), sn_kva=kva) for kva in sorted(set(sizes), reverse=True))


def _build(compound: Compound, row: CityRow) -> Build:
    update: dict[str, object] = {}
    if row.year is not None:
        update |= {"year": row.year, "kind": "existing"}
    if row.category is not None:
        update["category"] = row.category
    return compound.build.model_copy(update=update)


def _of_file(row: CityRow, file: str, question: CityQuestion) -> Described:
    catalogue = catalogue_of(question)
    compound = read_compound(file, catalogue=catalogue)
    policy = _pack_named(file, row.policy or compound.policy, question)
    return _described(compound, row, policy, question)


def _pack_named(file: str, named: str, question: CityQuestion) -> PolicyPack:
    """Return the pack that a compound file or its row names; one may stand beside the file."""
    beside = Path(file).parent / named
    chosen = question.policy or (str(beside) if beside.suffix and beside.is_file() else named)
    return _policy(chosen)


def _named_in(file: str, question: CityQuestion) -> str:
    """Return the pack that a compound file names, without reading more of it where it is text."""
    if Path(file).suffix.lower() in _TEXTS:
        found = _OWN_POLICY.search(read_text(Path(file)))
        if found:
            return found["quoted"] or found["bare"]
    return read_compound(file, catalogue=catalogue_of(question)).policy


def _described(
    compound: Compound, row: CityRow, policy: PolicyPack, question: CityQuestion
) -> Described:
    told = with_facts(compound, row, policy.id)
    if row.metered_peak_kw is not None:
        rows = metered(told, row.metered_peak_kw, catalogue_of(question))
        told = told.model_copy(update={"metered": rows})
    return Described(row=row, compound=told, policy=policy)


def _with_counts(layout: Layout, row: CityRow) -> Layout:
    """Return a layout with the counts of a row; they are facts, so no template limits them."""
    flats = row.n_households or layout.buildings.households
    problems = _count_problems(row, flats)
    if problems:
        raise InputError(problems)
    buildings = {"households": flats}
    parking: dict[str, object] = {}
    if row.n_private_bays is not None:
        parking["private_bays_per_household"] = row.n_private_bays / flats
    if row.n_public_bays is not None:
        parking["public_bays_per_household"] = row.n_public_bays / flats
    ebikes = {} if row.n_ebikes is None else {"per_household": row.n_ebikes / flats}
    sizes = tuple(unit.sn_kva for unit in row.transformers for _ in range(unit.n))
    update: dict[str, object] = {
        "buildings": layout.buildings.model_copy(update=buildings),
        "parking": layout.parking.model_copy(update=parking),
        "ebikes": layout.ebikes.model_copy(update=ebikes),
        "substations": layout.substations.model_copy(update={"units_kva": sizes}),
        "build": layout.build,
    }
    return layout.model_copy(update=update)


def _count_problems(row: CityRow, flats: int) -> list[Problem]:
    counts: Mapping[str, int | None] = {
        "n_private_bays": row.n_private_bays,
        "n_public_bays": row.n_public_bays,
        "n_ebikes": row.n_ebikes,
    }
    problems = [
        Problem(row.id, row.row, key, f"{n} for {flats} flats is more than 10 each; check both")
        for key, n in counts.items()
        if n is not None and n > _MOST_PER_HOUSEHOLD * flats
    ]
    if flats > _MOST_HOUSEHOLDS:
        message = f"{flats} flats are more than one compound has; give its parts as rows"
        problems.append(Problem(row.id, row.row, "n_households", message))
    return problems


@lru_cache(maxsize=4)
def _catalogue(folder: str | None) -> Catalogue:
    return load_catalogue(Path(folder) if folder else None)


@lru_cache(maxsize=64)
def _template(name: str, folder: str | None) -> Template:
    return load_template(name, Path(folder) if folder else None)


@lru_cache(maxsize=64)
def _policy(ref: str) -> PolicyPack:
    return load_policy(ref)


@lru_cache(maxsize=1024)
def _layout(name: str, folder: str | None, settings: frozenset[tuple[str, str]]) -> Layout:
    template = _template(name, folder)
    values, problems = parameter_values(template.parameters, dict(sorted(settings)))
    if problems:
        raise InputError(problems)
    return layout_with(template, values)
