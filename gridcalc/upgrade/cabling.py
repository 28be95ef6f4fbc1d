"""One cable in place of another: what it carries as it lies, its family, the breaker it needs."""

from collections.abc import Iterator

from gridcalc.catalogue import Cable, Catalogue
from gridcalc.compound.model import Compound, LvCable, MvCable
from gridcalc.standards.cable_ampacity import LayingConditions, ampacity_a, side_by_side
from gridcalc.upgrade import lookup
from gridcalc.upgrade.devices import better_breaker
from gridcalc.upgrade.measures import ReplaceCable

MAX_GROUPED = 6
"""Loaded cables side by side at which the derating tables end. [-]"""
_IN_AIR = frozenset({"air", "tray", "ladder"})


def cable_replacement(
    compound: Compound, cable: str, cable_type: str, parallel: int, *, catalogue: Catalogue
) -> ReplaceCable:
    """Return the replacement of a cable, with the breaker that it needs.

    Where the file gives the device of an LV cable and that would limit the new cable, or would
    no longer protect it, the largest breaker within the new ampacity takes its place.

    Parameters
    ----------
    compound
        The compound, its gaps filled.
    cable
        Id of a 0.4 kV or 10 kV cable.
    cable_type
        Name in the catalogue.
    parallel
        Equal cables in parallel. [-]
    catalogue
        Cables and breakers.

    Raises
    ------
    ValueError
        There is no such cable, or the compound has gaps.
    """
    old = lookup.cable(compound, cable)
    breaker = None
    device = lookup.device(compound, old.id)
    if isinstance(old, LvCable) and device is not None:
        carried_a = replacement_ampacity_a(compound, cable, cable_type, parallel, catalogue)
        breaker = better_breaker(device, carried_a, catalogue)
    return ReplaceCable(
        cable=old.id,
        type=cable_type,
        parallel=parallel,
        breaker=breaker.name if breaker else None,
        grouping=grouping_with(old, parallel),
    )


def grouping_with(row: LvCable | MvCable, parallel: int) -> int | None:
    """Return how many loaded cables lie side by side when some more do; None if no more do.

    Cables in parallel lie in the same trench, duct bank or tray and warm each other.
    """
    if not isinstance(row, LvCable) or parallel <= row.parallel or row.grouping is None:
        return None
    return side_by_side(row.grouping, row.parallel) + parallel - row.parallel


def replacement_ampacity_a(
    compound: Compound, cable: str, cable_type: str, parallel: int, catalogue: Catalogue
) -> float:
    """Return the ampacity of cables in place of one, all in parallel together [A].

    Raises
    ------
    ValueError
        There is no such cable, or the compound has gaps.
    """
    old = lookup.cable(compound, cable)
    grouping = grouping_with(old, parallel) or old.grouping
    laid = old.model_copy(update={"grouping": grouping})
    return parallel * single_a(compound, laid, catalogue.cables[cable_type], parallel=parallel)


def cable_ampacity_a(compound: Compound, cable: str, *, catalogue: Catalogue) -> float:
    """Return the ampacity of a cable as it lies, all in parallel together [A].

    Raises
    ------
    ValueError
        There is no such cable, or the compound has gaps.
    """
    row = lookup.cable(compound, cable)
    parallel = row.parallel if isinstance(row, LvCable) else 1
    return parallel * single_a(compound, row, catalogue.cables[row.type], parallel=parallel)


def single_a(compound: Compound, row: LvCable | MvCable, cable: Cable, *, parallel: int) -> float:
    """Return the ampacity of one cable of a type where another one lies [A].

    Parameters
    ----------
    compound
        The compound, its gaps filled.
    row
        The cable that says how it lies.
    cable
        The type.
    parallel
        Equal cables in parallel, which warm each other. [-]

    Raises
    ------
    ValueError
        The compound has gaps.
    """
    ambient = compound.ambient
    air, soil, rho = ambient.air_celsius, ambient.soil_celsius, ambient.soil_rho_k_m_per_w
    if row.laying is None or row.grouping is None or air is None or soil is None or rho is None:
        raise ValueError(f"how {row.id!r} lies is not known; fill the gaps of the compound first")
    conditions = LayingConditions(
        laying=row.laying,
        air_celsius=air,
        soil_celsius=soil,
        soil_rho_k_m_per_w=rho,
        n_grouped=side_by_side(row.grouping, parallel),
    )
    return ampacity_a(cable, conditions)


def cable_family(
    row: LvCable | MvCable, catalogue: Catalogue, *, from_mm2: float | None = None
) -> Iterator[Cable]:
    """Yield the cables of the family of one that can lie there, by section.

    Parameters
    ----------
    row
        The cable as it lies.
    catalogue
        The cables.
    from_mm2
        Smallest section; None begins with its own. [mm²]
    """
    today = catalogue.cables[row.type]
    least_mm2 = today.area_mm2 if from_mm2 is None else from_mm2
    in_air = row.laying in _IN_AIR
    for cable in sorted(catalogue.cables.values(), key=lambda cable: (cable.area_mm2, cable.name)):
        base_a = cable.max_i_air40_a if in_air else cable.max_i_soil25_rho2_a
        same = _family_of(cable) == _family_of(today)
        if same and base_a is not None and cable.area_mm2 >= least_mm2:
            yield cable


def _family_of(cable: Cable) -> tuple[str, str, str, int, float]:
    designation = cable.name.removesuffix(f"{cable.area_mm2:g}")
    return designation, cable.conductor, cable.insulation, cable.n_cores, cable.vn_kv
