"""From a compound and the catalogue to arrays: units, order and sequence impedances.

Expected numbers are the equipment tables' rows, converted by hand in comments.
"""

import numpy as np
import pytest
import yaml

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.reader import parse_compound
from gridcalc.network.arrays import Network
from gridcalc.network.build import build_network
from gridcalc.policy import load_policy

TEXT = """
gridcalc: 1
id: built
name: built
policy: national
build: {kind: new, year: 2025}
sources:
  - {id: SB, kind: rmu_bay, i_sc_max_ka: 20, i_sc_min_ka: 9, vm_peak_pu: 1.0, vm_low_load_pu: 1.06}
  - {id: SA, kind: rmu_bay, i_sc_max_ka: 10, i_sc_min_ka: 6, vm_peak_pu: 0.98, vm_low_load_pu: 1.04}
rmus: [{id: R1, type: RMU-2in-4out}]
mv_cables:
  - {id: M2, from: R1, to: SB, type: YJV22-8.7/15-3x150, length_m: 500, normally_open: true}
  - {id: M1, from: SA, to: R1, type: YJLV22-8.7/15-3x150, length_m: 300}
  - {id: M3, from: R1, to: T2, type: YJV22-8.7/15-3x70, length_m: 60}
substations:
  - id: PD1
    kind: room
    transformers:
      - {id: T2, type: SCB14-800, tap: -1}
      - {id: T1, type: S20-630, tap: 2, fed_from: R1, compensation_kvar: 150}
lv_nodes: [{id: MB1, kind: meter_box}, {id: MB2, kind: meter_box}]
lv_cables:
  - {id: F2, from: T2.LV, to: MB2, type: YJLV22-0.6/1-4x240, length_m: 80, parallel: 3}
  - {id: F1, from: T1.LV, to: MB1, type: YJV22-0.6/1-4x240, length_m: 120}
public_loads:
  - {node: MB1, kind: passenger_lift, kw: 10}
  - {node: MB2, kind: passenger_lift, kw: 10}
"""


def build(file: dict) -> Network:
    catalogue = load_catalogue()
    compound = parse_compound(
        yaml.safe_dump(file, allow_unicode=True), file="built.yaml", catalogue=catalogue
    )
    return build_network(
        resolve_defaults(compound, load_policy("national")).compound,
        catalogue=catalogue,
        conductor_celsius=90.0,
        source_r_over_x=0.1,
    )


def built() -> Network:
    return build(yaml.safe_load(TEXT))


def cable(network: Network, name: str) -> int:
    return network.cables.ids.index(name)


def test_10_kv_nodes_come_first_and_every_end_of_a_cable_is_a_node():
    network = built()

    assert network.node_ids[:2] == ("SA", "SB")
    assert set(network.node_ids) == {
        "SA", "SB", "R1", "T2.HV", "T1.LV", "T2.LV", "MB1", "MB2",
    }  # fmt: skip
    assert network.vn_kv.tolist() == [10.0] * 4 + [0.38] * 4


def test_the_order_of_the_file_changes_nothing():
    file = yaml.safe_load(TEXT)
    for rows in (file["sources"], file["mv_cables"], file["lv_cables"], file["lv_nodes"]):
        rows.reverse()
    file["substations"][0]["transformers"].reverse()

    turned, network = build(file), built()

    assert turned.node_ids == network.node_ids
    assert turned.cables.ids == network.cables.ids
    np.testing.assert_array_equal(turned.cables.from_node, network.cables.from_node)
    np.testing.assert_array_equal(turned.cables.length_m, network.cables.length_m)
    np.testing.assert_array_equal(turned.transformers.hv_node, network.transformers.hv_node)
    np.testing.assert_array_equal(turned.sources.s_sc_max_mva, network.sources.s_sc_max_mva)


def test_a_conductor_is_hot_in_the_power_flow_and_cold_for_faults():
    # 4x240 Cu: 0.0754 ohm/km at 20 °C, x (1 + 0.00393 x 70) = 0.0961426 at 90 °C.
    network = built()

    k = cable(network, "F1")

    assert network.cables.r20_ohm_per_km[k] == 0.0754
    assert network.cables.r1_ohm_per_km[k] == pytest.approx(0.0961426, rel=1e-6)


def test_aluminium_warms_by_its_own_coefficient():
    # 4x240 Al: 0.125 x (1 + 0.00403 x 70) = 0.1602625 ohm/km.
    network = built()

    assert network.cables.r1_ohm_per_km[cable(network, "F2")] == pytest.approx(0.1602625, rel=1e-6)


