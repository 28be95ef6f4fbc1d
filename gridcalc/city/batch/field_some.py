"""Some compounds of a field, cut out of its arrays instead of being put together again."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from gridcalc.city.batch.devices import Devices
from gridcalc.city.batch.field import Field
from gridcalc.demand.diversity import GroupTable
from gridcalc.demand.many import ManyGroups, Sets
from gridcalc.demand.many_records import Last
from gridcalc.network.arrays import Cables, Ints, Network, Sources, Transformers
from gridcalc.powerflow.radial_states import Forest, trees_of
from gridcalc.powerflow.radial_tree import (
    CABLE,
    ELEMENT,
    KIND,
    LEAF,
    NODE,
    PARENT,
    SOURCE,
    TRAFO,
    TRAFO_ABOVE,
)
from gridcalc.powerflow.short_circuit import ShortCircuit

Table = TypeVar("Table", Cables, Sources, Transformers, GroupTable, ShortCircuit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cut:
    """Elements of one kind that are kept.

    Attributes
    ----------
    rows
        Positions of those kept, in order.
    first
        First element of each compound kept and, at the end, how many there are.
    shift
        What the position of an element of each old compound loses.
    """

    rows: Ints
    first: Ints
    shift: Ints


def _cut(first: Ints, compounds: Ints) -> _Cut:
    """Return the elements of some compounds, given where those of each begin."""
    n_of = (first[1:] - first[:-1])[compounds]
    begin = np.concatenate([[0], np.cumsum(n_of)]).astype(np.int64)
    shift = np.zeros(len(first) - 1, dtype=np.int64)
    shift[compounds] = first[compounds] - begin[:-1]
    rows = np.arange(begin[-1]) + np.repeat(shift[compounds], n_of)
    return _Cut(rows=rows, first=begin, shift=shift)


def some_of(field: Field, compounds: Ints) -> Field:
    """Return some compounds of a field, in their order.

    Parameters
    ----------
    field
        All of them.
    compounds
        Which ones, ascending; at least one.
    """
    node, cable = _cut(field.first_node, compounds), _cut(field.first_cable, compounds)
    trafo, source = _cut(field.first_trafo, compounds), _cut(field.first_source, compounds)
    groups, rows, sets = _groups(field, compounds, trafo)
    found = replace(
        field,
        pack=field.pack[compounds],
        parts=[field.parts[k] for k in compounds.tolist()],
        forest=_forest(field, (node, cable, trafo, source)),
        groups=groups,
        first_node=node.first,
        first_cable=cable.first,
        first_trafo=trafo.first,
        first_source=source.first,
        group_node=field.group_node[rows] - node.shift[field.groups.compound[rows]],
        group_transformer=field.group_transformer[rows] - trafo.shift[field.groups.compound[rows]],
        cable_level=field.cable_level[cable.rows],
        grade=field.grade[rows],
        devices=_devices(field, (node, cable, trafo)),
        short_circuit=_columns(field.short_circuit, node.rows),
        start=field.start[node.rows],
    )
    for name, at in sets.items():
        if name in field.count_rule.last:
            last = field.count_rule.last[name]
            found.count_rule.last[name] = Last(
                units=last.units[rows],
                tie=last.tie[at],
                critical=last.critical[at],
                p_kw=last.p_kw[rows],
            )
    return found


def _columns(table: Table, rows: Ints, **changed: Ints) -> Table:
    """Return some rows of all columns; ids and types are texts."""
    columns: dict[str, Any] = {}
    for one in fields(table):
        values = getattr(table, one.name)
        if isinstance(values, tuple):
            columns[one.name] = tuple([values[k] for k in rows.tolist()])
        else:
            columns[one.name] = values[rows]
    return replace(table, **(columns | changed))


def _forest(field: Field, cuts: tuple[_Cut, _Cut, _Cut, _Cut]) -> Forest:
    node, cable, trafo, source = cuts
    old, of_node = field.forest.network, field.of_node
    move = node.shift[field.of_cable[cable.rows]]
    up = node.shift[field.of_trafo[trafo.rows]]
    network = Network(
        node_ids=tuple([old.node_ids[k] for k in node.rows.tolist()]),
        vn_kv=old.vn_kv[node.rows],
        sources=_columns(
            old.sources,
            source.rows,
            node=old.sources.node[source.rows] - node.shift[field.of_source[source.rows]],
        ),
        cables=_columns(
            old.cables,
            cable.rows,
            from_node=old.cables.from_node[cable.rows] - move,
            to_node=old.cables.to_node[cable.rows] - move,
        ),
        transformers=_columns(
            old.transformers,
            trafo.rows,
            hv_node=old.transformers.hv_node[trafo.rows] - up,
            lv_node=old.transformers.lv_node[trafo.rows] - up,
        ),
    )
    of_row = of_node[node.rows]
    place = field.forest.place[node.rows].copy()
    kind, n_old = place[:, KIND], int(field.first_trafo[-1])
    place[:, PARENT] -= node.shift[of_row]
    place[:, NODE] -= node.shift[of_row]
    for kinds, cut in (((CABLE, LEAF), cable), ((TRAFO,), trafo), ((SOURCE,), source)):
        place[:, ELEMENT] -= np.where(np.isin(kind, kinds), cut.shift[of_row], 0)
    above = place[:, TRAFO_ABOVE]
    none = int(trafo.first[-1])
    place[:, TRAFO_ABOVE] = np.where(above < n_old, above - trafo.shift[of_row], none)
    return trees_of(network, node.first, place, field.forest.trees.value[node.rows])


def _groups(
    field: Field, compounds: Ints, trafo: _Cut
) -> tuple[ManyGroups, Ints, Mapping[str, Ints]]:
    """Return the load groups, which ones they were, and which sets of each level are kept."""
    old = field.groups
    ends = np.searchsorted(old.compound, np.arange(field.n_compounds + 1))
    cut = _cut(ends, compounds)
    rows = cut.rows
    of_trafo = field.of_trafo
    number = np.zeros(field.n_compounds, dtype=np.int64)
    number[compounds] = np.arange(len(compounds))
    levels, kept = {}, {"": compounds}
    for name, sets in old.levels.items():
        of_set = of_trafo[sets.transformer]
        own = _cut(np.searchsorted(of_set, np.arange(field.n_compounds + 1)), compounds)
        kept[name] = own.rows
        levels[name] = Sets(
            member=sets.member[rows] - own.shift[old.compound[rows]],
            transformer=sets.transformer[own.rows] - trafo.shift[of_set[own.rows]],
        )
    some = ManyGroups(
        table=_columns(old.table, rows),
        total=old.total[rows],
        today=old.today[rows],
        start=old.start[rows],
        compound=number[old.compound[rows]],
        pack=old.pack[compounds],
        transformer_compound=number[of_trafo[trafo.rows]],
        levels=levels,
        station=old.station,
        cables=old.cables,
        metered_scale=old.metered_scale[trafo.rows],
    )
    return some, rows, kept


def _devices(field: Field, cuts: tuple[_Cut, _Cut, _Cut]) -> Devices:
    node, cable, trafo = cuts
    old, n_old = field.devices, int(field.first_cable[-1])
    both = np.concatenate([cable.rows, n_old + trafo.rows])
    guard, of_guard = old.guard[node.rows], field.of_node[node.rows]
    moved = guard - cable.shift[of_guard]
    of_unit = guard - n_old - trafo.shift[of_guard] + int(cable.first[-1])
    at_rmu = np.isin(old.rmu_node, node.rows)
    rmu = old.rmu_node[at_rmu]
    return Devices(
        in_a=old.in_a[both],
        i_trip_a=old.i_trip_a[both],
        breaking_ka=old.breaking_ka[both],
        clearing_s=old.clearing_s[cable.rows],
        area_mm2=old.area_mm2[cable.rows],
        thermal_k=old.thermal_k[cable.rows],
        guard=np.where(guard < 0, -1, np.where(guard < n_old, moved, of_unit)),
        rmu_node=rmu - node.shift[field.of_node[rmu]],
        rmu_ka=old.rmu_ka[at_rmu],
    )
