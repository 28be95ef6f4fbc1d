"""Which settings and equipment values a result rests on: the list of assumptions to verify."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from gridcalc.catalogue import Cable
from gridcalc.checks.facts import Site
from gridcalc.provenance import Assumption, is_verified

_SETTINGS = (
    "household.kw_rule_set",
    "household.kw_position",
    "household.factor_rule_set",
    "household.cable_factor_rule_set",
    "household.factor_position",
    "household.power_factor",
    "charger.factor_rule_set",
    "charger.factor_position",
    "charger.factor_floor",
    "charger.phase_factor",
    "charger.power_factor",
    "public_charger.factor_rule_set",
    "ebike.coincidence",
    "ebike.power_factor",
    "public.excluded_kinds",
    "compensation.target_power_factor",
    "demand.low_load_factor",
    "supply.max_single_phase_kw",
    "cable.conductor_celsius",
    "cable.third_harmonic_percent",
    "mv.fault_clearing_s",
    "lv.fault_clearing_s",
    "mv.source_r_over_x",
    "short_circuit.c_max_mv",
    "short_circuit.c_min_mv",
    "short_circuit.c_max_lv",
    "short_circuit.c_min_lv",
    "short_circuit.end_temperature_factor",
)
_OF_SIMULATED_DAYS = (
    "stochastic.",
    "season.",
    "household.peak_percentile",
    "household.box_peak_percentile",
    "household.day_sigma_factor",
    "household.winter.",
    "ev.",
    "timer.",
    "tariff.valley_start",
    "ebike.",
    "orderly.",
    "ageing.",
)
"""Rules, or groups of rules that end in a dot, behind simulated days."""
_ONLY_IN = {"winter": (".winter",), "summer": (".summer", "household.day_sigma_factor")}
"""Parts of the names of rules that are read in one season only."""
_USED_WITH = {
    "household": ("households",),
    "charger": ("private_bays", "public_bays"),
    "ev": ("private_bays", "public_bays"),
    "timer": ("private_bays",),
    "orderly": ("private_bays",),
    "public_charger": ("public_bays",),
    "ebike": ("ebikes",),
    "public": ("public_loads",),
}


def stated_assumptions(
    site: Site,
    filled: Iterable[Assumption],
    *,
    seasons: Sequence[str] = (),
    given: Collection[str] = (),
) -> tuple[Assumption, ...]:
    """Return all values the engineer did not give: gaps filled, settings, equipment data.

    ``seasons`` are those of simulated days; none where nothing is simulated. ``given`` names
    rules in whose place the user gave a value.

    Sorted by name; equipment values that are verified are left out.
    """
    rows = [*filled, *_settings(site, _SETTINGS), *_equipment(site)]
    if seasons:
        rows += _settings(site, _simulated(site, seasons))
    rows = [row for row in rows if row.name not in given]
    return tuple(sorted(rows, key=lambda row: (row.name, row.note)))


def _simulated(site: Site, seasons: Sequence[str]) -> Iterator[str]:
    """Yield the rules behind simulated days; those of one season only where it is simulated."""
    unused = [part for season, parts in _ONLY_IN.items() if season not in seasons for part in parts]
    for name in site.policy.rules:
        if name in _SETTINGS or not name.startswith(_OF_SIMULATED_DAYS):
            continue
        if not any(part in name for part in unused):
            yield name


def _settings(site: Site, names: Iterable[str]) -> Iterator[Assumption]:
    for name in names:
        sections = _USED_WITH.get(name.split(".", maxsplit=1)[0])
        if sections is None or any(getattr(site.compound, section) for section in sections):
            yield site.policy.rule(name).assumption()


def _equipment(site: Site) -> Iterator[Assumption]:
    network = site.network
    for name in sorted(set(network.transformers.types)):
        row = site.catalogue.transformers[name]
        if not is_verified(row.confidence):
            value = f"P0 {row.p0_w:g} W, Pk {row.pk_w:g} W, uk {row.uk_percent:g} %"
            yield Assumption(
                name=f"equipment.{name}",
                value=value,
                unit="-",
                source=row.source,
                confidence=row.confidence,
                note="losses and impedance of the transformer",
            )
    for name in sorted(set(network.cables.types)):
        yield from cable_assumption(site.catalogue.cables[name])


def cable_assumption(cable: Cable) -> Iterator[Assumption]:
    """Yield the data of a cable where they are not verified."""
    if not is_verified(cable.confidence):
        yield Assumption(
            name=f"equipment.{cable.name}",
            value=f"r20 {cable.r20_ohm_per_km:g} ohm/km, x {cable.x_ohm_per_km:g} ohm/km",
            unit="-",
            source=cable.source,
            confidence=cable.confidence,
            note="resistance, reactance and base ampacity of the cable",
        )
