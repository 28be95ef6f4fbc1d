"""New transformers that could relieve a substation: how many, where, fed how, and their ids."""

from dataclasses import replace

import pytest

from gridcalc.checks.case import prepare
from gridcalc.compound.model import LvNode
from gridcalc.compound.reader import parse_compound
from gridcalc.compound.writer import compound_yaml
from gridcalc.cost import load_price_book
from gridcalc.policy import load_policy
from gridcalc.powerflow.engine import solve_state
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.bays import spare_bays
from gridcalc.upgrade.measures import NewSubstation, SecondTransformer
from gridcalc.upgrade.options import new_unit_candidates
from gridcalc.upgrade.quantities import quantities_of_all
from tests.unit.upgrade_cases import CATALOGUE, TEMPLATES, filled

PACK = load_policy("national")  # two of each; 1250 kVA in a room, 800 kVA prefabricated
BOOK = load_price_book("national-2025")
SMALL = "RMU-2in-2out"
MOST = 2


def candidates(compound, station="PD1", *, policy=PACK, prices=BOOK, catalogue=CATALOGUE):
    return new_unit_candidates(compound, station, catalogue=catalogue, policy=policy, prices=prices)


def seconds(compound, station="PD1", **given):
    found = candidates(compound, station, **given)
    return [rows for rows in found if isinstance(rows[0], SecondTransformer)]


def news(compound, station="PD1", **given):
    found = candidates(compound, station, **given)
    return [rows for rows in found if isinstance(rows[0], NewSubstation)]


def fed(rows):
    """Return how new substations are fed: from where, by which RMU and cable."""
    return [(row.mv_from, row.rmu_type, row.mv_cable_type) for row in (row[0] for row in rows)]


def without_prices(*items):
    kept = {item: price for item, price in BOOK.prices.items() if item not in items}
    return replace(BOOK, prices=kept)


def with_rule(name, value):
    rule = replace(PACK.rules[name], value=value)
    return replace(PACK, rules={**PACK.rules, name: rule})


def with_unit(compound, **update):
    station = compound.substations[0]
    unit = station.transformers[0].model_copy(update=update)
    station = station.model_copy(update={"transformers": (unit, *station.transformers[1:])})
    return compound.model_copy(update={"substations": (station, *compound.substations[1:])})


def with_bays(compound, **n_bays):
    """Return a compound with other numbers of bays in its RMUs and sources."""
    rmus = tuple(
        row.model_copy(update={"n_bays": n_bays.get(row.id, row.n_bays)}) for row in compound.rmus
    )
    sources = tuple(
        row.model_copy(update={"spare_bays": n_bays.get(row.id, row.spare_bays)})
        for row in compound.sources
    )
    return compound.model_copy(update={"rmus": rmus, "sources": sources})


def all_of(compound):
    """Return the largest of every candidate, each with a feeder of its own."""
    rows = [
        (row[-1], station.id)
        for station in compound.substations
        for row in candidates(compound, station.id)
    ]
    boards = {
        station.id: [f"{unit.id}.LV" for unit in station.transformers]
        for station in compound.substations
    }
    free = {
        name: [row.id for row in compound.lv_cables if row.from_id in own]
        for name, own in boards.items()
    }
    return [replace(row, feeders=(free[name].pop(0),)) for row, name in rows if free[name]]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("last", [False, True])
def test_the_candidates_of_one_substation_can_all_be_built(template, last):
    compound = filled(template)
    station = compound.substations[0]
    rows = [row[-1] for row in candidates(compound)]
    boards = [f"{unit.id}.LV" for unit in station.transformers]
    feeders = [row.id for row in compound.lv_cables if row.from_id in boards]
    feeders = feeders[::-1] if last else feeders  # the neighbour is T1, or the last unit
    built = [replace(row, feeders=(feeder,)) for row, feeder in zip(rows, feeders, strict=False)]

    now = apply(compound, built, catalogue=CATALOGUE)

    free = spare_bays(now, catalogue=CATALOGUE)
    before = spare_bays(compound, catalogue=CATALOGUE)
    assert all(
        spare is None or spare >= min(0, before.get(node, 0)) for node, spare in free.items()
    )
    assert parse_compound(compound_yaml(now), file="now.yaml", catalogue=CATALOGUE) == now


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_candidates_of_all_substations_have_ids_of_their_own(template):
    compound = filled(template)
    built = all_of(compound)

    now = apply(compound, built, catalogue=CATALOGUE)
    rows = quantities_of_all(compound, built, catalogue=CATALOGUE)

    policy = load_policy(compound.policy)
    case = prepare(now, catalogue=CATALOGUE, policy=policy, solver=solve_state)
    assert len(case.site.network.transformers.ids) == len(compound.transformers) + len(built)
    assert {row.item for row in rows} <= set(BOOK.prices)


