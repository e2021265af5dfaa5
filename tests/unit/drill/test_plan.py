from collections import Counter

import pytest

from mscli.drill.plan import INSTANT, Kind, Size, Start, drill, inputs_of, narrowed
from mscli.errors import UsageError
from mscli.model.system import Saga, Step

from .worlds import SAGA, TARGETS


def test_the_same_seed_is_the_same_drill_and_another_is_another() -> None:
    first, again, other = (drill(TARGETS, ["{}"], Size(5, 20), seed) for seed in (7, 7, 8))
    assert first == again
    assert first.faults != other.faults


def test_few_faults_are_of_many_kinds_and_hit_everything() -> None:
    faults = drill(TARGETS, ["{}"], Size(30, 12), 1).faults
    assert {fault.kind for fault in faults} == {
        kind for kinds in TARGETS.values() for kind in kinds
    }
    assert {fault.target for fault in faults} == set(TARGETS)


def test_kinds_and_targets_take_turns() -> None:
    faults = drill(TARGETS, ["{}"], Size(1, 70), 3).faults
    assert set(Counter(fault.kind for fault in faults).values()) == {10}
    kills = Counter(fault.target for fault in faults if fault.kind is Kind.KILL)
    assert kills == {"stock-1": 5, "till-1": 5}


def test_only_what_can_be_held_is_held() -> None:
    for fault in drill(TARGETS, ["{}"], Size(1, 40), 5).faults:
        assert (fault.hold == 0) is (fault.kind in INSTANT)
        assert fault.kind in TARGETS[fault.target]


def test_sagas_are_let_go_evenly_over_the_faults() -> None:
    plan = drill(TARGETS, ["{}"], Size(10, 4), 1)
    assert [plan.due(fault.number) for fault in plan.faults] == [2, 5, 7, 10]
    assert drill(TARGETS, ["{}"], Size(10, 0), 1).faults == ()


def test_inputs_take_turns_and_each_saga_has_its_id() -> None:
    plan = drill(TARGETS, ['{"order": "$id", "of": ["$id", 1]}', "{}"], Size(3, 0), 1)
    assert [start.input(f"x{start.number}") for start in plan.starts] == [
        {"order": "x0", "of": ["x0", 1]},
        {},
        {"order": "x2", "of": ["x2", 1]},
    ]
    assert Start(0, '{"a": {"b": "no. $id"}}').input("7") == {"a": {"b": "no. 7"}}


def test_without_inputs_scaffolded_steps_are_asked_to_refuse_now_and_then() -> None:
    assert inputs_of(SAGA) == ("{}", '{"refuse": "reserve"}', "{}", '{"refuse": "charge"}')
    assert inputs_of(Saga("s", "o", SAGA.steps, inputs=("{}",))) == ("{}",)


def test_what_comes_after_the_pivot_is_never_asked_to_refuse() -> None:
    steps = (*SAGA.steps, Step("stock", "ship"), Step("stock", "tell"))
    asked = inputs_of(Saga("s", "o", steps))[1::2]
    assert asked == ('{"refuse": "reserve"}', '{"refuse": "charge"}', '{"refuse": "ship"}')


def test_it_can_be_narrowed_to_targets_and_kinds() -> None:
    assert narrowed(TARGETS, ["till"], []) == {"till-1": TARGETS["till-1"]}
    assert narrowed(TARGETS, ["postgres/till"], ["cut"]) == {"postgres/till": (Kind.CUT,)}
    assert narrowed(TARGETS, [], ["kill"])["stock-1"] == (Kind.KILL,)
    with pytest.raises(UsageError, match="called 'kil'"):
        narrowed(TARGETS, [], ["kil"])
    with pytest.raises(UsageError, match="called 'tills'"):
        narrowed(TARGETS, ["tills"], [])
    with pytest.raises(UsageError, match="nothing can be hit"):
        drill(narrowed(TARGETS, ["till"], ["lock"]), ["{}"], Size(1, 1), 1)
