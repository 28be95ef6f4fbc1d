"""Which transformers could be built, and what could be set or added at those that are there."""

from collections.abc import Iterable
from dataclasses import replace

from gridcalc.catalogue import Catalogue, Transformer
from gridcalc.compound.model import Compound, Substation
from gridcalc.compound.templates.equipment import units_of_series
from gridcalc.cost import PriceBook
from gridcalc.policy import PolicyPack
from gridcalc.policy.values import numbers_in
from gridcalc.upgrade import lookup
from gridcalc.upgrade.devices import breakers, main_breaker
from gridcalc.upgrade.measures import (
    AddCapacitor,
    NewSubstation,
    ReplaceBreaker,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
)

_VECTOR_GROUP = "Dyn11"


def transformer_options(
    compound: Compound, transformer: str, *, catalogue: Catalogue, policy: PolicyPack
) -> tuple[ReplaceTransformer, ...]:
    """Return the larger units that may take the place of one, by rating and name.

    They are of a series that is still made, see ``offered_series``, up to the largest unit the
    pack allows in a room or a prefabricated substation. Of two with the same series and rating
    the one with the larger impedance is taken.

    Parameters
    ----------
    compound
        The compound.
    transformer
        Id of the unit.
    catalogue
        The transformers.
    policy
        Limits the size.

    Raises
    ------
    ValueError
        There is no such transformer.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.compound.templates import load_template
    >>> from gridcalc.compound.templates.expanding import expand
    >>> from gridcalc.policy import load_policy
    >>> catalogue = load_catalogue()
    >>> compound = expand(load_template("villa"), {}, catalogue=catalogue)
    >>> pack = load_policy("national")
    >>> [row.type for row in transformer_options(compound, "T1", catalogue=catalogue, policy=pack)]
    ['S20-800']
    """
    unit = lookup.transformer(compound, transformer)
    old = catalogue.transformers[unit.type]
    used = [catalogue.transformers[row.type] for row in compound.transformers]
    series = offered_series(old, used, policy)
    largest = max_unit_kva(lookup.substation_of(compound, transformer), policy)
    rows = [
        row
        for row in _units(series, catalogue)
        if old.sn_kva < row.sn_kva <= largest and row.n_tap_steps_each_side >= abs(unit.tap)
    ]
    return tuple(ReplaceTransformer(transformer=unit.id, type=row.name) for row in rows)


def breaker_options(
    compound: Compound, transformer: str, *, catalogue: Catalogue
) -> tuple[ReplaceBreaker, ...]:
    """Return the larger main breakers of a unit that stays, smallest first.

    None where the file gives no main breaker, or where it carries the rated current of the unit.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.compound.templates import load_template
    >>> from gridcalc.compound.templates.expanding import expand
    >>> catalogue = load_catalogue()
    >>> compound = expand(load_template("villa"), {}, catalogue=catalogue)
    >>> breaker_options(compound, "T1", catalogue=catalogue)
    ()
    """
    unit, device = (
        lookup.transformer(compound, transformer),
        lookup.device(compound, transformer),
    )
    if device is None:
        return ()
    largest = main_breaker(catalogue.transformers[unit.type], catalogue)
    return tuple(
        ReplaceBreaker(transformer=unit.id, breaker=row.name)
        for row in breakers(catalogue)
        if device.in_a < row.rated_i_a <= largest.rated_i_a
    )


def second_transformer_options(
    compound: Compound, like: SecondTransformer, *, catalogue: Catalogue, policy: PolicyPack
) -> tuple[SecondTransformer, ...]:
    """Return a second transformer in every size the pack allows there, by rating.

    None in a prefabricated substation, which has room for its own units only.

    Parameters
    ----------
    compound
        The compound.
    like
        One of them; its type names the series.
    catalogue
        The transformers.
    policy
        Limits the size.
    """
    station = lookup.substation(compound, like.substation)
    if station.kind == "prefabricated":
        return ()
    largest = max_unit_kva(station, policy)
    rows = _units(offered_series(catalogue.transformers[like.type], (), policy), catalogue)
    return tuple(replace(like, type=row.name) for row in rows if row.sn_kva <= largest)


