"""Metered loads of transformers when flats change from one transformer to another."""

from collections.abc import Collection
from math import fsum

from gridcalc.compound.model import Compound, Metered
from gridcalc.compound.topology import LvNodePlace, lv_topology


def metered_after(compound: Compound, moved: Collection[str], unit: str) -> tuple[Metered, ...]:
    """Return the metered loads after cables with all behind them go over to a transformer.

    A metered load is divided as the flats of its transformer are. The transformer they go to
    counts as metered if all flats it has then were metered before.

    Parameters
    ----------
    compound
        Before the works.
    moved
        Ids of the LV cables that go over.
    unit
        Id of the transformer that takes over, one of the compound or a new one.
    """
    if not compound.metered:
        return ()
    places = lv_topology(compound).by_id()
    flats = [(places[row.node], row.count) for row in compound.households]
    found: dict[str, Metered] = {}
    taken: list[Metered] = []
    for row in compound.metered:
        if row.transformer == unit:
            taken.append(row)
            continue
        share = _share(flats, row.transformer, moved)
        if share < 1:
            found[row.transformer] = _scaled(row, 1 - share, row.transformer)
        if share > 0:
            taken.append(_scaled(row, share, unit))
    metered = {row.transformer for row in compound.metered}
    then = {at.transformer for at, _ in flats if at.transformer == unit or _goes(at, moved)}
    if taken and then <= metered:
        found[unit] = _together(taken, unit)
    order = dict.fromkeys((*(row.transformer for row in compound.metered), unit))
    return tuple(found[name] for name in order if name in found)


def _goes(at: LvNodePlace, moved: Collection[str]) -> bool:
    return any(cable in moved for cable in at.path)


def _share(flats: list[tuple[LvNodePlace, int]], unit: str, moved: Collection[str]) -> float:
    """Return the share of a transformer's flats that leave it."""
    mine = [(at, n) for at, n in flats if at.transformer == unit]
    n_all = sum(n for _, n in mine)
    return sum(n for at, n in mine if _goes(at, moved)) / n_all if n_all else 0.0


def _scaled(row: Metered, share: float, unit: str) -> Metered:
    if share == 1 and unit == row.transformer:
        return row
    curve = row.curve_96_kw
    return Metered(
        transformer=unit,
        peak_kw=None if row.peak_kw is None else share * row.peak_kw,
        curve_96_kw=None if curve is None else tuple(share * value for value in curve),
    )


def _together(rows: list[Metered], unit: str) -> Metered:
    """Return one metered load of several: their curves, or their peaks, added up."""
    if len(rows) == 1 and rows[0].transformer == unit:
        return rows[0]
    curves = [row.curve_96_kw for row in rows if row.curve_96_kw is not None]
    if len(curves) == len(rows):
        added = tuple(fsum(values) for values in zip(*curves, strict=True))
        return Metered(transformer=unit, curve_96_kw=added)
    peaks = [row.peak_kw or max(row.curve_96_kw or (0.0,)) for row in rows]
    return Metered(transformer=unit, peak_kw=fsum(peaks))
