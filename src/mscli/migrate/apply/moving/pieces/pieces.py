"""A module in pieces: its statements as libcst has them, with what each binds and uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from mscli.migrate.apply.moving.pieces.cutting import Cut, Foreign, may_be_cut
from mscli.migrate.apply.moving.pieces.instead import Instead
from mscli.migrate.apply.moving.pieces.own_files import FILE, told
from mscli.migrate.apply.moving.pieces.pattern_lists import Statement, only
from mscli.migrate.apply.moving.pieces.relative_files import MAY, anchored, is_run_there
from mscli.migrate.apply.moving.pieces.uses import (
    Definition,
    Imported,
    Use,
    attributes,
    bound,
    calls,
    imported,
    keywords,
    selected,
    texts,
    used,
)
from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.project.index import ModuleSymbol, last_name


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement at the top of a module, from line `first` to `last`.

    `value` is what it assigns; `cuts` say what was taken out of it.
    """

    node: Statement
    first: int
    last: int
    binds: frozenset[str]
    uses: frozenset[Use]
    imports: tuple[Imported, ...]
    decorators: tuple[ast.expr, ...]
    value: ast.expr | None
    calls: tuple[ast.Call, ...]
    """A statement that is nothing but a call: `blueprint.add_url_rule(...)`."""
    attributes: frozenset[str]
    """Chains of names such as `self.request.user`."""
    keywords: frozenset[str]
    texts: frozenset[str]
    """Texts that may be dotted names, or lookups such as `-user__name`."""
    selected: frozenset[str | None]
    """What queries select with a row, as `author` or `loan__reader`; None where it is not said."""
    cuts: tuple[str, ...]
    lost: tuple[str, ...]
    """Fields that were cut out, by name."""
    asked: tuple[str, ...]
    """Keys to users, who are asked for elsewhere, by name."""
    needs_types: bool
    body: tuple[ast.stmt, ...] = field(default=(), repr=False, compare=False)
    """The same as a tree."""

    @property
    def is_import(self) -> bool:
        """Whether it only imports."""
        return all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in self.body)

    @property
    def makes(self) -> str:
        """What it calls to make what it assigns, such as `create_engine`."""
        if not isinstance(self.value, ast.Call):
            return ""
        return last_name(self.value.func)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A module's statements in their order, and those that bind a name."""

    symbol: ModuleSymbol
    tree: cst.Module
    pieces: tuple[Piece, ...]
    by_name: dict[str, list[Piece]] = field(default_factory=dict)
    guarded: set[str] = field(default_factory=set)
    """Names whose import may fail, and is caught."""
    branches: dict[str, Piece] = field(default_factory=dict)
    """Names that are imported under a condition that running code decides."""


