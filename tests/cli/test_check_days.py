"""``gridcalc check`` on simulated days, and its picture."""

import json

import pytest

FEW = ("--days", "20", "--scenario", "ev-100")


@pytest.fixture(scope="module")
def both(run, hamlet_text):
    """The JSON text of one scenario by both methods."""
    result = run("check", "-", *FEW, "--format", "json", text=hamlet_text)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_both_methods_and_all_charging_modes_are_the_default(both):
    runs = json.loads(both)["studies"][0]["runs"]

    assert [(run["method"], run["charging"]) for run in runs] == [
        ("factor", "uncontrolled"),
        ("stochastic", "uncontrolled"),
        ("stochastic", "tou"),
        ("stochastic", "managed"),
    ]


def test_the_json_says_which_method_decides_and_how_the_days_are_read(both):
    study = json.loads(both)["studies"][0]
    run = study["runs"][-1]

    assert study["governing_method"] == "factor"  # demand.governing_method of the pack
    assert study["seed"] == 1
    assert run["season"] in {"summer", "winter"}
    assert (run["days"]["percentile"], run["days"]["n_days"]) == (95, 20)
    assert run["service"]["participation_percent"] == 80
    assert run["transformers"][0]["peak_time"]
    assert run["transformers"][0]["above_80_percent_h"] is not None


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(run, hamlet, both):
    again = run("check", hamlet, *FEW, "--threads", "2", "--format", "json")

    assert again.stdout == both


def test_one_mode_on_few_days_can_be_asked_for(run, hamlet):
    args = ("--method", "stochastic", "--charging", "managed", "--days", "50", "--format", "json")

    study = json.loads(run("check", hamlet, *args).stdout)["studies"][0]

    assert {(r["method"], r["charging"]) for r in study["runs"]} == {("stochastic", "managed")}
    assert study["governing_method"] == "stochastic"
    assert study["sensitivity"] is None


@pytest.mark.parametrize(
    ("fitted", "exit_code"),
    [("orderly_charging: true\n", 0), ("orderly_charging: false\n", 3), ("", 3)],
)
def test_strict_counts_limits_that_control_keeps_once_it_is_fitted(
    run, hamlet_text, fitted, exit_code
):
    # 40 chargers of 7 kW on 200 kVA: too many by factor and left alone, not under control
    text = hamlet_text.replace("S20-160", "S20-200").replace("sockets: 8", "sockets: 20")
    text = text.replace("build:", f"{fitted}build:")

    result = run("check", "-", *FEW, "--strict", "--format", "json", text=text)

    study = json.loads(result.stdout)["studies"][0]
    assert (study["verdict"], result.exit_code) == ("ready_managed", exit_code)


def test_control_that_is_fitted_but_does_not_suffice_is_strict_all_the_same(run, hamlet_text):
    # the hamlet has 8 sockets for 40 e-bikes, which no control mends
    text = hamlet_text.replace("build:", "orderly_charging: true\nbuild:")

    result = run("check", "-", *FEW, "--strict", text=text)

    assert result.exit_code == 3


def test_the_table_tells_method_reason_service_and_conventions(run, hamlet):
    lines = run("check", hamlet, *FEW).stdout.splitlines()
    text = " ".join(" ".join(lines).split())

    for said in (
        "Rests on factor method, as ningxia-2025 says",
        "Simulated days uncontrolled",
        "P95 of the daily extremes of 20",
        "seed 1, engine radial; managed: 80 % of the private cars take part",
        "Why the methods differ",
        "coincidence: private chargers over the 280 kW",  # 40 of 7 kW
        "Service under orderly charging",
        "Hot spot, ageing and heavy load in ev-100",
    ):
        assert said in text
    assert max(len(line) for line in lines) <= 100


def test_days_season_percentile_and_share_can_be_chosen(run, hamlet):
    chosen = ("--season", "winter", "--percentile", "90", "--participation", "60", "--seed", "3")

    text = " ".join(run("check", hamlet, *FEW, *chosen).stdout.split())

    assert "P90 of the daily extremes of 20 winter days, seed 3, engine radial" in text
    assert "60 % of the private cars take part" in text


def test_a_picture_is_written_and_the_result_stays_on_standard_output(run, hamlet, tmp_path):
    target = tmp_path / "day.svg"

    result = run("check", hamlet, *FEW, "--plot", str(target), "--format", "json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["command"] == "check"
    assert result.stderr == f"wrote {target}\n"
    text = target.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "rated 160 kVA" in text
    assert 'id="band-managed"' in text


def test_a_picture_can_be_a_png(run, hamlet, tmp_path):
    target = tmp_path / "day.PNG"

    assert run("check", hamlet, *FEW, "--plot", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_a_picture_is_overwritten_with_force_only(run, hamlet, tmp_path):
    target = tmp_path / "day.svg"
    target.write_text("mine", encoding="utf-8")

    refused = run("check", hamlet, *FEW, "--plot", str(target))

    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "--force" in refused.stderr
    assert target.read_text(encoding="utf-8") == "mine"
    assert run("check", hamlet, *FEW, "--plot", str(target), "--force").exit_code == 0
    assert target.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("x.yaml", "--plot", "x.pdf"), "must end in .svg or .png"),
        (("x.yaml", "y.yaml", "--plot", "x.svg"), "draws one compound"),
        (("x.yaml", "--method", "factor", "--plot", "x.svg"), "--method factor does not have"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_wrong_usage(run, args, said):
    result = run("check", *args)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
