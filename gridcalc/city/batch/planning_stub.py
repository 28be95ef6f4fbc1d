"""Between arrays and records: what a compound needs to be told of its feeders, and its works."""

import numpy as np

from gridcalc.city.batch.field import Field
from gridcalc.city.batch.parts import Part
from gridcalc.city.batch.planning_changing import Chosen
from gridcalc.city.batch.planning_ladders import Ladders
from gridcalc.city.batch.planning_records import Transfer, Works
from gridcalc.compound.model import Compound, LvCable, Protection
from gridcalc.network.arrays import Ints
from gridcalc.upgrade.measures import ReplaceCable, ReplaceTransformer, SetTap


def first_cables(part: Part) -> Ints:
    """Return the cables of a part that start at an LV board."""
    network = part.network
    is_board = np.zeros(network.n_nodes, dtype=bool)
    is_board[network.transformers.lv_node] = True
    return np.flatnonzero(is_board[network.cables.from_node])


def stub_of(part: Part) -> Compound:
    """Return the records of a part with the first cables of its feeders and their devices."""
    compound = part.compound
    if compound.lv_cables:
        return compound
    network, devices = part.network, part.devices
    ids, rows, guards = network.node_ids, [], []
    for k in first_cables(part).tolist():
        name = network.cables.ids[k]
        rows.append(
            LvCable.model_construct(
                id=name,
                from_id=ids[network.cables.from_node[k]],
                to_id=ids[network.cables.to_node[k]],
                type=network.cables.types[k],
                length_m=float(network.cables.length_m[k]),
                laying=None,
                grouping=None,
                parallel=int(network.cables.parallel[k]),
            )
        )
        if not np.isnan(devices.in_a[k]):
            guards.append(
                Protection.model_construct(
                    element=name, in_a=float(devices.in_a[k]), kind="breaker"
                )
            )
    update = {"lv_cables": tuple(rows), "protection": (*compound.protection, *guards)}
    return compound.model_copy(update=update)


def works_of(
    original: Field, chosen: Chosen, i: int, transfers: tuple[Transfer, ...], ladders: Ladders
) -> Works:
    """Return what was chosen for one compound of a field as works."""
    network = original.forest.network
    cables = {
        network.cables.ids[k]: _replaced(original, chosen, k, ladders)
        for k in sorted(chosen.cables)
        if original.first_cable[i] <= k < original.first_cable[i + 1]
    }
    first, end = original.first_trafo[i], original.first_trafo[i + 1]
    names = network.transformers.ids
    return Works(
        transfers=transfers,
        units={
            names[k]: ReplaceTransformer(transformer=names[k], type=chosen.units[k])
            for k in sorted(chosen.units)
            if first <= k < end
        },
        cables=cables,
        taps={
            names[k]: SetTap(transformer=names[k], tap=chosen.taps[k])
            for k in sorted(chosen.taps)
            if first <= k < end
        },
    )


def _replaced(original: Field, chosen: Chosen, k: int, ladders: Ladders) -> ReplaceCable:
    choice = chosen.cables[k]
    ladder, option = choice.ladder, choice.option
    grouping = int(ladder.grouping[option])
    is_replaced = ladder.is_replaced(float(original.devices.in_a[k]))[option]
    return ReplaceCable(
        cable=original.forest.network.cables.ids[k],
        type=ladder.cables[option].name,
        parallel=int(ladder.parallel[option]),
        breaker=ladders.breakers[ladder.breaker[option]].name if is_replaced else None,
        grouping=grouping or None,
    )