class Sources:
    """Every module of the monolith in pieces, each read when it is asked for."""

    def __init__(
        self,
        root: Path,
        foreign: Foreign,
        patterns: Mapping[str, Set[ast.expr]] | None = None,
        shared: dict[tuple[str, int], Piece] | None = None,
        instead: Instead | None = None,
    ) -> None:
        """`patterns` are elements by file: of a list of URLs only these stay.

        `shared` are pieces that are the same for every service; they are made once. `instead` is
        what no service has as the monolith has it.
        """
        self.root = root
        self.instead = instead
        self.foreign = foreign
        self.patterns = patterns or {}
        self.shared = {} if shared is None else shared
        self.is_run_there = is_run_there(root)
        self._known: dict[str, Pieces] = {}

    def of(self, symbol: ModuleSymbol) -> Pieces:
        """The pieces of a module."""
        if symbol.file not in self._known:
            self._known[symbol.file] = self._read(symbol)
        return self._known[symbol.file]

    def at(self, symbol: ModuleSymbol, line: int) -> Piece:
        """The piece of a module that a line is in."""
        return next(p for p in self.of(symbol).pieces if p.first <= line <= p.last)

    def _read(self, symbol: ModuleSymbol) -> Pieces:
        content = (self.root / symbol.file).read_bytes()
        tree, lines = _parsed(content)
        if self.instead is not None and self.instead.changes(symbol.file, content):
            tree = self.instead.module(symbol.file, content)
        if FILE.encode() in content:
            tree = told(tree, symbol.file)
        if self.is_run_there and MAY.search(content):
            tree = anchored(tree)
        kept = self.patterns.get(symbol.file)
        pieces = [
            self._shared(symbol, node, ours, *place)
            if kept is None
            else self._piece(symbol, only(node, ours, kept), *place)
            for node, ours, place in zip(tree.body, _in_order(symbol, lines), lines, strict=True)
        ]
        pieces = [
            replace(piece, cuts=(*piece.cuts, *self._without(symbol, piece))) for piece in pieces
        ]
        module = Pieces(symbol, tree, tuple(pieces))
        for piece in pieces:
            if any(isinstance(statement, ast.Try) for statement in piece.body):
                module.guarded.update(one.bound or one.module for one in piece.imports)
            is_run = not any("TYPE_CHECKING" in (use.name, use.attribute) for use in piece.uses)
            if is_run and any(isinstance(statement, ast.If) for statement in piece.body):
                module.branches.update((one.bound or one.module, piece) for one in piece.imports)
            for name in piece.binds:
                module.by_name.setdefault(name, []).append(piece)
        return module

    def _without(self, symbol: ModuleSymbol, piece: Piece) -> Iterator[str]:
        """What is left out of a statement, as a report says it."""
        lines = self.instead.left_out.get(symbol.file, {}) if self.instead else {}
        for line, code in sorted(lines.items()):
            if piece.first <= line <= piece.last:
                yield f"line {line}, `{code}`, is for the monolith alone"

    def pattern(self, symbol: ModuleSymbol, place: int, elements: Set[ast.expr]) -> Piece:
        """The statement at a place of a module, with some elements alone."""
        tree, places = _parsed((self.root / symbol.file).read_bytes())
        ours = _in_order(symbol, places)[place]
        return self._piece(symbol, only(tree.body[place], ours, elements), *places[place])

    def _shared(
        self, symbol: ModuleSymbol, node: Statement, ours: ast.stmt | None, first: int, last: int
    ) -> Piece:
        """The piece that another service has had already, where nothing in it can be cut."""
        key = symbol.file, first
        if key in self.shared:
            return self.shared[key]
        piece = self._piece(symbol, node, first, last)
        if ours is not None and not may_be_cut(ours):
            self.shared[key] = piece
        return piece

    def _piece(
        self,
        symbol: ModuleSymbol,
        node: Statement,
        first: int,
        last: int,
    ) -> Piece:
        cut, code = Cut(self.foreign), cst.Module([]).code_for_node(node)
        kept = node.visit(cut) if cut.may_change(code) else node
        if not isinstance(kept, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            kept = node  # at the top of a module nothing is taken out
        body = parsed(code if kept is node else cst.Module([]).code_for_node(kept)).body
        head = body[0] if body else None
        parts = list(ast.walk(head)) if head else []
        return Piece(
            kept,
            first,
            last,
            frozenset(name for statement in body for name in bound(statement)),
            frozenset(use for statement in body for use in used(statement)),
            tuple(found for s in body for found in imported(s, symbol)),
            tuple(head.decorator_list) if isinstance(head, Definition) else (),
            head.value if isinstance(head, ast.Assign | ast.AnnAssign) else None,
            calls(head),
            attributes(parts),
            keywords(parts),
            texts(parts),
            frozenset(selected(parts)),
            tuple(cut.said),
            tuple(cut.lost),
            tuple(cut.asked),
            cut.needs_types,
            tuple(body),
        )


@cache
def _parsed(content: bytes) -> tuple[cst.Module, tuple[tuple[int, int], ...]]:
    """A module and the lines of its statements; every service cuts it in its own way."""
    wrapper = MetadataWrapper(cst.parse_module(content), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    places = (positions[node] for node in wrapper.module.body)
    return wrapper.module, tuple((place.start.line, place.end.line) for place in places)


def _in_order(symbol: ModuleSymbol, lines: tuple[tuple[int, int], ...]) -> list[ast.stmt | None]:
    """The same statements as `ast` has them; libcst puts some of a line together."""
    by_end = {node.end_lineno: node for node in symbol.tree.body}
    return [by_end.get(last) for _, last in lines]
