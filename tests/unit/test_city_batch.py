"""Compounds computed side by side: the same answers as a study of each by itself.

The expected numbers are those of ``gridcalc.study.study`` with the same engine for one load
state; the study has its own tests and crosschecks. What comes from the records of the compound
(counts, sizes) is counted here again.
"""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from gridcalc.city.batch.results import factor_results, ready
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityQuestion, CityRow, Units
from gridcalc.powerflow.engine import solve_state
from gridcalc.question import Question
from gridcalc.study import study

TEMPLATES = (
    "combined-meter",
    "high-rise",
    "mid-rise",
    "mixed-use",
    "old-courtyard",
    "resettlement",
    "villa",
    "walk-up",
)
PACKS = (None, "changji-2026", "fujian-2024", "jiangxi-2025", "national", "wujiang-2021")
SETTINGS = (
    {},
    {"trunk_m": "150"},
    {"equipped_share": "0.2"},
    {"box_m": "60", "ebike_socket_share": "0.4"},
)
INSTALLED = (
    (),
    (),
    (Units(n=1, sn_kva=800), Units(n=1, sn_kva=630)),
    (Units(n=3, sn_kva=400),),
    (Units(n=2, sn_kva=1250),),
)
ASKED = CityQuestion(plan="none")
RTOL = 1e-6  # both sweeps stop at steps of 1e-10 pu; currents near a limit differ by some 1e-8


def random_rows(seed, n, most=900):
    """Return rows over all templates, existing and new, some metered; ``most`` flats each."""
    rng = Random(seed)
    rows = []
    for i in range(n):
        flats = rng.randint(20, most)
        may_have_bays = flats > 60
        rows.append(
            CityRow(
                row=i + 2,
                id=f"C{seed}-{i}",
                name=f"Compound {i}",
                template=TEMPLATES[i % len(TEMPLATES)],
                policy=rng.choice(PACKS),
                settings=rng.choice(SETTINGS),
                year=rng.choice([None, 2003, 2015]),
                n_households=flats,
                n_private_bays=rng.choice([None, 0, rng.randint(1, 500)]) if may_have_bays else 0,
                n_public_bays=rng.choice([None, rng.randint(0, 60)]),
                n_ebikes=rng.choice([None, 0, rng.randint(1, 150)]),
                transformers=rng.choice(INSTALLED),
                metered_peak_kw=rng.choice([None, None, rng.uniform(30, 900)]),
            )
        )
    return rows


def together(rows, question=ASKED):
    """Return the results of rows as one chunk.

    Not by ``work.compute_chunk``: that halves a chunk in which anything is wrong.
    """
    found = factor_results([ready(row, question) for row in rows], question)
    return tuple(found[row.row] for row in rows)


def alone(row, question=ASKED):
    """Return the compound of a row and its study."""
    described = describe(row, question)
    return described.compound, by_study(described.compound, described.policy, question)


def by_study(compound, policy, question=ASKED):
    """Return the study of a compound by the factor method and the engine for one load state."""
    return study(
        compound,
        catalogue=catalogue_of(question),
        policy=policy,
        question=Question(scenarios=question.scenarios, methods=("factor",)),
        solver=solve_state,
    )


def expected_runs(found):
    """Return what a study says of each scenario, in the words of a city."""
    for run in found.runs:
        low = [node.vm_min_pu for node in run.nodes if node.vn_kv < 10]
        yield {
            "scenario": run.scenario,
            "charging": "uncontrolled",
            "season": "design",
            "passed": run.passed,
            "s_peak_kva": run.mv.s_peak_kva if run.mv else None,
            "loading_percent": max((row.loading_percent for row in run.transformers), default=None),
            "phase_loading_percent": max(
                (max(row.loading_phase_percent) for row in run.transformers), default=None
            ),
            "cable_loading_percent": max(
                (row.loading_percent for row in run.branches), default=None
            ),
            "vm_min_pu": min(low, default=None),
        }


def expected_binding(found):
    if found.binding is None:
        return None
    finding = found.binding.finding
    return {
        "scenario": found.binding.scenario,
        "check": finding.check,
        "element": finding.element,
        "value": finding.value,
        "limit": finding.limit,
        "unit": finding.unit,
        "utilisation": finding.utilisation,
    }


def expected_counts(compound):
    sizes = Counter()
    kva = catalogue_of(ASKED).transformers
    for station in compound.substations:
        sizes.update(kva[unit.type].sn_kva for unit in station.transformers)
    return {
        "n_households": sum(row.count for row in compound.households),
        "n_private_bays": sum(row.count for row in compound.private_bays),
        "n_public_bays": sum(row.count for row in compound.public_bays),
        "n_ebikes": sum(row.bikes for row in compound.ebikes),
        "transformers": tuple(
            Units(n=sizes[sn_kva], sn_kva=sn_kva) for sn_kva in sorted(sizes, reverse=True)
        ),
    }


