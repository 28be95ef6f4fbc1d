"""What kind of element a limit binds at, told from the ids that templates give."""

import re

_LAST = re.compile(r"(?:^|-)([A-Z]+)(\d+)$")
_BOX_CABLE = re.compile(r"-[A-Z]+\d+-C$")
_KINDS = {
    "T": "transformer",
    "F": "trunk",
    "BB": "branch_box",
    "MB": "meter_box",
    "CB": "charger_box",
    "ES": "ebike_shed",
    "DB": "distribution_box",
    "MC": "mv_cable",
    "RMU": "rmu",
    "SRC": "source",
    "PD": "substation",
}
COMPOUND, OTHER, BOX_CABLE = "compound", "other", "box_cable"


def element_kind(element: str) -> str:
    """Return the kind of an element by its id; ``other`` for ids that no template gives.

    Examples
    --------
    >>> element_kind("T1"), element_kind("T1-F2"), element_kind("T1-F2-CB3-C")
    ('transformer', 'trunk', 'box_cable')
    >>> element_kind("compound"), element_kind("老配电室1号变")
    ('compound', 'other')
    """
    if element == COMPOUND:
        return COMPOUND
    if _BOX_CABLE.search(element):
        return BOX_CABLE
    last = _LAST.search(element)
    return _KINDS.get(last[1], OTHER) if last else OTHER
