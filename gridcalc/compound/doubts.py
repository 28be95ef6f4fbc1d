"""What a sound compound file says that is hardly true: a metered peak far from the rating."""

from collections.abc import Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.catalogue.plausibility import equipment_bound
from gridcalc.compound.model import Compound
from gridcalc.notes import Note, note
from gridcalc.units import PERCENT


def metered_doubts(compound: Compound, catalogue: Catalogue) -> Iterator[Note]:
    """Yield metered peaks that are hardly possible at their transformer.

    Amperes written as kW, or a wrong ratio of the current transformers, give such peaks; the
    bounds are those of ``metered_doubt_percent`` in ``equipment_bounds.csv``.
    """
    bound = equipment_bound("metered_doubt_percent")
    types = {unit.id: unit.type for unit in compound.transformers}
    for row in compound.metered:
        sn_kva = catalogue.transformers[types[row.transformer]].sn_kva
        peak_kw = max(row.curve_96_kw or (row.peak_kw or 0.0,))
        percent = PERCENT * peak_kw / sn_kva
        if not bound.value_min <= percent <= bound.value_max:
            yield note(
                "{transformer}: the metered peak of {peak_kw:g} kW is {percent:.3g} % of the"
                " rating of {sn_kva:g} kVA; check the unit (kW, not A) and the ratio of the"
                " current transformers",
                transformer=row.transformer,
                peak_kw=peak_kw,
                percent=percent,
                sn_kva=sn_kva,
            )
