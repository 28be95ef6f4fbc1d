"""One cable in place of another: what it carries as it lies, its family, the breaker it needs."""

from collections.abc import Iterator

from gridcalc.catalogue import Cable, Catalogue
from gridcalc.compound.model import Compound, LvCable, MvCable
from gridcalc.standards.cable_ampacity import LayingConditions, ampacity_a
from gridcalc.upgrade import lookup
from gridcalc.upgrade.devices import better_breaker
from gridcalc.upgrade.measures import ReplaceCable

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
        carried_a = parallel * single_a(compound, old, catalogue.cables[cable_type])
        breaker = better_breaker(device, carried_a, catalogue)
    name = breaker.name if breaker else None
    return ReplaceCable(cable=old.id, type=cable_type, parallel=parallel, breaker=name)


def cable_ampacity_a(compound: Compound, cable: str, *, catalogue: Catalogue) -> float:
    """Return the ampacity of a cable as it lies, all in parallel together [A].

    Raises
    ------
    ValueError
        There is no such cable, or the compound has gaps.
    """
    row = lookup.cable(compound, cable)
    parallel = row.parallel if isinstance(row, LvCable) else 1
    return parallel * single_a(compound, row, catalogue.cables[row.type])


def single_a(compound: Compound, row: LvCable | MvCable, cable: Cable) -> float:
    """Return the ampacity of one cable of a type where another one lies [A].

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
        n_grouped=row.grouping,
    )
    return ampacity_a(cable, conditions)


def cable_family(row: LvCable | MvCable, catalogue: Catalogue) -> Iterator[Cable]:
    """Yield the cables of the family of one, from its section upwards, that can lie there."""
    today = catalogue.cables[row.type]
    in_air = row.laying in _IN_AIR
    for cable in sorted(catalogue.cables.values(), key=lambda cable: (cable.area_mm2, cable.name)):
        base_a = cable.max_i_air40_a if in_air else cable.max_i_soil25_rho2_a
        same = _family_of(cable) == _family_of(today)
        if same and base_a is not None and cable.area_mm2 >= today.area_mm2:
            yield cable


def _family_of(cable: Cable) -> tuple[str, str, str, int, float]:
    designation = cable.name.removesuffix(f"{cable.area_mm2:g}")
    return designation, cable.conductor, cable.insulation, cable.n_cores, cable.vn_kv
