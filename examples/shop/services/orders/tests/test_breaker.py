# Scaffolded by mscli: yours to change.
"""The circuit breaker, by a clock that a test turns."""

import pytest

from orders.wiring.breaker import Breaker, Limits, State
from orders.wiring.calls import CircuitOpen


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    limits = Limits(failure_threshold=3, reset_timeout=10, half_open_max_calls=2)
    return Breaker("payments", limits, clock=clock)


def end(breaker: Breaker, *outcomes: bool | None) -> None:
    for succeeded in outcomes:
        breaker.settle(breaker.admit(), succeeded=succeeded)


def test_only_consecutive_failures_open_it(breaker: Breaker) -> None:
    end(breaker, False, False, True, False, False, None)
    breaker.admit()
    end(breaker, False)
    with pytest.raises(CircuitOpen):
        breaker.admit()


def test_open_it_refuses_and_says_for_how_long(breaker: Breaker, clock: Clock) -> None:
    end(breaker, False, False, False)
    clock.now += 7.5
    with pytest.raises(CircuitOpen) as refused:
        breaker.admit()
    assert refused.value.headers == {"Retry-After": "3"}


def test_half_open_it_admits_no_more_than_its_trials(breaker: Breaker, clock: Clock) -> None:
    end(breaker, False, False, False)
    clock.now += 10
    eras = [breaker.admit(), breaker.admit()]
    with pytest.raises(CircuitOpen):
        breaker.admit()
    for era in eras:
        assert breaker.state is State.HALF_OPEN
        breaker.settle(era, succeeded=True)
    assert breaker.state is State.CLOSED


def test_the_first_failed_trial_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    end(breaker, False, False, False)
    clock.now += 10
    end(breaker, True, False)
    assert (breaker.state, breaker.retry_after) == (State.OPEN, 10)


def test_a_trial_that_tells_nothing_gives_its_place_back(breaker: Breaker, clock: Clock) -> None:
    end(breaker, False, False, False)
    clock.now += 10
    end(breaker, None, None, None, True, True)
    assert breaker.state is State.CLOSED


def test_a_call_of_an_earlier_state_changes_nothing(breaker: Breaker) -> None:
    slow = breaker.admit()
    end(breaker, False, False, False)
    breaker.settle(slow, succeeded=True)
    assert breaker.state is State.OPEN
