"""What turns a part of a path into a row: converters that the project registers with its URLs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects.kept import CONVERTERS
from mscli.migrate.walk.values.values import Object, Site, Type, Value, text

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

PARAMETER = re.compile(r"<(\w+)(?:\([^)]*\))?:(\w+)>")
REGISTERING, LOADING = "register_converter", "to_python"


class Converters:
    """Those of Django (`register_converter(...)`) and of Flask (`url_map.converters[...]`)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._known: dict[str, Object] | None = None

    def of(self, route: str) -> Iterator[tuple[str, Object]]:
        """The parameters of a path that one of them makes, by name."""
        found = PARAMETER.findall(route)
        for kind, name in found:
            if kind in self.known():
                yield name, self.known()[kind]

    def known(self) -> dict[str, Object]:
        """Every converter by its name."""
        if self._known is None:
            self._known = {}
            for call in self.engine.outside.named(REGISTERING):
                self._take(text(call.arg(1, "type_name")) or "", call.arg(0, "converter"))
            for name, value in self.engine.on_requests.items():
                if name.startswith(CONVERTERS):
                    self._take(name.removeprefix(CONVERTERS), value)
        return self._known

    def _take(self, name: str, value: Value) -> None:
        for atom in value:
            if isinstance(atom, Type) and name and self._known is not None:
                self._known[name] = Object(atom.cls)


def given(
    frame: Frame, converted: Iterable[tuple[str, Object]], site: Site
) -> tuple[tuple[str, Value], ...]:
    """What a handler is given for such parameters; they are loaded before it is called."""
    found = []
    for name, converter in converted:
        if frame.engine.method(converter.cls, LOADING) is not None:
            value = frame.attribute((converter,), LOADING, site)
            found.append((name, frame.apply(value, Call((), (), site))))
    return tuple(found)
