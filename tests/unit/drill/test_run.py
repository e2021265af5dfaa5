from pathlib import Path

import pytest

from mscli.drill import run as running
from mscli.drill.journal import Journal
from mscli.drill.plan import Drill, Fault, Kind, Size, drill
from mscli.drill.run import Runner
from mscli.drill.world import SagaState
from mscli.errors import MscliError, NotReady
from mscli.model.invariants import Invariant, Query

from .worlds import SAGA, TARGETS, FakeWorld


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AGAIN", 0.001)


def runner(world: FakeWorld, folder: Path, *invariants: Invariant) -> Runner:
    journal = Journal(folder / "fault.json")
    say, rest = world.history.append, lambda _seconds: None
    return Runner(world, SAGA, invariants, journal, say, patience=0.05, rest=rest)


def plan(sagas: int = 6, faults: int = 3) -> Drill:
    return drill(TARGETS, ["{}", '{"refuse": "charge"}'], Size(sagas, faults), 1)


def test_all_is_started_broken_mended_and_judged(tmp_path: Path) -> None:
    world = FakeWorld()
    outcome = runner(world, tmp_path).run(plan(), "r")
    assert outcome.holds
    assert (outcome.counts, outcome.refused) == ({"compensated": 3, "completed": 3}, 0)
    assert sorted(world.documents) == [f"buy-drill-r-{n}" for n in range(6)]
    assert outcome.injected == plan().faults
    assert world.broken == []
    assert [line.split()[0] for line in world.history if line.startswith("heal")] == ["heal"] * 3
    assert not (tmp_path / "fault.json").exists()


def test_a_busy_owner_is_asked_again_until_it_starts_the_saga(tmp_path: Path) -> None:
    outcome = runner(FakeWorld(busy=20), tmp_path).run(plan(), "r")
    assert (sum(outcome.counts.values()), outcome.refused) == (6, 0)


def test_who_never_starts_a_saga_is_counted_and_violates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "START_PATIENCE", 0.02)
    outcome = runner(FakeWorld(busy=10**9), tmp_path).run(plan(2, 0), "r")
    assert (outcome.counts, outcome.refused) == ({}, 2)
    assert not outcome.holds
    assert [verdict.name for verdict in outcome.verdicts if not verdict.holds] == [
        "every saga could be started"
    ]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MscliError("no")])
def test_what_is_broken_is_mended_whatever_happens(tmp_path: Path, error: BaseException) -> None:
    world = FakeWorld(error=error)
    with pytest.raises(type(error)):
        runner(world, tmp_path).run(plan(), "r")
    assert world.broken == []
    assert not (tmp_path / "fault.json").exists()


def test_what_a_killed_drill_has_left_is_mended_from_the_journal(tmp_path: Path) -> None:
    world, file = FakeWorld(), tmp_path / "drill" / "fault.json"
    faults = [Fault(n, Kind.PAUSE, name, 0.1, 1.5) for n, name in enumerate(("stock-1", "till-1"))]
    journal = Journal(file)
    with journal.holding(world, faults[0]), journal.holding(world, faults[1]):
        killed = file.read_text()
    world.broken, world.history = list(faults), []
    file.write_text(killed)
    assert Journal(file).heal_what_is_left(world) == tuple(faults)
    assert (world.broken, file.exists()) == ([], False)
    assert Journal(file).heal_what_is_left(world) == ()


def test_a_journal_that_cannot_be_read_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "fault.json"
    for text in ("", "{}", '[{"kind": "hug"}]', "[7]"):
        file.write_text(text)
        assert Journal(file).left() == ()


def test_what_is_not_ready_is_not_hit(tmp_path: Path) -> None:
    world = FakeWorld(late={"till-1"})
    with pytest.raises(NotReady, match="till-1"):
        runner(world, tmp_path).run(plan(), "r")
    assert not [line for line in world.history if line.endswith(" till-1") and "heal" in line]


def test_quiet_is_waited_for_and_a_saga_that_never_ends_is_a_violation(tmp_path: Path) -> None:
    world = FakeWorld()
    world.start("old", {})
    outcome = runner(world, tmp_path).run(plan(1, 0), "r")
    assert outcome.counts == {"completed": 1}

    class Endless(FakeWorld):
        def start(self, key: str, document: object) -> str:
            self.known[key] = SagaState(key, "running")
            return key

    outcome = runner(Endless(), tmp_path).run(plan(1, 0), "r")
    assert outcome.counts == {"running": 1}
    assert not outcome.holds


def test_a_system_that_is_not_sound_is_not_broken(tmp_path: Path) -> None:
    world = FakeWorld(rows={"q": [(1,)]})
    invariant = Invariant("none", Query("till", "q"), "0")
    with pytest.raises(MscliError, match="none is violated before anything was broken: 1, not 0"):
        runner(world, tmp_path, invariant).must_be_sound()
    world.rows = {"q": [("a1",), ("b2",)], "all": [("b2",)]}
    each = Invariant("each", Query("till", "q"), within=Query("stock", "all"))
    with pytest.raises(MscliError, match=r"broken: 1 violations; .*a1"):
        runner(world, tmp_path, each).must_be_sound()
    world.late = {"stock-1"}
    with pytest.raises(NotReady, match="not ready: stock-1"):
        runner(world, tmp_path).must_be_sound()


def test_what_a_saga_under_way_has_half_done_violates_nothing(tmp_path: Path) -> None:
    """One that is stuck is not waited for."""
    world = FakeWorld(rows={"q": [(1,)]})
    world.known = {
        "buy-1": SagaState("buy-1", "running"),
        "buy-2": SagaState("buy-2", "stuck"),
    }
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        world.known["buy-1"] = SagaState("buy-1", "completed")
        world.rows["q"] = [(0,)]

    invariant = Invariant("none", Query("till", "q"), "0")
    journal = Journal(tmp_path / "fault.json")
    sound = Runner(world, SAGA, [invariant], journal, print, patience=60, rest=rest)
    sound.must_be_sound()
    assert len(rests) == 1
