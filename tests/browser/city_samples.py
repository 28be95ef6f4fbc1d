"""Invented results of many compounds for pages and workbooks; the same seed, the same city."""

import math
import random
from collections.abc import Iterator

import shapely

from gridcalc.city.lines.records import Line, LineResult, LineState
from gridcalc.city.records import (
    BindingResult,
    CityResult,
    CityRow,
    DataGrade,
    MeasureResult,
    PlanResult,
    RunResult,
    Units,
)
from gridcalc.report.city_head import CityHead

TOWNS = (
    ("昌吉市", 87.304, 44.014, 40),
    ("阜康市", 87.987, 44.156, 18),
    ("呼图壁县", 86.892, 44.189, 14),
    ("玛纳斯县", 86.217, 44.305, 14),
    ("奇台县", 89.594, 44.022, 12),
    ("吉木萨尔县", 89.181, 44.000, 9),
    ("木垒哈萨克自治县", 90.286, 43.835, 7),
)
VERDICTS = ("ready", "ready_managed", "upgrade", "no_solution")
SCENARIOS = ("today", "ebike-50", "ev-100", "ev-100+ebike-50")
CHARGING = ("uncontrolled", "tou", "managed")
CHECKS = (
    ("transformer.loading", "T1", 85.0, "%"),
    ("cable.loading", "T1-F3", 100.0, "%"),
    ("voltage.deviation", "T2-F1-MB7", 0.9, "pu"),
    ("transformer.n_minus_1", "T1", 100.0, "%"),
)
FIRST = (
    "锦绣",
    "绿苑",
    "阳光",
    "天山",
    "世纪",
    "庭州",
    "延安路",
    "宁边",
    "健康",
    "建设",
    "文化",
    "丰泽",
)
LAST = ("花园", "家园", "小区", "雅居", "名苑", "新村", "公馆", "佳苑")
N_SLOTS = 96


def head(**changes: object) -> CityHead:
    """Return what a page says about its run."""
    values: dict[str, object] = {
        "title": "昌吉州居民小区充电接入能力",
        "table": "compounds.csv",
        "sha256": "5f2b" * 16,
        "version": "0.7.0",
        "method": "stochastic",
        "seed": 1,
        "n_bad": 2,
        "audit": "3 compounds solved again in pandapower: at most 2.1e-08 pu apart",
        "policies": ("national", "xinjiang-draft-2025"),
    }
    return CityHead(**{**values, **changes})


def results(n: int = 114, *, seed: int = 1, method: str = "stochastic") -> Iterator[CityResult]:
    """Yield compounds of seven towns: every verdict, some failed, some without coordinates."""
    draw = random.Random(seed)
    towns = draw.choices(TOWNS, weights=[town[3] for town in TOWNS], k=n)
    for index, town in enumerate(towns):
        yield _result(draw, index, town, method)


def _result(draw: random.Random, index: int, town: tuple, method: str) -> CityResult:
    row = _row(draw, index, town)
    if draw.random() < 0.03:
        reason = "the power flow did not converge: T1-F2 carries 4.1 times its ampacity"
        return CityResult(row=row, status="failed", error=reason, policy="national")
    stress = draw.uniform(0.35, 1.9)
    verdict = VERDICTS[(stress > 0.85) + (stress > 1.15) + (stress > 1.8)]
    check, element, limit, unit = draw.choice(CHECKS)
    value = 1 - 0.1 * stress if unit == "pu" else limit * stress
    return CityResult(
        row=row,
        status="ok",
        policy=row.policy or "national",
        n_households=row.n_households or 0,
        n_private_bays=row.n_private_bays or 0,
        n_public_bays=row.n_public_bays or 0,
        n_ebikes=row.n_ebikes or 0,
        transformers=row.transformers,
        verdict=verdict,
        binding=BindingResult(
            scenario="ev-100+ebike-50",
            check=check,
            element=element,
            value=value,
            limit=limit,
            unit=unit,
            utilisation=stress,
        ),
        runs=tuple(_runs(draw, stress, method)),
        n_max_uncontrolled=int((row.n_private_bays or 0) * min(1, 0.9 / stress)),
        n_max_managed=int((row.n_private_bays or 0) * min(1, 1.3 / stress)),
        next_binding="cable.loading",
        plan=_plan(draw, stress) if verdict == "upgrade" else None,
        data=DataGrade(
            grade=draw.choice("ABBCCD"),
            given_percent=draw.uniform(30, 100),
            missing=tuple(draw.sample(("metered_peak_kw", "year", "n_ebikes", "category"), 2)),
            could_flip=draw.choice((True, False, None)),
        ),
        day_kw=_days(draw, stress) if method == "stochastic" else {},
    )


