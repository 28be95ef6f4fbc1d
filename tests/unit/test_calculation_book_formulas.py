"""Formulas of the calculation book give what the study and the bill say.

A small program in ``calculation_book_cases`` computes every formula again from the numbers of the
sheets; it shares nothing with gridcalc. What LibreOffice makes of the same books agreed in every
cell when it was compared.
"""

from math import hypot, sqrt

import pytest

from tests.unit.calculation_book_cases import (
    Computed,
    bare,
    book,
    dossier,
    planned,
    rows,
    simulated,
    small,
)

SAME = 1e-9
LOADS, STATIONS, FEEDERS, BRANCHES = "负荷计算", "台区负荷明细", "干线负荷明细", "分支负荷明细"
DAYS = "逐日模拟法最大负荷"
FAULTS, DEVICES, DROP, CHECKS = "短路计算", "保护校验", "电压降", "校验表"
EQUIPMENT, ESTIMATE = "设备材料表", "概算"
DEVICE = {"in_a": 630, "i_trip_a": 1890, "breaking_ka": 50}


def _guarded():
    file = small()
    file["protection"] = [
        {"element": "T1", **DEVICE},
        {"element": "F1", "in_a": 250},
        {"element": "F2", "in_a": 250, "i_trip_a": 9000, "breaking_ka": 5},
    ]
    return dossier(file)


def _metered():
    file = small()
    file["metered"] = [{"transformer": "T1", "peak_kw": 200}]
    file["households"][0]["area_m2"] = 50
    return dossier(file)


@pytest.mark.parametrize("found", [bare, planned, simulated, _guarded, _metered])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_formula_gives_the_result_that_is_stored_with_it(found, lang):
    one = found()
    stored = book(one, lang)
    computed = Computed(book(one, lang, values=False))

    wrong = []
    cells = list(computed.cells())
    for sheet, place in cells:
        now, then = computed.value(sheet, place), stored[sheet][place].value
        if isinstance(then, str):
            same = now == then
        else:
            same = now == pytest.approx(then, rel=SAME, abs=SAME)
        if not same:
            wrong.append((sheet, place, now, then))

    assert len(cells) > 200
    assert wrong == []


def test_the_loading_of_transformers_is_that_of_the_study():
    found = rows(book(bare())[LOADS], "变压器")
    study = {run.scenario: run.transformers[0] for run in bare().study.runs}

    assert [row["场景"] for row in found] == [
        "现状、电动自行车50%",
        "汽车100%、汽车100%+电动自行车50%",
    ]
    for row, scenario in zip(found, ("today", "ev-100"), strict=True):
        assert row["负载率（潮流）[%]"] == pytest.approx(study[scenario].loading_percent, rel=SAME)
        assert row["ΣP [kW]"] == pytest.approx(sum(study[scenario].parts_kw.values()), rel=SAME)


def test_the_load_of_the_station_is_the_hand_calculation():
    # 32 flats of 110 m² at 6 kW; the band 27…36 runs from 0.65 to 0.5, at 32 it is 0.5667.
    # 20 sockets of 0.2 kW between (10, 0.8) and (50, 0.6): 0.75. A lift of 22 kW at 0.8.
    # cosφ 0.9, 0.85 and 0.85; nothing is compensated.
    p_kw = 32 * 6 * (0.65 - 0.15 * 5 / 9) + 20 * 0.2 * 0.75 + 22 * 0.8
    q_kvar = 108.8 * sqrt(1 / 0.9**2 - 1) + 20.6 * sqrt(1 / 0.85**2 - 1)

    today = rows(book(bare())[STATIONS], "供电元件")
    total = next(row for row in today if row["负荷"] == "合计")

    assert total["设备容量 Pe [kW]"] == 32 * 6 + 20 * 0.2 + 22
    assert total["有功 P [kW]"] == pytest.approx(p_kw)
    assert total["无功 Q [kvar]"] == pytest.approx(q_kvar)
    assert total["视在 S [kVA]"] == pytest.approx(hypot(p_kw, q_kvar))
    assert total["计算电流 Ijs [A]"] == pytest.approx(hypot(p_kw, q_kvar) / (sqrt(3) * 0.38))


def test_compensation_brings_the_load_to_its_target_and_no_further():
    file = small()
    file["substations"][0]["transformers"][0]["compensation_kvar"] = 200

    row = rows(book(dossier(file))[LOADS], "变压器")[0]

    # Q at cosφ 0.95 is P times 0.3287; the rest is compensated.
    left = row["ΣP [kW]"] * sqrt(1 / 0.95**2 - 1)
    assert row["投入补偿 Qc [kvar]"] == pytest.approx(row["ΣQ [kvar]"] - left)
    assert row["ΣP [kW]"] / row["视在 S（手算）[kVA]"] == pytest.approx(0.95)