def test_the_zero_sequence_of_an_lv_cable_is_the_phase_and_three_times_the_pen():
    # PEN equal to a phase: Z0 = 4 Z1; 4 x 0.077 = 0.308 ohm/km.
    network = built()

    k = cable(network, "F1")

    assert network.cables.r0_ohm_per_km[k] == pytest.approx(4 * 0.0961426, rel=1e-6)
    assert network.cables.x0_ohm_per_km[k] == pytest.approx(0.308)


def test_parallel_cables_keep_their_own_impedance_and_warm_each_other():
    file = yaml.safe_load(TEXT)
    file["lv_cables"][0]["parallel"] = 1
    three, one = built(), build(file)

    k = cable(three, "F2")

    assert three.cables.parallel[k] == 3
    assert three.cables.r1_ohm_per_km[k] == one.cables.r1_ohm_per_km[k]
    # cable_derating.csv, three cables in soil: 0.85; 3 · 0.85 · 321 A · 0.85 of a duct
    assert three.cables.ampacity_a[k] == pytest.approx(3 * 0.85 * one.cables.ampacity_a[k])
    assert three.cables.ampacity_a[k] == pytest.approx(695.7675)


@pytest.mark.parametrize(
    ("grouping", "factor"),
    # cable_derating.csv, in soil: three 0.85, four 0.80; at least as many as in parallel
    [(1, 0.85), (2, 0.85), (3, 0.85), (4, 0.80)],
)
def test_a_file_may_group_more_cables_than_lie_in_parallel_but_not_fewer(grouping, factor):
    file = yaml.safe_load(TEXT)
    file["lv_cables"][0]["grouping"] = grouping
    network = build(file)

    assert network.cables.ampacity_a[cable(network, "F2")] == pytest.approx(3 * factor * 321 * 0.85)


def test_only_10_kv_cables_have_capacitance():
    network = built()

    is_mv = network.vn_kv[network.cables.from_node] == 10.0

    assert np.all(network.cables.c_nf_per_km[is_mv] > 100)
    assert np.all(network.cables.c_nf_per_km[~is_mv] == 0)


def test_the_open_point_of_the_ring_is_open_and_nothing_else():
    network = built()

    assert [name for name, is_open in zip(network.cables.ids, network.cables.is_open, strict=True)
            if is_open] == ["M2"]  # fmt: skip


def test_sources_carry_voltages_and_short_circuit_power():
    # sqrt(3) x 10 kV x 10 kA = 173.205 MVA, x 6 kA = 103.923 MVA.
    sources = built().sources

    assert sources.ids == ("SA", "SB")
    assert sources.vm_peak_pu.tolist() == [0.98, 1.0]
    assert sources.vm_low_load_pu.tolist() == [1.04, 1.06]
    assert sources.s_sc_max_mva == pytest.approx([173.205, 346.410], rel=1e-5)
    assert sources.s_sc_min_mva == pytest.approx([103.923, 155.885], rel=1e-5)
    assert sources.r_over_x.tolist() == [0.1, 0.1]


def test_transformers_carry_the_nameplate_in_kilowatts_and_percent():
    # S20-630: 510 W, 4960 W of 630 kVA = 0.787302 %, uk 4.5 %, i0 0.6 %. SCB14-800: 1035 W,
    # 6265 W of 800 kVA = 0.783125 %, uk 6 %, i0 0.85 %.
    trafos = built().transformers

    assert trafos.ids == ("T1", "T2")
    assert trafos.sn_kva.tolist() == [630, 800]
    assert trafos.p0_kw == pytest.approx([0.510, 1.035])
    assert trafos.vkr_percent == pytest.approx([0.787302, 0.783125], rel=1e-6)
    assert trafos.vk_percent.tolist() == [4.5, 6.0]
    assert trafos.i0_percent.tolist() == [0.6, 0.85]
    assert trafos.compensation_kvar.tolist() == [150, 0]


def test_a_transformer_hangs_where_the_file_says():
    network = built()

    feeding = [network.node_ids[node] for node in network.transformers.hv_node]
    boards = [network.node_ids[node] for node in network.transformers.lv_node]

    assert feeding == ["R1", "T2.HV"]
    assert boards == ["T1.LV", "T2.LV"]


def test_a_positive_tap_raises_the_turns_of_the_hv_winding():
    # +2 x 2.5 % = 1.05; -1 x 2.5 % = 0.975.
    assert built().transformers.ratio_tap == pytest.approx([1.05, 0.975])


def test_nodes_are_found_by_their_ids():
    network = built()

    index = network.node_index()

    assert [network.node_ids[index[name]] for name in ("SA", "MB2")] == ["SA", "MB2"]
    assert network.n_nodes == 8
