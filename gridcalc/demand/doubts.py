"""What a metered peak leaves for households, and where that is hardly true."""

from collections.abc import Iterator

from gridcalc.catalogue.plausibility import equipment_bound
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import lv_topology
from gridcalc.demand.design import demand_model, demand_today_kw, metered_peaks_kw
from gridcalc.notes import Note, note
from gridcalc.policy import PolicyPack
from gridcalc.units import PERCENT


def metered_scale_doubts(compound: Compound, policy: PolicyPack) -> Iterator[Note]:
    """Yield metered transformers whose households are scaled beyond what is usual.

    Today's chargers count with their demand factors. Where they were hardly in use at the metered
    peak, they leave too little for the households, and every cable to a box without chargers
    looks empty. The bounds are those of ``metered_scale_doubt_percent`` in
    ``equipment_bounds.csv``.

    Parameters
    ----------
    compound
        As read from its file.
    policy
        The rules of its demand.
    """
    if not compound.metered:
        return
    bound = equipment_bound("metered_scale_doubt_percent")
    resolved = resolve_defaults(compound, policy).compound
    model = demand_model(resolved, lv_topology(resolved), policy)
    today_kw = demand_today_kw(model)
    for name, peak_kw in sorted(metered_peaks_kw(resolved).items()):
        base_kw, rest_kw = today_kw[name]
        percent = PERCENT * float(model.metered_scale[model.transformers.index(name)])
        if base_kw > 0 and percent < bound.value_min:
            yield note(
                "{transformer}: of the metered {peak_kw:g} kW today's chargers and sockets take"
                " {rest_kw:.0f} kW by their demand factors; households and common loads are left"
                " with {percent:.3g} % of their design demand, on every cable too; check"
                " equipped_share and sockets, or leave out the metered load",
                transformer=name,
                peak_kw=peak_kw,
                rest_kw=rest_kw,
                percent=percent,
            )
        elif base_kw > 0 and percent > bound.value_max:
            yield note(
                "{transformer}: the metered peak of {peak_kw:g} kW makes households and common"
                " loads {percent:.3g} % of their design demand of {base_kw:.0f} kW; check the"
                " number of flats behind this transformer",
                transformer=name,
                peak_kw=peak_kw,
                percent=percent,
                base_kw=base_kw,
            )
