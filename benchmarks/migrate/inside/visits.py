"""Visits every route: as nobody and as an administrator, its forms filled in, with JSON."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urljoin, urlsplit

from mscli_trace import records

from inside.asked import ASKED, Asked
from inside.bodies import AsForm
from inside.forms import Forms, text_for
from inside.making import Making
from inside.parameters import candidates, fillings
from inside.refusals import STATUSES, faults, mended
from inside.rows import Key, Rows, by_name, taken_along
from inside.snapshot import Snapshot

AGAIN, PATIENCE, MORE, ROUNDS, CLOSED_TO = 2, 30, 3, 8, 3
DEAREST = 6.0
"""Seconds of the processor that one route may take; where rows hang in a ring, some take more."""

CLOSED = (401, 403, 404)
SHUT = tuple(map(str, CLOSED))
DELETING = re.compile(r"\s*delete\b", re.I)
WRITTEN = re.compile(r"\s*(?:insert\s+into|update|delete\s+from)\s+\"?(\w+)", re.I)


def _written(statements: Iterable[str]) -> set[str]:
    """The tables that these write."""
    return {found[1] for sql in statements if (found := WRITTEN.match(sql))}


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
    place: str = ""

    def good(self, method: str) -> bool:
        """Whether it did what it was for, as the hook judges that."""
        html = "html" in self.kind
        return bool(records.succeeded(method, self.status, html=html, place=self.place))


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
    name: str = ""
    bodies: Callable[[str, str], Iterable[Any]] = lambda _method, _path: ()
    query: Callable[[str], str] = lambda _method: ""
    given: Mapping[str, str] = field(default_factory=dict)  # what its parameters have to be


@dataclass
class Visits:
    """All requests, each against the same rows."""

    clients: Mapping[str, Callable[[], Client]]
    snapshot: Snapshot
    keys: Iterable[Key]
    seconds: float = 150  # of the processor's, each time
    given: Mapping[str, str] = field(default_factory=dict)
    known: dict[tuple[str, str, tuple[str, ...]], int] = field(default_factory=dict)
    asked: int = 0
    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    first: int = 0  # the route that the next time begins with
    at: str = ""
    status: int = 0  # of the last answer
    enough: int = 1  # requests for a route that have succeeded, with different rows
    forget: Callable[[], None] = lambda: None  # what the process keeps of rows that it has read

    made: dict[str, list[int]] = field(default_factory=dict)
    asked_for: Asked = ASKED
    making: Making = field(default_factory=Making)

    def __post_init__(self) -> None:
        self.keys = [*self.keys, *by_name(self.snapshot.live, self.keys)]
        self.rows = Rows(self.snapshot.live, self.keys)

    def make(self) -> None:
        """The requests again that have made rows, and leave them."""
        for some in self.making.requests.values():
            for request in some:
                self._asked(*request)

    def all(self, targets: Iterable[Target]) -> None:
        """Every route by every visitor, until time is up."""
        signal.signal(signal.SIGALRM, _slow)
        end = time.process_time() + self.seconds
        inside = list(targets)
        order = [*range(self.first, len(inside)), *range(self.first)]
        self.first = 0
        for number in order:
            if time.process_time() > end:
                self.first = number  # the next time begins here
                print(f"time is up at {inside[number].name}", file=sys.stderr)
                break
            for who in self.clients:
                self._visit(who, inside[number])
        print(f"{self.asked} requests", file=sys.stderr)

    def tell(self) -> None:
        """What no request got through to, and the last answer."""
        for (method, path), answer in sorted(self.refused.items()):
            if answer:
                print(f"refused {method} {path}: {answer}", file=sys.stderr)

    def ask(self, who: str, method: str, path: str, form: Any = None, json: Any = None) -> Answer:
        """One request by a visitor, and everything as it was after it."""
        given = None if form is not None and method == "GET" else json
        answer = self._noted(method, self._asked(who, method, path, form, given))
        if answer.good(method):
            for record in records.ended:
                self.making.note(self.at, (who, method, path, form, given), record.sql)
        self._cascades()
        self.snapshot.restore()
        self.forget()
        return answer

    def _asked(self, who: str, method: str, path: str, form: Any, json: Any) -> Answer:
        """One request, and everything as it is after it."""
        self.asked += 1
        records.ended.clear()
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            client = self.clients[who]()
            records.ended.clear()
            self.asked_for.listens = True
            return client.ask(method, path, form, json)
        except (Exception, Slow) as error:
            return Answer(599, f"{path}: {type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.asked_for.listens = False

    def _cascades(self) -> None:
        """What the database takes along by its own keys is in no statement."""
        record = next(iter(records.ended), None)
        deletes = [(sql,) for sql in record.sql if DELETING.match(sql)] if record else []
        if record is None or not deletes:
            return
        gone = set(self.snapshot.changed(_written(record.sql)))
        for group in (*record.together, *deletes) if gone else ():
            deleted = _written(sql for sql in group if DELETING.match(sql))
            along = sorted(gone & taken_along(self.snapshot.live, deleted))
            also = [f'delete from "{table}"' for table in along]
            if also:
                record.sql |= dict.fromkeys(also)
                record.together[(*group, *also)] = None
        records.write(record)

    def _noted(self, method: str, answer: Answer) -> Answer:
        self.status = answer.status
        if answer.good(method):
            self.refused[method, self.at] = ""
        elif self.refused.get((method, self.at)) != "" and (
            answer.status not in CLOSED or self.refused.get((method, self.at), "404")[:3] in SHUT
        ):
            said = "" if "html" in answer.kind else " ".join(answer.text.split())[:150]
            self.refused[method, self.at] = f"{answer.status} {said}"
        return answer

    def _visit(self, who: str, target: Target) -> None:
        reached, found, closed = "", 0, 0
        self.at = target.name
        given, start = {**self.given, **target.given}, time.process_time()
        enough = CLOSED_TO if who == "nobody" else 2 * CLOSED_TO  # some say so of rows, too
        for filling in fillings(target.names, self.rows, target.near, given, target.name):
            try:
                path = target.fill(filling)
            except Exception:  # a converter refuses the value
                continue
            reached = reached or path
            found += self._reach(who, target, path)
            closed += self.status in (401, 403) or 300 <= self.status < 400
            if found >= self.enough or time.process_time() > start + DEAREST:
                return
            if not found and closed >= enough:  # whatever the row is
                break
        if reached and not found and "GET" in target.methods:
            self._change(who, target, reached)

    def _reach(self, who: str, target: Target, path: str) -> bool:
        """One path by every method, whether it led somewhere."""
        if "GET" not in target.methods:
            return self._change(who, target, path)
        answer = self._send(who, "GET", path, AsForm())
        query = "" if answer.status in CLOSED else target.query("GET")
        if query:  # some ask for a part of it
            asked = self.ask(who, "GET", f"{path}?{query}")
            answer = answer if answer.good("GET") else asked
        if not answer.good("GET"):
            return False
        if "html" in answer.kind:
            self._forms(who, path, answer.text)
        self._change(who, target, path)
        return True

    def _change(self, who: str, target: Target, path: str) -> bool:
        done = False
        for method in target.methods:
            if method not in ("GET", "HEAD", "OPTIONS"):
                done |= self._changed(who, target, path, method)
        return done

    def _changed(self, who: str, target: Target, path: str, method: str) -> bool:
        """By every body, or else with all that the query may hold."""
        bodies = list(target.bodies(method, path)) or [AsForm()]
        done = [self._send(who, method, path, body).good(method) for body in bodies]
        query = "" if any(done) else target.query(method)
        if query:
            whole = f"{path}?{query}"
            done = [self._send(who, method, whole, body).good(method) for body in bodies]
        return any(done)

    def _send(self, who: str, method: str, path: str, body: Any) -> Answer:
        """One request, and again with what an answer says is missing and without what is wrong."""
        answer = self._sent(who, method, path, body)
        tried = [(path, body)]
        for _ in range(ROUNDS):
            wrong = faults(answer.status, answer.text)
            for name in (one.name for one in wrong if one.place == "query"):
                if f"{name}=" not in path:
                    path += f"{'&' if '?' in path else '?'}{name}={quote(self._value(name))}"
            if isinstance(body, dict):
                inner = [one for one in wrong if one.place in ("", "body")]
                body = mended(body, inner, self._value)
            if (path, body) in tried:
                break
            tried.append((path, body))
            answer = self._sent(who, method, path, body)
            if answer.status in STATUSES and type(body) is AsForm:
                answer = self._sent(who, method, path, dict(body))
        return answer

    def _sent(self, who: str, method: str, path: str, body: Any) -> Answer:
        if isinstance(body, AsForm):
            return self.ask(who, method, path, form=body if body or method != "GET" else None)
        return self.ask(who, method, path, json=body)

    def _value(self, name: str) -> str:
        """What may stand in a field of this name: what rows hold, or what fits the name."""
        if name in self.given:
            return self.given[name]
        found = [value for value, homes in candidates(name, self.rows) if homes]
        return found[0] if found else text_for(name)

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
