"""The catalogue items a layout names, and what is wrong with the names."""

from gridcalc.catalogue import Cable, Catalogue, Transformer
from gridcalc.catalogue.load import Kind
from gridcalc.compound.templates.schema import Layout, Substations
from gridcalc.errors import Problem
from gridcalc.units import VN_MV_KV
from gridcalc.yamlfile import Document, Path


def equipment_problems(layout: Layout, document: Document, catalogue: Catalogue) -> list[Problem]:
    """Return every name of a layout that the catalogue does not hold, at its place in the file."""
    family = layout.lv.cable_family
    if not any(name.startswith(family) for name in catalogue.cables):
        near = catalogue.nearest("cables", family)
        message = f"no cable of the catalogue starts with {family!r}"
        problem = document.problem(
            ("layout", "lv", "cable_family"), message + (f"; near is {near!r}" if near else "")
        )
        return [problem, *_unit_problems(layout.substations, document, catalogue)]
    problems = []
    for path, kind, name in _names(layout):
        if name not in _known(catalogue, kind, path):
            near = catalogue.nearest(kind, name)
            guess = f"; the nearest is {near!r}" if near else ""
            problems.append(
                document.problem(("layout", *path), f"{name!r} is not in the catalogue{guess}")
            )
    problems += _unit_problems(layout.substations, document, catalogue)
    return problems


def lv_cables(
    layout: Layout, sections_mm2: tuple[float, ...], catalogue: Catalogue
) -> tuple[Cable, ...]:
    """Return the cables of the layout's family with these sections, smallest first."""
    return tuple(catalogue.cables[_cable_name(layout, area)] for area in sorted(sections_mm2))


def units_of_series(series: str, catalogue: Catalogue) -> dict[float, Transformer]:
    """Return the transformers of a series by rated power, smallest first.

    Of two with the same rating the one with the larger impedance is taken, which keeps the
    fault level down.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> units_of_series("SCB14", load_catalogue())[630].name
    'SCB14-630-uk6'
    """
    rows = [row for row in catalogue.transformers.values() if row.series == series]
    rows.sort(key=lambda row: (row.sn_kva, row.uk_percent, row.name))
    return {row.sn_kva: row for row in rows}


def _cable_name(layout: Layout, area_mm2: float) -> str:
    return f"{layout.lv.cable_family}{area_mm2:g}"


def _names(layout: Layout) -> list[tuple[Path, Kind, str]]:
    names: list[tuple[Path, Kind, str]] = []
    lv = layout.lv
    for key, sections in (("trunk_mm2", lv.trunk_mm2), ("box_mm2", lv.box_mm2)):
        names += [
            (("lv", key, i), "cables", _cable_name(layout, area)) for i, area in enumerate(sections)
        ]
    names.append((("mv", "cable"), "cables", layout.mv.cable))
    if layout.mv.branch_cable is not None:
        names.append((("mv", "branch_cable"), "cables", layout.mv.branch_cable))
    if layout.mv.rmu is not None:
        names.append((("mv", "rmu"), "rmus", layout.mv.rmu))
    return names


def _known(catalogue: Catalogue, kind: Kind, path: Path) -> set[str]:
    if kind == "rmus":
        return set(catalogue.rmus)
    is_mv = path[0] == "mv"
    return {name for name, row in catalogue.cables.items() if (row.vn_kv >= VN_MV_KV) == is_mv}


def _unit_problems(
    substations: Substations, document: Document, catalogue: Catalogue
) -> list[Problem]:
    series = substations.transformer_series
    sizes = units_of_series(series, catalogue)
    base: Path = ("layout", "substations")
    if not sizes:
        known = ", ".join(sorted({row.series for row in catalogue.transformers.values()}))
        message = f"{series!r} is not a series of the catalogue; there are {known}"
        return [document.problem((*base, "transformer_series"), message)]
    shown = ", ".join(f"{size:g}" for size in sizes)
    problems = [
        document.problem(
            (*base, "sizes_kva", i), f"there is no {series} of {size:g} kVA, only {shown}"
        )
        for i, size in enumerate(substations.sizes_kva)
        if size not in sizes
    ]
    wanted = substations.transformer_kva
    if wanted and wanted not in sizes:
        message = f"there is no {series} of {wanted:g} kVA, only {shown}"
        problems.append(document.problem((*base, "transformer_kva"), message))
    for i, kva in enumerate(substations.units_kva):
        if kva not in sizes:
            message = f"there is no {series} of {kva:g} kVA, only {shown}"
            problems.append(document.problem((*base, "units_kva", i), message))
    return problems
