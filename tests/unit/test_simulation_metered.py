"""A metered transformer: today's days reach what was metered, chargers of today included."""

import numpy as np
import pytest

from tests.unit.simulated_cases import (
    day_case,
    days_of,
    first_block,
    node_loads,
    nth_smallest,
    simulation,
)

# A metered day of 100 kW at 21:00, 40 kW at 9:00.
CURVE = [float(70 + 30 * np.cos(2 * np.pi * (slot - 84) / 96)) for slot in range(96)]


@pytest.fixture
def metered(small):
    """Return how to meter the transformer and equip a share of the bays."""

    def of(share=0.0, **row):
        small["build"] = {"kind": "existing", "year": 2010}
        small["private_bays"][0]["equipped_share"] = share
        small["metered"] = [{"transformer": "T1", **row}]
        return small

    return of


def peaks_kw(case, sim, scenario="today"):
    """Return the daily peaks of all loads of the first block, added up without losses. [kW]."""
    loads, _ = first_block(case, sim, scenario)
    return node_loads(loads, case.site.network.n_nodes).real.sum(axis=(0, 1)).max(axis=1)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 1])
@pytest.mark.parametrize("row", [{"peak_kw": 120}, {"curve_96_kw": CURVE}])
def test_the_peak_of_today_is_the_metered_one_at_the_percentile(metered, case_of, share, row):
    case = case_of(metered(share, **row))

    peaks = peaks_kw(case, simulation(case))

    # the 24th of 25 days, single precision of the charging loads
    expected = row.get("peak_kw", 100)
    assert nth_smallest(peaks, 0.95) == pytest.approx(expected, rel=1e-5)


def test_the_solved_peak_exceeds_the_metered_one_by_cable_losses_only(metered, case_of):
    case = case_of(metered(0.5, peak_kw=120))
    sim = simulation(case)

    p_kw = days_of(case, sim, "today").results.p_trafo_max_kw[:, 0]

    # losses of short LV cables: some percent at most
    assert 120 < nth_smallest(p_kw, 0.95) < 1.03 * 120


def test_without_chargers_of_today_the_curve_is_the_metered_one(metered, case_of):
    file = metered(curve_96_kw=CURVE)
    file["ebikes"][0]["sockets"] = 0
    case = case_of(file)
    loads, _ = first_block(case, simulation(case), "today")

    for day in node_loads(loads, case.site.network.n_nodes).real.sum(axis=(0, 1)):
        assert day / day.max() == pytest.approx(np.array(CURVE) / 100)


def test_the_mean_day_of_today_is_taken_off_the_metered_curve(metered, case_of):
    case = case_of(metered(1, curve_96_kw=CURVE))
    sim = simulation(case)
    loads, _ = first_block(case, sim, "today")

    charging = loads.free_p_kw.sum(axis=0).mean(axis=0)
    left = np.maximum(np.array(CURVE) - charging, 0)
    assert sim.base.curves[-1] == pytest.approx(left / left.max(), rel=1e-5)
    assert set(sim.base.curve) == {len(sim.base.curves) - 1}


def test_a_peak_without_a_curve_keeps_the_estimated_shape(metered, case_of):
    file = metered(peak_kw=80)
    estimated = simulation(case_of({**file, "metered": []}))
    case = case_of(file)

    sim = simulation(case)

    homes, common = estimated.base.kind == 0, estimated.base.kind != 0
    home_kw = nth_smallest(estimated.base.p_kw[homes].sum(axis=0), 0.95)
    day = home_kw * estimated.base.curves[0] + estimated.base.p_kw[common].sum(axis=0)[0]
    assert sim.base.curves[-1] == pytest.approx(day / day.max())


def test_where_charging_alone_exceeds_the_metered_peak_no_base_is_left(metered, case_of):
    case = case_of(metered(1, peak_kw=15))

    assert simulation(case).base.p_kw.sum() == 0


def test_a_low_metered_peak_still_counts_where_the_design_factor_leaves_no_room(metered, case_of):
    # 15 chargers of 7 kW have a design demand above 40 kW, but rarely draw it
    case = case_of(metered(0.4, peak_kw=40))
    sim = simulation(case)

    assert case.model.metered_scale.tolist() == [0]
    assert sim.base.p_kw.sum() > 0
    assert nth_smallest(peaks_kw(case, sim), 0.95) == pytest.approx(40, rel=1e-5)


def test_added_chargers_come_on_top_of_what_was_metered(metered, case_of):
    case = case_of(metered(0.5, peak_kw=120))
    sim = simulation(case)

    today, later = (peaks_kw(case, sim, name) for name in ("today", "ev-100"))

    assert (later >= today - 1e-3).all()
    assert later.max() > today.max()


def test_only_the_metered_transformer_is_changed(small, case_of):
    small["substations"][0]["transformers"].append({"id": "T2", "type": "S20-400"})
    small["lv_cables"][3]["from"] = "T2.LV"
    small["households"].append({"node": "CB1", "count": 9})
    plain = simulation(case_of(small))
    small["metered"] = [{"transformer": "T1", "peak_kw": 60}]

    case = case_of(small)
    sim = simulation(case)

    mine = sim.base.transformer == sim.network.transformers.ids.index("T1")
    assert sim.base.p_kw[~mine] == pytest.approx(plain.base.p_kw[~mine])
    assert sim.base.curve[~mine].tolist() == plain.base.curve[~mine].tolist()
    assert len(set(sim.base.curve[mine])) == 1
    assert day_case(case, sim).connected.keys() == sim.units.keys()
