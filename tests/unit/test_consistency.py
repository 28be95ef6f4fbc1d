"""Do the parts of a file fit together: ids, links, equipment, 10 kV supply, radial LV feeders."""

import pytest

LV = "YJV22-0.6/1-4x70"
MV = "YJV22-8.7/15-3x150"


def lv_cable(name, start, end):
    return {"id": name, "from": start, "to": end, "type": LV, "length_m": 10}


def mv_cable(name, start, end, **more):
    return {"id": name, "from": start, "to": end, "type": MV, "length_m": 10, **more}


@pytest.fixture
def messages(problems_of):
    return lambda file: [f"{problem.key}: {problem.message}" for problem in problems_of(file)]


def test_a_sound_file_has_no_problems(small, messages):
    assert messages(small) == []


# ------------------------------------------------------------------ ids


@pytest.mark.parametrize(
    ("section", "row", "key"),
    [
        ("rmus", {"id": "SRC1", "type": "RMU-2in-2out"}, "rmus[0].id"),
        ("lv_nodes", {"id": "T1", "kind": "meter_box"}, "lv_nodes[5].id"),
        ("lv_cables", lv_cable("MC1", "BB1", "MB3"), "lv_cables[5].id"),
    ],
)
def test_an_id_may_stand_once_in_the_whole_file(small, messages, section, row, key):
    small.setdefault(section, []).append(row)

    assert any(m.startswith(f"{key}: the id {row['id']!r} stands already") for m in messages(small))


def test_no_node_may_take_the_name_of_an_lv_board_or_of_a_transformers_10_kv_terminal(
    small, messages
):
    # the network would take two nodes of one name for one and join them
    small["lv_nodes"].append({"id": "T1.LV", "kind": "distribution_box"})
    small["rmus"] = [{"id": "T1.HV", "type": "RMU-2in-2out"}]
    small["mv_cables"][0]["to"] = "T1"
    small["mv_cables"].append(mv_cable("M2", "SRC1", "T1.HV"))

    found = messages(small)

    assert any(message.startswith("lv_nodes[5].id: ") for message in found)
    assert any(message.startswith("rmus[0].id: ") for message in found)


# ------------------------------------------------------------------ links


def test_every_link_must_lead_to_something_of_the_right_kind(small, messages):
    small["mv_cables"].append(mv_cable("M2", "SRC1", "BB1"))  # an LV node
    small["mv_cables"].append(mv_cable("M3", "SRC9", "PD1", normally_open=True))
    small["lv_cables"].append(lv_cable("C8", "PD1", "ES1"))  # a 10 kV node
    small["ebikes"][0]["node"] = "ES2"
    small["metered"] = [{"transformer": "PD1", "peak_kw": 10}]
    small["protection"] = [{"element": "BB1", "in_a": 100}]
    small["substations"][0]["transformers"][0]["fed_from"] = "SRC2"

    found = messages(small)

    for start in (
        "mv_cables[1].to: there is no 10 kV node 'BB1'",
        "mv_cables[2].from: there is no 10 kV node 'SRC9'; did you mean 'SRC1'?",
        "lv_cables[5].from: there is no LV node 'PD1'",
        "ebikes[0].node: there is no LV node 'ES2'; did you mean 'ES1'?",
        "metered[0].transformer: there is no transformer 'PD1'",
        "protection[0].element: there is no cable or transformer 'BB1'",
        "substations[0].transformers[0].fed_from: there is no 10 kV node 'SRC2'; did you mean",
    ):
        assert any(message.startswith(start) for message in found), start


@pytest.mark.parametrize("section", ["households", "private_bays", "public_bays", "public_loads"])
def test_a_load_at_an_unknown_node_is_a_problem(small, messages, section):
    small[section][0]["node"] = "QQQ"

    assert f"{section}[0].node: there is no LV node 'QQQ'" in messages(small)


def test_loads_may_hang_on_the_lv_board(small, messages):
    small["private_bays"].append({"node": "T1.LV", "count": 3})

    assert messages(small) == []


def test_a_cable_must_lead_somewhere_else(small, messages):
    small["lv_cables"].append(lv_cable("C8", "MB1", "MB1"))
    small["mv_cables"].append(mv_cable("M2", "PD1", "PD1"))

    found = messages(small)

    assert "lv_cables[5].to: the cable ends where it starts, at 'MB1'" in found
    assert "mv_cables[1].to: the cable ends where it starts, at 'PD1'" in found


# ------------------------------------------------------------------ equipment


@pytest.mark.parametrize(
    ("section", "wrong", "message"),
    [
        ("lv_cables", "YJV22-0.6/1-4x71", "is not in the catalogue; the nearest is 'YJV22-0.6/1-"),
        ("mv_cables", "YJV22-8.7/15-3x151", "is not in the catalogue; the nearest is 'YJV22-8.7/"),
        ("lv_cables", MV, "is not a lv cable"),
        ("mv_cables", LV, "is not a mv cable"),
        ("lv_cables", "S20-630", "is not a lv cable"),
    ],
)
def test_a_cable_of_an_unknown_or_wrong_type_is_a_problem(small, messages, section, wrong, message):
    small[section][0]["type"] = wrong

    assert messages(small)[0].startswith(f"{section}[0].type: {wrong!r} {message}")


