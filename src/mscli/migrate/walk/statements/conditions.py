"""What is known of a condition, and what a condition tells of names.

A branch is left out only where the code itself decides: by flags that are given, and by what
classes say. What is kept in rows, and what somebody else may set meanwhile, decides nothing, and a
text is one of those that are known, not the only one, unless code on import says it, or a turn of a
comprehension.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.objects.fixed import is_among, is_fixed
from mscli.migrate.walk.statements.told_texts import begins_or_ends, is_long, is_told, unanimous
from mscli.migrate.walk.values import newness
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Known,
    Made,
    Object,
    Outside,
    Pairs,
    Row,
    Text,
    Type,
    Value,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

FAILED, ANSWERS = 400, ("http.HttpResponse", "get_response")
LISTS = {"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset"}


def holds(frame: Evaluation, test: ast.expr) -> bool | None:
    """Whether a condition holds, if that is known; only what calls nothing is looked at."""
    match test:
        case ast.Constant():
            return bool(test.value)
        case ast.UnaryOp(op=ast.Not()):
            known = holds(frame, test.operand)
            return None if known is None else not known
        case ast.BoolOp():
            return _combined(isinstance(test.op, ast.Or), [holds(frame, v) for v in test.values])
        case ast.Compare(left=ast.Name(id="__name__")):
            return None  # each file may be the one that is run
        case ast.Compare(
            ast.Call(ast.Name("len"), [ast.Name() as name]), [operator], [ast.Constant(int(size))]
        ):
            return is_long(frame, name, operator, size)
        case ast.Compare(ops=[operator], comparators=[other]):
            known = newness.tells(frame, test)
            return _compared(frame, test.left, operator, other) if known is None else known
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name() as name, wanted]):
            fitting = _fitting(frame, name, wanted)
            return None if fitting is None else unanimous([fits for _, fits in fitting])
        case ast.Call(func=ast.Name(id="hasattr"), args=[of, ast.expr() as name]):
            return _has(frame, of, name)
        case ast.Call(func=ast.Name(id="callable"), args=[ast.Name() as name]):
            return True if _is_given(frame, name) else None
        case ast.Call(func=ast.Name(id="issubclass"), args=[ast.Name() as name, wanted]):
            return _inherits(frame, frame.name(name.id), frame.evaluate(wanted))
        case ast.Call(
            func=ast.Attribute(value=ast.Name() as name, attr="startswith" | "endswith" as asked),
            args=[ast.Constant(value=str() as part)],
        ):
            return begins_or_ends(frame, name, asked, part)
        case ast.Call(args=[ast.Constant()] | [ast.Constant(), ast.Constant()]):
            return _truth(frame.evaluate(test))
        case ast.Subscript(value=ast.Name(), slice=ast.Constant()):
            return _truth(frame.evaluate(test))
        case ast.Name():
            return True if _is_given(frame, test) else _truth(_decisive(frame, test))
        case ast.Attribute():
            known = newness.tells(frame, test)
            return _truth(_decisive(frame, test)) if known is None else known
        case _:
            return None


def _combined(is_or: bool, found: list[bool | None]) -> bool | None:
    if is_or in found:
        return is_or
    return None if None in found else not is_or


def _truth(value: Value) -> bool | None:
    """Whether a value is true, if it is nothing but True, False or None."""
    return unanimous([bool(a.value) if isinstance(a, Known) else None for a in value])


def _is_given(frame: Evaluation, name: ast.Name) -> bool:
    """Whether a parameter is still the function or class that the caller gave."""
    value = frame.given.get(name.id)
    return (
        bool(value)
        and frame.env.get(name.id) is value
        and all(isinstance(atom, Function | Type) for atom in value or ())
    )


def _inherits(frame: Evaluation, value: Value, wanted: Value) -> bool | None:
    """Whether classes inherit from one of the project's."""
    wanted = tuple(flat(wanted))
    if not wanted or not all(isinstance(atom, Type) for atom in (*value, *wanted)):
        return None
    known = {atom.cls for atom in wanted if isinstance(atom, Type)}
    return unanimous(
        [bool(known & set(frame.engine.order(a.cls))) for a in value if isinstance(a, Type)]
    )


