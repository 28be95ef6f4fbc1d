"""A study that is known already spares the search of works one; it has to be the same study."""

from dataclasses import replace
from functools import partial

import pytest

from gridcalc.planning.known import Studied, narrowed
from gridcalc.powerflow.radial import solve_radial
from gridcalc.question import Question
from gridcalc.report.check_report import Checked, check_output
from gridcalc.report.plaintext import json_text
from gridcalc.report.wording import load_wording
from gridcalc.study import study

WIDE = Question(n_days=40, scenarios=("today", "ev-100"))
NARROW = replace(WIDE, charging=("managed",))
"""What the search asks for where the factor method governs."""


@pytest.fixture
def thin(small):
    """Return the compound that needs control: its verdict rests on runs of several modes."""
    small["lv_cables"][3]["type"] = "YJV22-0.6/1-4x95"
    small["lv_cables"][4]["type"] = "YJV22-0.6/1-4x70"
    return small


@pytest.fixture
def studied(thin, read, catalogue, national):
    def of(question):
        compound = read(thin)
        found = study(
            compound, catalogue=catalogue, policy=national, question=question, solver=solve_radial
        )
        return Studied(compound=compound, question=question, study=found)

    return of


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_left_of_a_wide_study_is_the_narrow_one(studied, national, threads):
    wide = studied(replace(WIDE, threads=threads))

    mine = narrowed(wide, NARROW)

    def text(found):
        checked = Checked(compound=wide.compound, policy=national, study=found)
        return json_text(check_output([checked], load_wording("en"), show_all=True).tree)

    other = studied(NARROW).study
    assert (mine.verdict, len(mine.runs)) == ("ready_managed", 4)
    assert text(mine) == text(other)
    assert (mine.binding, mine.assumptions) == (other.binding, other.assumptions)
    assert (mine.sensitivity, mine.engine) == (other.sensitivity, other.engine)


@pytest.mark.parametrize(
    "known",
    [
        replace(WIDE, seed=2),
        replace(WIDE, n_days=41),
        replace(WIDE, seasons=("winter",)),
        replace(WIDE, scenarios=("today", "ev-50")),
        replace(WIDE, participation_percent=50.0),
        replace(WIDE, charging=("uncontrolled",)),
        replace(WIDE, methods=("factor",)),
        replace(WIDE, methods=("stochastic",)),
    ],
    ids=("seed", "days", "season", "scenarios", "share", "modes", "factor", "stochastic"),
)
def test_a_study_by_another_question_is_not_taken(studied, known):
    one = studied(WIDE)

    assert narrowed(replace(one, question=known), NARROW) is None
    assert narrowed(replace(one, study=None), NARROW) is None


def test_a_dossier_studies_its_compound_once(thin, read, catalogue, national, monkeypatch):
    from gridcalc import dossier
    from gridcalc.planning import answering, plan
    from tests.unit.cost_cases import plain_book

    studies = []

    def counted(compound, **asked):
        studies.append(compound)
        return partial(study, solver=solve_radial)(compound, **asked)

    for module in (dossier, plan, answering):
        monkeypatch.setattr(module, "study", counted)
    compound = read(thin)

    found = dossier.compile_dossier(
        compound,
        catalogue=catalogue,
        policy=national,
        inputs=(),
        question=WIDE,
        wanted=dossier.Wanted(prices=plain_book(), with_hosting=False),
    )

    assert found.upgrade.before.verdict == found.study.verdict == "ready_managed"
    assert sum(row is compound for row in studies) == 1