def test_an_unknown_transformer_names_the_nearest(small, messages):
    small["substations"][0]["transformers"][0]["type"] = "S20-639"

    assert messages(small) == [
        "substations[0].transformers[0].type: 'S20-639' is not in the catalogue;"
        " the nearest is 'S20-630'; other types go into a table of --catalogue"
    ]


def test_an_unknown_rmu_is_a_problem(small, messages):
    small["rmus"] = [{"id": "R1", "type": "RMU-2in-5out"}]
    small["mv_cables"].append(mv_cable("M2", "PD1", "R1"))

    assert messages(small)[0].startswith("rmus[0].type: 'RMU-2in-5out' is not in the catalogue")


# ------------------------------------------------------------------ 10 kV


def test_a_transformer_without_a_10_kv_feed_is_a_problem(small, messages):
    small["mv_cables"] = []

    assert messages(small) == [
        "substations[0].transformers[0]: 'T1' has no 10 kV supply;"
        " give fed_from or end a 10 kV cable at it"
    ]


@pytest.mark.parametrize("how", ["cable at the substation", "cable at the unit", "fed_from"])
def test_a_transformer_can_be_fed_in_three_ways(small, messages, how):
    if how == "cable at the unit":
        small["mv_cables"][0]["to"] = "T1"
    elif how == "fed_from":
        small["mv_cables"] = []
        small["substations"][0]["transformers"][0]["fed_from"] = "SRC1"

    assert messages(small) == []


def test_a_transformer_cannot_be_fed_from_a_transformer(small, messages):
    # a transformer is no 10 kV node others could hang on; its cable ends at <id>.HV
    small["mv_cables"][0]["to"] = "T1"
    small["substations"][0]["transformers"].append(
        {"id": "T2", "type": "S20-630", "fed_from": "T1"}
    )

    assert any("transformers[1].fed_from" in message for message in messages(small))


def test_only_closed_cables_bring_supply(small, messages):
    small["mv_cables"][0]["normally_open"] = True

    assert any("'T1' has no 10 kV supply" in message for message in messages(small))


def test_an_rmu_without_supply_is_a_problem(small, messages):
    small["rmus"] = [{"id": "R1", "type": "RMU-2in-2out"}]

    assert messages(small) == ["rmus[0].id: 'R1' has no 10 kV supply; connect it to a source"]


def ring(small, **open_point):
    small["rmus"] = [{"id": "R1", "type": "RMU-2in-2out"}, {"id": "R2", "type": "RMU-2in-2out"}]
    small["mv_cables"] += [
        mv_cable("M2", "SRC1", "R1"),
        mv_cable("M3", "R1", "R2"),
        mv_cable("M4", "R2", "SRC1", **open_point),
    ]
    return small


def test_a_closed_10_kv_ring_on_one_source_is_sound(small, messages):
    assert messages(ring(small)) == []


def test_a_ring_with_an_open_point_is_sound(small, messages):
    assert messages(ring(small, normally_open=True)) == []


def test_two_equal_10_kv_cables_side_by_side_are_a_closed_ring_and_sound(small, messages):
    small["mv_cables"].append(mv_cable("M2", "SRC1", "PD1"))

    assert messages(small) == []


def test_two_sources_may_not_be_joined(small, messages):
    small["sources"].append({"id": "SRC2", "kind": "rmu_bay"})
    small["mv_cables"].append(mv_cable("M2", "SRC2", "PD1"))

    assert messages(small) == [
        "mv_cables[1].to: closed 10 kV cables join the sources SRC1, SRC2; what flows from one to"
        " the other depends on data of the grid that nobody has;"
        " mark the open point with normally_open: true"
    ]


def test_a_closed_ring_between_two_sources_is_joined_too_until_it_is_open(small, messages):
    ring(small)
    small["sources"].append({"id": "SRC2", "kind": "rmu_bay"})
    small["mv_cables"].append(mv_cable("M5", "R1", "SRC2"))
    joined = messages(small)
    small["mv_cables"][4]["normally_open"] = True

    assert len(joined) == 1
    assert joined[0].startswith("mv_cables[4].to: closed 10 kV cables join the sources SRC1, SRC2")
    assert messages(small) == []


def test_a_closed_ring_without_a_source_has_no_supply(small, messages):
    ring(small)
    small["mv_cables"][1]["normally_open"] = True
    small["mv_cables"][3]["to"] = "R1"

    assert messages(small) == [
        f"rmus[{k}].id: {name!r} has no 10 kV supply; connect it to a source"
        for k, name in enumerate(("R1", "R2"))
    ]


# ------------------------------------------------------------------ 0.4 kV


