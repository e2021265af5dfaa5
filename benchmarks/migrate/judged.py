"""Whether what was not seen is false: only facts whose way requests took are judged.

A fact says that a handler touches a table, at a place, by a chain of calls from place to place. If
no statement of its requests touched the table, then either its requests did not go that way, or the
fact is wrong. The lines that were executed for the handler (covered.py) tell:

- every place of the chain was executed, and the last, too: *false*;
- a place was executed, and the function of the next one was not entered: the call does not lead
  there: *false*;
- the function of a place was entered, and the place was not executed: requests took another
  branch, or failed before: *not judged*.

In doubt it is false. A place counts as executed with any line of its statement, though `a and b()`
need not call b. A place outside of functions (a class, a module, a decorator) was executed long
before, a template is not watched: both count as executed. A function that was not entered, where no
call is known that leads there, as only the framework calls it: *false*, too. What a handler
executed is what any of its requests did, at any time and in any thread.
This is how call graphs are compared with what tests cover: an edge is false only if its call was
executed.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mscli.migrate.facts import AccessFact
from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.values.values import Site

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Executed = Mapping[str, set[int]]


class Verdict(Enum):
    """On a fact that was not seen."""

    DONE = "executed, and nothing touched the table"
    NOT_ENTERED = "the call was executed, and did not lead there"
    NOT_CALLED = "the framework did not call it"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Place:
    """The lines of a statement without those inside it, and of the body of its function."""

    statement: frozenset[int]
    function: frozenset[int]


class Judge:
    """Knows the code's places."""

    def __init__(self, code: Path, started: Mapping[str, frozenset[int]]) -> None:
        self.code = code
        self.started = started  # file -> lines that were executed before any request
        self.files: dict[str, dict[int, Place]] = {}

    def verdict(self, fact: AccessFact, executed: Executed) -> Verdict:
        """On a fact about a handler that executed these lines, and was not seen to do that."""
        called = False
        for site in (*fact.way, fact.evidence):
            place, done = self._place(site), executed.get(site.file, set())
            if place is None or self._is_of_start(place, site.file, done):
                called = False  # of a class, say, whose methods the framework calls
                continue
            if place.statement.isdisjoint(done):
                if not place.function.isdisjoint(done):
                    return Verdict.NOT_REACHED
                return Verdict.NOT_ENTERED if called else Verdict.NOT_CALLED
            called = True
        return Verdict.DONE

    def _is_of_start(self, place: Place, file: str, done: set[int]) -> bool:
        """Whether it was executed before any request, and in none."""
        before = self.started.get(file, frozenset())
        return place.function.isdisjoint(done) and not place.statement.isdisjoint(before)

    def _place(self, site: Site) -> Place | None:
        """Nothing if it is in no function."""
        if site.file not in self.files:
            self.files[site.file] = _places(self.code / site.file)
        return self.files[site.file].get(site.line)


def _places(file: Path) -> dict[int, Place]:
    if file.suffix != ".py" or not file.is_file():
        return {}
    found: dict[int, Place] = {}
    for node in ast.walk(parsed(file.read_text())):  # outer functions first
        if isinstance(node, FUNCTIONS):
            statements = [lines for one in node.body for lines in _statements(one)]
            body = frozenset(line for lines in statements for line in lines)
            found.update((line, Place(lines, body)) for lines in statements for line in lines)
    return found


def _statements(node: ast.stmt) -> list[frozenset[int]]:
    """The lines of a statement, and of each inside it that is of the same function."""
    inner = [] if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else list(_inside(node))
    of_them = [lines for one in inner for lines in _statements(one)]
    last = node.end_lineno or node.lineno
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        last = node.body[0].lineno - 1
    taken = {line for lines in of_them for line in lines}
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return [frozenset(range(first, last + 1)) - taken, *of_them]


def _inside(node: ast.AST) -> list[ast.stmt]:
    """The statements right below, also those of cases and of handlers of errors."""
    found: list[ast.stmt] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            found.append(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            found += _inside(child)
    return found
