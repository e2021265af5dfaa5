"""Systems that scenarios share, for bringing one up costs seconds; each test finds them sound."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.e2e.checkouts import Answer, Checkout, Load, light
from tests.ports import free_port

Loading = Callable[[Callable[[], Answer]], AbstractContextManager[Load]]
POLICY = """
      payments:
        deadline: 1s
        attempt_timeout: 300ms
        breaker: {failure_threshold: 3, reset_timeout: 2s}"""


@pytest.fixture(scope="session")
def _shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("scaffolded")
    parent = Checkout(folder)
    parent.run("new", "system", "shop")
    shop = Checkout(folder / "shop")
    shop.run("new", "service", "payments", "--database", "postgres")
    shop.run("new", "service", "orders", "--database", "postgres", "--calls", "payments",
             "--route", "/orders")  # fmt: skip
    shop.edit("gateway: traefik", f"gateway: {{engine: traefik, port: {free_port()}}}")
    shop.edit("calls: [payments]", "calls:" + POLICY)
    try:
        yield shop
    finally:
        shop.remove()


@pytest.fixture
def shop(_shop: Checkout) -> Iterator[Checkout]:
    """orders calls payments, both scaffolded, each with its database; up, one replica of each."""
    yield from _sound(_shop, "--scale", "payments=1", "--scale", "orders=1")


@pytest.fixture(scope="session")
def _trio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    trio = light(
        tmp_path_factory.mktemp("trio"),
        {
            "front": {"calls": ["back"], "env": {"GREETING": "hello"}},
            "back": {"replicas": 2},
            "aside": {"env": {"MODE": "chatty"}},
        },
        routes=[{"path": "/front", "service": "front"}, {"path": "/aside", "service": "aside"}],
    )
    try:
        yield trio
    finally:
        trio.remove()


@pytest.fixture
def trio(_trio: Checkout) -> Iterator[Checkout]:
    """front calls back (two replicas), and aside is chatty: tiny services, up."""
    yield from _sound(_trio, "--scale", "back=2", "--scale", "front=1")


def _sound(checkout: Checkout, *arguments: str) -> Iterator[Checkout]:
    declared = checkout.file.read_text()
    checkout.up(*arguments)
    try:
        yield checkout
    finally:
        checkout.file.write_text(declared)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Checkout]]:
    """Makes light systems of a test's own, which are gone after it."""
    made: list[Checkout] = []

    def of(services: dict[str, dict[str, object]], name: str = "own", **system: object) -> Checkout:
        made.append(light(tmp_path / name, services, **system))
        return made[-1]

    try:
        yield of
    finally:
        for checkout in made:
            checkout.remove()


@pytest.fixture
def load() -> Loading:
    """Two loops of requests in the background, while a block of the test runs."""

    @contextmanager
    def while_running(ask: Callable[[], Answer]) -> Iterator[Load]:
        load, ended = Load(), threading.Event()

        def run() -> None:
            while not ended.wait(0.01):
                load.answers.append(ask())

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield load
        finally:
            ended.set()
            for thread in threads:
                thread.join()

    return while_running
