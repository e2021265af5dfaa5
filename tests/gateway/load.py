"""Clients that ask again and again, as fast as they are answered, on connections they keep."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it began, what came (a status or the error), and how long it took."""

    began: float
    outcome: int | str
    took: float


@dataclass(slots=True)
class Load:
    """What the clients have seen so far."""

    samples: list[Sample] = field(default_factory=list)

    def after(self, moment: float) -> list[Sample]:
        """The requests that began after `moment` (time.monotonic)."""
        return [sample for sample in self.samples if sample.began > moment]


def failed(samples: list[Sample]) -> list[Sample]:
    """Those that were not answered with 200."""
    return [sample for sample in samples if sample.outcome != 200]


@contextmanager
def load(port: int, target: str, clients: int = 6) -> Iterator[Load]:
    """Half of the clients GET `target`, half of them POST to it, until the block ends."""
    seen, done = Load(), threading.Event()
    methods = ("GET", "POST") * (clients // 2)
    threads = [
        threading.Thread(target=_client, args=(port, target, method, seen, done))
        for method in methods
    ]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join(30)


def _client(port: int, target: str, method: str, seen: Load, done: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    while not done.is_set():
        began = time.monotonic()
        outcome: int | str
        try:
            connection.request(method, target, body=b"{}" if method == "POST" else None)
            response = connection.getresponse()
            response.read()
            outcome = response.status
        except (OSError, http.client.HTTPException) as error:
            outcome = repr(error)
            connection.close()
        seen.samples.append(Sample(began, outcome, time.monotonic() - began))
    connection.close()
