"""Small random compounds that break limits, and search spaces small enough to try every plan."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from math import prod
from typing import Any

import numpy as np
import yaml

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import parse_compound
from gridcalc.cost import load_price_book
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.policy import PolicyPack, load_policy
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.search.building import build_space
from gridcalc.upgrade.search.judge import Broken, Criteria
from gridcalc.upgrade.search.loop import judged
from gridcalc.upgrade.search.space import Place, Space

SCENARIOS = ("today", "ev-100", "ev-100+ebike-50")
FLAVOURS = (
    *("plain", "pair", "weak", "uneven", "protected", "small_unit"),
    *("full_line", "two_sources", "boxes", "crowded"),
)
_SECTIONS = (70, 95, 120, 150, 185, 240)
_A_PER_MM2 = 1.5
"""Roughly what a cable carries. [A/mm²]"""
_A_PER_KW = 1.7
_KW_PER_HOME, _KW_PER_BAY = 3.0, 3.5
_RATINGS = (100, 160, 200, 250, 315, 400)
_IN_A = (63, 80, 100, 125, 160, 200, 250, 315, 400)
_MOST_PLANS = 160
_EASING = 8
_SIZED = frozenset({"cable.loading", "cable.short_circuit", "transformer.loading"})
_OF_UNITS = frozenset({"pair", "small_unit", "crowded"})

Rng = np.random.Generator
File = dict[str, Any]


@cache
def catalogue():
    return load_catalogue()


@cache
def price_book():
    return load_price_book("national-2025")


def flavour_of(seed: int) -> str:
    return FLAVOURS[seed % len(FLAVOURS)]


def policy_of(seed: int) -> PolicyPack:
    """Return the national pack; where a second unit is to be needed, with small largest units."""
    pack = load_policy("national")
    if flavour_of(seed) not in {"small_unit", "crowded"}:
        return pack
    names = ("transformer.max_unit_kva", "transformer.max_unit_prefabricated_kva")
    small = {name: replace(pack.rule(name), value=250.0) for name in names}
    return replace(pack, rules={**pack.rules, **small})


def compound_of(seed: int) -> Compound:
    """Return a random compound of the flavour of a seed."""
    rng = np.random.default_rng(seed)
    text = yaml.safe_dump(_file(rng, seed), allow_unicode=True)
    return parse_compound(text, file="random.yaml", catalogue=catalogue())


def criteria_of(policy: PolicyPack) -> Criteria:
    return Criteria(
        catalogue=catalogue(),
        policy=policy,
        scenarios=scenarios_in_order(SCENARIOS),
        method="factor",
        days=(),
    )


def _file(rng: Rng, seed: int) -> File:
    flavour = flavour_of(seed)
    n_units = 2 if flavour in {"pair", "crowded"} or rng.random() < 0.2 else 1
    room = n_units == 2 or rng.random() < 0.5
    file: File = {
        "gridcalc": 1,
        "id": "random",
        "name": "random",
        "policy": "national",
        "build": {"kind": "existing", "year": 2015},
        "one_household_one_meter": True,
        "sources": _sources(rng, flavour),
        "mv_cables": [
            {
                "id": "MC1",
                "from": "SRC1",
                "to": "PD1",
                "type": "YJV22-8.7/15-3x120",
                "length_m": float(rng.integers(100, 3000 if flavour == "weak" else 600)),
            }
        ],
    }
    load_kw = _add_feeders(file, rng, flavour, n_units)
    file["substations"] = [
        {
            "id": "PD1",
            "kind": "room" if room else "prefabricated",
            "floor": 1,
            "generator_interface": True,
            "transformers": [_unit(rng, flavour, name, kw) for name, kw in load_kw.items()],
        }
    ]
    return file


def _unit(rng: Rng, flavour: str, name: str, load_kw: float) -> File:
    """Return a transformer a little too small, or large enough, for its load."""
    small = flavour in {"small_unit", "crowded"}
    wanted = load_kw * float(rng.uniform(0.6, 1.0) if small else rng.uniform(0.5, 1.3))
    ratings = [r for r in _RATINGS if r <= 250] if small else list(_RATINGS)
    rating = min(ratings, key=lambda r: abs(r - wanted))
    return {"id": name, "type": f"S20-{rating}", "compensation_kvar": 15.0}


def _sources(rng: Rng, flavour: str) -> list[File]:
    weak = flavour == "weak"
    first = {"id": "SRC1", "kind": "rmu_bay", "line": "L1", "i_sc_max_ka": 10, "i_sc_min_ka": 6}
    first["vm_peak_pu"] = float(rng.choice([0.97, 0.98])) if weak else 1.0
    first["vm_low_load_pu"] = 1.0
    if flavour == "full_line":
        first["line_installed_kva"] = float(rng.choice([11200, 11400, 11500, 11600]))
    if flavour != "two_sources":
        return [first]
    first["open_capacity_kva"] = float(rng.integers(20, 200))
    second = {**first, "id": "SRC2", "line": "L2", "open_capacity_kva": 3000.0, "spare_bays": 2}
    return [first, second]


def _add_feeders(file: File, rng: Rng, flavour: str, n_units: int) -> dict[str, float]:
    """Add feeders with their boxes; return the load of each transformer [kW]."""
    for name in ("lv_nodes", "lv_cables", "households", "private_bays", "ebikes", "protection"):
        file[name] = []
    load_kw = {f"T{k + 1}": 0.0 for k in range(n_units)}
    for k in range(int(rng.integers(max(2, n_units), 5))):
        unit = f"T{k % n_units + 1}" if rng.random() < 0.8 or k < n_units else "T1"
        load_kw[unit] += _add_feeder(file, rng, flavour, (unit, f"{unit}-F{k + 1}"))
    if rng.random() < 0.3:
        kw = float(rng.integers(5, 20))
        file["public_loads"] = [{"node": "T1.LV", "kind": "passenger_lift", "kw": kw}]
    return load_kw


def _add_feeder(file: File, rng: Rng, flavour: str, names: tuple[str, str]) -> float:
    unit, feeder = names
    n_boxes = int(rng.integers(2, 4)) if flavour == "boxes" else int(rng.integers(1, 3))
    kw = [_add_loads(file, rng, flavour, f"{feeder}-B{k + 1}") for k in range(n_boxes)]
    for k in range(n_boxes):
        box, name = f"{feeder}-B{k + 1}", feeder if k == 0 else f"{feeder}-B{k + 1}-C"
        file["lv_nodes"].append({"id": box, "kind": "branch_box"})
        row = _cable(rng, flavour, sum(kw) if k == 0 else kw[k])
        ends = {"from": f"{unit}.LV" if k == 0 else f"{feeder}-B1", "to": box}
        file["lv_cables"].append({"id": name, **ends, **row})
        if flavour == "protected" and (k == 0 or rng.random() < 0.3):
            section = int(row["type"].rpartition("x")[2])
            in_a = max(a for a in _IN_A if a <= max(63, _A_PER_MM2 * section))
            device = {"in_a": in_a, "i_trip_a": 5 * in_a, "breaking_ka": 35, "clearing_s": 0.1}
            file["protection"].append({"element": name, **device})
    return sum(kw)


def _cable(rng: Rng, flavour: str, load_kw: float) -> File:
    """Return a cable a little too thin, or thick enough, for its load."""
    wanted = load_kw * _A_PER_KW / _A_PER_MM2 * float(rng.uniform(0.7, 2.0))
    section = min(_SECTIONS, key=lambda mm2: abs(mm2 - wanted))
    long = flavour == "weak" or rng.random() < 0.15
    length_m = float(rng.integers(120, 400) if long else rng.integers(30, 120))
    return {"type": f"YJV22-0.6/1-4x{section}", "length_m": length_m}


def _add_loads(file: File, rng: Rng, flavour: str, box: str) -> float:
    """Add flats and bays to a box; return about how much they draw together [kW]."""
    n_homes, n_bays = int(rng.integers(2, 13)), int(rng.integers(2, 13))
    uneven = flavour == "uneven" or rng.random() < 0.15
    file["households"].append({"node": box, "count": n_homes, "area_m2": 100.0})
    if rng.random() < 0.2:
        n_bays = 0
    if n_bays:
        bays: File = {"node": box, "count": n_bays, "reserved_share": 1.0}
        if uneven:
            first = int(rng.integers(n_bays // 2, n_bays + 1))
            second = int(rng.integers(0, n_bays - first + 1))
            bays["phases"] = [first, second, n_bays - first - second]
        file["private_bays"].append(bays)
    if rng.random() < 0.2:
        file["ebikes"].append({"node": box, "bikes": int(rng.integers(10, 60)), "sockets": 5})
    return _KW_PER_HOME * n_homes + _KW_PER_BAY * n_bays


def case_of(seed: int) -> tuple[Space, Criteria]:
    """Return the shrunk space of a random compound, and what its plans have to meet."""
    policy, rng = policy_of(seed), np.random.default_rng([seed, 1])
    criteria = criteria_of(policy)
    space, broken = _eased(compound_of(seed), criteria, rng, flavour_of(seed))
    return shrunk(space, rng, broken), criteria


def _space_of(as_read: Compound, policy: PolicyPack) -> Space:
    return build_space(
        resolve_defaults(as_read, policy).compound,
        catalogue=catalogue(),
        policy=policy,
        prices=price_book(),
        max_parallel=2,
    )


def _eased(
    as_read: Compound, criteria: Criteria, rng: Rng, flavour: str
) -> tuple[Space, tuple[Broken, ...]]:
    """Return a compound in which only few cables and units are too small, and what is broken."""
    weak: set[str] | None = None
    for _ in range(_EASING):
        space = _space_of(as_read, criteria.policy)
        broken = judged(space, criteria, {}, ignored={})
        elements = sorted({row.finding.element for row in broken if row.finding.check in _SIZED})
        if weak is None:
            weak = _left_weak(elements, as_read, rng, flavour)
        grown = [
            rng.choice(np.array(space.places[place].options[1:], dtype=object))
            for name in elements
            for place in (f"cable:{name}", f"unit:{name}")
            if place in space.places and name not in weak
        ]
        if not grown:
            break
        as_read = apply(as_read, grown, catalogue=catalogue())
    return space, broken


def _left_weak(elements: list[str], compound: Compound, rng: Rng, flavour: str) -> set[str]:
    units = [unit.id for unit in compound.transformers]
    cables = [name for name in elements if name not in units]
    n = int(rng.integers(0, 2)) if flavour in _OF_UNITS else int(rng.integers(1, 4))
    kept = set(rng.permutation(np.array(cables, dtype=object))[:n].tolist())
    return kept | {u for u in units if flavour in _OF_UNITS or rng.random() < 0.4}


def shrunk(space: Space, rng: Rng, broken: tuple[Broken, ...]) -> Space:
    """Return a space with few places and options: near what is broken more likely than not.

    All feeders of the substation can move or none; there is one new unit at most, or two equal
    ones with one size each.
    """
    elements = {row.finding.element for row in broken}
    wide = _with_units(space, rng)
    order = sorted(wide.places, key=lambda name: (_rank(name, elements, rng), name))
    places = {name: wide.places[name] for name in wide.new_units.values()}
    n_plans = _n_plans(wide, places)
    for name in order:
        if name in places:
            continue
        place = _few_options(wide.places[name], rng, near=name.partition(":")[2] in elements)
        if n_plans * len(place.options) <= _MOST_PLANS:
            places[name] = place
            n_plans *= len(place.options)
    return replace(wide, places={name: places[name] for name in sorted(places)})


def _n_plans(space: Space, places: dict[str, Place]) -> int:
    """Return in how many ways feeders can be dealt out, with the sizes of new units."""
    homes = tuple(space.homes.values())
    sizes = {unit: len(places[name].options) - 1 for unit, name in space.new_units.items()}
    total = 0
    for dealt in product(*(home.targets for home in homes)):
        used = set(dealt)
        if all(home.targets[0] in used for home in homes):
            total += prod(size for unit, size in sizes.items() if unit in used)
    return total


def _with_units(space: Space, rng: Rng) -> Space:
    """Return a space with few units feeders may go to, and few sizes of new ones."""
    known = list(space.new_units)
    n_new = min(int(rng.choice([0, 0, 1, 1, 1, 2])), len(known))
    kept: list[str] = []
    if n_new:
        first = known[int(rng.integers(len(known)))]
        second = [two for one, two in space.twins if one == first]
        before = [one for one, two in space.twins if two == first]
        kept = [*before, first] if before else [first, *second][:n_new]
    n_sizes = 1 if len(kept) == 2 else 2
    places = {
        place: row if place not in space.new_units.values() else _few_sizes(row, rng, n_sizes)
        for place, row in space.places.items()
        if place not in space.new_units.values() or place in {space.new_units[u] for u in kept}
    }
    may_swap = rng.random() < 0.6
    homes = {
        name: replace(
            home,
            targets=tuple(
                unit
                for unit in home.targets
                if unit == home.targets[0]
                or (unit in kept if unit in space.new_units else may_swap)
            ),
        )
        for name, home in space.homes.items()
    }
    return replace(
        space,
        places=places,
        homes={} if all(len(home.targets) == 1 for home in homes.values()) else homes,
        new_units={unit: space.new_units[unit] for unit in kept},
        twins=tuple(pair for pair in space.twins if set(pair) <= set(kept)),
    )


def _few_sizes(place: Place, rng: Rng, n: int) -> Place:
    found = rng.choice(len(place.options) - 1, size=min(n, len(place.options) - 1), replace=False)
    return replace(place, options=(None, *(place.options[k + 1] for k in sorted(found))))


def _few_options(place: Place, rng: Rng, *, near: bool) -> Place:
    """Return a place with one to three of its options, large ones more likely than others."""
    n = min(int(rng.choice([1, 1, 2, 3])), len(place.options) - 1)
    found = set((rng.choice(len(place.options) - 1, size=n, replace=False) + 1).tolist())
    if rng.random() < (0.9 if near else 0.5):
        found = {*sorted(found)[:-1], len(place.options) - 1}
    return replace(place, options=(None, *(place.options[k] for k in sorted(found))))


def _rank(place: str, elements: set[str], rng: Rng) -> float:
    """Return when a place is taken: early where it concerns a broken limit."""
    kind, _, name = place.partition(":")
    near = any(name == element or element.startswith(f"{name}-") for element in elements)
    base = {"unit": -0.5, "tap": 0.5, "capacitor": 0.8, "balance": 0.4, "split": 0.5, "source": 0.3}
    return rng.random() + (-1.0 if near else 0.7) + base.get(kind, 0.0)


def every_plan(space: Space) -> Iterator[dict[str, int]]:
    """Yield every combination of options, consistent or not."""
    sizes = {name: len(place.options) for name, place in space.places.items()}
    sizes |= {f"feeder:{name}": len(home.targets) for name, home in space.homes.items()}
    for index in np.ndindex(*sizes.values()):
        yield {name: int(k) for name, k in zip(sizes, index, strict=True) if k}
