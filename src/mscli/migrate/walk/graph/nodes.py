"""What the walk leaves behind: a graph of functions in context, with the effects of each."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import StrEnum

from mscli.migrate.walk.graph.requests import When
from mscli.migrate.walk.project.index import FunctionSymbol, ModuleSymbol
from mscli.migrate.walk.values.frozen import frozen
from mscli.migrate.walk.values.given import Given
from mscli.migrate.walk.values.values import Atom, Site, Value


class Confidence(StrEnum):
    """How sure a fact is. `certain` means that the source says so on every path that was seen."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


WEAKNESS = {Confidence.CERTAIN: 0, Confidence.LIKELY: 1, Confidence.POSSIBLE: 2}


def weakest(*found: Confidence) -> Confidence:
    """A chain is as sure as its weakest link."""
    if Confidence.POSSIBLE in found:
        return Confidence.POSSIBLE
    return Confidence.LIKELY if Confidence.LIKELY in found else Confidence.CERTAIN


def both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The settings that either needs."""
    return tuple(dict.fromkeys((*one, *other))) if one and other else one or other


@frozen
class Region:
    """A transaction in the source: `with transaction.atomic()`, a decorator, a commit.

    `own`: of a session or connection that the function opens itself, so that no caller's is ended.
    """

    site: Site
    kind: str
    own: bool = False


@frozen
class Effect:
    """One function reads or writes one table, at a place."""

    kind: str
    table: str
    operation: str
    site: Site
    confidence: Confidence
    regions: tuple[Region, ...] = ()


@frozen
class Emitted:
    """A signal that is sent, or an event of a table that may have receivers.

    `kept`: of a row that its table had before (True), of a new one (False), or of either.
    """

    signal: str
    sender: str
    site: Site
    regions: tuple[Region, ...] = ()
    kept: bool | None = None


@frozen
class OutsideCall(Given):
    """A call of something that is not the project's own."""

    callee: Atom
    name: str
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]
    site: Site
    owner: Node
    starred: bool = False


@frozen
class Edge:
    """One function calls another; a `job` runs later and elsewhere, a `task` beside the caller:
    both are outside its transaction. `when` says which requests go that way, to a branch, and
    `only_if` which settings have to be other than they are by default, all of them.
    """

    to: Node
    site: Site
    regions: tuple[Region, ...]
    confidence: Confidence = Confidence.CERTAIN
    kind: str = "call"
    when: When | None = None
    only_if: tuple[str, ...] = ()


@frozen
class Unresolved:
    """What the analysis met and could not follow."""

    kind: str
    what: str
    site: Site


@frozen
class Statement:
    """A raw SQL statement, as far as it is known."""

    sql: str | None
    site: Site
    regions: tuple[Region, ...] = ()
    confidence: Confidence = Confidence.CERTAIN


@dataclass(eq=False, slots=True, repr=False)
class Node:
    """A function in one context, or a module's own body."""

    symbol: FunctionSymbol | ModuleSymbol
    key: tuple[object, ...]
    effects: dict[Effect, None] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    emitted: dict[Emitted, None] = field(default_factory=dict)
    statements: dict[Statement, None] = field(default_factory=dict)
    regions: dict[Region, None] = field(default_factory=dict)
    renders: dict[tuple[str, Site], None] = field(default_factory=dict)
    returns: Value = ()
    done: bool = False
    surrounds: bool = False
    """Whether it commits what its user writes, when its user is through."""
    injected: bool = False
    """Whether it is given such a thing by the framework."""

    @property
    def symbol_id(self) -> str:
        """The dotted name of the function or module."""
        return self.symbol.name if isinstance(self.symbol, ModuleSymbol) else self.symbol.id

    @property
    def module(self) -> ModuleSymbol:
        """The module that the code is in."""
        return self.symbol if isinstance(self.symbol, ModuleSymbol) else self.symbol.module


@dataclass(slots=True)
class Call(Given):
    """A call under evaluation."""

    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]
    site: Site
    node: ast.Call | None = None
    starred: bool = False
