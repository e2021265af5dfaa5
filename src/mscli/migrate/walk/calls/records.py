"""Classes whose constructor Python or a package writes: each field has what it was given."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import ClassSymbol, last_name
from mscli.migrate.walk.values.values import Items, Object, Pairs, Site, Value, last
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.objects.classes import Classes

DECORATORS = frozenset(words("dataclass define frozen mutable attrs attrib attr.s"))
BASES = frozenset(words("NamedTuple BaseModel BaseSettings Struct"))
TUPLE, MAPPING = "NamedTuple", "TypedDict"


def mapped(engine: Classes, cls: ClassSymbol, call: Call) -> Value:
    """The mapping that a `TypedDict` is made of."""
    return (Pairs(call.kwargs),) if call.kwargs and _above(engine, cls, MAPPING) else ()


def fill(engine: Classes, atom: Object, call: Call) -> None:
    """Note what an object's fields are given, if its class has no constructor of its own."""
    if atom.instance is None or engine.method(atom.cls, "__init__") is not None:
        return
    names = _fields(engine, atom.cls) if _is_record(engine, atom.cls) else ()
    given = {**dict(zip(names, call.args, strict=False)), **dict(call.kwargs)}
    for name in names:
        if given.get(name):
            engine.instances.set(atom.instance, name, given[name])


def unpacked(frame: Evaluation, atom: Object, site: Site) -> Value:
    """What a named tuple has, in its order."""
    if not _above(frame.engine, atom.cls, TUPLE):
        return ()
    names = _fields(frame.engine, atom.cls)
    return (Items(tuple(frame.attribute((atom,), name, site) for name in names)),)


def _fields(engine: Classes, cls: ClassSymbol) -> tuple[str, ...]:
    """The fields in the order of the arguments: those of what it inherits from first."""
    lines = (entry.annotations.items() for entry in reversed(engine.lineage(cls)))
    told = (name for line in lines for name, said in line if "ClassVar" not in ast.unparse(said))
    return tuple(dict.fromkeys(told))


def _is_record(engine: Classes, cls: ClassSymbol) -> bool:
    if any(last(entry) in BASES for entry in engine.outsiders(cls)):
        return True
    decorators = (one for entry in engine.lineage(cls) for one in entry.node.decorator_list)
    return any(last_name(one) in DECORATORS for one in decorators)


def _above(engine: Classes, cls: ClassSymbol, name: str) -> bool:
    return any(last(entry) == name for entry in engine.outsiders(cls))