def _compared(
    frame: Evaluation, left: ast.expr, operator: ast.cmpop, right: ast.expr
) -> bool | None:
    if isinstance(operator, ast.In | ast.NotIn):
        known = is_among(frame, left, right)
        return known if known is None or isinstance(operator, ast.In) else not known
    if not isinstance(operator, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
        return None
    if isinstance(right, ast.Constant) and isinstance(right.value, int) and right.value >= FAILED:
        is_status = isinstance(left, ast.Attribute) and _is_answer(frame.evaluate(left.value))
        return isinstance(operator, ast.NotEq | ast.IsNot) if is_status else None
    if not all(isinstance(side, ast.Name | ast.Attribute | ast.Constant) for side in (left, right)):
        return None
    if isinstance(left, ast.Name) and _is_none(right) and _is_given(frame, left):
        return isinstance(operator, ast.NotEq | ast.IsNot)
    one, other = _decisive(frame, left), _decisive(frame, right)
    same = _same(one, other) if len(one) == len(other) == 1 else None
    return same if same is None or isinstance(operator, ast.Eq | ast.Is) else not same


def _decisive(frame: Evaluation, side: ast.expr) -> Value:
    """The value of one side, if a condition may hang on it."""
    value = frame.evaluate(side)
    name = f".{side.attr}" if isinstance(side, ast.Attribute) else getattr(side, "id", "")
    if is_fixed(frame, side):
        return value
    if name in frame.engine.project.changed:
        return ()
    if any(isinstance(atom, Text) for atom in value):
        return value if isinstance(side, ast.Constant) or is_told(frame, name, value) else ()
    if not any(isinstance(atom, Type) for atom in value):
        return value
    is_sure = isinstance(side, ast.Name) and (name not in frame.env or _is_given(frame, side))
    return value if is_sure else ()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_answer(value: Value) -> bool:
    """Whether a value is what a handler answered; middleware that asks is told that all is well."""
    return bool(value) and all(isinstance(a, Made) and a.name.endswith(ANSWERS) for a in value)


def _same(one: Value, other: Value) -> bool | None:
    """Whether two single values are the same, if they are of a kind that tells."""
    first, second = one[0], other[0]
    if isinstance(first, Text) and isinstance(second, Text):
        return first == second
    if isinstance(first, Type | Known) and isinstance(second, Type | Known):
        return first == second
    if isinstance(first, Made) and first == second and first.name.startswith("builtins.type"):
        return True  # a marker, such as `UNDEFINED = type("UNDEFINED", ...)()`
    return None


def _has(frame: Evaluation, of: ast.expr, name: ast.expr) -> bool | None:
    """Whether a class of the project has an attribute; what inherits from outside may have any."""
    found = frame.evaluate(of)
    wanted = frame.evaluate(name)
    if len(found) != 1 or len(wanted) != 1 or not isinstance(wanted[0], Text):
        return None
    atom, key = found[0], wanted[0].text
    if not isinstance(atom, Type):
        return None
    for entry in frame.engine.lineage(atom.cls):
        if key in entry.attributes or key in entry.methods or key in entry.annotations:
            return True
    return None if frame.engine.outsiders(atom.cls) else False


# -- what a test tells ---------------------------------------------------------------------------


def narrowed(frame: Evaluation, test: ast.expr, outcome: bool) -> dict[str, Value]:
    """The names of which a test says more, if it came out so."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return narrowed(frame, test.operand, not outcome)
        case ast.BoolOp(op=ast.And()) if outcome:
            return {k: v for part in test.values for k, v in narrowed(frame, part, True).items()}
        case ast.BoolOp(op=ast.Or()) if not outcome:
            return {k: v for part in test.values for k, v in narrowed(frame, part, False).items()}
        case ast.Name():
            return _without(frame, test, *((None, False) if outcome else (True,)))
        case ast.Compare(left=ast.Name() as name, ops=[ast.Is() | ast.IsNot()]) if _is_none(
            test.comparators[0]
        ):
            is_none = outcome is isinstance(test.ops[0], ast.Is)
            return {} if is_none else _without(frame, name, None)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name() as name, wanted]):
            fitting = _fitting(frame, name, wanted)
            if fitting is None:
                return {}
            kept: Value = tuple(atom for atom, fits in fitting if fits is not (not outcome))
            return {name.id: kept} if kept else {}
        case ast.Call(func=ast.Name(id="issubclass"), args=[ast.Name() as name, wanted]):
            kept = _heirs(frame, frame.name(name.id), frame.evaluate(wanted), outcome)
            return {name.id: kept} if kept else {}
        case _:
            return {}


def _heirs(frame: Evaluation, value: Value, wanted: Value, outcome: bool) -> Value:
    """The classes that inherit from what is wanted, or those that do not."""
    return tuple(a for a in value if _inherits(frame, (a,), wanted) is not (not outcome))


def _without(frame: Evaluation, name: ast.Name, *values: bool | None) -> dict[str, Value]:
    """The name without what a test has excluded."""
    before = frame.name(name.id)
    kept = tuple(a for a in before if not (isinstance(a, Known) and a.value in values))
    return {name.id: kept} if kept != before and name.id in frame.env else {}


def _fitting(
    frame: Evaluation, name: ast.Name, wanted: ast.expr
) -> list[tuple[Atom, bool | None]] | None:
    classes = tuple(flat(frame.evaluate(wanted)))
    if not classes:
        return None
    return [(atom, _fits(frame, atom, classes)) for atom in frame.name(name.id)]


def _fits(frame: Evaluation, atom: Atom, classes: Value) -> bool | None:
    names = {getattr(c, "name", "") for c in classes}
    known = {c.cls for c in classes if isinstance(c, Type)}
    if isinstance(atom, Type | Function):
        built_in = all(isinstance(c, Outside) and c.name.startswith("builtins.") for c in classes)
        is_type = isinstance(atom, Type) and "builtins.type" in names
        return is_type or (False if built_in else None)
    if isinstance(atom, Items):
        return True if names & LISTS else (False if len(names) == len(classes) else None)
    if isinstance(atom, Text):
        return "builtins.str" in names
    if isinstance(atom, Pairs):
        return True if "builtins.dict" in names else None
    cls = atom.cls if isinstance(atom, Object) else None
    if isinstance(atom, Row):
        cls = atom.model.cls
    if cls is None:
        return None
    order = frame.engine.order(cls)
    outside = {c.name for c in classes if isinstance(c, Outside)}
    if (known | outside) & set(order):
        return True
    built_in = all(name.startswith("builtins.") for name in outside)
    is_vague = isinstance(atom, Row) and atom.made is None
    if is_vague or not built_in or len(known) + len(outside) < len(classes):
        return None
    # An object without a known constructor may be of a class that inherits from its own; a row that
    # was fetched may be anything that is kept there.
    below = any(cls in frame.engine.order(other)[1:] for other in known)
    return None if below else False