def new_substation_options(
    like: NewSubstation, *, catalogue: Catalogue, policy: PolicyPack, prices: PriceBook
) -> tuple[NewSubstation, ...]:
    """Return a new substation in every size a prefabricated one may have, by rating.

    Parameters
    ----------
    like
        One of them; its type names the series.
    catalogue
        The transformers.
    policy
        Limits the size.
    prices
        Sizes without a price for their housing are left out.
    """
    largest = policy.number("transformer.max_unit_prefabricated_kva")
    rows = _units(offered_series(catalogue.transformers[like.type], (), policy), catalogue)
    return tuple(
        replace(like, type=row.name)
        for row in rows
        if row.sn_kva <= largest and f"substation_housing.{row.sn_kva:g}" in prices.prices
    )


def offered_series(old: Transformer, used: Iterable[Transformer], policy: PolicyPack) -> set[str]:
    """Return the series of new units in place of one, or beside it.

    They are its own, and those of its kind (oil or dry) that the compound has elsewhere, as far
    as GB 20052 gives them a grade; what has none is no longer made. Where none is left, the pack
    names a series.

    Parameters
    ----------
    old
        The unit.
    used
        All units of the compound.
    policy
        The pack.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> from gridcalc.policy import load_policy
    >>> units, pack = load_catalogue().transformers, load_policy("national")
    >>> offered_series(units["S11-400"], (), pack), offered_series(units["S22-400"], (), pack)
    ({'S20'}, {'S22'})
    """
    rows = [row for row in (old, *used) if row.kind == old.kind]
    made = {row.series for row in rows if row.gb20052_grade is not None}
    return made or {policy.text(f"transformer.new_{old.kind}_series")}


def max_unit_kva(station: Substation, policy: PolicyPack) -> float:
    """Return the largest unit a policy pack allows in a substation [kVA]."""
    return policy.number(_size_rule(station))


def _size_rule(station: Substation) -> str:
    if station.kind == "prefabricated":
        return "transformer.max_unit_prefabricated_kva"
    return "transformer.max_unit_kva"


def _units(series: set[str], catalogue: Catalogue) -> tuple[Transformer, ...]:
    rows = [row for name in series for row in units_of_series(name, catalogue).values()]
    known = [row for row in rows if row.vector_group == _VECTOR_GROUP]
    return tuple(sorted(known, key=lambda row: (row.sn_kva, row.name)))


def tap_options(
    compound: Compound, transformer: str, *, catalogue: Catalogue
) -> tuple[SetTap, ...]:
    """Return the taps a transformer has beside the one it stands on, lowest first.

    Raises
    ------
    ValueError
        There is no such transformer.
    """
    unit = lookup.transformer(compound, transformer)
    most = catalogue.transformers[unit.type].n_tap_steps_each_side
    taps = range(-most, most + 1)
    return tuple(SetTap(transformer=unit.id, tap=tap) for tap in taps if tap != unit.tap)


def capacitor_options(
    compound: Compound, transformer: str, *, policy: PolicyPack
) -> tuple[AddCapacitor, ...]:
    """Return the compensation that may be added to that of a transformer, smallest first.

    Parameters
    ----------
    compound
        The compound.
    transformer
        Id of the unit.
    policy
        Names the steps.

    Raises
    ------
    ValueError
        There is no such transformer.
    """
    unit = lookup.transformer(compound, transformer)
    steps_kvar = sorted(set(numbers_in(policy.rule("upgrade.capacitor_kvar").value)))
    return tuple(AddCapacitor(transformer=unit.id, kvar=kvar) for kvar in steps_kvar)
