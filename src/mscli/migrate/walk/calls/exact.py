"""What a function gives that only puts together what classes say: it is computed, not guessed.

Registrations are often made so: a class method goes through tables of its class (`operations`,
`parent_ids`) and gives paths, names and methods. A walk joins what the turns of a loop give; here
each turn is made, in order, on constants. What is more than that (a call of anything but methods of
texts, lists and mappings, a value that is not known) ends it, and the walk's answer holds.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol
from mscli.migrate.walk.values.values import (
    Items,
    Known,
    Pairs,
    Text,
    Type,
    Value,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

Constant: TypeAlias = Any
"""A text, a number, True, False, None, a class of the project, and lists and mappings of these."""

STEPS, LARGEST, DEEPEST = 20_000, 20_000, 8
WIDE = re.compile(r"\d{4}")
"""A template that asks for so much room is none of a path."""
METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(["format", "join", "lower", "replace", "strip", "title", "upper"]),
    list: frozenset(["append", "extend", "insert"]),
    dict: frozenset(["copy", "get", "items", "keys", "update", "values"]),
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "dict": dict,
    "enumerate": lambda one: list(enumerate(one)),
    "len": len,
    "list": list,
    "sorted": sorted,
    "str": str,
    "tuple": tuple,
}
BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mod: operator.mod,
}
COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}
PLAIN = (str, int, list, tuple, dict, type(None))


class NotExactError(Exception):
    """Something is not a constant, or is more than putting constants together."""


class _Left(Exception):
    """A function, or a turn of a loop, has ended; `value` is what is returned."""

    def __init__(self, kind: type[ast.stmt], value: Constant = None) -> None:
        super().__init__()
        self.kind, self.value = kind, value


def computed(frame: Frame, fn: FunctionSymbol, receiver: Value) -> Value | None:
    """What a class method with a loop gives that is called without arguments, if it is exact."""
    node = fn.node
    if isinstance(node, ast.Lambda) or "classmethod" not in fn.decorators:
        return None
    if not any(isinstance(part, ast.For) for part in node.body):
        return None
    if len(receiver) != 1 or not isinstance(receiver[0], Type) or len(node.args.args) != 1:
        return None
    run = _Run(frame, {node.args.args[0].arg: receiver[0].cls})
    try:
        return abstract(run.returned(node.body))
    except (NotExactError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return None


def abstract(value: Constant, depth: int = 0) -> Value:
    """A constant as the walk knows values."""
    if depth > DEEPEST:
        raise NotExactError
    match value:
        case bool() | None:
            return (Known(value),)
        case str():
            return (Text(value),)
        case list() | tuple():
            return (Items(tuple(abstract(one, depth + 1) for one in value)),)
        case dict():
            return (
                Pairs(tuple((str(key), abstract(one, depth + 1)) for key, one in value.items())),
            )
        case ClassSymbol():
            return (Type(value),)
        case _:
            return ()


def constant(value: Value) -> Constant:
    """A value of the walk as a constant."""
    match value:
        case (Text(text=text),) if "{}" not in text:
            return text
        case (Known(value=known),):
            return known
        case (Items(items=items),):
            return [constant(one) for one in items]
        case (Pairs(pairs=pairs),) if all(key for key, _ in pairs):
            return {key: constant(one) for key, one in pairs}
        case (Type(cls=cls),):
            return cls
        case _:
            raise NotExactError


class _Run:
    """One run of one function."""

    def __init__(self, frame: Frame, names: dict[str, Any]) -> None:
        self.frame, self.names, self.steps = frame, names, 0

    def returned(self, statements: Sequence[ast.stmt]) -> Constant:
        """What a function gives."""
        try:
            self.body(statements)
        except _Left as left:
            return left.value
        return None

    def body(self, statements: Sequence[ast.stmt]) -> None:
        """Statements, in order."""
        for node in statements:
            self.steps += 1
            if self.steps > STEPS:
                raise NotExactError
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._bind(target, self.of(value))
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                self.names[name] = self._binary(op, self.names[name], self.of(value))
            case ast.For(orelse=[]):
                self._loop(node)
            case ast.If():
                self.body(node.body if self.of(node.test) else node.orelse)
            case ast.Return(value=value):
                raise _Left(ast.Return, self.of(value) if value is not None else None)
            case ast.Continue() | ast.Break():
                raise _Left(type(node))
            case ast.Expr(value=value):
                self.of(value)
            case ast.Pass() | ast.Assert():
                pass
            case _:
                raise NotExactError

    def _loop(self, node: ast.For) -> None:
        for turn in list(self.of(node.iter)):
            self._bind(node.target, turn)
            try:
                self.body(node.body)
            except _Left as left:
                if left.kind is ast.Break:
                    return
                if left.kind is ast.Return:
                    raise

    def _bind(self, target: ast.expr, value: Constant) -> None:
        match target:
            case ast.Name(id=name):
                self.names[name] = value
            case ast.Tuple(elts=parts) if len(parts) == len(value):
                for part, one in zip(parts, value, strict=True):
                    self._bind(part, one)
            case ast.Subscript(value=of, slice=key):
                self.of(of)[self.of(key)] = value
            case _:
                raise NotExactError

    def of(self, node: ast.expr) -> Constant:
        """The value of an expression."""
        match node:
            case ast.Constant(value=value) if isinstance(value, PLAIN):
                return value
            case ast.Name(id=name):
                return self._name(name)
            case ast.List(elts=parts):
                return [self.of(part) for part in parts]
            case ast.Tuple(elts=parts):
                return tuple(self.of(part) for part in parts)
            case ast.Dict(keys=keys, values=values):
                return {self._key(k): self.of(v) for k, v in zip(keys, values, strict=True)}
            case ast.Subscript(value=of, slice=key):
                return self.of(of)[self.of(key)]
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.of(left), self.of(right))
            case ast.IfExp():
                return self.of(node.body if self.of(node.test) else node.orelse)
            case ast.Attribute(value=of, attr=name):
                return self._attribute(self.of(of), name)
            case ast.Call():
                return self._call(node)
            case _:
                return self._truth(node)

    def _truth(self, node: ast.expr) -> Constant:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return not self.of(inner)
            case ast.BoolOp(op=op, values=values):
                found = None
                for value in values:
                    found = self.of(value)
                    if bool(found) is isinstance(op, ast.Or):
                        break
                return found
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return COMPARED[type(op)](self.of(left), self.of(right))
            case _:
                raise NotExactError

    def _name(self, name: str) -> Constant:
        return self.names[name] if name in self.names else constant(self.frame.name(name))

    def _key(self, node: ast.expr | None) -> Constant:
        if node is None:
            raise NotExactError
        return self.of(node)

    @staticmethod
    def _binary(op: ast.operator, left: Constant, right: Constant) -> Constant:
        if isinstance(op, ast.Mod) and (not isinstance(left, str) or WIDE.search(left)):
            raise NotExactError
        return _small(BINARY[type(op)](left, right))

    def _attribute(self, of: Constant, name: str) -> Constant:
        if not isinstance(of, ClassSymbol) or self.frame.engine.method(of, name):
            raise NotExactError
        return constant(self.frame.engine.class_attribute(of, name))

    def _call(self, node: ast.Call) -> Constant:
        if any(isinstance(one, ast.Starred) for one in node.args) or node.keywords:
            raise NotExactError
        given = [self.of(one) for one in node.args]
        match node.func:
            case ast.Name(id=name) if name not in self.names and name in FUNCTIONS:
                return _small(FUNCTIONS[name](*given))
            case ast.Attribute(value=value, attr=name):
                of = self.of(value)
                if name in METHODS.get(type(of), ()) and not (name == "format" and WIDE.search(of)):
                    return _small(getattr(of, name)(*given))
        raise NotExactError


def _small(value: Constant) -> Constant:
    if isinstance(value, str | list | tuple | dict) and len(value) > LARGEST:
        raise NotExactError
    return value
