"""Settings of the charging models, as policy packs state them."""

import numpy as np
import pytest

from gridcalc.demand.charging.parameters import ebike_model, ev_model, timer_model
from gridcalc.errors import InputError
from gridcalc.policy import list_policies, load_policy

HEAD = 'gridcalc_policy: 1\nid: mine\ntitle: t\ndate: "2026"\nrules:\n'


def pack(tmp_path, rules):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + rules, encoding="utf-8")
    return load_policy(str(path))


def test_summer_has_the_base_set():
    model = ev_model(load_policy("national"), "summer")

    # the base set of the model: docs/method/charging.md, table of settings
    assert (model.plug_in_probability, model.plug_in_kappa) == (0.45, 3)
    assert (model.mean_energy_kwh, model.energy_sigma_ln, model.max_energy_kwh) == (14, 0.75, 60)
    assert (model.day_sigma_plug_in, model.day_sigma_energy) == (0.14, 0.08)
    assert model.arrival.share.tolist() == pytest.approx([0.72, 0.16, 0.12])
    assert model.arrival.mean_clock_h.tolist() == [18.3, 21.3, 13.0]
    assert model.arrival.sd_h.tolist() == [1.7, 1.3, 3.0]
    assert (model.departure_clock_h, model.departure_sd_h) == (7.6, 1.0)


def test_winter_replaces_what_the_stress_set_states_and_keeps_the_rest():
    policy = load_policy("national")
    summer, winter = ev_model(policy, "summer"), ev_model(policy, "winter")

    assert (winter.plug_in_probability, winter.mean_energy_kwh) == (0.52, 17.5)
    assert (winter.day_sigma_plug_in, winter.day_sigma_energy) == (0.14, 0.10)
    assert winter.arrival.share.tolist() == pytest.approx([0.76, 0.14, 0.10])
    assert winter.arrival.mean_clock_h.tolist() == [18.2, 21.3, 13.0]
    for name in ("plug_in_kappa", "energy_sigma_ln", "max_energy_kwh", "departure_sd_h"):
        assert getattr(winter, name) == getattr(summer, name)


def test_the_timer_waits_for_the_tariff_of_the_pack(tmp_path):
    policy = pack(tmp_path, '  tariff.valley_start: {value: "22:30"}\n')

    timer = timer_model(policy)

    assert (timer.responder_share, timer.valley_start_clock_h, timer.spread_min) == (0.6, 22.5, 10)


def test_the_ebike_chargers_draw_187_w_on_average():
    model = ebike_model(load_policy("national"))

    # by hand: 0.25 130 + 0.40 160 + 0.25 220 + 0.10 360
    assert float(model.charger_share @ model.charger_p_kw) == pytest.approx(0.1875)
    assert (model.charges_per_socket_day, model.p_socket_kw) == (0.9, 0.2)
    assert (model.first_stage_energy_share, model.second_stage_power_share) == (0.75, 0.35)


@pytest.mark.parametrize("policy", list_policies(), ids=lambda policy: policy.id)
def test_every_pack_inherits_the_models(policy):
    for season in ("summer", "winter"):
        assert ev_model(policy, season).mean_energy_kwh > 0
    assert timer_model(policy).spread_min > 0
    assert ebike_model(policy).day_sigma > 0


def test_no_behaviour_of_cars_counts_as_verified_but_what_was_computed_from_data():
    rules = load_policy("national").rules.values()
    marks = {
        rule.name: rule.confidence
        for rule in rules
        if rule.name.startswith(("ev.", "timer.", "household.day", "household.winter"))
    }

    computed = {name for name, mark in marks.items() if mark == "computed"}

    assert computed == {"ev.day_sigma_plug_in", "ev.day_sigma_energy", "ev.winter.day_sigma_energy"}
    assert {mark for name, mark in marks.items() if name not in computed} == {"recalled"}


def test_shares_of_a_users_pack_are_scaled_to_one(tmp_path):
    policy = pack(
        tmp_path,
        "  ev.arrival:\n    value:\n"
        "      - {share: 30, clock_h: 18, sd_h: 1}\n      - {share: 10, clock_h: 21, sd_h: 2}\n",
    )

    assert ev_model(policy, "summer").arrival.share.tolist() == [0.75, 0.25]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{share: -1, clock_h: 18, sd_h: 1}", "share -1 is below 0"),
        ("{share: 1, clock_h: 18, sd_h: -2}", "sd_h -2 is below 0"),
        ("{share: 0, clock_h: 18, sd_h: 1}", "all shares are 0"),
    ],
)
def test_shares_that_are_none_are_refused(tmp_path, row, message):
    policy = pack(tmp_path, f"  ev.arrival: {{value: [{row}]}}\n")

    with pytest.raises(InputError, match=message) as caught:
        ev_model(policy, "summer")

    assert caught.value.problems[0].key == "rules.ev.arrival"


def test_an_empty_list_of_arrivals_is_refused(tmp_path):
    policy = pack(tmp_path, "  ev.arrival: {value: []}\n")

    with pytest.raises(InputError, match=r"rules\.ev\.arrival"):
        ev_model(policy, "summer")


def test_settings_of_a_model_are_numbers_in_arrays():
    arrival = ev_model(load_policy("national"), "summer").arrival

    assert arrival.share.dtype == arrival.mean_clock_h.dtype == arrival.sd_h.dtype == np.float64
