"""The symbols of the diagrams after GB/T 4728, drawn about the origin on a line to the right."""

from collections.abc import Mapping

from gridcalc.report.drawing.shapes import Circle, Label, Path, Point, Shape

OWN = "0"
"""Layer of the lines of a symbol; in a DXF file they take the layer of the place of the symbol."""
BREAKER = "GC_BREAKER"
LOAD_SWITCH = "GC_LOAD_SWITCH"
FUSE = "GC_FUSE"
SWITCH_FUSE = "GC_RMU_BAY"
"""Load switch with fuses: the bay of a transformer."""
RING_BAY = "GC_RMU_RING"
TRANSFORMER = "GC_TRANSFORMER"
CAPACITOR = "GC_CAPACITOR"
SOURCE = "GC_SOURCE"
REFERENCE = "GC_REFERENCE"
BRANCH_BOX = "GC_BRANCH_BOX"
METER_BOX = "GC_METER_BOX"
CHARGER_BOX = "GC_CHARGER_BOX"
EBIKE_SHED = "GC_EBIKE_SHED"
DISTRIBUTION_BOX = "GC_DIST_BOX"
NORTH = "GC_NORTH"
TARGET = "GC_TARGET"
SUBSTATION = "GC_SUBSTATION"
SPOT = "GC_SPOT"
BOXES: Mapping[str, str] = {
    "branch_box": BRANCH_BOX,
    "meter_box": METER_BOX,
    "charger_box": CHARGER_BOX,
    "ebike_shed": EBIKE_SHED,
    "distribution_box": DISTRIBUTION_BOX,
}
"""Symbol of each kind of box."""
HALF_BOX_MM = 3.2
"""From the middle of the symbol of a box to its edge."""
HALF_SWITCH_MM = 4.0
HALF_PAIR_MM = 7.0
"""Half the length of switch and fuse together."""
HALF_TRANSFORMER_MM = 6.5
_CROSS_MM, _BLADE_UP_MM, _HINGE_MM = 0.9, 2.0, 2.0
_BAR_MM, _RING_MM = 1.0, 0.6
_RADIUS_MM, _CENTRE_MM = 3.6, 2.4


def _line(*points: Point, width_mm: float = 0.25) -> Path:
    return Path(layer=OWN, points=points, width_mm=width_mm)


def _outline(x0: float, y0: float, x1: float, y1: float, *, filled: bool = False) -> Path:
    points = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return Path(layer=OWN, points=points, closed=True, filled=filled)


def _ring(x: float, y: float, radius: float) -> Circle:
    return Circle(layer=OWN, centre=(x, y), radius_mm=radius)


def _contact(x: float) -> tuple[Shape, ...]:
    """Return wires and blade of a switch that is hinged at its right."""
    left, hinge = x - _HINGE_MM, x + _HINGE_MM
    return (
        _line((x - HALF_SWITCH_MM, 0), (left, 0)),
        _line((hinge, 0), (left + 0.2, -_BLADE_UP_MM)),
        _line((hinge, 0), (x + HALF_SWITCH_MM, 0)),
    )


def _cross(x: float) -> tuple[Shape, ...]:
    c = _CROSS_MM
    return (_line((x - c, -c), (x + c, c)), _line((x - c, c), (x + c, -c)))


def _switch(x: float) -> tuple[Shape, ...]:
    """Return a load switch: a contact with bar and ring."""
    left = x - _HINGE_MM
    bar = _line((left, -_BAR_MM), (left, _BAR_MM))
    return (*_contact(x), bar, _ring(left + _RING_MM, 0, _RING_MM))


def _fuse(x0: float, x1: float) -> tuple[Shape, ...]:
    middle = (x0 + x1) / 2
    return (_line((x0, 0), (x1, 0)), _outline(middle - 2.2, -0.9, middle + 2.2, 0.9))


def _earth(x: float, y: float) -> tuple[Shape, ...]:
    return tuple(
        _line((x - half, y + 0.7 * k), (x + half, y + 0.7 * k))
        for k, half in enumerate((1.6, 1.0, 0.4))
    )


