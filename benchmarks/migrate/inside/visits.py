"""Visits every route: as nobody and as an administrator, its forms filled in, with JSON."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from inside.forms import Forms
from inside.parameters import fillings
from inside.snapshot import Snapshot

AGAIN, PATIENCE = 2, 60


class Slow(BaseException):
    """A request takes too long: what it would do has no end."""


def _slow(*_given: object) -> None:
    raise Slow


@dataclass
class Answer:
    """What a client got."""

    status: int
    text: str = ""
    kind: str = ""


class Client(Protocol):
    """One visitor."""

    def ask(self, method: str, path: str, form: Any = None, json: Any = None) -> Answer:
        """Send one request."""


@dataclass
class Target:
    """A route to visit; `fill` makes a path out of parameters."""

    methods: tuple[str, ...]
    names: tuple[str, ...]
    fill: Callable[[Mapping[str, str]], str]
    near: str = ""
    bodies: Callable[[str, str], Iterable[Any]] = lambda _method, _path: ()


@dataclass
class Visits:
    """All requests, each against the same rows."""

    clients: Mapping[str, Callable[[], Client]]
    snapshot: Snapshot
    seconds: float = 300  # of the processor's
    known: dict[tuple[str, str, tuple[str, ...]], int] = field(default_factory=dict)
    asked: int = 0

    def all(self, targets: Iterable[Target]) -> None:
        """Every route by every visitor, until time is up."""
        signal.signal(signal.SIGALRM, _slow)
        values = self.snapshot.values()
        end = time.process_time() + self.seconds
        for target in targets:
            for who in self.clients:
                if time.process_time() > end:
                    print(f"time is up at {target}", file=sys.stderr)
                    return
                self._visit(who, target, values)
        print(f"{self.asked} requests", file=sys.stderr)

    def ask(self, who: str, method: str, path: str, form: Any = None, json: Any = None) -> Answer:
        """One request by a visitor, and everything as it was after it."""
        self.asked += 1
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            client = self.clients[who]()
            if form is not None and method == "GET":
                return client.ask(method, path, form)
            return client.ask(method, path, form, json)
        except (Exception, Slow) as error:
            print(f"{method} {path}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
            return Answer(599)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.snapshot.restore()

    def _visit(self, who: str, target: Target, values: Mapping[str, list[object]]) -> None:
        reached = ""
        for filling in fillings(target.names, values, target.near):
            try:
                path = target.fill(filling)
            except Exception:  # a converter refuses the value
                continue
            if "GET" not in target.methods:
                reached = reached or path
                if self._change(who, target, path):
                    return
                continue
            answer = self.ask(who, "GET", path)
            if answer.status < 400:
                if "html" in answer.kind:
                    self._forms(who, path, answer.text)
                self._change(who, target, path)
                return
            reached = reached or path
        if reached and "GET" in target.methods:
            self._change(who, target, reached)

    def _change(self, who: str, target: Target, path: str) -> bool:
        done = False
        for method in target.methods:
            if method in ("GET", "HEAD", "OPTIONS"):
                continue
            bodies = list(target.bodies(method, path))
            if not bodies:
                done |= self.ask(who, method, path, form={}).status < 400
            for body in bodies:
                done |= self.ask(who, method, path, json=body).status < 400
        return done

    def _forms(self, who: str, page: str, text: str) -> None:
        for form in Forms(text).forms:
            action = urljoin(page, form.action or page)
            if urlsplit(action).netloc not in ("", "testserver", "localhost"):
                continue
            parts = urlsplit(action)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            key = (who, re.sub(r"\d+", "1", parts.path), tuple(sorted(i.name for i in form.inputs)))
            self.known[key] = self.known.get(key, 0) + 1
            if self.known[key] > AGAIN:
                continue
            for filled in form.fillings():
                self.ask(who, form.method.upper(), path, form=filled)
