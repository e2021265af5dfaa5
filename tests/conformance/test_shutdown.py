"""How a service ends."""

from __future__ import annotations

import threading
from collections.abc import Callable

import httpx2
import pytest

from .conftest import Start
from .process import Process
from .upstream import Upstream
from .waiting import LIMIT, eventually

pytestmark = pytest.mark.e2e


def test_idle_it_ends_with_code_0(start: Start) -> None:
    service = start("plain")
    service.terminate()
    assert service.wait_exit() == 0


def test_a_request_in_flight_is_finished(
    caller: Callable[..., Process], upstream: Upstream
) -> None:
    service = caller(environment={"SHUTDOWN_GRACE": str(LIMIT)})
    upstream.open_door.clear()
    answers: list[httpx2.Response] = []
    asking = threading.Thread(target=lambda: answers.append(service.http.get("/peers")))
    asking.start()
    upstream.wait_for(1)
    service.terminate()
    eventually(lambda: service.status("/readyz") == 503, "to be told that it is not ready")
    assert service.status("/livez") == 200
    assert not answers
    upstream.open_door.set()
    asking.join(LIMIT)
    assert [answer.status_code for answer in answers] == [200]
    assert service.wait_exit() == 0


def test_one_that_never_ends_is_not_waited_for_for_ever(
    caller: Callable[..., Process], upstream: Upstream
) -> None:
    service = caller(environment={"SHUTDOWN_GRACE": "0.5"})
    upstream.open_door.clear()
    asking = threading.Thread(target=lambda: service.status("/peers"))
    asking.start()
    upstream.wait_for(1)
    service.terminate()
    assert service.wait_exit(20) == 0
    asking.join(LIMIT)
