from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import time

import pytest

from mscli.drill import breaker
from mscli.drill.breaker import Change, Seen, course, drill, parties
from mscli.errors import MscliError, NotReady

GOOD = [Change("open", 10.5), Change("half-open", 12.5), Change("open", 12.6)]
CLOSES = [Change("half-open", 14.7), Change("closed", 14.75)]


def holds(changes: list[Change], ready: float = 13.0) -> list[bool]:
    return [verdict.holds for verdict in course(changes, 10.0, ready, 2.0).verdicts]


def test_a_breaker_that_opens_waits_and_closes_is_sound() -> None:
    found = course([*GOOD, *CLOSES], 10.0, 13.0, 2.0)
    assert found.holds
    assert found.ready == 3.0
    assert found.changes[0] == Change("open", 0.5)
    assert [verdict.found for verdict in found.verdicts] == [
        "closed -> open -> half-open -> open -> half-open -> closed",
        "2.00 s at least",
        "1.75 s",
    ]


def test_each_way_of_being_wrong_is_found() -> None:
    assert holds(GOOD) == [False, True, False]  # it never closes
    assert holds([*GOOD, *CLOSES], ready=9.0) == [True, True, False]  # late
    assert holds([Change("open", 10.1), Change("half-open", 10.9), Change("closed", 11.0)]) == [
        *(True, False, True)  # it did not wait
    ]
    assert holds([Change("open", 10.1), Change("closed", 13.0)])[0] is False
    assert holds([]) == [False, False, False]


@dataclass
class FakeCall:
    """A breaker that opens with the third call that fails, and closes with the next good one."""

    changes: list[Change] = field(default_factory=list)
    down: bool = False
    failures: int = 0
    deaf: bool = False

    @property
    def state(self) -> str:
        return self.changes[-1].state if self.changes else "closed"

    def look(self) -> Seen:
        return Seen(self.state, tuple(self.changes), 3, 0.05)

    def ask(self) -> None:
        if self.deaf:
            return
        if self.down:
            self.failures += 1
            if self.failures == 3:
                self.changes.append(Change("open", time()))
        elif self.state == "open" and time() - self.changes[-1].at > 0.05:
            self.changes += [Change("half-open", time()), Change("closed", time())]

    @contextmanager
    def held_down(self) -> Iterator[None]:
        self.down = True
        yield
        self.down = False


def test_the_called_service_is_held_down_until_the_breaker_opens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(breaker, "CALL_EVERY", 0.005)
    call = FakeCall()
    found = drill(call)
    assert found.holds, found
    assert [change.state for change in found.changes] == ["open", "half-open", "closed"]
    assert not call.down


def test_a_breaker_that_never_opens_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PATIENCE", 0.05)
    with pytest.raises(NotReady, match="the breaker was not open within"):
        drill(FakeCall(deaf=True))


@pytest.mark.parametrize("text", ["orders->payments", "orders:payments", "orders -> payments"])
def test_a_call_is_written_with_an_arrow_or_a_colon(text: str) -> None:
    assert parties(text) == ("orders", "payments")


@pytest.mark.parametrize("text", ["orders", "->payments", "orders:", ""])
def test_anything_else_is_no_call(text: str) -> None:
    with pytest.raises(MscliError, match="names no call"):
        parties(text)
