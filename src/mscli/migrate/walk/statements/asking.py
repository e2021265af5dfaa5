"""Reads what a condition asks of the request out of its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.trees import every
from mscli.migrate.walk.graph.requests import (
    BEGINS,
    ENDS,
    HOLDS,
    IS,
    METHOD,
    NAME,
    PART,
    PATH,
    SENDING,
    Asked,
    Joined,
    Question,
    asks_anything,
)
from mscli.migrate.walk.values.values import Items, Made, Member, Outside, Text, Value, last

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

SUBMITTED = frozenset(["validate_on_submit", "is_submitted"])
POSTED = frozenset(["POST", "FILES"])
SAFE = ("GET", "HEAD", "OPTIONS")
CHANGED_CASE = frozenset(["lower", "upper", "casefold"])
NAMES = ("request", "req", "_request")
OF_REQUESTS = {
    "method": METHOD,
    "path": PATH,
    "path_info": PATH,
    "endpoint": NAME,
    "blueprint": PART,
}
OF_PARTS = {
    ("url_rule", "endpoint"): NAME,
    ("url_rule", "rule"): PATH,
    ("url", "path"): PATH,
    ("resolver_match", "url_name"): NAME,
}
TELLING = frozenset([*OF_REQUESTS, *(name for _, name in OF_PARTS), *SUBMITTED, *POSTED])
METHODS = {"startswith": BEGINS, "endswith": ENDS}


def question(frame: Evaluation, test: ast.expr) -> Question | None:
    """What a condition asks of the request, if it asks something."""
    named = frame.engine.mentioned.get(test)
    if named is None:
        named = frame.engine.mentioned[test] = frozenset(_named(test))
    if named.isdisjoint(TELLING) and named.isdisjoint(frame.aliases):
        return None
    found = _read(frame, test)
    return found if asks_anything(found) else None


def _named(test: ast.expr) -> Iterator[str]:
    for part in every(test):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def note_alias(frame: Evaluation, node: ast.Assign) -> None:
    """`path = request.path`: the name asks for it, and so does a form of what is sent."""
    target = node.targets[0]
    if not isinstance(target, ast.Name):
        return
    is_one = isinstance(node.value, ast.Attribute | ast.Call | ast.BoolOp)
    if is_one and (_subject(frame, node.value) or _holds_what_is_sent(node.value)):
        frame.aliases[target.id] = node.value
    elif target.id in frame.aliases:
        del frame.aliases[target.id]


def _read(frame: Evaluation, test: ast.expr) -> Question | None:
    match test:
        case ast.BoolOp():
            how = "or" if isinstance(test.op, ast.Or) else "and"
            return Joined(how, tuple(_read(frame, part) for part in test.values))
        case ast.UnaryOp(op=ast.Not()):
            return Joined("not", (_read(frame, test.operand),))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compared(frame, left, operator, right)
        case ast.Call(func=ast.Attribute(value=of, attr=name), args=args):
            return _called(frame, of, name, args)
        case ast.Attribute() if _is_posted(frame, test):
            return Asked(METHOD, IS, ("POST",), sure=False)
        case _:
            return None


def _compared(
    frame: Evaluation, left: ast.expr, operator: ast.cmpop, right: ast.expr
) -> Question | None:
    if isinstance(operator, ast.In | ast.NotIn) and _is_posted(frame, right):
        found: Question | None = Asked(METHOD, IS, ("POST",), sure=False)
    elif isinstance(operator, ast.In | ast.NotIn) and _subject(frame, right) == PATH:
        found = _asked(PATH, HOLDS, _texts(frame, left))
    else:
        what = _subject(frame, left)
        is_one = isinstance(operator, ast.In | ast.NotIn | ast.Eq | ast.NotEq)
        found = _asked(what, IS, _texts(frame, right)) if what and is_one else None
    return Joined("not", (found,)) if isinstance(operator, ast.NotIn | ast.NotEq) else found


def _called(frame: Evaluation, of: ast.expr, name: str, args: list[ast.expr]) -> Question | None:
    if name in SUBMITTED:
        return Asked(METHOD, IS, SENDING, sure=False)
    if name == "is_valid" and isinstance(of, ast.Name) and of.id in frame.aliases:
        sent = _holds_what_is_sent(frame.aliases[of.id])
        return Asked(METHOD, IS, ("POST",), sure=False) if sent else None
    if name == "get" and _is_posted(frame, of):
        return Asked(METHOD, IS, ("POST",), sure=False)
    if name in METHODS and len(args) == 1 and (what := _subject(frame, of)):
        return _asked(what, METHODS[name], _texts(frame, args[0]))
    return None


def _asked(what: str | None, how: str, values: tuple[str, ...] | None) -> Question | None:
    if what is None or values is None:
        return None
    return Asked(what, how, tuple(v.upper() for v in values) if what == METHOD else values)


def _subject(frame: Evaluation, node: ast.expr) -> str | None:
    """What an expression asks of the request: its method, its path, the name of its route."""
    match node:
        case ast.Name(id=name) if name in frame.aliases:
            return _subject(frame, frame.aliases[name])
        case ast.BoolOp(op=ast.Or(), values=[first, ast.Constant()]):
            return _subject(frame, first)
        case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in CHANGED_CASE:
            return METHOD if _subject(frame, of) == METHOD else None
        case ast.Attribute(value=ast.Attribute(value=of, attr=middle), attr=name) if (
            middle,
            name,
        ) in OF_PARTS and _is_request(frame, of):
            return OF_PARTS[middle, name]
        case ast.Attribute(value=of, attr=name) if name in OF_REQUESTS:
            return OF_REQUESTS[name] if _is_request(frame, of) else None
        case _:
            return None


def _is_posted(frame: Evaluation, node: ast.expr) -> bool:
    """Whether it is what Django says that a form has sent."""
    is_one = isinstance(node, ast.Attribute) and node.attr in POSTED
    return is_one and _is_request(frame, node.value)  # type: ignore[attr-defined]


def _holds_what_is_sent(node: ast.expr) -> bool:
    """`Form(request.POST or None)`: such a form is never valid unless something is posted."""
    if not isinstance(node, ast.Call):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "data")]
    return any(
        isinstance(arg, ast.BoolOp)
        and isinstance(arg.values[0], ast.Attribute)
        and arg.values[0].attr == "POST"
        and isinstance(arg.values[-1], ast.Constant)
        and arg.values[-1].value is None
        for arg in given
    )


def _is_request(frame: Evaluation, node: ast.expr) -> bool:
    """Whether it is the request that is answered, and not one that is sent to somebody."""
    if isinstance(node, ast.Name) and node.id in NAMES:
        value = frame.name(node.id)
        return all(_is_incoming(atom) for atom in value)
    return isinstance(node, ast.Attribute) and node.attr in NAMES


def _is_incoming(atom: object) -> bool:
    if isinstance(atom, Outside | Made):
        return last(atom.name).lower().endswith("request")
    return isinstance(atom, Member) and atom.name in NAMES


def _texts(frame: Evaluation, node: ast.expr) -> tuple[str, ...] | None:
    """The texts that are written there, if they are all."""
    match node:
        case ast.Constant(value=str(known)):
            return (known,)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            found = [_texts(frame, part) for part in parts]
            known_ones = [text for one in found if one is not None for text in one]
            return None if None in found else tuple(known_ones)
        case ast.Attribute(attr="SAFE_METHODS") | ast.Name(id="SAFE_METHODS"):
            return SAFE
        case ast.Name(id=name) if name not in frame.env and name not in _changed(frame):
            return _all_of(frame.name(name))
        case _:
            return None


def _changed(frame: Evaluation) -> frozenset[str] | set[str]:
    return frame.engine.project.changed


def _all_of(value: Value) -> tuple[str, ...] | None:
    """The texts of one list, if it has nothing else; one text."""
    parts = value
    if len(value) == 1 and isinstance(value[0], Items):
        if any(len(item) != 1 for item in value[0].items):
            return None
        parts = tuple(atom for item in value[0].items for atom in item)
    elif len(value) != 1:
        return None
    found = tuple(atom.text for atom in parts if isinstance(atom, Text) and "{}" not in atom.text)
    return found if found and len(found) == len(parts) else None
