"""What the keys between tables say: whose part a row is, and what it merely refers to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mscli.migrate.boundaries.ties.names import Words, split
from mscli.migrate.facts import Facts, RelationFact


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A reference from one table to another, declared or by a column's name only."""

    source: str
    target: str
    cascade: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key once, and how many refer to a table."""

    found: tuple[Key, ...]
    into: Mapping[str, int]


def wholes(facts: Facts) -> Mapping[str, tuple[str, bool]]:
    """Part -> its whole, and whether that is sure: child of a parent, rows of a many-to-many."""
    automatic = {t.table for t in facts.tables if t.origin == "auto"}
    found: dict[str, tuple[str, bool]] = {}
    for r in facts.relations:
        if r.through and r.through != r.source:
            found.setdefault(r.through, (r.source, r.through in automatic))
        elif r.kind == "inheritance" and r.source != r.target:
            found[r.source] = (r.target, True)
    return found


def keys(facts: Facts, names: Mapping[str, Words]) -> Keys:
    """The keys between tables of the application. A many-to-many's own table is no source."""
    found: dict[tuple[str, str], Key] = {}
    automatic = {t.table for t in facts.tables if t.origin == "auto"}
    for r in facts.relations:
        for source, target in _ends(r):
            if source != target and source in names and target in names:
                cascade = r.on_delete == "cascade" and not r.through
                known = found.get((source, target))
                cascade = cascade or (known is not None and known.cascade)
                found[source, target] = Key(source, target, cascade)
    for source, target in _implied(facts, names):
        found.setdefault((source, target), Key(source, target, cascade=False))
    own = [found[pair] for pair in sorted(found) if pair[0] not in automatic]
    return Keys(tuple(own), Counter(target for _, target in found))


def _ends(r: RelationFact) -> Sequence[tuple[str, str]]:
    """From where to where a relation has keys; those of a many-to-many are in a third table."""
    if r.through:
        return (r.through, r.source), (r.through, r.target)
    return () if r.kind == "relationship" else ((r.source, r.target),)


def _implied(facts: Facts, names: Mapping[str, Words]) -> Iterable[tuple[str, str]]:
    """`chat_id` refers to the one table `chat`, whether or not a foreign key is declared."""
    called: dict[Words, list[str]] = defaultdict(list)
    ending: dict[Words, list[str]] = defaultdict(list)
    for table, name in sorted(names.items()):
        called[name].append(table)
        for start in range(1, len(name)):
            ending[name[start:]].append(table)
    declared = {(r.source, r.name.removesuffix("_id")) for r in facts.relations}
    for t in facts.tables:
        for column in t.columns if t.table in names else ():
            said = column.removesuffix("_id")
            if said != column and (t.table, said) not in declared:
                fitting = _called(split(said), called, ending)
                if len(fitting) == 1 and fitting[0] != t.table:
                    yield t.table, fitting[0]


def _called(
    name: Words, called: Mapping[Words, Sequence[str]], ending: Mapping[Words, Sequence[str]]
) -> Sequence[str]:
    """Tables of that name; else those that end so; else those that the name ends with."""
    if exact := called.get(name) or ending.get(name):
        return exact
    shorter = (called.get(name[start:], ()) for start in range(1, len(name)))
    return next((tables for tables in shorter if tables), ())
