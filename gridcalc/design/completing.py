"""What a site leaves out, shared out over its places, and every such value as an assumption."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from gridcalc.compound.defaults import PROJECT
from gridcalc.compound.templates.schema import Layout
from gridcalc.demand.phases import rounded_shares
from gridcalc.design.places import DesignSite, Place, PlaceKind
from gridcalc.design.records import DesignAsked
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption

Quantity = Literal["households", "private_bays", "public_bays", "bikes"]

_HOUSEHOLDS_OPTION = "--households"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """Places without gaps, and what was assumed for them."""

    places: tuple[Place, ...]
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rate:
    """How many of something there are per flat, by whose word, and the option that says so."""

    quantity: Quantity
    per_household: float
    is_given: bool
    option: str
    host: PlaceKind


@dataclass(slots=True, kw_only=True)
class _Filling:
    """Places while they are filled, with problems and assumptions."""

    file: str
    original: tuple[Place, ...]
    places: list[Place]
    problems: list[Problem] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)

    def assume(self, name: str, value: float | str, unit: str, note: str) -> None:
        """Note a value that nobody gave."""
        self.assumed.append(
            Assumption(
                name=f"site.{name}",
                value=value,
                unit=unit,
                source=PROJECT,
                confidence="assumed",
                note=note,
            )
        )


def completed(
    site: DesignSite, asked: DesignAsked, layout: Layout, policy: PolicyPack
) -> Completed:
    """Return the places of a site with flats, spaces and e-bikes everywhere.

    What a feature gives stays. What is left of a total goes to the features that give nothing:
    flats by ground area times floors, spaces by area, e-bikes evenly. Where there is no parking
    or no shed, spaces and e-bikes are served at the buildings, in proportion to their flats.

    Parameters
    ----------
    site
        As read.
    asked
        Totals and rates that the user gives.
    layout
        The standard compound, for rates that nobody gives.
    policy
        The pack.

    Raises
    ------
    InputError
        Flats are missing, there are none, or a total does not fit what the features give.
    """
    filling = _Filling(file=site.file, original=site.places, places=list(site.places))
    _fill_floors(filling, policy)
    _fill_areas(filling, site, asked, policy)
    _fill_households(filling, asked)
    if filling.problems:
        raise InputError(filling.problems)
    for rate in _rates(asked, layout):
        _fill(filling, rate)
    if filling.problems:
        raise InputError(filling.problems)
    return Completed(
        places=tuple(_whole(place) for place in filling.places),
        assumptions=tuple(filling.assumed),
    )


def _whole(place: Place) -> Place:
    return replace(
        place,
        households=place.households or 0,
        private_bays=place.private_bays or 0,
        public_bays=place.public_bays or 0,
        bikes=place.bikes or 0,
    )


def _of_kind(places: Sequence[Place], kind: PlaceKind) -> list[int]:
    return [k for k, place in enumerate(places) if place.kind == kind]


def _fill_floors(filling: _Filling, policy: PolicyPack) -> None:
    floors = int(policy.number("design.default_floors"))
    missing = [k for k in _of_kind(filling.places, "building") if filling.places[k].floors is None]
    for k in missing:
        filling.places[k] = replace(filling.places[k], floors=floors)
    if missing:
        note = f"not given for {_named(filling.places[k].id for k in missing)}"
        filling.assume("floors", floors, "-", note)


def _fill_areas(
    filling: _Filling, site: DesignSite, asked: DesignAsked, policy: PolicyPack
) -> None:
    rule = policy.number("household.default_area_m2")
    area_m2 = asked.area_m2 or site.area_m2 or rule
    missing = [k for k in _of_kind(filling.places, "building") if filling.places[k].area_m2 is None]
    for k in missing:
        filling.places[k] = replace(filling.places[k], area_m2=area_m2)
    if missing and not (asked.area_m2 or site.area_m2):
        note = f"floor area of a flat not given for {_named(filling.places[k].id for k in missing)}"
        filling.assume("area_m2", area_m2, "m²", note)


def _fill_households(filling: _Filling, asked: DesignAsked) -> None:
    buildings = _of_kind(filling.places, "building")
    places = filling.places
    missing = [k for k in buildings if places[k].households is None]
    given = sum(places[k].households or 0 for k in buildings)
    if asked.households is None:
        if missing:
            names = _named(places[k].id for k in missing)
            text = f"the number of flats is missing for {names}; give it or {_HOUSEHOLDS_OPTION}"
            filling.problems.append(Problem(filling.file, 0, "layers.buildings", text))
        elif not given:
            text = f"no building has a flat; give their number or {_HOUSEHOLDS_OPTION}"
            filling.problems.append(Problem(filling.file, 0, "layers.buildings", text))
        return
    rest = asked.households - given
    if rest < 0 or (rest and not missing):
        text = f"{asked.households} flats are asked for, but the buildings have {given}; change one"
        filling.problems.append(Problem(_HOUSEHOLDS_OPTION, 0, "", text))
        return
    if missing:
        weights = [places[k].size_m2 * (places[k].floors or 1) for k in missing]
        _share_out(filling, missing, "households", rest, weights)
        note = f"shared out by ground area times floors: {_counted(places, missing, 'households')}"
        filling.assume("households", rest, "-", note)


def _rates(asked: DesignAsked, layout: Layout) -> Iterator[_Rate]:
    parking, ebikes = layout.parking, layout.ebikes
    given = asked.bays_per_household
    yield _Rate(
        quantity="private_bays",
        per_household=parking.private_bays_per_household if given is None else given,
        is_given=given is not None,
        option="--bays-per-household",
        host="parking",
    )
    yield _Rate(
        quantity="public_bays",
        per_household=parking.public_bays_per_household,
        is_given=False,
        option="",
        host="parking",
    )
    given = asked.ebikes_per_household
    yield _Rate(
        quantity="bikes",
        per_household=ebikes.per_household if given is None else given,
        is_given=given is not None,
        option="--ebikes-per-household",
        host="shed",
    )


def _fill(filling: _Filling, rate: _Rate) -> None:
    """Share out what a rate says over the places that give no number."""
    places, quantity = filling.places, rate.quantity
    buildings = _of_kind(places, "building")
    hosts = _of_kind(places, rate.host)
    households = sum(places[k].households or 0 for k in buildings)
    total = int(np.floor(households * rate.per_household + 0.5))
    given = sum(getattr(places[k], quantity) or 0 for k in hosts)
    missing = [k for k in hosts if _says_nothing(filling.original[k], quantity)]
    if rate.is_given and hosts and (total < given or (not missing and total != given)):
        text = f"makes {total} for {households} flats, but the layers give {given}; leave one out"
        filling.problems.append(Problem(rate.option, 0, "", text))
        return
    if hosts and not missing:
        return
    rest = max(total - given, 0)
    weights = [places[k].size_m2 for k in missing]
    weights = [1.0] * len(missing) if 0 in weights else weights
    if not hosts:
        missing, weights = buildings, [float(places[k].households or 0) for k in buildings]
    _share_out(filling, missing, quantity, rest, weights)
    if not rate.is_given:
        note = f"{quantity} per flat of the standard compound"
        filling.assume(f"{quantity}_per_household", rate.per_household, "-", note)
    how = "shared out" if hosts else f"no layer for them: served at the buildings, {rate.host}"
    filling.assume(quantity, rest, "-", f"{how}: {_counted(places, missing, quantity)}")


def _says_nothing(place: Place, quantity: Quantity) -> bool:
    """Return whether a place gets a share; one with private spaces only has no others."""
    if quantity == "bikes":
        return place.bikes is None
    return place.private_bays is None and place.public_bays is None


def _share_out(
    filling: _Filling, rows: Sequence[int], quantity: Quantity, total: int, weights: Sequence[float]
) -> None:
    weight = np.array(weights, dtype=float)
    shares = rounded_shares(total * weight / weight.sum())
    for k, share in zip(rows, shares.tolist(), strict=True):
        filling.places[k] = replace(filling.places[k], **{quantity: share})


def _named(names: Iterable[str]) -> str:
    return ", ".join(names)


def _counted(places: Sequence[Place], rows: Iterable[int], quantity: Quantity) -> str:
    return _named(f"{places[k].id} {getattr(places[k], quantity)}" for k in rows)
