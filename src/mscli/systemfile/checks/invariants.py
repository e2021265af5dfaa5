"""Invariants: queries on databases that exist, each a single SELECT."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscli.model.invariants import Invariant, Query
from mscli.model.system import System
from mscli.systemfile.checks.names import label_fault, remedy_for_unknown, suggestion
from mscli.systemfile.places import Fault, Place, quoted

_LITERAL = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1", re.DOTALL
)
"""What may hold any character: text, quoted names, comments, dollar quotes (PostgreSQL, 4.1)."""

_FIRST_WORD = re.compile(r"[\s(]*([a-z]+)", re.IGNORECASE)
_QUERIES = frozenset({"select", "with", "values", "table"})


def _queries(system: System) -> Iterator[tuple[Query, Place]]:
    for invariant in system.invariants:
        yield from _of(invariant, ("invariants", invariant.name))


def _of(invariant: Invariant, place: Place) -> Iterator[tuple[Query, Place]]:
    if invariant.within is None:
        yield invariant.query, place
    else:
        yield invariant.query, (*place, "each")
        yield invariant.within, (*place, "in")


def names_of_invariants(system: System) -> Iterator[Fault]:
    """An invariant's name is a label, as everything's."""
    for invariant in system.invariants:
        if problem := label_fault(invariant.name):
            yield Fault(("invariants", invariant.name), problem, suggestion(invariant.name))


def databases(system: System) -> Iterator[Fault]:
    """Who is asked exists, and has a database."""
    for query, place in _queries(system):
        service = system.services.get(query.service)
        here = (*place, "service")
        if service is None:
            remedy = remedy_for_unknown(query.service, system.services)
            yield Fault(here, f"no service {quoted(query.service)}", remedy)
        elif service.database is None:
            message = f"{quoted(query.service)} has no database to ask"
            yield Fault(here, message, f"add 'database: postgres' to services.{query.service}")


def single_selects(system: System) -> Iterator[Fault]:
    """Whether a query can be run at all is for PostgreSQL to say, when it is run."""
    for query, place in _queries(system):
        text = _LITERAL.sub("''", query.sql).strip().removesuffix(";")
        word = _FIRST_WORD.match(text)
        if ";" in text:
            message, remedy = "this is more than one statement", "write one SELECT"
        elif word is None or word[1].lower() not in _QUERIES:
            message, remedy = "this is no query", "an invariant only reads: write a SELECT"
        else:
            continue
        yield Fault((*place, "sql"), message, remedy)
