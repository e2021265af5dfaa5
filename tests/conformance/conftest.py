"""Fixtures: the rendered services, how to start one, what it calls, and its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .postgres import Postgres, running_postgres
from .process import Process, Variant
from .templates import TEMPLATES
from .upstream import Upstream, running_upstream

Start = Callable[..., Process]


@pytest.fixture(scope="session", params=sorted(TEMPLATES))
def variants(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Variant]:
    """The template's services, rendered and installed, by variant."""
    return TEMPLATES[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture
def start(variants: dict[str, Variant], tmp_path: Path) -> Iterator[Start]:
    """`start("plain", LOG_LEVEL="debug")`: a variant with this environment, once it is ready."""
    with ExitStack() as stack:

        def start(name: str, *, ready: bool = True, **environment: str) -> Process:
            log = tmp_path / f"{name}.log"
            process = stack.enter_context(Process(variants[name], log, environment))
            if ready:
                process.wait_ready()
            return process

        yield start


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """The service that `caller` calls as `payments`."""
    with running_upstream() as upstream:
        yield upstream


@pytest.fixture
def caller(start: Start, upstream: Upstream) -> Callable[..., Process]:
    """`caller(RETRIES="0")`: a service that calls `upstream`, by this policy."""

    def caller(*, environment: dict[str, str] | None = None, **policy: str) -> Process:
        # A busy machine must not look like a slow called service, where that is not the point.
        policy = {"URL": upstream.url, "DEADLINE": "30", "ATTEMPT_TIMEOUT": "30", **policy}
        calls = {f"CALL_PAYMENTS_{name}": value for name, value in policy.items()}
        return start("caller", **calls, **(environment or {}))

    return caller


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for the session; a test that stops it starts it again."""
    with running_postgres() as postgres:
        yield postgres
