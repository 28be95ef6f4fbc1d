"""Does the equipment a file names exist, and can it be used the way the file uses it."""

from collections.abc import Iterator

from gridcalc.catalogue import Catalogue
from gridcalc.catalogue.nearest import nearest_name
from gridcalc.catalogue.plausibility import equipment_bound
from gridcalc.compound.outline import Item, Outline
from gridcalc.errors import Problem
from gridcalc.units import PERCENT, VN_MV_KV

_VECTOR_GROUP = "Dyn11"
_IN_AIR = frozenset({"air", "tray", "ladder"})


def equipment_problems(outline: Outline, catalogue: Catalogue) -> Iterator[Problem]:
    """Yield unknown names, cables of the wrong voltage, and equipment that cannot be computed."""
    names = equipment_names(catalogue)
    kinds = {"transformers": "transformer", "mv_cables": "mv_cable", "lv_cables": "lv_cable"}
    for section, kind in {**kinds, "rmus": "rmu"}.items():
        for item in outline.items(section):
            name = item.text("type")
            if name and name not in names[kind]:
                yield outline.at(item, "type", _unknown(name, kind, names))
            elif name and kind == "transformer":
                yield from _transformer(outline, item, catalogue)
            elif name and kind in {"mv_cable", "lv_cable"}:
                yield from _cable(outline, item, catalogue)
    yield from _metered(outline, catalogue)


def equipment_names(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the names of a catalogue by the kind a compound file asks for."""
    cables = catalogue.cables.values()
    return {
        "transformer": frozenset(catalogue.transformers),
        "mv_cable": frozenset(c.name for c in cables if c.vn_kv >= VN_MV_KV),
        "lv_cable": frozenset(c.name for c in cables if c.vn_kv < VN_MV_KV),
        "rmu": frozenset(catalogue.rmus),
    }


def _unknown(name: str, kind: str, names: dict[str, frozenset[str]]) -> str:
    found = nearest_name(name, sorted(names[kind]))
    nearest = f"; the nearest is {found!r}" if found else ""
    if any(name in others for others in names.values()):
        return f"{name!r} is not a {kind.replace('_', ' ')}{nearest}"
    return f"{name!r} is not in the catalogue{nearest}; other types go into a table of --catalogue"


def _transformer(outline: Outline, item: Item, catalogue: Catalogue) -> Iterator[Problem]:
    row = catalogue.transformers[item.text("type")]
    if row.vector_group != _VECTOR_GROUP:
        message = (
            f"{row.name!r} has the vector group {row.vector_group!r}; only {_VECTOR_GROUP} can be"
            " computed, because other groups need another zero-sequence model"
        )
        yield outline.at(item, "type", message)
    tap = item.values.get("tap")
    if isinstance(tap, int) and abs(tap) > row.n_tap_steps_each_side:
        steps = row.n_tap_steps_each_side
        yield outline.at(item, "tap", f"{tap} is beyond the {steps} steps on each side")


def _metered(outline: Outline, catalogue: Catalogue) -> Iterator[Problem]:
    """Yield metered peaks that no transformer of the size could ever have carried."""
    most = equipment_bound("metered_percent").value_max
    types = {item.id: item.text("type") for item in outline.transformers}
    for item in outline.items("metered"):
        row = catalogue.transformers.get(types.get(item.text("transformer"), ""))
        peak_kw = item.values.get("peak_kw")
        if row is None or not isinstance(peak_kw, (int, float)):
            continue
        percent = PERCENT * peak_kw / row.sn_kva
        if percent > most:
            message = (
                f"{peak_kw:g} kW is {percent:.4g} % of the {row.sn_kva:g} kVA of the transformer,"
                f" above {most:g} %; check the unit (kW, not A) and the ratio of the current"
                " transformers"
            )
            yield outline.at(item, "peak_kw", message)


def _cable(outline: Outline, item: Item, catalogue: Catalogue) -> Iterator[Problem]:
    row = catalogue.cables[item.text("type")]
    in_air = item.text("laying") in _IN_AIR
    base = row.max_i_air40_a if in_air else row.max_i_soil25_rho2_a
    if base is None:
        where = "air" if in_air else "soil"
        message = f"{row.name!r} has no ampacity in {where}; choose another type or laying"
        yield outline.at(item, "type", message)
