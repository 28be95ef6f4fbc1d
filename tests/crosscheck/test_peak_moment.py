"""The quarter hour behind a simulated peak, solved again by pandapower's own power flow."""

import pytest
from pandapower.pf.runpp_3ph import runpp_3ph

from gridcalc.question import Question, simulation_settings
from gridcalc.report.run_state import RunChoice, net_of_run
from gridcalc.study import study
from gridcalc.units import KW_PER_MW

SCENARIO = "ev-100"
RTOL = 1e-5  # results of days are kept in single precision


@pytest.mark.parametrize("charging", ["uncontrolled", "tou", "managed"])
def test_the_exported_quarter_hour_has_the_load_that_the_study_reports(
    small, read, catalogue, national, charging
):
    compound = read(small)
    question = Question(
        scenarios=(SCENARIO,),
        methods=("stochastic",),
        charging=(charging,),
        seasons=("summer",),
        n_days=50,
    )
    settings = simulation_settings(question, national, "summer")
    choice = RunChoice(scenario=SCENARIO, level="feeder", charging=charging, days=settings)

    reported = study(compound, catalogue=catalogue, policy=national, question=question).runs[0]
    net = net_of_run(compound, catalogue=catalogue, policy=national, choice=choice)
    runpp_3ph(net, numba=False)

    heaviest = max(reported.transformers, key=lambda row: row.loading_percent)
    row = net.res_trafo_3ph.loc[net.trafo.index[net.trafo.name == heaviest.id][0]]
    p_mw = sum(row[f"p_{phase}_lv_mw"] for phase in "abc")
    q_mvar = sum(row[f"q_{phase}_lv_mvar"] for phase in "abc")
    assert abs(complex(p_mw, q_mvar)) * KW_PER_MW == pytest.approx(heaviest.s_peak_kva, rel=RTOL)
    assert net.name.startswith(f"{heaviest.id} day ")
    assert heaviest.peak_time in net.name
