"""Early dates, slack and the critical path: by hand and against the longest path of networkx."""

import random

import networkx as nx
import pytest

from gridcalc.timeline.records import Basis, Step
from gridcalc.timeline.scheduling import schedule
from gridcalc.timeline.sharing import shared_days


def step(name, n_days, *after):
    return Step(
        id=name, after=after, working_days=n_days, responsible="utility", basis=Basis(rules=())
    )


def test_a_chain_is_critical_throughout():
    slots = schedule([step("a", 2), step("b", 3, "a"), step("c", 0, "b")])

    assert [(s.begin_day, s.end_day, s.slack_days) for s in slots.values()] == [
        (0, 2, 0),
        (2, 5, 0),
        (5, 5, 0),
    ]


def test_the_shorter_of_two_branches_has_the_difference_as_slack():
    # a 2, then b 7 beside c 3 and d 1, then e 1: b decides, c and d may be 3 days late
    slots = schedule(
        [
            step("a", 2),
            step("b", 7, "a"),
            step("c", 3, "a"),
            step("d", 1, "c"),
            step("e", 1, "b", "d"),
        ]
    )

    assert {name: slot.slack_days for name, slot in slots.items()} == {
        "a": 0,
        "b": 0,
        "c": 3,
        "d": 3,
        "e": 0,
    }
    assert (slots["e"].begin_day, slots["e"].end_day) == (9, 10)


def test_branches_of_equal_length_are_both_critical():
    slots = schedule([step("a", 1), step("b", 4, "a"), step("c", 4, "a"), step("d", 1, "b", "c")])

    assert {slot.slack_days for slot in slots.values()} == {0}


def test_no_steps_take_no_time():
    assert schedule([]) == {}


@pytest.mark.parametrize("seed", range(20))
def test_the_length_is_that_of_the_longest_path_and_the_critical_steps_lie_on_one(seed):
    draw = random.Random(seed)
    steps = []
    for k in range(12):
        after = [f"s{i}" for i in range(k) if draw.random() < 0.3]
        steps.append(step(f"s{k}", draw.randint(0, 9), *after))
    graph = nx.DiGraph()
    for row in steps:  # durations stand on the edge into each step's end
        graph.add_edge(f"{row.id}-in", f"{row.id}-out", weight=row.working_days)
        graph.add_edge("begin", f"{row.id}-in", weight=0)
        for name in row.after:
            graph.add_edge(f"{name}-out", f"{row.id}-in", weight=0)
    slots = schedule(steps)
    longest = nx.dag_longest_path_length(graph)

    assert max(slot.end_day for slot in slots.values()) == longest
    for row in steps:  # one day more delays the whole exactly where there is no slack
        graph[f"{row.id}-in"][f"{row.id}-out"]["weight"] += 1
        is_later = nx.dag_longest_path_length(graph) > longest
        graph[f"{row.id}-in"][f"{row.id}-out"]["weight"] -= 1
        assert is_later == (slots[row.id].slack_days == 0)


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        # exact: 32/22 of 1, 2, 12, 3, 4 is 1.45 2.91 17.45 4.36 5.82; 3 days left go to the
        # remainders .91, .82, and of the two equal .4545 to the heavier step
        (32, [1, 2, 12, 3, 4], (1, 3, 18, 4, 6)),
        # 16/22: 0.73 1.45 8.73 2.18 2.91
        (16, [1, 2, 12, 3, 4], (1, 1, 9, 2, 3)),
        # 5/19 of 1, 2, 12, 4: 0.26 0.53 3.16 1.05
        (5, [1, 2, 12, 4], (0, 1, 3, 1)),
        (3, [1, 4], (1, 2)),
        (0, [1, 4], (0, 0)),
        (3, [1, 1], (2, 1)),
        (7, [0, 1], (0, 7)),
    ],
)
def test_days_are_shared_by_largest_remainder(total, weights, expected):
    assert shared_days(total, weights) == expected


@pytest.mark.parametrize("total", range(0, 60, 7))
def test_shares_add_up_and_lie_within_a_day_of_the_exact_ones(total):
    weights = [1, 2, 12, 3, 2.5, 4]
    found = shared_days(total, weights)

    assert sum(found) == total
    assert all(abs(n - total * w / sum(weights)) < 1 for n, w in zip(found, weights, strict=True))
