"""What speaks for it that two tables belong together, each kind of evidence with its chance.

A chance says how often two tables with that evidence are in one service. They were measured on the
tuned applications of benchmarks/migrate, rounded, and lowered where evidence of several kinds says
the same. Fame is discounted throughout: a key to a table that many refer to, a word that many names
have, a request that touches everything, and a module that everybody imports say little.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.ties import names
from mscli.migrate.boundaries.ties.keys import keys, wholes
from mscli.migrate.boundaries.ties.likeness import cosines, weighed
from mscli.migrate.boundaries.ties.names import Words
from mscli.migrate.facts import Facts

Evidence = tuple[str, str, float]
"""Two tables, and the chance that they belong together."""

PART, THROUGH = 0.97, 0.85
KEY, NOT_CASCADING = 0.97, 0.85
FAMOUS, STEEP = 10.0, 2.0
FIRST_WORD = 0.7
IDENTITY_WORDS, IDENTITY_PARTS = 0.4, 0.8
WAYS, REQUESTS, TRANSACTIONS = 0.45, 0.2, 0.3
IMPORTERS, CODE = 0.25, 0.3
WIDEST = 12
"""A transaction over more tables than this is a hub's cascade: it joins everything and nothing."""


def of_data(monolith: Monolith) -> Iterator[Iterator[Evidence]]:
    """Every kind that needs no structure of the code."""
    named = names.of_tables(monolith.facts)
    yield _parts(monolith.facts)
    yield _keys(monolith.facts, named)
    yield _names(named)
    yield _identity(named)
    yield _ways(monolith)
    yield _requests(monolith)
    yield _transactions(monolith.facts)


def _little_known(count: int) -> float:
    """1 for what few share, a half for what `FAMOUS` share, nothing for what all share."""
    return 1 / (1 + math.pow(count / FAMOUS, STEEP))


def _parts(facts: Facts) -> Iterator[Evidence]:
    for part, (whole, sure) in wholes(facts).items():
        yield part, whole, PART if sure else THROUGH


def _keys(facts: Facts, named: Mapping[str, Words]) -> Iterator[Evidence]:
    found = keys(facts, named)
    for key in found.found:
        chance = KEY * _little_known(found.into[key.target])
        yield key.source, key.target, chance * (1 if key.cascade else NOT_CASCADING)


def _names(named: Mapping[str, Words]) -> Iterator[Evidence]:
    """`order_lines` and `order_notes` begin alike; the last word says what kind of thing it is.

    A name that two tables have (`line`, in two schemas or applications) says nothing of either.
    """
    twice = {n[0] for n, count in Counter(named.values()).items() if count > 1 and len(n) == 1}
    beginning: dict[str, list[str]] = defaultdict(list)
    for table, name in sorted(named.items()):
        if name[0] not in twice:
            beginning[name[0]].append(table)
    for _, tables in sorted(beginning.items()):
        for one, other in combinations(tables, 2):
            yield one, other, FIRST_WORD * _little_known(len(tables))


def _identity(named: Mapping[str, Words]) -> Iterator[Evidence]:
    tables = sorted(table for table, name in named.items() if names.are_of_identity(name))
    for one, other in combinations(tables, 2):
        yield one, other, IDENTITY_WORDS


def _ways(monolith: Monolith) -> Iterator[Evidence]:
    """Tables that are reached by ways in of the same words: paths of routes, names of handlers."""
    spoken: dict[str, set[str]] = defaultdict(set)
    for route in monolith.facts.routes:
        parts = route.handler.split(".")
        texts = [part for part in parts if part[:1].isupper()] or parts[-1:]
        texts += [part for part in route.path.split("/") if not set(part) & set("<{(:^$[")]
        spoken[route.handler].update(word for text in texts for word in names.split(text))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for access in monolith.meant:
        for word in sorted(spoken.get(access.handler, ())):
            counts[access.table][word] += 2 if access.kind == "write" else 1
    for (one, other), likeness in cosines(weighed(counts)).items():
        yield one, other, WAYS * likeness * _not_everywhere(monolith, one, other)


def _requests(monolith: Monolith) -> Iterator[Evidence]:
    """Tables that the same handlers and jobs touch; those that touch few count for more."""
    used: dict[str, set[str]] = defaultdict(set)
    for access in monolith.meant:
        used[access.table].add(access.handler)
    width = Counter(handler for handlers in used.values() for handler in handlers)
    vectors = {
        table: {handler: 1 / math.sqrt(width[handler]) for handler in sorted(handlers)}
        for table, handlers in used.items()
    }
    for (one, other), likeness in cosines(vectors).items():
        yield one, other, REQUESTS * likeness * _not_everywhere(monolith, one, other)


def _not_everywhere(monolith: Monolith, one: str, other: str) -> float:
    """Two tables that every request touches are used alike, and that says nothing of them."""
    return (1 - monolith.fame.get(one, 0.0)) * (1 - monolith.fame.get(other, 0.0))


def _transactions(facts: Facts) -> Iterator[Evidence]:
    together: dict[tuple[str, str], float] = defaultdict(float)
    for tables in sorted({t.tables for t in facts.transactions}):
        if 1 < len(tables) <= WIDEST:
            for pair in combinations(sorted(tables), 2):
                together[pair] += 1 / (len(tables) - 1)
    for (one, other), weight in together.items():
        yield one, other, TRANSACTIONS * min(1.0, weight)


def of_structure(monolith: Monolith) -> Iterator[Iterator[Evidence]]:
    """The kinds that ask where code is. Of tables that one file declares they say nothing new."""
    files = monolith.files
    for kind in (_imports(monolith.facts), of_code(monolith)):
        yield ((a, b, chance) for a, b, chance in kind if files.get(a) != files.get(b))


def of_identity(parts: Mapping[str, str]) -> Iterator[Evidence]:
    """Tables in parts that are called by words of identity alone (`users`, `oauth`, `groups`)."""
    known = [table for table, part in parts.items() if names.are_of_identity(names.split(part))]
    for one, other in combinations(sorted(known), 2):
        yield one, other, IDENTITY_PARTS


def _imports(facts: Facts) -> Iterator[Evidence]:
    """Tables whose modules are imported by the same modules, which import few others."""
    living: dict[str, list[str]] = defaultdict(list)
    for t in facts.tables:
        if t.origin == "model" and t.model:
            living[t.model.rpartition(".")[0]].append(t.table)
    edges = {(i.importer, i.imported) for i in facts.imports if i.imported in living}
    width = Counter(importer for importer, _ in edges)
    counts: dict[str, dict[str, float]] = defaultdict(dict)
    for importer, imported in sorted(edges):
        for table in living[imported]:
            counts[table][importer] = 1 / math.sqrt(width[importer])
    for (one, other), likeness in cosines(weighed(counts)).items():
        yield one, other, IMPORTERS * likeness


def of_code(monolith: Monolith) -> Iterator[Evidence]:
    """Tables that are read and written in the same files, each place once."""
    places = {(a.table, a.kind, a.evidence.file, a.evidence.line) for a in monolith.meant}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for table, kind, file, _ in sorted(places):
        counts[table][file] += 2 if kind == "write" else 1
    for (one, other), likeness in cosines(weighed(counts)).items():
        yield one, other, CODE * likeness