def _transformer() -> tuple[Shape, ...]:
    """Return two windings, delta on the left and a star with earthed neutral on the right."""
    r, c = _RADIUS_MM, _CENTRE_MM
    delta = Path(layer=OWN, points=((-3.6, 1.0), (-2.4, -1.2), (-1.2, 1.0)), closed=True)
    star = [_line((2.9, 0.0), end) for end in ((2.9, 1.4), (1.7, -0.9), (4.1, -0.9))]
    ends = (_line((-HALF_TRANSFORMER_MM, 0), (-c - r, 0)), _line((c + r, 0), (6.5, 0)))
    earth = (_line((c, r), (c, 5.0)), *_earth(c, 5.0))
    return (_ring(-c, 0, r), _ring(c, 0, r), delta, *star, *ends, *earth)


def _capacitor() -> tuple[Shape, ...]:
    """Return a capacitor bank at the end of a line that comes from the right."""
    plates = (_line((-0.6, -2), (-0.6, 2), width_mm=0.4), _line((0.6, -2), (0.6, 2), width_mm=0.4))
    wires = (_line((4, 0), (0.6, 0)), _line((-0.6, 0), (-3, 0), (-3, 1.4)))
    return (*plates, *wires, *_earth(-3, 1.4))


def _source() -> tuple[Shape, ...]:
    wave = _line((-1.8, 0), (-1.2, -0.9), (-0.6, -0.9), (0.6, 0.9), (1.2, 0.9), (1.8, 0))
    return (_ring(0, 0, 3.2), wave)


def _reference() -> tuple[Shape, ...]:
    """Return the arrow to another part of the drawing."""
    points = ((0.0, -1.6), (3.4, -1.6), (5.0, 0.0), (3.4, 1.6), (0.0, 1.6))
    return (Path(layer=OWN, points=points, closed=True),)


def _box(*inside: Shape) -> tuple[Shape, ...]:
    h = HALF_BOX_MM
    return (_outline(-h, -h, h, h), *inside)


def _writing(text: str) -> Label:
    return Label(layer=OWN, at=(0.0, 1.0), text=text, size_mm=2.8, anchor="middle")


def _bolt() -> Path:
    return _line((0.9, -2.4), (-1.2, 0.3), (1.0, -0.2), (-0.9, 2.4), width_mm=0.35)


SYMBOLS: Mapping[str, tuple[Shape, ...]] = {
    BREAKER: (*_contact(0), *_cross(-_HINGE_MM)),
    LOAD_SWITCH: _switch(0),
    RING_BAY: _switch(0),
    FUSE: _fuse(-HALF_SWITCH_MM, HALF_SWITCH_MM),
    SWITCH_FUSE: (*_switch(-3.0), *_fuse(1.0, HALF_PAIR_MM)),
    TRANSFORMER: _transformer(),
    CAPACITOR: _capacitor(),
    SOURCE: _source(),
    REFERENCE: _reference(),
    BRANCH_BOX: _box(_line((0, -2.2), (0, 2.2), width_mm=0.5), _line((-3.2, 0), (0, 0))),
    METER_BOX: _box(_writing("Wh")),
    CHARGER_BOX: _box(_bolt()),
    EBIKE_SHED: _box(
        _ring(-1.5, 0.9, 1.0),
        _ring(1.5, 0.9, 1.0),
        _line((-1.5, 0.9), (-0.5, -1.0), (0.8, -1.0), (1.5, 0.9)),
    ),
    NORTH: (
        Path(layer=OWN, points=((0, -7), (2.6, 3), (0, 1)), closed=True, filled=True),
        _line((0, -7), (-2.6, 3), (0, 1)),
        Label(layer=OWN, at=(0.0, 7.5), text="N", size_mm=4.0, anchor="middle"),
    ),
    TARGET: (
        _ring(0, 0, 3.0),
        _ring(0, 0, 1.2),
        _line((-4.2, 0), (4.2, 0)),
        _line((0, -4.2), (0, 4.2)),
    ),
    SUBSTATION: _box(Path(layer=OWN, points=((-2.2, 2), (0, -2), (2.2, 2)), closed=True)),
    SPOT: (_ring(0, 0, 1.0),),
    DISTRIBUTION_BOX: _box(_outline(-HALF_BOX_MM, 0, HALF_BOX_MM, HALF_BOX_MM, filled=True)),
}
"""Lines of every symbol."""
