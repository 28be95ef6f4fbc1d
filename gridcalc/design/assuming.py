"""What a design rests on: rules that shaped it, the standard compound, what the study assumed."""

from collections.abc import Iterator, Sequence

from gridcalc.compound.defaults import PROJECT
from gridcalc.compound.templates.schema import Layout
from gridcalc.design.kit import Kit
from gridcalc.design.places import DesignSite
from gridcalc.outcome import Study
from gridcalc.provenance import Assumption, Value

_RULES = ("design.", "route.cable_end_m", "route.cable_slack_percent", "route.snap_tolerance_m")
_OF_SUBSTATIONS = ("kind", "floor", "flood_protected", "generator_interface")


def all_assumptions(
    kit: Kit, filled: Sequence[Assumption], outcome: Study
) -> tuple[Assumption, ...]:
    """Return every value nobody gave, by name, each once.

    Parameters
    ----------
    kit
        What the scheme was made from.
    filled
        What was assumed for the site and taken from the standard compound.
    outcome
        The study, which has assumptions of its own.
    """
    rows = {(row.name, row.note): row for row in [*_of_rules(kit), *filled, *outcome.assumptions]}
    return tuple(rows[key] for key in sorted(rows))


def of_template(site: DesignSite, name: str, layout: Layout) -> Iterator[Assumption]:
    """Yield what the standard compound says in place of the site."""
    note = "equipment, sizes of boxes, common loads and settings of a standard compound"
    source = PROJECT if site.template is None else "user"
    yield _row("site.template", name, "-", source=source, note=note)
    lv, buildings, stations = layout.lv, layout.buildings, layout.substations
    values: tuple[tuple[str, Value, str], ...] = (
        ("flats_per_meter_box", buildings.flats_per_meter_box, "-"),
        ("bays_per_box", layout.parking.bays_per_box, "-"),
        ("bikes_per_shed", layout.ebikes.bikes_per_shed, "-"),
        ("max_boxes_per_feeder", lv.max_boxes_per_feeder, "-"),
        ("reserve_factor", lv.reserve_factor, "-"),
        ("charger_reserve_factor", lv.charger_reserve_factor, "-"),
        ("max_trunk_drop_percent", lv.max_trunk_drop_percent, "%"),
        ("max_box_drop_percent", lv.max_box_drop_percent, "%"),
        ("loss_allowance_percent", stations.loss_allowance_percent, "%"),
        ("compensation_percent", stations.compensation_percent, "%"),
        ("units_per_substation", stations.units_per_substation, "-"),
        ("transformer_series", stations.transformer_series, "-"),
        ("cable_family", lv.cable_family, "-"),
        ("mv_cable", layout.mv.cable, "-"),
    )
    for key, value, unit in values:
        yield _row(f"template.{key}", value, unit, note=f"of the standard compound {name}")
    for load in layout.public_loads:
        note = f"per {load.per}, from {load.from_floors} floors on"
        yield _row(f"template.{load.kind}", load.kw, "kW", note=note)
    for key in _OF_SUBSTATIONS:
        missing = [row.id for row in site.candidates if getattr(row, key) is None]
        if missing:
            note = f"not given for the sites {', '.join(missing)}"
            yield _row(f"site.{key}", getattr(stations, key), "-", note=note)


def _row(name: str, value: Value, unit: str, *, note: str, source: str = PROJECT) -> Assumption:
    return Assumption(
        name=name, value=value, unit=unit, source=source, confidence="assumed", note=note
    )


def _of_rules(kit: Kit) -> Iterator[Assumption]:
    """Yield the rules of the pack that shaped the scheme."""
    unused = {"design.default_floors"}
    if kit.site.outside_m is not None:
        unused.add("design.source_cable_m")
    if kit.site.template is not None:
        unused.add("design.templates")
    if kit.charger_share in {0.0, 1.0}:
        unused.add("design.managed_charger_percent")
    for name in kit.policy.rules:
        if name.startswith(_RULES) and name not in unused:
            yield kit.policy.rule(name).assumption()
