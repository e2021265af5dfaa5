"""The fields of Django's models, and those of a class of one's own that derives from such."""

from __future__ import annotations

import ast

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.expressions.displays import arguments
from mscli.migrate.walk.graph.nodes import Call, Node
from mscli.migrate.walk.lineage import own_classes
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol
from mscli.migrate.walk.values.values import Made, Object, last

FIELDS = ("Field", "Key", "Relation", "TaggableManager", "HistoricalRecords")


def fields_of(engine: Engine, cls: ClassSymbol) -> dict[str, tuple[ClassSymbol, Made]]:
    """Fields of the class and of its abstract ancestors, the class's own last."""
    found: dict[str, tuple[ClassSymbol, Made]] = {}
    for entry in reversed(own_classes(engine, cls)):
        for name, node in entry.attributes.items():
            for atom in engine.own_attribute(entry, name):
                field = _derived(engine, entry, atom, node) if isinstance(atom, Object) else atom
                if isinstance(field, Made) and last(field.name).endswith(FIELDS):
                    found[name] = (entry, field)
    return found


def _derived(engine: Engine, owner: ClassSymbol, atom: Object, node: ast.expr) -> Made | None:
    """A field of one's own class: what it derives from, with what both constructors are given."""
    outside = engine.outsiders(atom.cls)
    kind = next((entry for entry in outside if last(entry).endswith(FIELDS)), None)
    if kind is None or not isinstance(node, ast.Call):
        return None
    given = _given(engine, owner.module, node)
    init = engine.method(atom.cls, "__init__")
    inner = _passed_on(init.node) if init is not None else None
    if init is None or inner is None:
        return Made(f"{kind}()", given.site, (), given.args, given.kwargs)
    own = _given(engine, init.module, inner)
    kwargs = {**dict(own.kwargs), **{name: value for name, value in given.kwargs if value}}
    return Made(f"{kind}()", given.site, (), own.args or given.args, tuple(kwargs.items()))


def _given(engine: Engine, module: ModuleSymbol, node: ast.Call) -> Call:
    return arguments(engine.frame(module, Node(module, ("field", node.lineno)), {}), node)


def _passed_on(node: ast.AST) -> ast.Call | None:
    """The call of `super().__init__` in a constructor."""
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr == "__init__"
        ):
            return part
    return None
