# Merged by mscli: `mscli update` merges new versions into it.
"""How many sagas are open, and how many of them are stuck, as Temporal knows.

Every worker of a queue counts the same sagas: take the maximum over them, not the sum.
"""

import asyncio
import logging
from collections import Counter

from prometheus_client import Gauge
from temporalio.client import Client

from .health import Service
from .saga import Saga

EVERY = 5.0  # seconds
MOST = 10_000  # sagas that are looked at
STATES = ("running", "compensating", "stuck")

logger = logging.getLogger(__name__)


class OpenSagas:
    """The gauge `sagas_open`, by saga and state; absent while nobody knows."""

    def __init__(self, queue: str, sagas: tuple[Saga, ...], service: Service) -> None:
        self._query = f"TaskQueue = '{queue}' AND ExecutionStatus = 'Running'"
        self._names = tuple(saga.name for saga in sagas)
        self._gauge = Gauge(
            "sagas_open",
            "Sagas that have not ended, as Temporal knows: the same from every worker.",
            ("saga", "state"),
            registry=service.metrics,
        )

    async def count(self, client: Client) -> None:
        """Count now and then, until it is cancelled."""
        while True:
            try:
                self._show(await self._counted(client))
            except Exception as error:  # the worker itself says what is wrong with Temporal
                logger.debug("open sagas cannot be counted: %s", error)
                self._gauge.clear()
            await asyncio.sleep(EVERY)

    async def _counted(self, client: Client) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        async for saga in client.list_workflows(self._query, limit=MOST):
            found[saga.workflow_type, str(await saga.memo_value("state", "running"))] += 1
        return found

    def _show(self, found: Counter[tuple[str, str]]) -> None:
        for name in {*self._names, *(saga for saga, _ in found)}:
            for state in STATES:
                self._gauge.labels(name, state).set(found[name, state])
