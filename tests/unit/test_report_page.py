"""The report page: its parts and their order, its numbers, what it holds in which language.

Numbers are taken from the study itself and rounded here, or counted in the file of the compound.
"""

import hashlib
import re
import subprocess
import sys
from dataclasses import replace

import pytest

import gridcalc
from gridcalc.dossier import with_plans
from gridcalc.provenance import is_verified
from gridcalc.report.page import report_page
from gridcalc.report.page.open_points import assumptions_of
from gridcalc.report.wording import load_wording
from tests.conftest import SMALL
from tests.unit.page_cases import bare, bare_page, dossier, page, section, tags, texts

EN, ZH = load_wording("en"), load_wording("zh")
PARTS = [
    "diagram",
    "loads",
    "days",
    "voltage",
    "findings",
    "works",
    "capacity",
    "route",
    "deadlines",
    "assumptions",
    "inputs",
]
MOST_BYTES = 3_000_000


def _row(markup, first):
    """Return the texts of the first row whose first cell says something."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", markup, flags=re.DOTALL)
    cells = [[texts(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in rows]
    return next(row for row in cells if row and row[0] == first)


def test_the_parts_stand_in_order_and_the_contents_lead_to_them():
    for lang in ("en", "zh"):
        markup = page(lang)

        assert re.findall(r'<section id="(\w+)">', markup) == PARTS
        assert re.findall(r'<a href="#(\w+)">', markup) == PARTS


def test_checks_are_named_in_words_in_english():
    ids = {row.check for run in dossier().study.runs for row in run.findings}

    assert "cable.loading" in ids
    assert [name for name in sorted(ids) if name in page("en")] == []


def test_what_was_not_computed_is_left_out():
    found = re.findall(r'<section id="(\w+)">', bare_page())

    assert found == ["diagram", "loads", "voltage", "findings", "assumptions", "inputs"]


def test_the_verdict_comes_first_with_what_decides_it():
    # tests/conftest.py: the first cable of F3 is too thin for the fault at the board.
    binding = dossier().study.binding
    said = texts(page().split("<main>")[1].split("</section>")[0])

    assert said.startswith("Verdict needs works Decided by cable short-circuit strength at F3 in")
    assert f"{binding.finding.value:.1f} mm², limit 35.0 mm², per GB 50054-2011" in said


def test_the_tiles_hold_the_worst_of_the_deciding_run():
    run = dossier().deciding_run
    (unit,) = run.transformers
    cable = max(run.branches, key=lambda row: row.loading_percent)
    node = min((row for row in run.nodes if row.vn_kv < 1), key=lambda row: row.vm_min_pu)
    tiles = texts(page().split('<ul class="tiles">')[1].split("</ul>")[0])

    assert f"Heaviest transformer {unit.loading_percent:.1f} % T1, limit 85 %" in tiles
    assert f"Heaviest cable {cable.loading_percent:.1f} % {cable.id}, limit 100 %" in tiles
    assert f"{100 * (node.vm_min_pu - 1):+.1f} % {node.id}, limit -10 %" in tiles


def test_cost_and_payers_are_those_of_the_plan():
    plan = dossier().plan
    said = texts(page().split('<dl class="sheet answers">')[1].split("</dl>")[0])

    assert f"Cost {plan.bill.cost_yuan.typical:,.0f} yuan" in said
    for payer, money in plan.split.totals_yuan.items():
        assert f"{EN.term(payer)} {money.typical:,.0f} yuan" in said


def test_the_length_and_the_permit_of_the_route_are_told_first():
    # tests/unit/page_cases.py: one footpath of 480 m from the source to the target.
    said = texts(page().split('<dl class="sheet answers">')[1].split("</dl>")[0])

    assert "New 10 kV cable 480 m from S: " in said
    assert f"Connected by {dossier().timeline.finish.isoformat()}" in said


def test_the_chargers_that_fit_are_those_of_the_hosting_capacity():
    # SMALL: 30 private bays at F2.
    said = texts(page().split('<dl class="sheet answers">')[1].split("</dl>")[0])
    results = {row.mode: row for row in dossier().hosting.results if row.charging != "tou"}

    assert f"factor {results['factor'].n_max or 0} of 30" in said
    assert f"managed {results['managed'].n_max or 0} of 30" in said


def test_the_peak_of_every_run_stands_in_the_loads():
    said = texts(section(page(), "loads"))

    for run in dossier().study.runs:
        assert f"{run.mv.s_peak_kva:.0f} kVA" in said, (run.scenario, run.charging)


def test_feeders_are_told_with_what_hangs_on_them():
    # SMALL: F1 has 32 flats in two boxes behind a branch box, F2 30 private and 4 public bays.
    loading = {row.id: f"{row.loading_percent:.1f} %" for row in dossier().deciding_run.branches}
    markup = section(page(), "inputs").split("Boxes")[1]

    assert _row(markup, "F1") == [
        "F1", "YJV22-0.6/1-4x240", "100 m", "3", "32", "-", "-", "-", "-", loading["F1"],
    ]  # fmt: skip
    assert _row(markup, "F2") == [
        "F2", "YJV22-0.6/1-4x240", "80 m", "1", "-", "30", "4", "-", "-", loading["F2"],
    ]  # fmt: skip
    assert _row(markup, "F3")[7] == "40"


def test_files_version_seed_and_rules_are_echoed():
    digest = hashlib.sha256(SMALL.encode()).hexdigest()
    said = texts(section(page(), "inputs"))

    assert f"small.yaml {digest}" in said
    assert f"gridcalc {gridcalc.__version__}" in said
    assert "[national, " in said
    assert "Days per season 10" in said
    assert "Seed 1" in said


def test_every_assumption_stands_there_with_its_mark():
    rows = assumptions_of(dossier())
    unproved = [row for row in rows if not is_verified(row.confidence)]
    said = texts(section(page(), "assumptions"))

    assert f"{len(unproved)} of {len(rows)} values are to be verified" in said
    assert said.count(", to be verified") == len(unproved)
    # zh marks each with 待核实 as well
    assert texts(section(page("zh"), "assumptions")).count("待核实") >= len(unproved)


def test_an_assumption_of_study_and_plan_is_told_once():
    names = [(row.name, repr(row.value), row.source) for row in assumptions_of(dossier())]

    assert len(names) == len(set(names))


def test_the_loads_after_the_works_are_those_of_their_study():
    said = texts(section(page(), "works")).split("Loads after the works")[1]

    for run in dossier().plan.study_after.runs:
        assert f"{run.mv.s_peak_kva:.0f} kVA" in said, (run.scenario, run.charging)


def test_the_bill_adds_up_to_the_cost_of_the_plan():
    bill = dossier().plan.bill
    markup = section(page(), "works").split("Bill of quantities")[1].split("Who pays")[0]
    sums = [
        int(texts(cells[5]).replace(",", ""))
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", markup, flags=re.DOTALL)
        if len(cells := re.findall(r"<td.*?</td>", row, re.DOTALL)) > 5 and texts(cells[0]) == "Sum"
    ]

    assert sum(sums) == pytest.approx(float(bill.cost_yuan.typical), abs=len(sums))


def test_no_command_line_option_is_spoken_of():
    for lang in ("en", "zh"):
        assert "--" not in texts(page(lang))


def test_tags_are_closed_in_order_and_anchors_are_unique():
    for markup in (page("en"), page("zh"), bare_page()):
        found = tags(markup)
        ids = [
            attributes["id"]
            for tag, attributes in found.found
            if "id" in attributes and tag in {"section", "input"}
        ]

        assert found.wrong == []
        assert found.open == []
        assert len(ids) == len(set(ids))


def test_every_switch_has_its_label():
    found = tags(page()).found
    switches = {row["id"] for tag, row in found if tag == "input"}
    labels = {row["for"] for tag, row in found if tag == "label"}

    assert switches == labels != set()


def test_every_picture_says_what_it_shows():
    for tag, attributes in tags(page("zh")).found:
        if tag == "img":
            assert attributes["alt"]
        if tag == "svg" and attributes.get("aria-hidden") != "true":
            assert attributes["role"] == "img"


def test_nothing_is_asked_for_from_outside():
    for lang in ("en", "zh"):
        markup = page(lang)

        assert set(re.findall(r"https?://[^\"'\s<]+", markup)) == {"http://www.w3.org/2000/svg"}
        assert not re.search(r"url\(|@import|<script|<link|<iframe|\son\w+=", markup)
        assert "default-src 'none'" in markup.split("</head>")[0].replace("&#39;", "'")


def test_the_language_is_stated_and_used():
    assert '<html lang="zh-CN"' in page("zh")
    assert '<html lang="en"' in page("en")
    assert "居民小区充电设施供电能力评估报告" in page("zh")
    # clauses and names are cited as they are; what labels them is not
    labels = re.findall(r"<(?:h2|h3|th|dt|caption|label|li)\b.*?>(.*?)</", page("en"))
    assert [text for text in labels if re.search(r"[\u4e00-\u9fff]", text)] == []


def test_what_draws_pictures_is_loaded_for_those_who_have_pictures():
    code = "import sys\nimport gridcalc.report.page\nsys.exit('matplotlib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_same_dossier_gives_the_same_bytes_without_a_date():
    again = report_page(dossier(), EN)

    assert again == page("en").encode("utf-8")
    assert len(again) < MOST_BYTES


def test_without_a_plan_that_holds_the_verdict_says_so():
    found = dossier()
    blocked = tuple(
        replace(row, works=(), verdict_after="no_solution") for row in found.upgrade.answers
    )
    stuck = with_plans(found, replace(found.upgrade, answers=blocked, stages=()))
    said = texts(report_page(stuck, EN).decode("utf-8").split("<main>")[1])

    assert said.startswith(f"Verdict {EN.term('short.no_solution')}")
    assert "no plan was found" in said


def test_a_run_without_a_solution_is_no_obstacle():
    found = bare()
    runs = tuple(
        replace(run, mv=None, transformers=(), branches=(), nodes=())
        if run.scenario != "today"
        else run
        for run in found.study.runs
    )
    broken = replace(found, study=replace(found.study, runs=runs))

    assert "no solution" in texts(report_page(broken, EN).decode("utf-8"))


def test_a_compound_that_is_ready_needs_no_works():
    found = replace(bare(), study=replace(bare().study, verdict="ready"))
    said = texts(report_page(found, EN).decode("utf-8").split("<main>")[1])

    assert said.startswith("Verdict ready ")
    assert "Works fits as it is: nothing is to be built" in said
