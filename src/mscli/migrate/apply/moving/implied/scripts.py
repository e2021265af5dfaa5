"""Modules that somebody starts by hand, such as `seed.py`: no process that answers imports them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.applications import SERVED, applications, completed
from mscli.migrate.walk.project.index import ModuleSymbol, Project, last_name

IMPORTING = frozenset(["__import__", "from_object", "import_module", "import_string"])
LISTING = frozenset(["imports", "include"])
"""How a call names modules: Celery's are listed so."""


@lru_cache(maxsize=4)
def scripts(project: Project) -> frozenset[str]:
    """The names of modules of no package that no other one imports or names, and no server starts.

    Of applications a server starts the first.
    """
    alone = {m.name: m for m in project.modules if "." not in m.name and not m.is_package}
    for module in project.modules if alone else ():
        for name in _named_in(module):
            alone.pop(name, None)
    ranked = sorted(applications(project.sources), key=lambda each: each.rank)
    first = {app.kind: app.file for app in reversed(ranked)}.values()
    served = {app.file: app.file in first for app in ranked}
    served |= {each.file: True for app in ranked for each in completed(project.sources, app)}
    return frozenset(n for n, m in alone.items() if not served.get(m.file, n in SERVED))


def _named_in(module: ModuleSymbol) -> Iterator[str]:
    """What a module imports, and texts that name modules."""
    yield from (name.partition(".")[0] for name, _ in module.import_lines)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts = re.split("[.:]", node.value)
            yield parts[0] if len(parts) > 1 else ""
        elif isinstance(node, ast.Call):
            named = node.args if last_name(node.func) in IMPORTING else []
            listed = [each.value for each in node.keywords if each.arg in LISTING]
            texts = (n for part in [*named, *listed] for n in ast.walk(part))
            yield from (str(n.value) for n in texts if isinstance(n, ast.Constant))