def test_a_room_takes_two_more_units_and_has_two_new_substations_beside_it():
    compound = filled("mid-rise")  # RMU1 has two bays to spare; T1 on MC3, YJV22-8.7/15-3x120

    assert [type(rows[0]) for rows in candidates(compound)] == [
        *(SecondTransformer, SecondTransformer),
        *(NewSubstation, NewSubstation),
    ]
    assert [rows[0].transformer_id for rows in candidates(compound)] == ["T3", "T4", "T5", "T6"]
    assert [rows[0].substation_id for rows in news(compound)] == ["PD2", "PD3"]
    assert fed(news(compound)) == [("RMU1", SMALL, "YJV22-8.7/15-3x120")] * 2
    assert {row.mv_length_m for rows in news(compound) for row in rows} == {300}


def test_all_feeders_of_the_substation_stand_in_for_those_that_move():
    compound = filled("high-rise")
    rows = candidates(compound, "PD2")

    wanted = tuple(sorted(r.id for r in compound.lv_cables if r.from_id in {"T3.LV", "T4.LV"}))
    assert {row.feeders for options in rows for row in options} == {wanted}


def test_each_candidate_has_every_size_its_place_allows():
    compound = filled("mid-rise")  # SCB14
    second, new = seconds(compound)[0], news(compound)[0]

    assert [row.type for row in second][-2:] == ["SCB14-1000", "SCB14-1250"]
    assert [CATALOGUE.transformers[row.type].sn_kva for row in second] == sorted(
        CATALOGUE.transformers[row.type].sn_kva for row in second
    )
    assert len({replace(row, type="") for row in second}) == 1
    sizes = [CATALOGUE.transformers[row.type].sn_kva for row in new]
    assert sizes == [200, 250, 315, 400, 500, 630, 800]  # the book begins at 200 kVA


def test_sizes_without_a_price_are_left_out():
    compound = filled("combined-meter")  # S13
    book = without_prices("transformer.S13-630", "lv_breaker.ACB-1000")

    second = {row.type for row in seconds(compound, prices=book)[0]}
    new = {row.type for row in news(compound, prices=book)[0]}

    # 630 kVA / (sqrt(3) 0.4 kV) = 909 A and 500 kVA 722 A: ACB-1000 stands for 630 kVA alone
    assert "S13-630" not in second | new
    assert {"S13-500", "S13-800"} <= second & new
    only_breaker = without_prices("lv_breaker.ACB-1000")
    assert "S13-630" not in {row.type for row in seconds(compound, prices=only_breaker)[0]}
    assert "S13-630" in {row.type for row in news(compound, prices=only_breaker)[0]}


def test_sizes_without_the_tap_in_use_are_left_out():
    compound = with_unit(filled("combined-meter"), tap=2)
    rows = dict(CATALOGUE.transformers)
    rows["S13-400"] = replace(rows["S13-400"], n_tap_steps_each_side=1)
    catalogue = replace(CATALOGUE, transformers=rows)

    types = {row.type for options in candidates(compound, catalogue=catalogue) for row in options}

    assert "S13-400" not in types
    assert {"S13-315", "S13-500"} <= types


def test_a_prefabricated_substation_has_no_room_and_its_bay_goes_to_the_first_new_one():
    compound = filled("villa")  # SRC1 has two bays, MC1 uses one

    assert seconds(compound) == []
    assert fed(news(compound)) == [
        ("SRC1", None, "YJV22-8.7/15-3x150"),
        ("SRC1", SMALL, "YJV22-8.7/15-3x150"),
    ]
    assert [(row[0].substation_id, row[0].transformer_id) for row in news(compound)] == [
        ("PD2", "T2"),
        ("PD3", "T3"),
    ]


@pytest.mark.parametrize(
    ("n_bays", "n_second", "rmus"),
    [
        (8, 2, [None, None]),  # MC1 to MC4 use four, two are for the room
        (7, 2, [None, SMALL]),
        (6, 2, [SMALL, SMALL]),
        (5, 1, [SMALL, SMALL]),
        (4, 0, [SMALL, SMALL]),
        (3, 0, [SMALL, SMALL]),
    ],
)
def test_bays_go_to_units_in_the_room_first(n_bays, n_second, rmus):
    compound = with_bays(filled("mid-rise"), RMU1=n_bays)

    assert len(seconds(compound)) == n_second
    assert [row[0].rmu_type for row in news(compound)] == rmus


def test_the_fullest_rmu_of_a_room_decides():
    compound = with_bays(filled("high-rise"), RMU2=5)  # T2 and T4 on RMU2, with MC4 and MC7

    assert len(seconds(compound)) == 1
    assert [row[0].rmu_type for row in news(compound)] == [None, SMALL]


def test_units_at_an_rmu_without_cables_of_their_own_take_its_bays():
    compound = with_bays(filled("mid-rise"), RMU1=5)
    units = tuple(
        unit.model_copy(update={"fed_from": "RMU1"})
        for unit in compound.substations[0].transformers
    )
    update = {
        "substations": (compound.substations[0].model_copy(update={"transformers": units}),),
        "mv_cables": compound.mv_cables[:2],  # MC1 and MC2 take two bays, T1 and T2 as well
    }

    assert len(seconds(compound.model_copy(update=update))) == 1


