"""Generic views that get all they need where a URL is declared: `ListView.as_view(model=Book)`.

Each is a class of its own that has no name in the code, and inherits from the package's.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.django.views.views import GENERIC
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Type, last

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

AS_VIEW = ".as_view"
TOLD = frozenset(["form_class", "model", "queryset", "serializer_class"])
"""By which a view is told of rows; others are known as the package has them."""


def view(frame: Frame, name: str, call: Call) -> Type | None:
    """The class behind a call of `as_view` of a package's generic view, if it is told of rows."""
    kind = last(name.removesuffix(AS_VIEW))
    is_told = not TOLD.isdisjoint(name for name, _ in call.kwargs)
    if (
        not (is_told and name.endswith(AS_VIEW) and kind in GENERIC)
        or call.node is None
        or not isinstance(call.node.func, ast.Attribute)
    ):
        return None
    known = frame.engine.local_classes
    key = (id(call.node), 0)
    if key not in known:
        node = ast.ClassDef(kind, [call.node.func.value], [], [], [])
        name = f"{kind}_{call.site.line}"
        known[key] = ClassSymbol(frame.module, name, ast.copy_location(node, call.node))
    return Type(known[key])
