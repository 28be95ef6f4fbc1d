"""What tables, files and pictures of a design ask of it: runs, cables, loadings, places."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridcalc.compound.model import LvCable, MvCable
from gridcalc.design.records import Design, Feeder
from gridcalc.outcome import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class CableRow:
    """A cable of the compound with its way and what the deciding run says of it.

    Parameters
    ----------
    cable
        As in the compound file.
    way_m
        Length along the paths. [m]
    loading_percent
        In the scenario asked for; None where nothing flows. [%]
    in_a
        Its protective device; None where it has none. [A]
    """

    cable: LvCable | MvCable
    way_m: float
    loading_percent: float | None
    in_a: float | None


def deciding_run(found: Design) -> Run:
    """Return the run of the scenario asked for that decides; the one under control if asked."""
    runs = [run for run in found.study.runs if run.scenario == found.asked.scenario]
    wanted = [run for run in runs if run.charging == found.asked.charging]
    governing = [run for run in runs if run.method == found.study.governing_method]
    if found.asked.charging == "managed":
        return (wanted or governing)[0]
    return governing[0]


def cable_rows(found: Design) -> tuple[CableRow, ...]:
    """Return every cable, the 10 kV ones first, in the order of the compound file."""
    compound = found.scheme.compound
    way_m = {run.id: run.way_m for run in found.scheme.runs}
    loading = {row.id: row.loading_percent for row in deciding_run(found).branches}
    in_a = {row.element: row.in_a for row in compound.protection}
    cables: list[LvCable | MvCable] = [*compound.mv_cables, *compound.lv_cables]
    return tuple(
        CableRow(
            cable=cable,
            way_m=way_m[cable.id],
            loading_percent=loading.get(cable.id),
            in_a=in_a.get(cable.id),
        )
        for cable in cables
    )


def loading_of_units(found: Design) -> Mapping[str, float]:
    """Return the loading of each transformer in the deciding run. [%]."""
    return {row.id: row.loading_percent for row in deciding_run(found).transformers}


def supplied_places(feeder: Feeder, found: Design) -> tuple[str, ...]:
    """Return the places a feeder supplies, each once."""
    names = (found.site.places[row.place].id for row in feeder.boxes)
    return tuple(dict.fromkeys(names))


def site_totals(found: Design) -> dict[str, int]:
    """Return the flats, spaces and e-bikes of the site."""
    places = found.site.places
    return {
        "households": sum(row.households or 0 for row in places),
        "private_bays": sum(row.private_bays or 0 for row in places),
        "public_bays": sum(row.public_bays or 0 for row in places),
        "bikes": sum(row.bikes or 0 for row in places),
    }


def cable_m(found: Design) -> dict[str, float]:
    """Return the length of cable by type, 10 kV and LV. [m]."""
    sums: dict[str, float] = {}
    for row in cable_rows(found):
        sums[row.cable.type] = sums.get(row.cable.type, 0.0) + row.cable.length_m
    return dict(sorted(sums.items()))
