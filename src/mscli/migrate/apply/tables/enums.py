"""Enumerations of Python as types of the database: SQLAlchemy stores the names of the members."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from mscli.migrate.apply.tables.table import Enumeration
from mscli.migrate.walk.project.index import ClassSymbol, expression_name, last_name

BASES = frozenset(["Enum", "StrEnum", "IntEnum"])
NO_MEMBERS = frozenset(["nonmember", "property", "staticmethod", "classmethod"])
KEPT = frozenset(["native_enum", "length", "create_constraint"])
SILENT = frozenset(["validate_strings", "values_callable", "name", "inherit_schema"])


class NotKnown(Exception):
    """Why the members of an enumeration are not known."""


def is_enumeration(line: Sequence[ClassSymbol]) -> bool:
    """Whether a class, given with the project's classes that it inherits from, is one."""
    bases = (expression_name(base) for cls in line for base in cls.node.bases)
    return any(base.rpartition(".")[2] in BASES for base in bases)


def enumeration(cls: ClassSymbol, call: ast.Call | None = None) -> tuple[str, Enumeration | None]:
    """A type as code, and the type that a migration has to make, if the database has one for it.

    `call` is `Enum(Status, ...)`. Raises NotKnown.
    """
    options = {k.arg: k.value for k in call.keywords if k.arg} if call else {}
    if call and (len(call.args) > 1 or (strange := options.keys() - KEPT - SILENT)):
        raise NotKnown(f"`{ast.unparse(call)}`" if len(call.args) > 1 else f"`{min(strange)}`")
    chosen = options.get("values_callable")
    stored = tuple(_names(cls)) if chosen is None else tuple(_values(cls, chosen))
    name = options.get("name", ast.Constant(cls.node.name.lower()))
    kept = {key: value for key, value in options.items() if key in KEPT}
    for value in (name, *kept.values()):
        if not isinstance(value, ast.Constant):
            raise NotKnown(f"`{ast.unparse(value)}`")
    made = Enumeration(str(ast.literal_eval(name)), stored)
    more = "".join(f", {key}={ast.unparse(value)}" for key, value in kept.items())
    is_native = not ("native_enum" in kept and not ast.literal_eval(kept["native_enum"]))
    text = f"{made.code[:-1]}{more})" if more else made.code
    return (made.code, made) if is_native else (text, None)


def _names(cls: ClassSymbol) -> Iterator[str]:
    yield from (name for name, _ in _members(cls))


def _values(cls: ClassSymbol, chosen: ast.expr) -> Iterator[str]:
    """What `values_callable=lambda e: [m.value for m in e]` gives."""
    if not (isinstance(chosen, ast.Lambda) and _takes_values(chosen.body)):
        raise NotKnown(f"`{ast.unparse(chosen)}`")
    lowers = any(last_name(b) == "StrEnum" for b in cls.node.bases)
    for name, value in _members(cls):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif lowers and isinstance(value, ast.Call) and expression_name(value).endswith("auto"):
            yield name.lower()
        else:
            raise NotKnown(f"`{ast.unparse(value)}`")


def _takes_values(body: ast.expr) -> bool:
    return (
        isinstance(body, ast.ListComp)
        and isinstance(body.elt, ast.Attribute)
        and body.elt.attr == "value"
        and not body.generators[0].ifs
        and isinstance(body.generators[0].iter, ast.Name)
    )


def _members(cls: ClassSymbol) -> Iterator[tuple[str, ast.expr]]:
    """Names and values, in order; a second name for a value is none that is stored."""
    seen: set[str] = set()
    for node in cls.node.body:
        if isinstance(node, ast.Expr | ast.Pass | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        target, value = targets[0], getattr(node, "value", None)
        if isinstance(node, ast.AnnAssign) and value is None:
            continue
        if not isinstance(target, ast.Name) or len(targets) > 1 or value is None:
            raise NotKnown(f"line {node.lineno} of its class")
        if target.id.startswith("_"):
            continue
        if isinstance(value, ast.Lambda) or expression_name(value) in NO_MEMBERS:
            raise NotKnown(f"line {node.lineno} of its class")
        told = ast.unparse(value)
        is_fresh = isinstance(value, ast.Call) or told not in seen
        seen |= {told, target.id}
        if is_fresh:
            yield target.id, value