def test_a_metered_peak_scales_flats_and_common_loads():
    found = rows(book(_metered())[STATIONS], "供电元件")
    today = found[: next(i for i, row in enumerate(found) if row["负荷"] == "合计") + 1]

    # Sockets keep their 3 kW; the rest is scaled to 197 kW.
    assert today[-1]["有功 P [kW]"] == pytest.approx(200)
    scales = {row["负荷"]: row["实测修正系数"] for row in today[:-1]}
    assert scales["电动自行车插座"] == 1
    assert scales["住宅"] == scales["公共用电（客梯）"] > 1
    # 16 flats of 50 m² at 3 kW and 16 of 110 m² at 6 kW share the factor of 32.
    flats = [row for row in today if row["负荷"] == "住宅"]
    assert [row["单位功率 [kW]"] for row in flats] == [3, 6]
    assert flats[0]["需要系数 Kx"] == flats[1]["需要系数 Kx"] == pytest.approx(0.65 - 0.75 / 9)


def test_cables_show_current_and_loading_of_the_power_flow():
    found = [row for row in rows(book(bare())[FEEDERS], "供电元件") if row["负荷"] == "合计"]
    branches = {(run.scenario, row.id): row for run in bare().study.runs for row in run.branches}

    ev = branches["ev-100", "F2"]
    assert [row["供电元件"] for row in found] == ["F1", "F2", "F3"]
    assert found[1]["潮流最大相电流 [A]"] == pytest.approx(ev.i_max_a)
    assert found[1]["负载率（%）"] == pytest.approx(ev.loading_percent, rel=SAME)
    assert found[0]["场景"] == "各场景"


def test_fault_currents_are_those_of_the_study():
    site = bare().case.site
    found = {row["节点"]: row for row in rows(book(bare())[FAULTS], "节点")}

    assert set(found) == set(site.network.node_ids)
    for k, node in enumerate(site.network.node_ids):
        row = found[node]
        smallest = site.short_circuit.ik1_min_ka if row["标称电压 Un [V]"] == 380 else None
        if smallest is None:
            smallest = site.short_circuit.ik3_min_ka
        assert row["Ik3max [kA]"] == pytest.approx(site.short_circuit.ik3_max_ka[k], rel=1e-6)
        assert row["Ik1min（10kV为Ik3min）[kA]"] == pytest.approx(smallest[k], rel=1e-6)


def test_the_fault_at_the_board_is_the_hand_calculation():
    # Source 10 kA: Z = 1.1 * 10 kV / (sqrt3 * 10 kA) = 635.1 mΩ with R/X 0.1; 200 m of cable
    # 0.124 + j0.093 mΩ/m; both times (0.4/10)². S20-630: uk 4.5 %, Pk 4960 W, corrected by
    # K_T = 0.95 * 1.05 / (1 + 0.6 x). Ik3 = 1.05 * 380 V / (sqrt3 * Z).
    x_source = 1.1 * 10_000 / (sqrt(3) * 10) / sqrt(1 + 0.1**2)
    before = complex(0.1 * x_source + 24.8, x_source + 18.6) * 0.0016
    ur = 4960 / 630_000
    x = sqrt(0.045**2 - ur**2)
    unit = complex(ur, x) * 400**2 / 630 * 0.95 * 1.05 / (1 + 0.6 * x)

    board = next(row for row in rows(book(bare())[FAULTS], "节点") if row["节点"] == "T1.LV")

    assert board["|Z| [mΩ]"] == pytest.approx(abs(before + unit))
    assert board["Ik3max [kA]"] == pytest.approx(1.05 * 380 / (sqrt(3) * abs(before + unit)))


def test_a_closed_ring_has_its_fault_currents_without_sums():
    file = small()
    file["mv_cables"].append({**file["mv_cables"][0], "id": "MC2"})
    found = dossier(file)

    board = next(row for row in rows(book(found)[FAULTS], "节点") if row["节点"] == "T1.LV")

    place = found.case.site.network.node_ids.index("T1.LV")
    assert board["ΣR [mΩ]"] is None
    assert board["Ik3max [kA]"] == pytest.approx(found.case.site.short_circuit.ik3_max_ka[place])


def test_devices_are_judged_by_the_fault_currents_of_the_other_sheet():
    found = {row["保护电器位置"]: row for row in rows(book(_guarded())[DEVICES], "保护电器位置")}

    ratio = found["T1"]["Ik3max [kA]"] / 50
    assert found["T1"]["占用比 [-]"] == pytest.approx(ratio)
    assert found["F2"]["灵敏系数 [-]"] == pytest.approx(found["F2"]["最小短路电流 [A]"] / 9000)
    # It breaks 5 kA, less than the fault at the board, and asks for more than the smallest fault.
    assert (found["F2"]["分断结论"], found["F2"]["灵敏度结论"]) == ("越限", "越限")
    assert (found["F1"]["分断结论"], found["F1"]["灵敏度结论"]) == ("未校验", "未校验")
    assert set(found) == {"T1", "F1", "F2"}