def _row(draw: random.Random, index: int, town: tuple) -> CityRow:
    area, lon, lat, _ = town
    n = draw.randrange(90, 2200)
    has_place = draw.random() > 0.04
    x, y = lon + draw.gauss(0, 0.018), lat + draw.gauss(0, 0.012)
    side = math.sqrt(n) * 7e-6
    outline = shapely.box(x - side, y - side * 0.7, x + side, y + side * 0.7)
    return CityRow(
        row=index + 2,
        id=f"XQ{index + 1:05d}",
        name=f"{draw.choice(FIRST)}{draw.choice(LAST)}{draw.choice(('', '一期', '二期', 'A区'))}",
        template=draw.choice(("old-courtyard", "walk-up", "mid-rise", "high-rise")),
        policy=draw.choice(("national", "xinjiang-draft-2025")),
        area=area,
        line=f"{area[:2]}10kV{draw.choice('东南西北')}{draw.randrange(1, 5)}线",
        category=draw.choice(("utility", "owners_metered", "combined_meter", "old_courtyard")),
        year=draw.randrange(1985, 2025),
        n_households=n,
        n_private_bays=int(n * draw.uniform(0.1, 0.9)),
        n_public_bays=n // 20,
        n_ebikes=n // 2,
        transformers=(Units(n=1 + n // 500, sn_kva=630.0), Units(n=1, sn_kva=400.0))[: 1 + n % 2],
        lon=x if has_place else None,
        lat=y if has_place else None,
        outline_wkb=shapely.to_wkb(outline) if has_place and draw.random() < 0.7 else None,
    )


def _runs(draw: random.Random, stress: float, method: str) -> Iterator[RunResult]:
    modes = CHARGING if method == "stochastic" else ("uncontrolled",)
    seasons = ("summer", "winter") if method == "stochastic" else ("design",)
    for k, scenario in enumerate(SCENARIOS):
        for m, charging in enumerate(modes):
            for season in seasons:
                part = stress * (0.55 + 0.15 * k) * (1 - 0.12 * m if k > 1 else 1)
                part *= draw.uniform(0.97, 1)
                yield RunResult(
                    scenario=scenario,
                    charging=charging,
                    season=season,
                    passed=part <= 1,
                    s_peak_kva=part * 900,
                    loading_percent=part * 85,
                    phase_loading_percent=part * 92,
                    cable_loading_percent=part * 70,
                    vm_min_pu=1 - 0.08 * part,
                )


def _plan(draw: random.Random, stress: float) -> PlanResult:
    transformer = round(draw.uniform(8e4, 2.2e5), 2)
    cables = round(draw.uniform(2e4, 3e5) * stress, 2)
    whole = transformer + cables
    return PlanResult(
        depth="quick",
        cost_yuan=whole,
        payers={"utility": round(whole * 0.6, 2), "owners": round(whole * 0.4, 2)},
        measures=(
            MeasureResult(
                kind="replace_transformer",
                text="630 → 1000 kVA",
                quantity=1.0,
                unit="piece",
                cost_yuan=transformer,
            ),
            MeasureResult(
                kind="replace_cable",
                text="YJV22-0.6/1-4x240",
                quantity=round(draw.uniform(80, 900), 1),
                unit="m",
                cost_yuan=cables,
            ),
        ),
        is_verified=draw.random() < 0.7,
        working_days=float(draw.randrange(12, 60)),
    )


def _days(draw: random.Random, stress: float) -> dict[str, tuple[float, ...]]:
    base = [
        420
        * (0.55 + 0.3 * math.exp(-(((t - 78) / 10) ** 2)) + 0.12 * math.exp(-(((t - 46) / 9) ** 2)))
        for t in range(N_SLOTS)
    ]
    wobble = [draw.uniform(0.96, 1.04) for _ in range(N_SLOTS)]
    shapes = {
        "uncontrolled": lambda t: math.exp(-(((t - 80) / 11) ** 2)),
        "tou": lambda t: math.exp(-max(0, (t - 92) % 96) / 14),
        "managed": lambda t: 0.45 * (t < 28 or t > 84),
    }
    days = {"today/uncontrolled": tuple(b * w for b, w in zip(base, wobble, strict=True))}
    for name, shape in shapes.items():
        days[f"ev-100+ebike-50/{name}"] = tuple(
            b * w + 520 * stress * shape(t)
            for t, (b, w) in enumerate(zip(base, wobble, strict=True))
        )
    return days


def lines(rows: list[CityResult]) -> tuple[LineResult, ...]:
    """Return the 10 kV lines of some compounds; every third one needs relief."""
    names = sorted({row.row.line for row in rows if row.row.line})
    return tuple(_line(place, name) for place, name in enumerate(names))


def _line(place: int, name: str) -> LineResult:
    loadings = (48.0, 61.0 + 20 * (place % 3), 58.0 + 15 * (place % 3))
    states = ("today/uncontrolled", "ev-100/uncontrolled", "ev-100/managed")
    return LineResult(
        line=Line(row=place + 2, id=name, name=f"{name}（{place + 1}号）", capacity_kva=8000.0),
        n_compounds=3,
        n_chargers=900,
        without_curves=(),
        season="winter",
        limit_percent=90.0,
        scale_factor=1.0,
        other_kva=1200.0,
        installed_kva=9600.0,
        max_installed_kva=12000.0,
        states=tuple(
            LineState(
                state=state,
                s_peak_kva=loading * 80,
                loading_percent=loading,
                s_peak_low_kva=loading * 78,
                s_peak_high_kva=loading * 82,
                s_compounds_kva=loading * 60,
                coincidence_factor=0.71,
                main_transformer_percent=66.0,
                n_minus_1_percent=None,
                relief_kva=max(0.0, (loading - 90) * 80),
                peak_time="20:15",
                day_kva=tuple(
                    loading * 80 * (0.6 + 0.4 * math.exp(-(((t - 80) / 12) ** 2)))
                    for t in range(N_SLOTS)
                ),
            )
            for state, loading in zip(states, loadings, strict=True)
        ),
        fits=(),
        relief_order=place // 3 + 1 if place % 3 == 2 else None,
        orderly_gain_kva=400.0,
    )
