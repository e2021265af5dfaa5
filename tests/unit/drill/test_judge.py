from dataclasses import replace

import pytest

from mscli.drill.judge import Verdict, agree, ended, hold, judge, once, sent
from mscli.drill.world import SagaState, StepFact
from mscli.errors import MscliError
from mscli.model.invariants import Invariant, Query

from .worlds import SAGA, FakeWorld


def sound() -> tuple[FakeWorld, set[str]]:
    world = FakeWorld()
    return world, {world.start("1", {}), world.start("2", {"refuse": "charge"})}


def test_a_sound_world_violates_nothing() -> None:
    world, accepted = sound()
    world.rows = {"SELECT 1": [(1,)]}
    invariant = Invariant("one", Query("till", "SELECT 1"), "1")
    verdicts = judge(world, SAGA, [invariant], accepted)
    assert [verdict.holds for verdict in verdicts] == [True] * 4
    assert verdicts[0].found == "2 sagas"


def test_a_saga_that_runs_still_or_is_lost_is_a_violation_and_a_stuck_one_is_not() -> None:
    states = {name: SagaState(name, name) for name in ("running", "stuck", "failed", "completed")}
    verdict = ended(states, {*states, "nobody-knows"})
    assert verdict.examples == ("nobody-knows is lost", "running is running")


def test_a_completed_saga_without_a_step_and_a_compensated_one_with_one_are_violations() -> None:
    world, accepted = sound()
    facts = [fact for fact in world.facts if (fact.saga_id, fact.step) != ("buy-1", "charge")]
    facts = [
        replace(f, outcome="done") if (f.saga_id, f.step) == ("buy-2", "reserve") else f
        for f in facts
    ]
    verdict = agree(SAGA, world.sagas(), facts, accepted)
    assert verdict.examples == (
        "buy-1 is completed, and not so till:charge",
        "buy-2 is compensated, and not so stock:reserve",
    )
    assert verdict.found == "2 violations"


@pytest.mark.parametrize(("acted", "undone"), [(2, 0), (1, 2), (0, 1)])
def test_a_step_that_was_done_or_undone_twice_is_a_violation(acted: int, undone: int) -> None:
    assert not once([StepFact("till", "buy-1", "charge", "done", acted, undone)]).holds


def test_an_event_that_waits_is_a_violation() -> None:
    assert sent({"till": 0, "stock": 2}).examples == ("stock has 2 events left",)
    world, accepted = sound()
    world.waiting = {"till": 1}
    assert not all(verdict.holds for verdict in judge(world, SAGA, [], accepted))


@pytest.mark.parametrize(
    ("rows", "expect", "verdict"),
    [
        ([(0,)], "0", Verdict("i", True, "0")),
        ([(0.0,)], "0", Verdict("i", True, "0.0")),
        ([(3,)], "0", Verdict("i", False, "3, not 0")),
        ([("a",)], '"a"', Verdict("i", True, '"a"')),
        ([(None,)], "null", Verdict("i", True, "null")),
        ([(None,)], "0", Verdict("i", False, "null, not 0")),
        ([(True,)], "1", Verdict("i", False, "true, not 1")),
        ([], "0", Verdict("i", False, "one value was expected, not 0 rows")),
        ([(0,), (0,)], "0", Verdict("i", False, "one value was expected, not 2 rows")),
        ([(0, 0)], "0", Verdict("i", False, "one value was expected, not 2 columns")),
    ],
)
def test_a_value_is_what_is_expected(
    rows: list[tuple[object, ...]], expect: str, verdict: Verdict
) -> None:
    world = FakeWorld(rows={"q": rows})
    assert hold(world, Invariant("i", Query("till", "q"), expect)) == verdict


def test_each_row_is_among_the_others() -> None:
    world = FakeWorld(rows={"a": [(1, "x"), (2, "y"), (2, "y")], "b": [(2, "y"), (3, "z")]})
    found = hold(world, Invariant("i", Query("till", "a"), within=Query("stock", "b")))
    assert (found.holds, found.examples) == (False, ('[1, "x"]',))
    turned = Invariant("i", Query("stock", "b"), within=Query("till", "b"))
    assert hold(world, turned) == Verdict("i", True, "2 of 2")


def test_a_query_that_cannot_be_run_is_an_error_that_names_the_invariant() -> None:
    with pytest.raises(MscliError, match=r"^invariants\.bad: PostgreSQL refuses it: SELCT 1$"):
        hold(FakeWorld(), Invariant("bad", Query("till", "SELCT 1")))
