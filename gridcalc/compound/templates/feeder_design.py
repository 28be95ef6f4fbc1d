"""Cables and devices of one feeder; equal feeders of a compound are chosen once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from gridcalc.catalogue import Cable
from gridcalc.compound.model import Protection
from gridcalc.compound.templates.allotment import Box
from gridcalc.compound.templates.conductors import (
    Choice,
    Duty,
    Point,
    Shelf,
    choose,
    protection_of,
)
from gridcalc.compound.templates.design_load import LoadRules, phase_current_a
from gridcalc.compound.templates.schema import Layout

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """What is the same for all feeders of a compound.

    ``memo`` holds what was chosen before: the same boxes at the same distance get the same
    cables.
    """

    layout: Layout
    rules: LoadRules
    shelf: Shelf
    trunks: tuple[Cable, ...]
    box_cables: tuple[Cable, ...]
    board: Point
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: tuple[Any, ...], find: Callable[[], Found]) -> Found:
        """Return what was found for a key, found now if it is new."""
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = find()
        return cast("Found", found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A breaker and its settings; see ``model.Protection``."""

    in_a: float
    i_trip_a: float
    clearing_s: float
    breaking_ka: float

    def protection(self, element: str) -> Protection:
        """Return the entry of a file for the device at an element."""
        return Protection(
            element=element,
            in_a=self.in_a,
            i_trip_a=self.i_trip_a,
            clearing_s=self.clearing_s,
            breaking_ka=self.breaking_ka,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A cable with its length and its device."""

    cable: Cable
    length_m: float
    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederDesign:
    """A trunk and the cables to its boxes; a direct feeder has no boxes but the one it ends at."""

    trunk: Drawn
    boxes: tuple[Drawn, ...]


def trunk_fits(boxes: tuple[Box, ...], length_m: float, yard: Yard) -> bool:
    """Return whether one of the trunks of a yard can supply some boxes over some length."""
    return _trunk(boxes, length_m, yard).fits


def feeder_design(
    boxes: tuple[Box, ...], trunk_m: float, box_m: tuple[float, ...], yard: Yard
) -> FeederDesign:
    """Return the cables of a trunk and its boxes.

    Parameters
    ----------
    boxes
        At least one.
    trunk_m, box_m
        Lengths of the trunk, and of the cable to each box. [m]
    yard
        What there is to choose from.
    """
    key = ("feeder", boxes, trunk_m, box_m)
    return yard.once(key, lambda: _feeder_design(boxes, trunk_m, box_m, yard))


def direct_design(box: Box, length_m: float, yard: Yard) -> FeederDesign:
    """Return the cable from the board to its only box."""
    return yard.once(("direct", box, length_m), lambda: _direct_design(box, length_m, yard))


def _feeder_design(
    boxes: tuple[Box, ...], trunk_m: float, box_m: tuple[float, ...], yard: Yard
) -> FeederDesign:
    trunk = _trunk(boxes, trunk_m, yard)
    branches = [
        _branch(box, length_m, (trunk, trunk_m), yard)
        for box, length_m in zip(boxes, box_m, strict=True)
    ]
    device = _trunk_device(trunk, [end for _, end in branches], yard)
    return FeederDesign(
        trunk=_drawn(trunk, trunk_m, device), boxes=tuple(drawn for drawn, _ in branches)
    )


def _direct_design(box: Box, length_m: float, yard: Yard) -> FeederDesign:
    lv = yard.layout.lv
    cables = sorted({*yard.trunks, *yard.box_cables}, key=lambda cable: cable.area_mm2)
    duty = Duty(
        i_a=design_a((box,), yard),
        length_m=length_m,
        start=yard.board,
        clearing_s=yard.layout.protection.box_clearing_s,
        max_drop_percent=lv.max_trunk_drop_percent + lv.max_box_drop_percent,
    )
    choice = choose(cables, duty, yard.shelf)
    return FeederDesign(trunk=_drawn(choice, length_m, _box_device(choice, yard)), boxes=())


def _drawn(choice: Choice, length_m: float, device: Device) -> Drawn:
    return Drawn(cable=choice.cable, length_m=length_m, device=device)


def design_a(boxes: tuple[Box, ...], yard: Yard) -> float:
    """Return the current a cable to some boxes is chosen for, with its reserve [A]."""
    return yard.once(("current", boxes), lambda: _design_a(boxes, yard))


def _design_a(boxes: tuple[Box, ...], yard: Yard) -> float:
    lv = yard.layout.lv
    plain_a = lv.reserve_factor * phase_current_a(boxes, yard.rules, with_chargers=False)
    if not _is_reserved(boxes, yard):
        return plain_a
    full_a = lv.charger_reserve_factor * phase_current_a(boxes, yard.rules, with_chargers=True)
    return max(plain_a, full_a)


def _is_reserved(boxes: tuple[Box, ...], yard: Yard) -> bool:
    only_chargers = all(box.kind == "charger_box" for box in boxes)
    return only_chargers or yard.layout.parking.cables_reserved


def _trunk(boxes: tuple[Box, ...], length_m: float, yard: Yard) -> Choice:
    def find() -> Choice:
        duty = Duty(
            i_a=design_a(boxes, yard),
            length_m=length_m,
            start=yard.board,
            clearing_s=yard.layout.protection.trunk_clearing_s,
            max_drop_percent=yard.layout.lv.max_trunk_drop_percent,
        )
        return choose(yard.trunks, duty, yard.shelf)

    return yard.once(("trunk", boxes, length_m), find)


def _branch(
    box: Box, length_m: float, trunk: tuple[Choice, float], yard: Yard
) -> tuple[Drawn, Point]:
    """Return the cable of a box behind a trunk of some length, and the point at its end."""

    def find() -> tuple[Drawn, Point]:
        duty = Duty(
            i_a=design_a((box,), yard),
            length_m=length_m,
            start=trunk[0].end,
            clearing_s=yard.layout.protection.box_clearing_s,
            max_drop_percent=yard.layout.lv.max_box_drop_percent,
        )
        choice = choose(yard.box_cables, duty, yard.shelf)
        return _drawn(choice, length_m, _box_device(choice, yard)), choice.end

    return yard.once(("branch", box, length_m, trunk[0].cable.name, trunk[1]), find)


def _trunk_device(trunk: Choice, ends: list[Point], yard: Yard) -> Device:
    """Return the trunk's breaker; it backs up the boxes where a setting allows that."""
    devices = yard.layout.protection
    return _device(trunk, devices.trunk_trip_factors, ends, devices.trunk_clearing_s, yard)


def _box_device(choice: Choice, yard: Yard) -> Device:
    devices = yard.layout.protection
    return _device(choice, devices.box_trip_factors, [choice.end], devices.box_clearing_s, yard)


def _device(
    choice: Choice, factors: Iterable[float], ends: list[Point], clearing_s: float, yard: Yard
) -> Device:
    margin = yard.layout.protection.fault_margin_factor
    breaker, i_trip_a = protection_of(choice, factors, ends, yard.shelf, margin_factor=margin)
    return Device(
        in_a=breaker.rated_i_a,
        i_trip_a=i_trip_a,
        clearing_s=clearing_s,
        breaking_ka=breaker.breaking_i_sc_ka,
    )
