"""Dependencies of FastAPI that a class of routes has: `session: Session = Depends(get_session)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.calls.parameters import injected
from mscli.migrate.walk.expressions.annotations import DEPENDING, is_dependency
from mscli.migrate.walk.project.index import last_name
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.values import Atom, Object, Site, Value, join

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame


class ClassDependencies(Semantics):
    """An attribute of such an object is what the dependency gives (fastapi-utils' `cbv`)."""

    def attribute(
        self,
        frame: Frame,
        atom: Atom,
        name: str,
        site: Site,  # noqa: ARG002 - as all semantics have it
    ) -> Value | None:
        """Ask the dependency, and what the attribute is annotated with."""
        for entry in frame.engine.lineage(atom.cls) if isinstance(atom, Object) else ():
            said, told = entry.attributes.get(name), entry.annotations.get(name)
            if isinstance(said, ast.Call) and last_name(said.func) in DEPENDING:
                kind = frame.of_module(entry.module).annotated(told)
                return injected(frame, join(frame.engine.own_attribute(entry, name), kind))
            if said is None and told is not None and entry.node.decorator_list:
                kind = frame.of_module(entry.module).annotated(told)
                return injected(frame, kind) if any(map(is_dependency, kind)) else None
        return None
