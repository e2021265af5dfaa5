"""Compares facts with a truth that was taken from the running application.

Recall is over the application's own routes and tables; a part that nobody mounts (`possible`) does
not count as a false route. A handler's reads and writes are known only
as far as a request has taken them, so precision is counted on handlers that were exercised with
success: for writes by a request that may change something; what a handler does for some of its
routes only, on those of them that were. Tables that are compared are its own and
that of its users; sessions, content types and the like are left out, as caches decide about them,
and relations that no key holds (generic ones).
What is there only if a setting is other than by default (`only_if`) is left out of precision, true
or false, where the application ran without that: the fact says nothing of it. `on` are the settings
that it ran with; with `every`, all such facts count.
What only a task beside the request touches counts on neither side: of that the truth has seen what
happened to run before the answer.
`no cascade` is the precision of writes without those that only a cascade makes.
In `judged` what no request took the way to counts neither as true nor as false (judged.py).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migrate.covered import Covered
from migrate.judged import Judge, Verdict
from mscli.migrate.facts import AccessFact, Facts, RouteFact
from mscli.migrate.walk.graph.cascades import TAKEN_ALONG
from mscli.migrate.walk.graph.closure import is_beside

Kind = dict[str, tuple[float, float]]
TRUTHS = Path(__file__).parent / "truths"
SAFE = ("GET", "HEAD", "OPTIONS")


def truth_of(name: str) -> dict[str, Any]:
    """The truth about one application."""
    found: dict[str, Any] = json.loads((TRUTHS / f"{name}.json").read_text())
    return found


@dataclass
class Handler:
    """What one handler of the facts was seen to do; without an id, one that was not found."""

    id: str | None
    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    succeeded: bool = False
    changed: bool = False
    methods: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    places: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Judged:
    """Of what was counted for the precision of a kind: why each that was not seen is not true."""

    counted: int
    verdicts: dict[tuple[str, str], tuple[AccessFact, Verdict]]

    @property
    def reasons(self) -> Counter[Verdict]:
        """How many there are of each, the most first."""
        return Counter(dict(Counter(why for _, why in self.verdicts.values()).most_common()))

    @property
    def open(self) -> int:
        """How many are not judged."""
        return self.reasons[Verdict.NOT_REACHED]

    @property
    def precision(self) -> float:
        """Over those that are."""
        false, of = len(self.verdicts) - self.open, self.counted - self.open
        return 1 - false / of if of else 1.0


class Comparison:
    """Facts beside the truth; the differences can be asked for by kind."""

    def __init__(
        self,
        facts: Facts,
        truth: dict[str, Any],
        code: Path,
        on: Iterable[str] = (),
        *,
        every: bool = False,
    ) -> None:
        self.facts = facts
        self.on, self.every = frozenset(on), every
        self.covered = Covered(truth)
        self.judge = Judge(code, self.covered.started)
        self.truth = truth
        self.own = set(truth["tables"])
        self.scored = self.own | ({"auth_user"} & set(truth["tables_of_others"]))
        self.missed: dict[str, set[Any]] = {}
        self.extra: dict[str, set[Any]] = {}
        self.scores: Kind = {}
        self.judged: dict[str, Judged] = {}
        self._routes()
        self._tables()
        self._relations()
        self._accesses()
        self._transactions()

    def _put(
        self, kind: str, wanted: set[Any], missed: set[Any], found: set[Any], extra: set[Any]
    ) -> None:
        self.missed[kind], self.extra[kind] = missed, extra
        recall = 1 - len(missed) / len(wanted) if wanted else 1.0
        self.scores[kind] = (recall, 1 - len(extra) / len(found) if found else 1.0)

    def _routes(self) -> None:
        all_of = {(r["path"], r["method"]) for r in self.truth["routes"]}
        own = {(r["path"], r["method"]) for r in self.truth["routes"] if _mine(r)}
        found = {(r.path, r.method) for r in self.facts.routes}
        mounted = {(r.path, r.method) for r in self.facts.routes if self._is_mounted(r)}
        self._put(
            "routes",
            own,
            {one for one in own if not _meets(one, found)},
            mounted,
            {one for one in mounted if not _meets(one, all_of)},
        )

    def _is_mounted(self, route: RouteFact) -> bool:
        """Whether it says that it was there."""
        return self._was_on(route.only_if) if route.only_if else route.confidence != "possible"

    def _was_on(self, only_if: Iterable[str]) -> bool:
        """Whether settings were as a fact needs them; `A or B` is one of them."""
        return self.every or all(not self.on.isdisjoint(one.split(" or ")) for one in only_if)

    def _tables(self) -> None:
        found = {t.table for t in self.facts.tables if t.origin != "framework"}
        known = self.own | set(self.truth["tables_of_others"])
        doubtful = {t.table for t in self.facts.tables if t.confidence == "possible"}
        sure = found - doubtful
        self._put("tables", self.own, self.own - found, sure, sure - known)

    def _relations(self) -> None:
        known = set(self.truth["relations"])
        own = {pair for pair in known if set(pair.split()) & self.own}
        own = {pair for pair in own if "<->" in pair or pair.split()[0] in self.own}
        auto = {t.table for t in self.facts.tables if t.origin == "auto"}
        found = {
            (r.source, r.target)
            for r in self.facts.relations
            if r.target and r.source not in auto and r.kind != "generic"
        }
        either = {f"{min(pair)} <-> {max(pair)}" for pair in found}
        straight = {f"{source} -> {target}" for source, target in found}
        extra = {
            pair
            for pair in straight
            if pair not in known and " <-> ".join(sorted(pair.split(" -> "))) not in known
        }
        self._put("relations", own, own - straight - either, straight, extra)

    def _accesses(self) -> None:
        for kind in ("reads", "writes"):
            wanted: set[tuple[str, str]] = set()
            missed: set[tuple[str, str]] = set()
            counted: set[tuple[str, str]] = set()
            extra: set[tuple[str, str]] = set()
            for name, handler in self.handlers().items():
                one = kind.removesuffix("s")
                mine, beside = self._touched(handler.id, one, handler.asked)
                known = self._touched(handler.id, one, handler.answered, sure=True)[0]
                seen = getattr(handler, kind) & self.scored - beside
                wanted |= {(name, table) for table in seen}
                missed |= {(name, table) for table in seen - mine}
                if handler.id and (handler.succeeded if kind == "reads" else handler.changed):
                    counted |= {(name, table) for table in known}
                    extra |= {(name, table) for table in known - seen}
            self._put(kind, wanted, missed, counted, extra)
            if "executed" in self.truth:
                verdicts = self._verdicts(kind.removesuffix("s"), extra)
                self.judged[kind] = Judged(len(counted), verdicts)
            if kind == "writes":
                cascades = self._cascades()
                self._put("no cascade", wanted, missed, counted - cascades, extra - cascades)

    def _verdicts(
        self, kind: str, extra: set[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[AccessFact, Verdict]]:
        """On each that was not seen."""
        facts = {(a.handler, a.table): a for a in self.facts.accesses if a.kind == kind}
        lines = {name: self.covered.of(handler.places) for name, handler in self.handlers().items()}
        return {
            (name, table): (fact, self.judge.verdict(fact, lines[name]))
            for name, table in sorted(extra)
            for fact in [facts[name, table]]
        }

    def why(self, kind: str, one: tuple[str, str]) -> str:
        """Where a fact that was not seen is from, and what lines say of it; empty for others."""
        if kind not in self.judged or one not in self.judged[kind].verdicts:
            return ""
        fact, verdict = self.judged[kind].verdicts[one]
        way = "".join(f"{site} > " for site in fact.way)
        return f" {way}{fact.evidence} ({verdict.value})"

    def _cascades(self) -> set[tuple[str, str]]:
        """What only a cascade writes: of this the truth has seen little, for rows that hang on the
        one that goes have to be there.
        """
        every: dict[tuple[str, str], set[str]] = {}
        for access in self.facts.accesses:
            if access.kind == "write":
                every.setdefault((access.handler, access.table), set()).update(access.operations)
        return {one for one, operations in every.items() if operations <= TAKEN_ALONG}

    def handlers(self) -> dict[str, Handler]:
        """What was seen, by the handlers of the facts."""
        own = {r["path"] for r in self.truth["routes"] if _mine(r)}
        found: dict[str, Handler] = {}
        for place, seen in enumerate(self.truth["handled"]):
            if seen["path"] not in own:
                continue
            here = [route for route in self.facts.routes if route.path == seen["path"]]
            either = ("ANY", seen["method"])
            ids = {r.handler for r in here if r.method in either or seen["method"] == "ANY"}
            refused = not ids and not seen["succeeded"]  # what it read is of who answers the others
            ids |= {route.handler for route in here} if refused else set()
            for name in (*sorted(ids),) or (None,):
                key = name or f"not found: {seen['method']} {seen['handler']}"
                handler = found.setdefault(key, Handler(name))
                _add(handler, seen, place, () if refused else (seen["method"],))
        for handler in found.values():
            if handler.methods <= set(SAFE):
                handler.changed = handler.succeeded
        return found

    def _touched(
        self, handler: str | None, kind: str, asked: set[str], *, sure: bool = False
    ) -> tuple[set[str], set[str]]:
        """The tables that it touches for these routes, and those that only work beside it does.

        `sure`: without what settings turned off.
        """
        found = {
            a.table: is_beside(a.through)
            for a in self.facts.accesses
            if a.handler == handler and a.kind == kind and a.table in self.scored
            if not a.routes or not asked.isdisjoint(a.routes)
            if not sure or self._was_on(a.only_if)
        }
        beside = {table for table, only in found.items() if only}
        return found.keys() - beside, beside

    def _transactions(self) -> None:
        groups = {
            tuple(sorted(set(group) & self.own))
            for seen in self.truth["handled"]
            for group in seen["together"]
        }
        groups = {group for group in groups if len(group) > 1}
        found = [set(t.tables) for t in self.facts.transactions]
        missed = {group for group in groups if not any(set(group) <= one for one in found)}
        closest = [
            max(len(set(group)) / len(one) for one in found if set(group) <= one)
            for group in groups - missed
        ]
        recall = 1 - len(missed) / len(groups) if groups else 1.0
        self.missed["transactions"], self.extra["transactions"] = missed, set()
        self.scores["transactions"] = (recall, sum(closest) / len(closest) if closest else 1.0)


def _mine(route: dict[str, Any]) -> bool:
    """The application's own, and no other spelling of one, such as `.{format}`."""
    return bool(route["own"]) and "{format}" not in route["path"]


def _meets(one: tuple[str, str], others: set[tuple[str, str]]) -> bool:
    path, method = one
    if method == "ANY":
        return any(other[0] == path for other in others)
    return one in others or (path, "ANY") in others


def _add(handler: Handler, seen: dict[str, Any], place: int, methods: Iterable[str]) -> None:
    handler.places.add(place)
    handler.reads |= set(seen["reads"])
    handler.writes |= set(seen["writes"])
    handler.succeeded |= seen["succeeded"]
    handler.changed |= seen["succeeded"] and seen["method"] not in SAFE
    handler.methods.update(methods)
    routes = {f"{method} {seen['path']}" for method in (seen["method"], "ANY")}
    handler.asked |= routes
    handler.answered |= routes if seen["succeeded"] else set()
