"""Names at the top of modules that functions change while modules are imported: registries.

`KINDS[kind] = function` in a decorator, `tracked.append(model)`. What is changed while requests are
answered is data, and not followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.project.index import ModuleSymbol
from mscli.migrate.walk.values.values import Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation


def names_with(frame: Evaluation, name: str) -> dict[str, Value]:
    """The names that one is among: those of the frame, or of the module that declares it."""
    if name in frame.env or not frame.engine.instances.is_importing:
        return frame.env
    if frame.fn is not None and name in (frame.fn.closure or ()):
        return frame.env
    module = _declaring(frame, name)
    return frame.env if module is None else frame.engine.module_globals(module)


def _declaring(frame: Evaluation, name: str) -> ModuleSymbol | None:
    if name in frame.module.assigned:
        return frame.module
    target, own = frame.module.imports.get(name, ("", ""))
    module = frame.engine.project.module(target, frame.module) if own == name else None
    return module if module is not None and name in module.assigned else None
