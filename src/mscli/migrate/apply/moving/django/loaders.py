"""Django's TEMPLATES: where it looks for files, and what it gives to each page."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

BACKEND = "django.template.backends.django.DjangoTemplates"
BY_VALUE = ("autoescape", "string_if_invalid")
KNOWN = frozenset([*BY_VALUE, "builtins", "context_processors", "debug", "libraries"])
CACHED = "django.template.loaders.cached.Loader"
LOADERS = (
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
)
LOADERS_OF = "loaders"
OF_APPS = 1000
"""The rank of the first application: folders that are named come before all of them."""


@dataclass(slots=True)
class Loaders:
    """One engine of Django's own; `folders` are ends of paths, in their order."""

    folders: list[str] = field(default_factory=list)
    in_apps: bool = False
    processors: list[str] = field(default_factory=list)
    builtins: list[str] = field(default_factory=list)
    libraries: dict[str, str] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)


def loaders_of(node: ast.expr | None) -> Loaders:
    """What the text of TEMPLATES says."""
    found = Loaders()
    engines = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    if len(engines) != 1 or not isinstance(engines[0], ast.Dict):
        found.reasons.append("how the monolith finds templates is not known: `settings.TEMPLATES`")
        return found
    said = dict(_pairs(engines[0]))
    if _literal(said.get("BACKEND")) != BACKEND:
        found.reasons.append("its templates are not in Django's own language")
    found.in_apps = _literal(said.get("APP_DIRS")) is True
    folders = said.get("DIRS")
    for folder in folders.elts if isinstance(folders, ast.List | ast.Tuple) else ():
        found.folders.append(_end(folder))
    if any(not folder for folder in found.folders):
        found.reasons.append("a folder of `settings.TEMPLATES` is not known")
    options = said.get("OPTIONS")
    _options(found, dict(_pairs(options)) if isinstance(options, ast.Dict) else {})
    return found


def spelled_out(templates: ast.expr, assigned: Mapping[str, Sequence[ast.expr]]) -> ast.expr:
    """TEMPLATES with what a name stands for that says the loaders, under whichever condition.

    They look into the same folders behind a cache or without.
    """

    def loaders(node: ast.expr, seen: frozenset[str] = frozenset()) -> ast.expr:
        if isinstance(node, ast.List | ast.Tuple):
            return ast.Tuple([loaders(each, seen) for each in node.elts])
        if isinstance(node, ast.Name) and node.id not in seen:
            inner = seen | {node.id}
            return ast.Tuple([loaders(each, inner) for each in assigned.get(node.id, [node])])
        return ast.Tuple([]) if isinstance(node, ast.Name) else node

    class Spelled(ast.NodeTransformer):
        def visit_Dict(self, node: ast.Dict) -> ast.Dict:
            pairs = zip(node.keys, node.values, strict=True)
            values = [loaders(v) if _literal(k) == LOADERS_OF else self.visit(v) for k, v in pairs]
            return ast.Dict(node.keys, values)

    return Spelled().visit(deepcopy(templates))  # type: ignore[no-any-return]


def _options(found: Loaders, said: dict[str, ast.expr]) -> None:
    for name, node in said.items():
        value = _literal(node)
        if name == LOADERS_OF:
            _loaders(found, value)
        elif name not in KNOWN or (value is None and name != "debug"):
            found.reasons.append(f"the option `{name}` of `settings.TEMPLATES` is not moved")
        elif name in BY_VALUE:
            found.options[name] = value
        elif isinstance(value, list | tuple):
            listed = found.processors if name == "context_processors" else found.builtins
            listed += [str(each) for each in value]
        elif isinstance(value, dict):
            found.libraries |= {str(key): str(each) for key, each in value.items()}


def _loaders(found: Loaders, value: object) -> None:
    """Those that look where DIRS and APP_DIRS say, also behind a cache."""
    named = list(_flat(value))
    if not named or not all(name in LOADERS for name in named):
        found.reasons.append("the option `loaders` of `settings.TEMPLATES` is not moved")
    found.in_apps = LOADERS[1] in named
    if LOADERS[0] not in named:
        found.folders.clear()


def _flat(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _flat(part)
    elif value != CACHED:
        yield str(value)


def _pairs(node: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant):
            yield str(key.value), value


def _literal(node: ast.expr | None) -> object:
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None


def _end(node: ast.expr) -> str:
    """The last text of a path: `BASE_DIR / "shop" / "templates"` ends so."""
    match node:
        case ast.Constant(value=str(text)):
            return text.strip("/").rpartition("/")[2]
        case ast.BinOp(op=ast.Div(), right=right):
            return _end(right)
        case ast.Call(args=[*_, last]):
            return _end(last)
    return ""
