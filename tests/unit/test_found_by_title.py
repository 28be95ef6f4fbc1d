"""Templates and policy packs are found by what people call them, not by their id alone."""

import pytest

from gridcalc.compound.templates import load_template
from gridcalc.errors import InputError
from gridcalc.policy import load_policy


@pytest.mark.parametrize(
    ("title", "name"),
    [("多层", "walk-up"), ("高层", "high-rise"), ("小高层", "mid-rise"), ("villas", "villa")],
)
def test_a_template_is_found_by_its_title(title, name):
    assert load_template(title).name == name


def problem_of(load, words):
    with pytest.raises(InputError) as error:
        load(words)
    (problem,) = error.value.problems
    return problem.message


def test_a_part_of_titles_names_all_templates_that_have_it():
    # 层 stands in 高层, 小高层 and 多层
    assert problem_of(load_template, "层") == (
        "there is no template of this name; did you mean 'high-rise' or 'mid-rise' or 'walk-up'?"
    )


def test_words_of_no_title_list_the_names():
    assert "; there are combined-meter, high-rise" in problem_of(load_template, "zzz")
    assert "did you mean" not in problem_of(load_policy, "zzz")


@pytest.mark.parametrize(
    ("words", "found"),
    [("昌吉", "changji-2026"), ("Ningxia", "ningxia-2025"), ("吴江", "wujiang-2021")],
)
def test_a_part_of_a_title_names_the_policy_pack(words, found):
    assert f"did you mean {found!r}? known are" in problem_of(load_policy, words)
