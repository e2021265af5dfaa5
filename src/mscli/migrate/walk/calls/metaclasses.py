"""What a metaclass keeps: `class Base(metaclass=Registry)`, and `Registry.get(name)` later.

A class that has it, or inherits it, puts itself into the registry as it is made. Which one is asked
for is known when it runs; where there are few, it is one of them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.values import Atom, Object, Outside, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.engine import Engine
    from mscli.migrate.walk.statements.frame import Frame

BASES, ASKING, FEW = ("abc.ABCMeta.", "builtins.type."), "get", 6


class Metaclasses(Semantics):
    """Answers for metaclasses that code makes, of which nothing else is known."""

    def __init__(self) -> None:
        self._heirs: dict[str, list[ClassSymbol]] | None = None

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """An object of each class that the metaclass keeps."""
        if not isinstance(atom, Outside) or atom.name not in (f"{one}{ASKING}" for one in BASES):
            return None
        match call.node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                heirs = self._kept(frame.engine).get(meaning(frame.module, name), ())
                return tuple(map(Object, heirs)) if 0 < len(heirs) <= FEW else None
        return None

    def _kept(self, engine: Engine) -> dict[str, list[ClassSymbol]]:
        """Metaclass -> the classes that nobody inherits from, of those that have it."""
        if self._heirs is None:
            self._heirs = {}
            above = {one for cls in engine.project.classes for one in engine.lineage(cls)[1:]}
            for cls in engine.project.classes:
                for entry in engine.lineage(cls) if cls not in above else ():
                    for word in entry.node.keywords:
                        if word.arg == "metaclass":
                            named = meaning(entry.module, ast.unparse(word.value))
                            self._heirs.setdefault(named, []).append(cls)
        return self._heirs
