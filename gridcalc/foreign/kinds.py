"""What every load of a foreign network is: flats, chargers, commerce, heat pumps or others."""

import re
from collections.abc import Iterator

from gridcalc.foreign.labels import labels
from gridcalc.foreign.load_map import LoadMap, MapRow
from gridcalc.foreign.records import LOAD_TABLES, LV_BELOW_KV, KindRule, Load, LoadKind, LoadTable
from gridcalc.network.foreign_tables import ForeignTables, Frame
from gridcalc.policy import PolicyPack
from gridcalc.units import KW_PER_MW

_PROFILES: tuple[tuple[str, LoadKind], ...] = (
    ("HLS", "charger"),
    ("APLS", "charger"),
    ("EV", "charger"),
    ("H0", "household"),
    ("G", "commerce"),
    ("L", "commerce"),
    ("BL", "commerce"),
    ("WB", "commerce"),
    ("AIR", "heat_pump"),
    ("SOIL", "heat_pump"),
    ("HP", "heat_pump"),
)
"""Beginnings of profile names: standard load profiles of Germany and those of SimBench."""
_NAMES: tuple[tuple[re.Pattern[str], LoadKind], ...] = (
    (re.compile(r"charg|wallbox|\bevs?\b|\bevse\b|充电", re.IGNORECASE), "charger"),
    (re.compile(r"heat.?pump|\bhp\b|\bwp\b|热泵", re.IGNORECASE), "heat_pump"),
    (
        re.compile(
            r"commer|indust|public|shop|school|office|\bload [ci]\d+|商|公共|公用|工业|电梯|水泵",
            re.IGNORECASE,
        ),
        "commerce",
    ),
    (re.compile(r"house|resid|home|dwelling|\bload r\d+|住宅|居民|户", re.IGNORECASE), "household"),
)
"""Words in the names or types of loads; ``Load R1`` is the way CIGRE names them."""


def loads_of(tables: ForeignTables, policy: PolicyPack, given: LoadMap) -> tuple[Load, ...]:
    """Return every load in service with its kind, in the order of the file."""
    return tuple(load for table in LOAD_TABLES for load in _of_table(tables, table, policy, given))


def _of_table(
    tables: ForeignTables, table: LoadTable, policy: PolicyPack, given: LoadMap
) -> Iterator[Load]:
    frame, bus = tables.frame(table), tables.frame("bus")
    vn_kv, live_bus = bus.numbers("vn_kv"), bus.flags("in_service")
    rows = zip(labels(tables, table), frame.places("bus"), frame.flags("in_service"), strict=True)
    words = list(
        zip(
            frame.texts("profile"),
            frame.texts("name"),
            frame.texts("type"),
            strict=True,
        )
    )
    powers = list(_powers(frame, table))
    for place, (name, at, live) in enumerate(rows):
        if not (live and live_bus[at]):
            continue
        row = given.row_of(table, frame.index[place], name)
        kind, rule = _kind(row, words[place], is_lv=vn_kv[at] < LV_BELOW_KV)
        yield _load(name, (table, place, at), (kind, rule), powers[place], policy, row)


def _powers(frame: Frame, table: LoadTable) -> Iterator[tuple[float, int | None]]:
    """Yield the power of each row and the only phase it hangs on. [kW]."""
    scaling = frame.numbers("scaling", 1.0)
    if table == "load":
        for p_mw, share in zip(frame.numbers("p_mw"), scaling, strict=True):
            yield p_mw * share * KW_PER_MW, None
        return
    phases = [frame.numbers(f"p_{x}_mw") for x in "abc"]
    for share, a, b, c in zip(scaling, *phases, strict=True):
        used = [k for k, value in enumerate((a, b, c)) if value]
        yield (a + b + c) * share * KW_PER_MW, used[0] if len(used) == 1 else None


def _kind(
    row: MapRow | None, words: tuple[str, str, str], *, is_lv: bool
) -> tuple[LoadKind, KindRule]:
    profile, name, kind_of_load = words
    if row is not None:
        return row.kind, "map"
    for beginning, kind in _PROFILES:
        if profile.upper().startswith(beginning):
            return kind, "profile"
    for pattern, kind in _NAMES:
        if pattern.search(name) or pattern.search(kind_of_load):
            return kind, "name"
    return ("household" if is_lv else "other"), "voltage"


def _load(
    name: str,
    place: tuple[LoadTable, int, int],
    told: tuple[LoadKind, KindRule],
    power: tuple[float, int | None],
    policy: PolicyPack,
    row: MapRow | None,
) -> Load:
    kind, rule = told
    p_kw, phase = power
    n = 0
    if kind == "household":
        n = max(1, round(p_kw / policy.number("foreign.kw_per_household")))
    n = n if row is None or row.households is None else row.households
    bays = _counted(n, policy.number("foreign.bays_per_household"), row.bays if row else None)
    ebikes = _counted(n, policy.number("foreign.ebikes_per_household"), row.ebikes if row else None)
    table, at, bus = place
    chargers = max(1, round(p_kw / policy.number("charger.p_kw"))) if kind == "charger" else 0
    return Load(
        id=name,
        table=table,
        place=at,
        bus=bus,
        kind=kind,
        rule=rule,
        p_kw=p_kw,
        phase=phase,
        households=n,
        bays=bays,
        ebikes=ebikes,
        chargers=chargers,
    )


def _counted(households: int, each: float, given: float | None) -> int:
    """Return a number of things that households have, rounded half up."""
    return int(households * (each if given is None else given) + 0.5)
