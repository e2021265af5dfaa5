"""Generic views that get all they need where a URL is declared: `ListView.as_view(model=Book)`.

Each is a class of its own that has no name in the code, and inherits from the package's.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.django.views import GENERIC
from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.values import Type, last

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame

AS_VIEW = ".as_view"
PAGES = frozenset(["RedirectView", "TemplateView"])
"""Those that are about no rows."""


def view(frame: Frame, name: str, call: Call) -> Type | None:
    """The class behind a call of `as_view` of a package's generic view, if it is told of rows."""
    kind = last(name.removesuffix(AS_VIEW))
    is_one = name.endswith(AS_VIEW) and kind in GENERIC.keys() - PAGES and call.kwargs
    if not is_one or call.node is None or not isinstance(call.node.func, ast.Attribute):
        return None
    known = frame.engine.local_classes
    key = (id(call.node), 0)
    if key not in known:
        node = ast.ClassDef(kind, [call.node.func.value], [], [], [])
        name = f"{kind}_{call.site.line}"
        known[key] = ClassSymbol(frame.module, name, ast.copy_location(node, call.node))
    return Type(known[key])
