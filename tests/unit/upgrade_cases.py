"""Every template as a compound, and one measure of each kind that can be done in it."""

from functools import cache

from gridcalc.catalogue import Catalogue, load_catalogue
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.templates import load_template
from gridcalc.compound.templates.expanding import expand
from gridcalc.policy import load_policy
from gridcalc.upgrade.measures import (
    AddCapacitor,
    Measure,
    MoveFeeder,
    MoveToSource,
    NewSubstation,
    OrderlyCharging,
    RebalancePhases,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
    SplitFeeder,
)

TEMPLATES = (
    *("combined-meter", "high-rise", "mid-rise", "mixed-use"),
    *("old-courtyard", "resettlement", "villa", "walk-up"),
)
KINDS = (
    *("orderly_charging", "replace_transformer", "replace_lv_cable", "replace_mv_cable"),
    *("split_feeder", "set_tap", "add_capacitor"),
    *("second_transformer", "new_substation", "new_substation_rmu"),
    "rebalance_phases",
)
DOUBLE_KINDS = ("move_feeder", "move_to_source")
DOUBLE_TEMPLATES = ("high-rise", "mid-rise", "mixed-use", "resettlement")
"""Those with two transformers in a room and two sources."""
CASES = (
    *((template, kind) for template in TEMPLATES for kind in KINDS),
    *((template, kind) for template in DOUBLE_TEMPLATES for kind in DOUBLE_KINDS),
)
CATALOGUE: Catalogue = load_catalogue()


@cache
def compound_of(template: str) -> Compound:
    """Return a template with all private bays and flats of one box on phase a."""
    settings = {"households": 1200} if template == "resettlement" else {}  # large by default
    compound = expand(load_template(template), settings, catalogue=CATALOGUE)
    bays, homes = compound.private_bays, compound.households
    return compound.model_copy(
        update={
            "private_bays": (_on_phase_a(bays[0]), *bays[1:]),
            "households": (_on_phase_a(homes[0]), *homes[1:]),
        }
    )


def _on_phase_a(row):
    return row.model_copy(update={"phases": (row.count, 0, 0)})


@cache
def filled(template: str) -> Compound:
    """Return a template without gaps."""
    compound = compound_of(template)
    return resolve_defaults(compound, load_policy(compound.policy)).compound


def feeders_of(compound: Compound, unit: str) -> tuple[str, ...]:
    return tuple(row.id for row in compound.lv_cables if row.from_id == f"{unit}.LV")


def measure_of(compound: Compound, kind: str) -> Measure:
    """Return the measure of a kind at the first element there is."""
    family = CATALOGUE.transformers[compound.transformers[0].type].series
    size = f"{family}-500"
    feeder = feeders_of(compound, "T1")[0]
    start = compound.rmus[0].id if compound.rmus else compound.sources[0].id
    new = NewSubstation(
        substation_id="PD9",
        transformer_id="T99",
        type=size,
        mv_from=start,
        mv_cable_type="YJV22-8.7/15-3x120",
        mv_length_m=150.0,
        rmu_type="RMU-2in-4out" if kind.endswith("rmu") else None,
        feeders=(feeder,),
    )
    lv_type = compound.lv_cables[0].type
    return {
        "orderly_charging": OrderlyCharging(),
        "replace_transformer": ReplaceTransformer(transformer="T1", type=f"{family}-1600"),
        "replace_lv_cable": ReplaceCable(
            cable="T1-F1", type=lv_type, parallel=2, breaker="MCCB-500"
        ),
        "replace_mv_cable": ReplaceCable(
            cable="MC1", type="YJLV22-8.7/15-3x400", parallel=1, breaker=None
        ),
        "set_tap": SetTap(transformer="T1", tap=-1),
        "add_capacitor": AddCapacitor(transformer="T1", kvar=60.0),
        "second_transformer": SecondTransformer(
            substation="PD1", transformer_id="T99", type=size, feeders=(feeder,)
        ),
        "new_substation": new,
        "new_substation_rmu": new,
        "rebalance_phases": RebalancePhases(node=compound.private_bays[0].node),
        "split_feeder": SplitFeeder(
            cable="T1-F1-MB1-C", transformer="T1", type=lv_type, breaker="MCCB-250"
        ),
        "move_feeder": MoveFeeder(feeder=feeder, transformer="T2"),
        "move_to_source": MoveToSource(cable="MC1", source="SRC2", length_m=300.0),
    }[kind]