def test_the_drop_of_a_cable_is_the_hand_calculation():
    # 100 m of 4x240 at 90 °C: 0.0961 + j0.077 Ω/km, with the 108.8 kW of 32 flats at cosφ 0.9.
    q_kvar = 108.8 * sqrt(1 / 0.9**2 - 1)
    drop = (108.8 * 0.00961 + q_kvar * 0.0077) / (10 * 0.38**2)

    found = {row["节点"]: row for row in rows(book(bare())[DROP], "节点")}

    assert found["BB1"]["本段 ΔU [%]"] == pytest.approx(drop, rel=1e-3)
    assert found["MB1"]["自低压母线累计 ΔU [%]"] == pytest.approx(
        found["BB1"]["本段 ΔU [%]"] + found["MB1"]["本段 ΔU [%]"]
    )


def test_the_voltages_beside_it_are_those_of_the_power_flow():
    found = {row["节点"]: row for row in rows(book(bare())[DROP], "节点")}
    run = next(run for run in bare().study.runs if run.scenario == "ev-100+ebike-50")

    for row in run.nodes:
        if row.id in found:
            worst = 100 * (row.vm_min_pu - 1)
            assert found[row.id]["最低相偏差 [%]"] == pytest.approx(worst, rel=SAME)
    assert len(found) == 5


def test_of_many_nodes_the_worst_path_of_each_feeder_is_shown():
    file = small()
    names = [f"N{k}" for k in range(70)]
    file["lv_nodes"] += [{"id": name, "kind": "meter_box"} for name in names]
    file["lv_cables"] += [
        {"id": f"L{name}", "from": "BB1", "to": name, "type": "YJV22-0.6/1-4x70", "length_m": 50}
        for name in names
    ]
    file["households"] += [{"node": name, "count": 1, "area_m2": 110} for name in names]

    found = [row["节点"] for row in rows(book(dossier(file))[DROP], "节点")]

    assert found[0] == "BB1"
    assert len(found) == 4
    assert {"CB1", "ES1"} < set(found)


def test_checks_are_judged_by_value_and_limit():
    found = rows(book(_guarded())[CHECKS], "场景")
    findings = [row for run in _guarded().study.governing_runs for row in run.findings]

    assert len(found) == len(findings)
    for row, finding in zip(found, findings, strict=True):
        assert (
            row["校核结论"]
            == {
                "pass": "合格",
                "fail": "越限",
                "info": "仅供参考",
                "not_checked": "未校验",
            }[finding.status]
        )
        if row["占用比 [-]"] is not None:
            assert row["占用比 [-]"] == pytest.approx(finding.utilisation, rel=SAME)
    least = next(row for row in found if row["校验项目"] == "保护灵敏度")
    assert least["判据"] in {"≥", None}


def test_lengths_of_a_type_are_added_up():
    found = {row["型号"]: row for row in rows(book(bare())[EQUIPMENT], "设备名称")}

    assert found["YJV22-0.6/1-4x240"]["数量"] == 100 + 80
    assert found["YJV22-0.6/1-4x70"]["数量"] == 30 + 40
    assert found["计量箱"]["条目数"] == 2


def test_the_estimate_is_the_bill_to_the_fen():
    bill = planned().plan.bill
    found = rows(book(planned())[ESTIMATE], "费用类别")
    total = found[-1]

    assert total["费用类别"] == "合计"
    for head, end in (("低值", "low"), ("典型值", "typical"), ("高值", "high")):
        amounts = [row[f"合价 {head} [元]"] for row in found[:-1]]
        assert round(sum(amounts), 2) == float(getattr(bill.cost_yuan, end))
        assert total[f"合价 {head} [元]"] == float(getattr(bill.cost_yuan, end))
    # 100 m of cable at 836 yuan.
    cable = next(row for row in found if row["项目"] == "低压电缆 YJV22-0.6/1-4x240")
    assert (cable["数量（费率行为取费基数，元）"], cable["合价 典型值 [元]"]) == (100, 83_600)


def test_payers_together_bear_the_estimate():
    sheet = book(planned())[ESTIMATE]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(cells) if row[0] == "按出资方汇总")
    column = next(i for row in cells for i, value in enumerate(row) if value == "合价 典型值 [元]")

    sums = [row[column] for row in cells[start + 1 :] if row[0]]

    assert round(sum(sums), 2) == float(planned().plan.bill.cost_yuan.typical)
    assert len(sums) == len(planned().plan.split.totals_yuan)


def test_peaks_of_simulated_days_have_a_sheet_after_those_by_hand():
    found = book(simulated())
    days = [run for run in simulated().study.runs if run.days is not None]

    peaks = rows(found[DAYS], "变压器")

    assert found.sheetnames[1:3] == [LOADS, DAYS]
    assert len(rows(found[LOADS], "变压器")) == 1
    assert [row["负载率（潮流）[%]"] for row in peaks] == pytest.approx(
        [run.transformers[0].loading_percent for run in days]
    )
    assert not any(value in {None, ""} for row in peaks for value in row.values())
