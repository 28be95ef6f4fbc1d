"""Where things lie in a compound under judgement: paths, what is behind, who feeds whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridcalc.checks.case import Case
from gridcalc.compound.model import LvCable, MvCable, lv_board
from gridcalc.compound.topology import LvNodePlace, mv_node
from gridcalc.powerflow.tree import levels_of
from gridcalc.upgrade import lookup
from gridcalc.upgrade.search.judge import State
from gridcalc.upgrade.search.space import Selection, Space


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A selection that was judged, and the layout of the compound with it.

    Attributes
    ----------
    places
        LV nodes by id.
    nodes_behind
        LV nodes behind each LV cable, its far end included.
    mv_path
        10 kV cables between a source and each 10 kV node.
    new_cables
        Cables that are not there today, by id.
    """

    space: Space
    selection: Selection
    state: State
    places: Mapping[str, LvNodePlace]
    nodes_behind: Mapping[str, tuple[str, ...]]
    mv_path: Mapping[str, tuple[str, ...]]
    new_cables: Mapping[str, LvCable | MvCable]

    @property
    def case(self) -> Case:
        """The case that was judged."""
        return self.state.case

    def unit_of(self, node: str) -> str:
        """Return the transformer above an LV node."""
        return self.places[node].transformer

    def nodes_of_unit(self, unit: str) -> tuple[str, ...]:
        """Return the LV nodes below a transformer."""
        return tuple(name for name, place in self.places.items() if place.transformer == unit)

    def feeders_of_unit(self, unit: str) -> tuple[str, ...]:
        """Return the feeders of a transformer, sorted."""
        board = lv_board(unit)
        rows = self.case.site.compound.lv_cables
        return tuple(sorted(row.id for row in rows if row.from_id == board))

    def cables_of_unit(self, unit: str) -> tuple[str, ...]:
        """Return the LV cables below a transformer, sorted."""
        return tuple(
            sorted(
                place.path[-1]
                for place in self.places.values()
                if place.transformer == unit and place.path
            )
        )

    def mv_path_of_unit(self, unit: str) -> tuple[str, ...]:
        """Return the 10 kV cables that feed a transformer."""
        network = self.case.site.network
        k = network.transformers.ids.index(unit)
        return self.mv_path[network.node_ids[network.transformers.hv_node[k]]]

    def path_of(self, node: str) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
        """Return LV cables, transformer and 10 kV cables between a node and its source."""
        place = self.places.get(node)
        if place is None:
            return (), None, self.mv_path.get(node, ())
        return place.path, place.transformer, self.mv_path_of_unit(place.transformer)


def view_of(space: Space, selection: Selection, state: State) -> View:
    """Return the layout of a compound that was judged."""
    places = state.case.site.topology.by_id()
    behind: dict[str, list[str]] = {}
    for place in places.values():
        for cable in place.path:
            behind.setdefault(cable, []).append(place.id)
    return View(
        space=space,
        selection=selection,
        state=state,
        places=places,
        nodes_behind={cable: tuple(nodes) for cable, nodes in behind.items()},
        mv_path=_mv_paths(state.case),
        new_cables=_new_cables(space, state.case),
    )


def _new_cables(space: Space, case: Case) -> dict[str, LvCable | MvCable]:
    today = {row.id for row in lookup.cables(space.compound)}
    after = lookup.cables(case.site.compound)
    return {row.id: row for row in after if row.id not in today}


def _mv_paths(case: Case) -> dict[str, tuple[str, ...]]:
    network = case.site.network
    ids = network.node_ids
    found: dict[str, tuple[str, ...]] = {ids[node]: () for node in network.sources.node}
    for level in levels_of(network):
        for parent, child, cable in zip(level.parent, level.child, level.cable, strict=True):
            if cable >= 0 and ids[parent] in found:
                found[ids[child]] = (*found[ids[parent]], network.cables.ids[cable])
    return found


def far_end(view: View, cable: str) -> str:
    """Return the node at the far end of a cable."""
    network = view.case.site.network
    k = network.cables.ids.index(cable)
    return str(network.node_ids[network.cables.to_node[k]])


def start_of(view: View, cable: str) -> str:
    """Return the 10 kV or LV node at which a cable starts."""
    compound = view.case.site.compound
    return mv_node(lookup.cable(compound, cable).from_id, compound)
