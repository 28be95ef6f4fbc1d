"""What keeps a foreign network from being a compound file."""

from collections.abc import Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.errors import Problem
from gridcalc.foreign.areas import areas_of
from gridcalc.foreign.generation import n_generators
from gridcalc.foreign.records import LV_BELOW_KV
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.units import VN_LV_KV, VN_MV_KV, VN_TRAFO_LV_KV

_SHOWN = 5


def lacks_for_a_compound(tables: ForeignTables, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return why a network does not become a compound; always at least one reason.

    Parameters
    ----------
    tables
        The network.
    catalogue
        Equipment that a compound may name.
    """
    return tuple(
        Problem(tables.file, 0, place, message) for place, message in _lacks(tables, catalogue)
    )


def _lacks(tables: ForeignTables, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield (
        "",
        "a pandapower network does not become a template: it says nothing about laying, design kW"
        " of households and the 10 kV connection; 'check' and 'hosting' take it as it is, and"
        " 'template new' makes a compound to edit",
    )
    levels = sorted(set(tables.frame("bus").numbers("vn_kv")))
    other = [kv for kv in levels if kv not in {VN_MV_KV, VN_LV_KV, VN_TRAFO_LV_KV}]
    if other:
        names = ", ".join(f"{kv:g} kV" for kv in other)
        yield "bus.vn_kv", f"a compound has 10 kV and 0.4 kV, this network {names}"
    for area in areas_of(tables).areas:
        if not area.radial:
            yield area.id, f"what it feeds below {LV_BELOW_KV:g} kV is not radial"
    if n_generators(tables):
        yield "sgen", f"a compound has no generators, this network {n_generators(tables)}"
    for table, known in (("line", catalogue.cables), ("trafo", catalogue.transformers)):
        types = dict.fromkeys(tables.frame(table).texts("std_type"))
        unknown = [name or "(none)" for name in types if name not in known]
        if unknown:
            more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
            names = ", ".join(unknown[:_SHOWN]) + more
            yield f"{table}.std_type", f"not in the catalogue: {names}"
