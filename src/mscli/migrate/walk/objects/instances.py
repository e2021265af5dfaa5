"""Objects that are known apart from others of their class, by what made them.

A class whose objects differ by what they were given (registries, routers, sets of views) says
little by itself. So an object that is made while modules are imported, and lives as long as the
process, has a state of its own, and so has one that is made for a class or a row (a policy of a
model, an action on a page), or by a function for the class that it was made for (what an `as_view`
of one's own gives); what else is made later, in a request, has that of its class. It is
keyed by place and arguments (allocation sites with one level of context), up to a bound. What is
set on it is joined, whatever the order (flow-insensitive): a method that was walked when its
object had less is walked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from mscli.migrate.walk.graph.nodes import Call, Node
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol
from mscli.migrate.walk.values.merging import bounded, either
from mscli.migrate.walk.values.values import Instance, Object, Row, Rows, Site, Type, Value

MOST, AGAIN = 60, 3


class Instances:
    """Makes objects, each one once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Instance] = {}
        self._made: Counter[tuple[ClassSymbol, Site]] = Counter()
        self._walked: dict[Node, tuple[int, int]] = {}
        self._importing = 0

    @contextmanager
    def importing(self) -> Iterator[None]:
        """While the body of a module or of a class is walked."""
        self._importing += 1
        try:
            yield
        finally:
            self._importing -= 1

    @property
    def is_importing(self) -> bool:
        """Whether what is walked runs while modules are imported."""
        return self._importing > 0

    def made(self, cls: ClassSymbol, call: Call, maker: FunctionSymbol | None = None) -> Object:
        """The object that a constructor gives; to a function that was made for its class, if so."""
        is_about = any(isinstance(a, Type | Row | Rows) for value in call.given for a in value)
        is_for = maker is not None and any(
            isinstance(a, Type) and a.cls is cls for v in (maker.closure or {}).values() for a in v
        )
        if is_for:
            return self.given(cls, call, maker)
        return self.given(cls, call) if self._importing or is_about else Object(cls)

    def given(self, cls: ClassSymbol, call: Call, maker: FunctionSymbol | None = None) -> Object:
        """An object that is known by what it was given, whenever that is."""
        key = (cls, call.site, call.args, call.kwargs, maker)
        place = (cls, call.site)
        if key not in self._known:
            if self._made[place] >= MOST:
                return Object(cls)
            self._made[place] += 1
            self._known[key] = Instance(made_by=call)
        return Object(cls, self._known[key])

    @staticmethod
    def set(instance: Instance, name: str, value: Value) -> None:
        """Note one more value that an attribute of an object may have."""
        before = instance.attributes.get(name)
        after = bounded(value if before is None else either(before, value))
        if after != before:
            instance.attributes[name] = after
            instance.grown += 1

    def is_stale(self, node: Node, receiver: Value) -> bool:
        """Whether a method was walked before its object grew, and may be walked again."""
        if not any(isinstance(atom, Object) and atom.instance for atom in receiver):
            return False
        grown = _grown(receiver)
        before, times = self._walked.setdefault(node, (grown, 0))
        if grown == before or times >= AGAIN:
            return False
        self._walked[node] = (grown, times + 1)
        return True

    def clear(self) -> None:
        """Forget all of it."""
        self._known.clear()
        self._made.clear()
        self._walked.clear()


def _grown(receiver: Value) -> int:
    return sum(
        atom.instance.grown for atom in receiver if isinstance(atom, Object) and atom.instance
    )
