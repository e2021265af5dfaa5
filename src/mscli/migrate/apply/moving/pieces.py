"""A module in pieces: its statements as libcst has them, with what each binds and uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from mscli.migrate.apply.moving.cutting import Cut, Foreign, may_be_cut
from mscli.migrate.walk.index import ModuleSymbol, absolute, expression_name, statements

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
SELECTS = "select_related"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a piece uses; `attribute` is what is taken from it, `rest` what of that.

    With `soft` it may be missing: `getattr(name, "attribute", None)`.
    """

    name: str
    attribute: str = ""
    rest: str = ""
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that is not at the top of a module, and the name that it binds."""

    module: str
    name: str
    bound: str = ""


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
        return expression_name(self.value.func).rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A module's statements in their order, and those that bind a name."""

    symbol: ModuleSymbol
    tree: cst.Module
    pieces: tuple[Piece, ...]
    by_name: dict[str, list[Piece]] = field(default_factory=dict)
    guarded: set[str] = field(default_factory=set)
    """Names whose import may fail, and is caught."""


class Sources:
    """Every module of the monolith in pieces, each read when it is asked for."""

    def __init__(
        self,
        root: Path,
        foreign: Foreign,
        patterns: Mapping[str, Set[int]] | None = None,
        shared: dict[tuple[str, int], Piece] | None = None,
    ) -> None:
        """`patterns` are lines by file: of a list of URLs, only the elements there stay.

        `shared` are pieces that are the same for every service; they are made once.
        """
        self.root = root
        self.foreign = foreign
        self.patterns = patterns or {}
        self.shared = {} if shared is None else shared
        self._known: dict[str, Pieces] = {}

    def of(self, symbol: ModuleSymbol) -> Pieces:
        """The pieces of a module."""
        if symbol.file not in self._known:
            self._known[symbol.file] = self._read(symbol)
        return self._known[symbol.file]

    def _read(self, symbol: ModuleSymbol) -> Pieces:
        content = (self.root / symbol.file).read_bytes()
        tree, lines = _parsed(content)
        kept = self.patterns.get(symbol.file)
        pieces = [
            self._shared(symbol, node, ours, *place)
            if kept is None
            else self._piece(symbol, only(node, ours, kept), *place)
            for node, ours, place in zip(tree.body, _in_order(symbol, lines), lines, strict=True)
        ]
        module = Pieces(symbol, tree, tuple(pieces))
        for piece in pieces:
            if any(isinstance(statement, ast.Try) for statement in piece.body):
                module.guarded.update(one.bound or one.module for one in piece.imports)
            for name in piece.binds:
                module.by_name.setdefault(name, []).append(piece)
        return module

    def pattern(self, symbol: ModuleSymbol, place: int, line: int) -> Piece:
        """The statement at a place of a module, with the one element that begins at a line."""
        tree, lines = _parsed((self.root / symbol.file).read_bytes())
        ours = _in_order(symbol, lines)[place]
        return self._piece(symbol, only(tree.body[place], ours, {line}), *lines[place])

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
        cut = Cut(self.foreign)
        kept = node.visit(cut)
        if not isinstance(kept, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            kept = node  # at the top of a module nothing is taken out
        body = ast.parse(cst.Module([]).code_for_node(kept)).body
        head = body[0] if body else None
        return Piece(
            kept,
            first,
            last,
            frozenset(name for statement in body for name in _bound(statement)),
            frozenset(use for statement in body for use in _used(statement)),
            tuple(found for s in body for found in _imported(s, symbol)),
            tuple(head.decorator_list) if isinstance(head, Definition) else (),
            head.value if isinstance(head, ast.Assign | ast.AnnAssign) else None,
            _calls(head),
            frozenset(
                expression_name(part)
                for part in ast.walk(head or ast.Module([], []))
                if isinstance(part, ast.Attribute)
            ),
            frozenset(
                part.arg
                for part in ast.walk(head or ast.Module([], []))
                if isinstance(part, ast.keyword) and part.arg
            ),
            frozenset(
                str(part.value)
                for part in ast.walk(head or ast.Module([], []))
                if isinstance(part, ast.Constant) and _is_dotted(part.value)
            ),
            frozenset(_selected(head)),
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


def only(node: Statement, ours: ast.stmt | None, lines: Set[int]) -> Statement:
    """A statement that makes a list of URLs, without the elements that begin at other lines."""
    if isinstance(node, cst.If) and ours is not None:
        kept = node.visit(_Only(lists_in(ours), lines))
        return kept if isinstance(kept, cst.If) else node
    return _only(node, ours, lines)


def _only(node: Statement, ours: ast.stmt | None, lines: Set[int]) -> Statement:
    listed = patterns_in(ours)
    if listed is None or not isinstance(node, cst.SimpleStatementLine):
        return node
    value = next((part for part in _values(node) if isinstance(part, cst.List)), None)
    if value is None or not value.elements:
        return node
    kept = [
        element
        for element, our in zip(value.elements, listed.elts, strict=True)
        if our.lineno in lines
    ]
    bracket = value.rbracket
    if kept and kept[-1] is not value.elements[-1]:
        bracket = _closing(bracket, kept[-1].comma)
        kept[-1] = kept[-1].with_changes(comma=value.elements[-1].comma)
    return node.with_deep_changes(value, elements=kept, rbracket=bracket)


class _Only(cst.CSTTransformer):
    """The same in the branches of a statement."""

    def __init__(self, found: list[ast.stmt], lines: Set[int]) -> None:
        super().__init__()
        self.found = found
        self.lines = lines

    def leave_SimpleStatementLine(  # noqa: N802 - libcst's name
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Lists are met in the order in which they stand."""
        code = ast.parse(cst.Module([]).code_for_node(original_node)).body
        if not code or patterns_in(code[0]) is None:
            return updated_node
        made = _only(updated_node, self.found.pop(0), self.lines)
        return made if isinstance(made, cst.SimpleStatementLine) else updated_node


def lists_in(node: ast.stmt) -> list[ast.stmt]:
    """The statements that make lists of URLs, those under a condition included."""
    return [each for each in statements([node]) if patterns_in(each) is not None]


def _closing(bracket: cst.RightSquareBracket, own: object) -> cst.RightSquareBracket:
    """A list's end, with the comment after the element that is the last one now."""
    after = own.whitespace_after if isinstance(own, cst.Comma) else None
    before = bracket.whitespace_before
    if not isinstance(after, cst.ParenthesizedWhitespace):
        return bracket
    if not isinstance(before, cst.ParenthesizedWhitespace):
        return bracket
    comment = before.with_changes(first_line=after.first_line)
    return bracket.with_changes(whitespace_before=comment)


def patterns_in(node: ast.stmt | None) -> ast.List | None:
    """The list of URLs that a statement makes: `urlpatterns = [...]`, and `+=`."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return None
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return node.value if "urlpatterns" in names and isinstance(node.value, ast.List) else None


def _values(node: cst.SimpleStatementLine) -> Iterator[cst.BaseExpression | None]:
    for part in node.body:
        if isinstance(part, cst.Assign | cst.AnnAssign | cst.AugAssign):
            yield part.value


def _is_dotted(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return all(part.isidentifier() for part in value.lstrip("-").split("."))


def _selected(node: ast.stmt | None) -> Iterator[str | None]:
    for part in ast.walk(node or ast.Module([], [])):
        if not isinstance(part, ast.Call):
            continue
        if expression_name(part.func).rpartition(".")[2] == SELECTS:
            yield from map(_text, part.args or [part.func])


def _text(node: ast.expr) -> str | None:
    """A literal's text, empty for a literal that is none; None for what only a run can say."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return None


def _calls(node: ast.stmt | None) -> tuple[ast.Call, ...]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return (node.value,)
    return ()


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, Definition):
        yield node.name
    elif not isinstance(node, ast.Import | ast.ImportFrom):
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id
            elif isinstance(part, Definition):
                yield part.name


def _used(node: ast.stmt) -> Iterator[Use]:
    taken_from: set[int] = set()
    for part in ast.walk(node):
        match part:
            case ast.Attribute(attr=rest, value=ast.Attribute(attr=attr, value=ast.Name() as name)):
                taken_from |= {id(name), id(part.value)}
                yield Use(name.id, attr, rest)
            case ast.Attribute(attr=attr, value=ast.Name() as name) if id(part) not in taken_from:
                taken_from.add(id(name))
                yield Use(name.id, attr)
            case ast.Call(
                func=ast.Name(id="getattr" | "hasattr"),
                args=[ast.Name() as name, ast.Constant(value=str(attr)), *_],
            ):
                taken_from.add(id(name))
                yield Use(name.id, attr, soft=True)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and id(part) not in taken_from:
            yield Use(part.id)


def _imported(node: ast.stmt, module: ModuleSymbol) -> Iterator[Imported]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom):
            target = absolute(module, part.module or "", part.level)
            for alias in part.names:
                yield Imported(target, alias.name, alias.asname or alias.name)
        elif isinstance(part, ast.Import):
            for alias in part.names:
                yield Imported(alias.name, "", alias.asname or "")
