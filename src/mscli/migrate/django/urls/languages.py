"""Django's `i18n_patterns`: URLs that begin with a language, and which languages there are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.project.index import ModuleSymbol
from mscli.migrate.walk.values.values import Items, Made, Value, texts

BARE = "prefix_default_language"


def is_default_bare(atom: Made, module: ModuleSymbol) -> bool:
    """Whether URLs of the default language begin with none: no value keeps what a call says."""
    given = (
        keyword.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and node.lineno == atom.site.line
        for keyword in node.keywords
        if keyword.arg == BARE
    )
    return any(isinstance(value, ast.Constant) and value.value is False for value in given)


def codes(engine: Engine) -> Iterator[str]:
    """Those of `LANGUAGES`, where settings say them."""
    for module in engine.project.modules:
        if "LANGUAGES" in module.assigned:
            for pair in _items(engine.module_globals(module).get("LANGUAGES", ())):
                yield from texts(next(iter(_items(pair)), ()))


def _items(value: Value) -> Iterator[Value]:
    for atom in value:
        if isinstance(atom, Items):
            yield from atom.items
