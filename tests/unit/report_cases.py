"""Runs made by hand for the tests of reports, with round numbers."""

from dataclasses import replace
from itertools import pairwise

from gridcalc.checks.facts import DayFacts, HotSpot, Served
from gridcalc.checks.finding import Finding
from gridcalc.outcome import Run, Study
from gridcalc.powerflow.elements import MvResult, TransformerResult
from gridcalc.simulation.bands import DayBand

BROKEN = Finding(
    check="transformer.loading",
    element="T1",
    value=131.2,
    limit=85.0,
    unit="%",
    status="fail",
    utilisation=131.2 / 85.0,
    source="gb-51348-2019",
    clause="4.3.2",
    confidence="seen",
    level="station",
)
SERVED = Served(
    participation_percent=80.0,
    energy_delivered_percent=98.0,
    energy_delivered_mean_percent=99.9,
    sessions_served_percent=96.0,
    sessions_served_mean_percent=99.0,
)


def transformer(s_kva=500.0, *, name="T1", time="", **parts_kw):
    """Return a 500 kVA transformer, each phase loaded alike."""
    percent = s_kva / 5
    return TransformerResult(
        id=name,
        sn_kva=500.0,
        s_peak_kva=s_kva,
        p_peak_kw=s_kva,
        loading_percent=percent,
        loading_phase_percent=(percent, percent, percent),
        above_80_percent_h=1.5 if time else None,
        level="days" if time else "station",
        loading_low_percent=percent - 1 if time else None,
        loading_high_percent=percent + 1 if time else None,
        peak_time=time,
        parts_kw=parts_kw,
    )


def band(name="T1", top=400.0):
    """Return a band of 96 slots that is highest at 20:00."""
    shape = [1.0 if slot == 80 else 0.5 for slot in range(96)]
    s_kva = tuple(tuple(top * share * x for x in shape) for share in (0.5, 0.75, 1.0))
    return DayBand(id=name, sn_kva=500.0, s_kva=s_kva)


def days(**changed):
    usual = {
        "engine": "radial",
        "percentile": 95.0,
        "n_days": 200,
        "n_unsolved": 0,
        "served": None,
        "hot_spots": (),
        "bands": (),
    }
    return DayFacts(**{**usual, **changed})


def run(scenario="ev-100", *findings, **changed):
    """Return a run by the factor method without chargers, unless it is changed."""
    usual = Run(
        scenario=scenario,
        charging="uncontrolled",
        method="factor",
        season="design",
        passed=all(finding.status != "fail" for finding in findings),
        n_private_chargers=0,
        n_public_chargers=0,
        n_ebike_sockets=20,
        transformers=(),
        branches=(),
        nodes=(),
        mv=MvResult(s_peak_kva=100.0, p_peak_kw=90.0, p_loss_kw=1.0, s_source_kva={}),
        findings=findings,
    )
    return replace(usual, **changed)


def day_run(charging="uncontrolled", scenario="ev-100", *findings, **changed):
    """Return a run on 200 summer days."""
    usual = {"method": "stochastic", "season": "summer", "charging": charging, "days": days()}
    return run(scenario, *findings, **{**usual, **changed})


def study(*runs, governing="factor", **changed):
    usual = Study(
        compound_id="yard",
        compound_name="院子",
        policy="national",
        seed=7,
        engine="pandapower",
        governing_method=governing,
        verdict="upgrade",
        binding=None,
        sensitivity=None,
        runs=runs,
        assumptions=(),
    )
    return replace(usual, **changed)


def hot_spot(name="T1", celsius=90.0, life=0.25):
    return HotSpot(
        id=name,
        hot_spot_celsius=celsius,
        max_celsius=120.0,
        source="iec-60076-7",
        life_days_per_day=life,
    )


def with_transformers(small, names):
    """Return the tiny compound with one substation per name, fed one from the other."""
    small["substations"] = [
        {
            "id": f"P{name}",
            "kind": "prefabricated",
            "transformers": [{"id": name, "type": "S20-630"}],
        }
        for name in names
    ]
    places = ["SRC1", *(f"P{name}" for name in names)]
    small["mv_cables"] = [
        {"id": f"M{k}", "from": first, "to": second, "type": "YJV22-8.7/15-3x150", "length_m": 50}
        for k, (first, second) in enumerate(pairwise(places))
    ]
    return small