def test_unknown_bays_are_taken_to_be_free():
    compound = filled("villa")
    source = compound.sources[0].model_copy(update={"spare_bays": None})
    compound = compound.model_copy(update={"sources": (source,)})

    assert [row[0].rmu_type for row in news(compound)] == [None, None]


def test_a_substation_behind_another_is_fed_from_its_bus():
    compound = filled("walk-up")  # SRC1 - MC1 - PD1 - MC2 - PD2

    assert fed(news(compound, "PD1"))[0] == ("SRC1", None, "YJV22-8.7/15-3x240")
    assert fed(news(compound, "PD2")) == [("PD1", None, "YJV22-8.7/15-3x240")] * 2


def test_an_open_ring_is_fed_from_the_closed_side():
    compound = filled("walk-up")
    closing = compound.mv_cables[1].model_copy(
        update={"id": "MC0", "from_id": "PD2", "to_id": "SRC1", "normally_open": True}
    )
    rows = (closing, *compound.mv_cables)

    assert fed(news(compound.model_copy(update={"mv_cables": rows}), "PD2"))[0][0] == "PD1"
    shut = closing.model_copy(update={"normally_open": False})
    rows = (shut, *compound.mv_cables)
    assert fed(news(compound.model_copy(update={"mv_cables": rows}), "PD2"))[0][0] == "SRC1"


def test_of_two_cables_that_feed_a_substation_the_first_by_id_counts():
    compound = filled("villa")  # MC1, YJV22-8.7/15-3x150
    beside = compound.mv_cables[0].model_copy(update={"id": "MB9", "type": "YJV22-8.7/15-3x240"})
    rows = (*compound.mv_cables, beside)

    found = news(compound.model_copy(update={"mv_cables": rows}))

    assert fed(found)[0][2] == "YJV22-8.7/15-3x240"


def test_a_unit_on_the_bus_of_a_source_is_fed_like_the_trunk_there():
    compound = filled("combined-meter")
    on_source = with_unit(compound, fed_from="SRC1")

    assert fed(news(on_source))[0][0] == "SRC1"
    assert fed(news(on_source))[0][2] == "YJV22-8.7/15-3x120"
    assert news(on_source.model_copy(update={"mv_cables": ()})) == []


def test_a_substation_that_no_source_feeds_has_no_new_one():
    compound = filled("combined-meter")
    cut = tuple(row.model_copy(update={"normally_open": True}) for row in compound.mv_cables)

    assert news(compound.model_copy(update={"mv_cables": cut})) == []


def test_without_a_price_for_an_rmu_only_those_with_a_bay_are_left():
    none = without_prices(*(f"rmu.{name}" for name in CATALOGUE.rmus))
    larger = without_prices(f"rmu.{SMALL}")
    compound = filled("villa")

    assert [row[0].rmu_type for row in news(compound, prices=none)] == [None]
    assert [row[0].rmu_type for row in news(compound, prices=larger)] == [None, "RMU-2in-4out"]


def test_the_pack_says_how_many_and_how_far():
    compound = filled("mid-rise")
    length = with_rule("upgrade.new_mv_cable_m", 120)

    assert len(seconds(compound, policy=with_rule("upgrade.max_second_transformers", 1))) == 1
    assert seconds(compound, policy=with_rule("upgrade.max_second_transformers", 0)) == []
    assert news(compound, policy=with_rule("upgrade.max_new_substations", 0)) == []
    assert {row.mv_length_m for rows in news(compound, policy=length) for row in rows} == {120}


def test_ids_go_past_those_that_are_taken_or_begin_others():
    compound = filled("villa")
    names = ("T2-BOX", "PD2", "T4")
    nodes = (*compound.lv_nodes, *(LvNode(id=name, kind="branch_box") for name in names))

    rows = news(compound.model_copy(update={"lv_nodes": nodes}))

    assert [row[0].transformer_id for row in rows] == ["T3", "T5"]
    assert [row[0].substation_id for row in rows] == ["PD3", "PD4"]


def test_ids_do_not_depend_on_the_order_of_the_file():
    compound = filled("high-rise")
    turned = compound.model_copy(update={"substations": compound.substations[::-1]})

    assert candidates(turned, "PD2") == candidates(compound, "PD2")
    assert [rows[0].transformer_id for rows in candidates(compound, "PD2")] == [
        *("T9", "T10"),  # T5 to T8 are those of PD1
        *("T11", "T12"),
    ]


def test_a_substation_without_feeders_or_without_a_name_has_no_candidates():
    compound = filled("villa")

    assert candidates(compound.model_copy(update={"lv_cables": ()})) == ()
    with pytest.raises(ValueError, match="no substation 'PD9'"):
        candidates(compound, "PD9")
