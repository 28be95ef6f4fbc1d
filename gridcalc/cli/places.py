"""Where the elements of a compound lie, as an option names it."""

from itertools import chain

from gridcalc.compound.model import Compound
from gridcalc.routing.site.layout import Layout, read_layout


def layout_of(file: str | None, compound: Compound) -> Layout | None:
    """Return the places of a compound's elements; None where no file is named.

    Raises
    ------
    InputError
        The file cannot be read, or holds nothing of the compound.
    """
    if file is None:
        return None
    cables = frozenset(
        [row.id for row in compound.mv_cables] + [row.id for row in compound.lv_cables]
    )
    groups = (
        cables,
        [row.id for row in compound.lv_nodes],
        [row.id for row in compound.rmus],
        [row.id for row in compound.substations],
        [row.id for row in compound.transformers],
    )
    return read_layout(file, ids=frozenset(chain.from_iterable(groups)), cables=cables)
