"""mv.open_capacity, mv.spare_bays and mv.line_capacity."""

from dataclasses import replace

import pytest

from gridcalc.checks.mv import mv_line_capacity, mv_open_capacity, mv_spare_bays

MV = "YJV22-8.7/15-3x150"


def mv_cable(name, start, end, **more):
    return {"id": name, "from": start, "to": end, "type": MV, "length_m": 10, **more}


# ------------------------------------------------------------------ open capacity


@pytest.fixture
def capacity(small, facts_of):
    """Return the finding for a source that carries 500 kVA, 300 kVA of them today."""

    def of(kind, open_kva):
        small["build"]["kind"] = kind
        if open_kva is None:
            del small["sources"][0]["open_capacity_kva"]
        else:
            small["sources"][0]["open_capacity_kva"] = open_kva
        facts = facts_of(small, "ev-100")
        facts = replace(
            facts,
            mv=replace(facts.mv, s_source_kva={"SRC1": 500.0}),
            s_today_kva={"SRC1": 300.0},
        )
        (finding,) = mv_open_capacity(facts)
        return finding

    return of


@pytest.mark.parametrize(
    ("kind", "open_kva", "added", "status"),
    [
        ("new", 500, 500, "pass"),
        ("new", 499.9, 500, "fail"),
        ("existing", 200, 200, "pass"),
        ("existing", 199.9, 200, "fail"),
        ("existing", 0, 200, "fail"),
    ],
)
def test_what_is_added_may_use_up_the_open_capacity(capacity, kind, open_kva, added, status):
    finding = capacity(kind, open_kva)

    assert (finding.check, finding.element) == ("mv.open_capacity", "SRC1")
    assert (finding.value, finding.limit, finding.status) == (added, open_kva, status)


def test_without_an_open_capacity_the_check_says_what_is_missing(capacity):
    finding = capacity("existing", None)

    assert finding.status == "not_checked"
    assert finding.value == 200
    assert str(finding.note) == "no open_capacity_kva given; 200 kVA are added"


def test_an_existing_compound_adds_nothing_today(small, facts_of):
    small["build"]["kind"] = "existing"
    small["sources"][0]["open_capacity_kva"] = 0

    (finding,) = mv_open_capacity(facts_of(small, "today"))

    assert (finding.value, finding.status) == (0, "pass")


def test_nothing_is_said_where_the_power_flow_failed(small, facts_of):
    assert list(mv_open_capacity(replace(facts_of(small), mv=None))) == []


# ------------------------------------------------------------------ bays


@pytest.mark.parametrize(("spare", "status"), [(1, "pass"), (2, "pass"), (0, "fail")])
def test_a_new_compound_takes_a_spare_bay_for_each_cable(small, facts_of, spare, status):
    small["sources"][0]["spare_bays"] = spare

    (finding,) = mv_spare_bays(facts_of(small))

    assert (finding.check, finding.element, finding.quantity) == ("mv.spare_bays", "SRC1", "")
    assert (finding.value, finding.limit, finding.status) == (1, spare, status)


def test_a_transformer_fed_straight_from_the_source_takes_a_bay_too(small, facts_of):
    small["substations"][0]["transformers"].append(
        {"id": "T2", "type": "S20-630", "fed_from": "SRC1"}
    )

    (finding,) = mv_spare_bays(facts_of(small))

    assert (finding.value, finding.status) == (2, "fail")


def test_an_existing_compound_has_its_bays(small, facts_of):
    small["build"]["kind"] = "existing"

    (finding,) = mv_spare_bays(facts_of(small))

    assert (finding.status, finding.value, str(finding.note)) == ("info", 1, "connected already")


def test_without_spare_bays_the_check_says_what_is_missing(small, facts_of):
    del small["sources"][0]["spare_bays"]

    (finding,) = mv_spare_bays(facts_of(small))

    assert finding.status == "not_checked"
    assert str(finding.note) == "no spare_bays given; 1 needed"


@pytest.mark.parametrize(
    ("n_bays", "limit", "status"), [(None, 4, "pass"), (3, 3, "pass"), (2, 2, "fail")]
)
def test_an_rmu_has_the_bays_of_its_type_or_of_the_file(small, facts_of, n_bays, limit, status):
    small["rmus"] = [{"id": "R1", "type": "RMU-2in-2out"}]
    if n_bays:
        small["rmus"][0]["n_bays"] = n_bays
    small["mv_cables"] = [mv_cable("M1", "SRC1", "R1"), mv_cable("M2", "R1", "PD1")]
    small["substations"][0]["transformers"].append(
        {"id": "T2", "type": "S20-630", "fed_from": "R1"}
    )

    findings = {f.element: f for f in mv_spare_bays(facts_of(small))}

    rmu = findings["R1"]
    assert (rmu.quantity, rmu.value, rmu.limit, rmu.status) == ("rmu", 3, limit, status)
    assert findings["SRC1"].value == 1


# ------------------------------------------------------------------ line


@pytest.mark.parametrize(
    ("others", "status"), [(12000 - 630, "pass"), (12000 - 629, "fail"), (0, "pass")]
)
def test_a_line_may_carry_12000_kva_of_transformers(small, facts_of, others, status):
    small["sources"][0]["line_installed_kva"] = others

    (finding,) = mv_line_capacity(facts_of(small))

    assert (finding.check, finding.element) == ("mv.line_capacity", "L1")
    assert (finding.value, finding.limit, finding.status) == (others + 630, 12000, status)
    assert finding.confidence == "assumed"


def test_two_bays_of_one_line_count_together(small, facts_of):
    small["sources"].append({"id": "SRC2", "kind": "rmu_bay", "line": "L1"})
    small["substations"].append(
        {
            "id": "PD2",
            "kind": "prefabricated",
            "transformers": [{"id": "T2", "type": "S20-400", "fed_from": "SRC2"}],
        }
    )

    (finding,) = mv_line_capacity(facts_of(small))

    assert finding.value == 6000 + 630 + 400


def test_a_source_without_a_line_is_a_line_of_its_own(small, facts_of):
    del small["sources"][0]["line"]

    (finding,) = mv_line_capacity(facts_of(small))

    assert finding.element == "SRC1"


def test_without_the_installed_capacity_the_check_says_what_is_missing(small, facts_of):
    del small["sources"][0]["line_installed_kva"]

    (finding,) = mv_line_capacity(facts_of(small))

    assert (finding.status, finding.value) == ("not_checked", 630)
    assert "no line_installed_kva given" in str(finding.note)