def assert_same(given, expected, where):
    """Hold the fields of a record against a table; numbers within ``RTOL``."""
    for name, value in expected.items():
        found = getattr(given, name)
        is_number = isinstance(value, float)
        near = pytest.approx(value, rel=RTOL, abs=RTOL) if is_number else value
        assert found == near, f"{where} {name}"


def assert_as_alone(result, question=ASKED):
    """Hold a result of a chunk against the study of its row."""
    assert_as_study(result, *alone(result.row, question))


def assert_as_study(result, compound, found):
    """Hold a result against the compound and its study."""
    where = f"{result.row}:"
    assert result.status == "ok", f"{where} {result.error}"
    assert_same(result, expected_counts(compound), where)
    assert len(result.runs) == len(found.runs)
    for run, expected in zip(result.runs, expected_runs(found), strict=True):
        assert_same(run, expected, f"{where} {run.scenario}")
    assert result.verdict == found.verdict, where
    binding = expected_binding(found)
    assert (result.binding is None) == (binding is None), where
    if binding:
        assert_same(result.binding, binding, f"{where} binding")
    fits = found.sensitivity
    following = fits.next_binding if fits else None
    assert result.n_max_uncontrolled == (fits.n_max if fits else None), where
    next_binding = f"{following.check} {following.element}" if following else ""
    assert result.next_binding == next_binding, where


# ------------------------------------------------------------------ random rows, files


@pytest.mark.parametrize(
    ("seed", "n", "most"),
    [(1, 16, 300), *(pytest.param(seed, 40, 900, marks=pytest.mark.slow) for seed in range(2, 10))],
)
def test_a_chunk_of_random_rows_says_what_studies_say(seed, n, most):
    for result in together(random_rows(seed, n, most), ASKED):
        assert_as_alone(result)


@pytest.mark.parametrize(
    "scenarios",
    [
        ("ev-30", "ev-10+ebike-50"),
        ("ev-100",),
        pytest.param(("today", "ebike-30", "ev-50", "ev-100+ebike-100"), marks=pytest.mark.slow),
    ],
)
def test_other_scenarios_with_and_without_today_are_those_of_studies(scenarios):
    # two stages of build-out, and a state today that nobody asked for but old violations need
    question = replace(ASKED, scenarios=scenarios)
    rows = [
        CityRow(row=89, id="c", name="c", template="old-courtyard", n_private_bays=40),
        CityRow(row=90, id="w", name="w", template="walk-up", year=2003),
        CityRow(row=91, id="v", name="v", template="villa", settings={"equipped_share": "0.2"}),
    ]

    for result in together(rows, question):
        assert_as_alone(result, question)


SMALL = (
    "examples/old-courtyard-changji/compound.yaml",
    "examples/walk-up-wujiang/compound.yaml",
    "examples/upgrade-changji/compound.yaml",
    "examples/upgrade-changji/upgraded.yaml",
)
LARGE = ("examples/high-rise-ningxia/compound.yaml", "examples/design-nanchang/compound.yaml")


@pytest.mark.parametrize("names", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)])
def test_compound_files_are_computed_as_they_are(pytestconfig, names):
    rows = [
        CityRow(row=k, id=name, name=name, file=str(pytestconfig.rootpath / name))
        for k, name in enumerate(names)
    ]

    for result in together(rows, ASKED):
        assert_as_alone(result)


def test_the_facts_of_a_row_count_for_a_compound_file_too(pytestconfig):
    file = str(pytestconfig.rootpath / SMALL[0])
    row = CityRow(
        row=1, id="f", name="f", file=file, policy="national", year=2001, metered_peak_kw=90.0
    )

    (result,) = together([row], ASKED)

    assert result.policy == "national"
    assert_as_alone(result)


# ------------------------------------------------------------------ which chunk, which order


@pytest.fixture(scope="module")
def fifty():
    rows = random_rows(7, 50, 300)
    return rows, together(rows, ASKED)


def test_a_compound_by_itself_is_bit_for_bit_the_one_among_fifty(fifty):
    rows, results = fifty

    for k in range(0, 50, 3):
        assert together([rows[k]], ASKED) == (results[k],)


def test_the_order_of_the_rows_changes_nothing(fifty):
    rows, results = fifty
    order = Random(3).sample(range(50), 50)

    assert together([rows[k] for k in order], ASKED) == tuple(results[k] for k in order)


def test_the_same_compound_many_times_has_one_answer():
    row = CityRow(row=0, id="a", name="a", template="walk-up", n_households=300)
    rows = [replace(row, row=k, id=f"a{k}") for k in range(6)]

    results = together(rows, ASKED)

    assert all(replace(result, row=results[0].row) == results[0] for result in results)