def test_a_box_without_supply_is_a_problem_once_for_each_box(small, messages):
    del small["lv_cables"][0]  # T1.LV to BB1, which feeds MB1 and MB2

    assert messages(small) == [
        f"lv_nodes[{i}].id: {name!r} has no supply; no cable leads to it"
        for i, name in enumerate(("BB1", "MB1", "MB2"))
    ]


def test_a_box_fed_by_two_cables_is_a_problem_at_the_second(small, messages):
    small["lv_cables"].append(lv_cable("C8", "T1.LV", "MB2"))

    assert messages(small) == [
        "lv_cables[5].to: 'MB2' is fed already by 'C2';"
        " for equal cables use parallel, LV feeders are radial"
    ]


def test_a_cable_may_not_end_at_an_lv_board(small, messages):
    small["lv_nodes"].append({"id": "MB3", "kind": "meter_box"})
    small["lv_cables"].append(lv_cable("C8", "MB3", "T1.LV"))

    found = messages(small)

    assert "lv_cables[5].to: a cable may not end at the LV board 'T1.LV'; exchange from and to" in (
        found
    )


def test_a_loop_of_boxes_is_a_problem(small, messages):
    names = ("MB3", "MB4", "MB5")
    small["lv_nodes"] += [{"id": name, "kind": "meter_box"} for name in names]
    small["lv_cables"] += [
        lv_cable("L1", "MB3", "MB4"),
        lv_cable("L2", "MB4", "MB5"),
        lv_cable("L3", "MB5", "MB3"),
    ]

    assert messages(small) == [
        "lv_cables[7].from: LV loop over MB3 - MB4 - MB5; feeders are radial, open it"
    ]


def test_a_meshed_group_of_boxes_is_one_loop_and_not_one_for_every_way_round(small, messages):
    # 8 boxes, each joined to each both ways, hold 16064 simple cycles; 12 boxes 108 million
    names = [f"N{i}" for i in range(8)]
    small["lv_nodes"] += [{"id": name, "kind": "meter_box"} for name in names]
    small["lv_cables"] += [lv_cable(f"{a}-{b}", a, b) for a in names for b in names if a != b]

    loops = [message for message in messages(small) if "LV loop" in message]

    assert len(loops) == 1


def test_a_last_box_needs_a_load(small, messages):
    small["lv_nodes"].append({"id": "MB3", "kind": "meter_box"})
    small["lv_cables"].append(lv_cable("C8", "BB1", "MB3"))

    assert messages(small) == [
        "lv_nodes[5].id: 'MB3' has neither a load nor an outgoing cable; remove it"
    ]


# ------------------------------------------------------------------ shares, ties, single rows


def test_more_bays_are_reserved_than_equipped(small, messages):
    small["private_bays"][0].update(equipped_share=0.5, reserved_share=0.3)

    assert messages(small) == [
        "private_bays[0].reserved_share: reserved_share 0.3 is below equipped_share 0.5"
    ]


def test_equal_shares_reserved_and_equipped_are_sound(small, messages):
    small["private_bays"][0].update(equipped_share=0.5, reserved_share=0.5)

    assert messages(small) == []


def test_a_tie_needs_two_transformers(small, messages):
    small["substations"][0]["lv_tie"] = True

    assert messages(small) == ["substations[0].lv_tie: a tie needs two transformers; there is one"]


def test_a_transformer_is_metered_once_and_a_cable_protected_once(small, messages):
    small["metered"] = [{"transformer": "T1", "peak_kw": 10}, {"transformer": "T1", "peak_kw": 11}]
    small["protection"] = [{"element": "F1", "in_a": 100}, {"element": "F1", "in_a": 200}]

    found = messages(small)

    assert [message.split(" stands already")[0] for message in found] == [
        "metered[1].transformer: 'T1'",
        "protection[1].element: 'F1'",
    ]


# ------------------------------------------------------------------ lists that are not there


def test_a_list_under_a_misspelled_key_is_one_problem(small, messages):
    small["lv_node"] = small.pop("lv_nodes")

    assert messages(small) == ["lv_node: unknown key; did you mean 'lv_nodes'?"]


def test_a_missing_list_is_told_with_the_number_of_what_follows(small, messages):
    n_nodes = len(small.pop("lv_nodes"))
    ends = [cable["to"] for cable in small["lv_cables"]]
    starts = [cable["from"] for cable in small["lv_cables"] if cable["from"] != "T1.LV"]
    sections = ("households", "private_bays", "public_bays", "ebikes", "public_loads")
    loads = [row for name in sections for row in small.get(name, ()) if row["node"] != "T1.LV"]

    (message,) = messages(small)

    # every end, start and load that names one of the nodes
    assert n_nodes == 5
    n_named = len(ends) + len(starts) + len(loads)
    assert message.startswith("lv_nodes: lv_nodes is missing; ")
    assert message.endswith(f"not listed: {n_named}, first lv_cables[0].to")
