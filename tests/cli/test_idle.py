"""Options that the chosen method does not look at are told."""

from types import SimpleNamespace

import pytest

from gridcalc.cli.idle import tell_idle

NOTHING = {"seasons": (), "n_days": None, "percentile": None, "participation_percent": None}


@pytest.mark.parametrize(
    ("method", "given", "told"),
    [
        ("factor", {}, ""),
        ("stochastic", {"n_days": 50}, ""),
        ("both", {"seasons": ("winter",)}, ""),
        ("factor", {"n_days": 50}, "--days not used: the factor method simulates no days\n"),
        (
            "factor",
            {"seasons": ("winter",), "percentile": 90.0, "participation_percent": 0.0},
            "--season, --percentile, --participation not used:"
            " the factor method simulates no days\n",
        ),
    ],
)
def test_options_of_days_are_told_where_no_days_are_simulated(capsys, method, given, told):
    tell_idle(method, SimpleNamespace(**{**NOTHING, **given}))

    assert capsys.readouterr().err == told


def test_days_of_a_city_count_where_loads_of_lines_are_added_up(run, tmp_path):
    args = ("city", "run", str(tmp_path / "t.csv"), "-o", str(tmp_path / "r"), "--days", "9")

    alone = run(*args, "--method", "factor")
    with_lines = run(*args, "--method", "factor", "--feeders", str(tmp_path / "l.csv"))

    assert "--days not used" in alone.stderr
    assert "--days not used" not in with_lines.stderr
