"""Whether a row is in its table yet, and what code does with it that changes that.

A row that was fetched stays there; one that was made is new until it is saved. Who has been given a
new row may have saved it, so after that nobody knows, and so it is with one that is put away.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mscli.migrate.trees import every
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.values import Atom, Known, Made, Row, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

DJANGO = "django"
SAVING = frozenset(["save", "asave", "save_base"])
KEYS = frozenset(["pk", "id"])
ASKED = frozenset(["pk", "adding"])
FORGETTING = frozenset(["_state", *KEYS])
"""What somebody sets on a row that is to be saved as another."""


def rows_as(value: Value, kept: bool | None) -> Value:
    """The value with its rows as they are now."""
    return tuple(Row(a.model, a.made, kept) if isinstance(a, Row) else a for a in value)


def has_new(value: Value) -> bool:
    """Whether there is a row in it that is not saved yet."""
    return any(isinstance(atom, Row) and atom.kept is False for atom in value)


def put_away(value: Value) -> Value:
    """The value as it is found again later: what was new may have been saved meanwhile."""
    return rows_as(value, None) if has_new(value) else value


def given(value: Value, *, apart: bool) -> Value:
    """What a function is given: one that cannot ask, or is walked seldom, is not told."""
    vain = [a for a in value if isinstance(a, Row) and _is_told_in_vain(a, apart=apart)]
    if not vain:
        return value
    return tuple(Row(a.model, a.made) if isinstance(a, Row) and a in vain else a for a in value)


def is_asking(fn: FunctionSymbol, known: dict[FunctionSymbol, bool]) -> bool:
    """Whether a function asks some row for its key or its state."""
    if fn not in known:
        parts = (part for part in every(fn.node) if isinstance(part, ast.Attribute))
        known[fn] = any(part.attr in ASKED for part in parts)
    return known[fn]


def after_call(frame: Evaluation, node: ast.Call) -> None:
    """The rows that a call was made on or given, by the names that they have here."""
    func = node.func
    if isinstance(func, ast.Attribute):
        is_saved = func.attr in SAVING
        if isinstance(func.value, ast.Name):
            _told(frame, func.value.id, True if is_saved else None)
        elif is_saved and _is_super(func.value) and frame.fn is not None:
            names = [*frame.fn.node.args.posonlyargs, *frame.fn.node.args.args]
            if names:
                _told(frame, names[0].arg, True)
    for arg in (*node.args, *(keyword.value for keyword in node.keywords)):
        if isinstance(arg, ast.Name):
            _told(frame, arg.id, None)


def after_assignment(frame: Evaluation, target: ast.Attribute, value: Value) -> None:
    """`row.pk = None` makes another row of it; with a key that is given, who knows."""
    of = target.value
    if isinstance(of, ast.Attribute) and of.attr == "_state":
        of, value = of.value, ()
    elif target.attr not in FORGETTING:
        return
    if isinstance(of, ast.Name) and any(isinstance(a, Row) for a in frame.env.get(of.id, ())):
        frame.env[of.id] = rows_as(frame.env[of.id], False if value == (Known(None),) else None)


def before_loop(frame: Evaluation, body: Sequence[ast.stmt]) -> None:
    """What is new before a loop may be saved in its first turn, by whom it hands it to."""
    new = [name for name, value in frame.env.items() if has_new(value)]
    for name in _handed(body).intersection(new) if new else ():
        frame.env[name] = rows_as(frame.env[name], None)


def _handed(body: Sequence[ast.stmt]) -> set[str]:
    """The names of which more is done than that attributes are asked for or set."""
    parts = [part for statement in body for part in ast.walk(statement)]
    called = {id(part.func) for part in parts if isinstance(part, ast.Call)}
    asked = {
        id(part.value)
        for part in parts
        if isinstance(part, ast.Attribute) and id(part) not in called
    }
    return {part.id for part in parts if isinstance(part, ast.Name) and id(part) not in asked}


def _is_told_in_vain(row: Row, *, apart: bool) -> bool:
    return row.kept is not None and not (apart and row.model.framework == DJANGO)


def _told(frame: Evaluation, name: str, kept: bool | None) -> None:
    value = frame.env.get(name)
    if value and (has_new(value) or (kept and any(isinstance(a, Row) for a in value))):
        frame.env[name] = rows_as(value, kept)


def _is_super(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


# -- what a test asks ----------------------------------------------------------------------------


def tells(frame: Evaluation, test: ast.expr) -> bool | None:
    """Whether a row has a key (`row.pk`), or is being added (`row._state.adding`), if known."""
    asked = _asked(test)
    if asked is None:
        return None
    of, name, negated = asked
    found = {_answer(frame, atom, name) for atom in frame.evaluate(of)}
    known = found.pop() if len(found) == 1 else None
    return None if known is None else known is not negated


def note_answer(frame: Evaluation, node: ast.Assign) -> None:
    """`is_new = row.pk is None`: the name asks it from here on."""
    name = node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""
    if name and isinstance(node.value, ast.Attribute | ast.Compare | ast.UnaryOp | ast.BoolOp):
        if asks(frame, node.value):
            frame.asking.add(name)
    elif name in frame.asking:
        frame.asking.remove(name)


def adding(atom: Atom) -> Value | None:
    """What `row._state.adding` is; None, where nobody knows."""
    kept = atom.kept if isinstance(atom, Row) and atom.model.framework == DJANGO else None
    return None if kept is None else (Known(not kept),)


def asks(frame: Evaluation, test: ast.expr) -> bool:
    """Whether a condition hangs on whether a row is new."""
    if isinstance(test, ast.BoolOp):
        return any(asks(frame, part) for part in test.values)
    if isinstance(test, ast.UnaryOp):
        return asks(frame, test.operand)
    if isinstance(test, ast.Name):
        return test.id in frame.asking
    asked = _asked(test)
    found = frame.evaluate(asked[0]) if asked is not None else ()
    return any(isinstance(atom, Row) and atom.model.framework == DJANGO for atom in found)


def _asked(test: ast.expr) -> tuple[ast.expr, str, bool] | None:
    """What is asked for its key or its state, and whether the answer is turned round."""
    match test:
        case ast.Attribute(value=ast.Attribute(value=of, attr="_state"), attr="adding"):
            found, negated = (of, "adding"), False
        case ast.Attribute(value=of, attr="pk" | "id" as name):
            found, negated = (of, name), False
        case ast.Compare(
            left=ast.Attribute(value=of, attr="pk" | "id" as name),
            ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() as operator],
            comparators=[ast.Constant(value=None)],
        ):
            found, negated = (of, name), isinstance(operator, ast.Is | ast.Eq)
        case _:
            return None
    return (*found, negated) if isinstance(found[0], ast.Name | ast.Attribute) else None


def _answer(frame: Evaluation, atom: Atom, name: str) -> bool | None:
    if not isinstance(atom, Row) or atom.model.framework != DJANGO or atom.kept is None:
        return None
    if name == "adding":
        return not atom.kept
    return True if atom.kept else None if _has_own_key(frame, atom) else False


def _has_own_key(frame: Evaluation, row: Row) -> bool:
    """Whether a model names its key: it may have one before it is saved (`default=uuid4`)."""
    if row.model.cls is None:
        return False
    return any(
        isinstance(atom, Made) and bool(atom.arg(-1, "primary_key"))
        for _, atom in frame.engine.declarations(row.model.cls)
    )
