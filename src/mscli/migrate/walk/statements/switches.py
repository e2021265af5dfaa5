"""What settings decide: conditions that hang on flags, and which branch is off by default.

A condition is read in three values: what it is where nobody sets anything, if that is known, and
which settings would have to be otherwise. A branch that is off is walked all the same.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from mscli.migrate.walk.statements import variables

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.values.values import Value

OF_THE_SITE = frozenset(
    ["debug", "testing", "test", "tests", "production", "prod", "development", "dev", "env",
     "environment"]
)  # fmt: skip
"""Words of settings that each site has in its own way: what they are by default says nothing."""
EQUAL, UNEQUAL = ast.Is | ast.Eq, ast.IsNot | ast.NotEq


class Default(NamedTuple):
    """What a condition is by default, and what settings have to be, all of them, to change it."""

    holds: bool
    otherwise: tuple[str, ...]


def asked(frame: Evaluation, test: ast.expr, known: Value | None = None) -> Default | None:
    """What a condition is by default, if settings decide that; `known` is what it was just now."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=part):
            found = asked(frame, part)
            return found and Default(not found.holds, found.otherwise)
        case ast.BoolOp(op=operator, values=parts):
            return _joined(isinstance(operator, ast.Or), [asked(frame, part) for part in parts])
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=wanted)]) if (
            wanted is None or isinstance(wanted, bool)
        ) and isinstance(operator, EQUAL | UNEQUAL):
            value = _evaluated(frame, left)
            return _of(value, wanted=wanted, turned=isinstance(operator, UNEQUAL))
        case _ if known is not None:
            return _of(known)
        case ast.Compare(left=left, comparators=[right]):
            is_plain = _is_plain(left) and _is_plain(right)
            return _of(frame.evaluate(test)) if is_plain else None
        case _:
            return _of(_evaluated(frame, test))


def _evaluated(frame: Evaluation, node: ast.expr) -> Value:
    """What is asked for; a call only if nothing is done by it."""
    match node:
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return frame.evaluate(node)
        case ast.Call(func=ast.Name(id="getattr")):
            return frame.evaluate(node)
        case ast.Call(args=[ast.Constant(), *more]) if all(
            isinstance(part, ast.Constant) for part in more
        ):
            return frame.evaluate(node)
        case _:
            return ()


def _is_plain(node: ast.expr) -> bool:
    """Whether nothing is done where it is evaluated."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=of) | ast.Subscript(value=of, slice=ast.Constant()):
            return _is_plain(of)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return all(map(_is_plain, parts))
        case ast.Call(func=ast.Attribute(value=of, attr=name), args=[]):
            return name in variables.OF_TEXTS and _is_plain(of)
        case ast.Call(args=[*parts], keywords=[]):
            return all(isinstance(part, ast.Constant) for part in parts)
        case _:
            return False


_TRUTH = object()


def _of(value: Value, *, wanted: object = _TRUTH, turned: bool = False) -> Default | None:
    """What one flag is by default, or whether it is what is wanted."""
    names = variables.names(value) if len(value) == 1 else ()
    default = variables.unset(value) if names else variables.UNKNOWN
    if default is variables.UNKNOWN or any(_is_of_the_site(name) for name in names):
        return None
    is_on = bool(default) if wanted is _TRUTH else default is wanted
    name = " or ".join(names)
    is_negated = bool(default)
    return Default(is_on is not turned, (f"not {name}" if is_negated else name,))


def _joined(is_or: bool, parts: list[Default | None]) -> Default | None:
    """Of `and` what is false decides, of `or` what is true: all of that has to change."""
    deciding = [part for part in parts if part is not None and part.holds is is_or]
    if deciding:
        return Default(is_or, tuple(name for part in deciding for name in part.otherwise))
    if None in parts:
        return None
    one = (" and ".join(part.otherwise) for part in parts if part is not None)
    return Default(not is_or, (" or ".join(dict.fromkeys(one)),))


def _is_of_the_site(name: str) -> bool:
    return not OF_THE_SITE.isdisjoint(name.lower().split("_"))
