"""Django's TEMPLATES: where it looks for files, and what it gives to each page."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

BACKEND = "django.template.backends.django.DjangoTemplates"
JINJA = "django.template.backends.jinja2.Jinja2"
OF_APPLICATIONS = {BACKEND: "templates", JINJA: "jinja2"}
"""The folder of an application that an engine looks into."""
BY_VALUE = {
    BACKEND: ("autoescape", "string_if_invalid"),
    JINJA: ("autoescape", "keep_trailing_newline", "line_comment_prefix", "line_statement_prefix",
            "lstrip_blocks", "newline_sequence", "optimized", "trim_blocks"),
}  # fmt: skip
LISTS = {"builtins": "builtins", "context_processors": "processors", "extensions": "extensions"}
KNOWN = {
    BACKEND: ("builtins", "context_processors", "debug", "libraries"),
    JINJA: ("auto_reload", "context_processors", "environment", "extensions"),
}
RUNNING = ("auto_reload", "debug")
"""How a page is made, and not what is in it."""
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
    """One engine of Django's; `folders` are ends of paths, in their order."""

    backend: str = BACKEND
    name: str = ""
    environment: str = ""
    """What makes Jinja's, by its dotted name."""
    extensions: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    in_apps: bool = False
    processors: list[str] = field(default_factory=list)
    builtins: list[str] = field(default_factory=list)
    libraries: dict[str, str] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)


def loaders_of(node: ast.expr | None) -> Loaders:
    """What the text of TEMPLATES says of Django's own language."""
    found = next((e for e in engines_of(node) if e.backend == BACKEND), Loaders())
    if not engines_of(node):
        found.reasons.append("how the monolith finds templates is not known: `settings.TEMPLATES`")
    return found


def engines_of(node: ast.expr | None) -> list[Loaders]:
    """Every engine that the text of TEMPLATES says, in its order; none, if one is not known."""
    listed = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    found = [_engine(dict(_pairs(each))) for each in listed if isinstance(each, ast.Dict)]
    backends = [each.backend for each in found]
    is_known = len(found) == len(listed) and len(set(backends)) == len(backends)
    return found if is_known and set(backends) <= KNOWN.keys() else []


def _engine(said: dict[str, ast.expr]) -> Loaders:
    found = Loaders(str(_literal(said.get("BACKEND"))), str(_literal(said.get("NAME")) or ""))
    found.in_apps = _literal(said.get("APP_DIRS")) is True
    folders = _each(said.get("DIRS", ast.List([])))
    found.folders = [_end(folder) for folder in folders or ()]
    if folders is None or any(not folder for folder in found.folders):
        found.reasons.append("a folder of `settings.TEMPLATES` is not known")
    options = said.get("OPTIONS")
    if found.backend in KNOWN:
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
    by_value = BY_VALUE[found.backend]
    for name, node in said.items():
        value = _literal(node)
        if name == LOADERS_OF and found.backend == BACKEND:
            _loaders(found, value)
        elif name in RUNNING and name in KNOWN[found.backend]:
            pass
        elif name not in (*by_value, *KNOWN[found.backend]) or value is None:
            found.reasons.append(f"the option `{name}` of `settings.TEMPLATES` is not moved")
        elif name in by_value:
            found.options[name] = value
        elif name == "environment":
            found.environment = str(value)
        elif isinstance(value, list | tuple):
            getattr(found, LISTS[name]).extend(str(each) for each in value)
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


def _each(node: ast.expr) -> list[ast.expr] | None:
    """The elements of a list, also of `[join(BASE, part) for part in ["a", "b"]]`."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return parts
        case ast.ListComp(
            elt=made,
            generators=[ast.comprehension(target=ast.Name(id=name), iter=turns, ifs=[])],
        ):
            given = _each(turns)
            return given and [_filled(name, value).visit(deepcopy(made)) for value in given]
    return None


def _filled(name: str, value: ast.expr) -> ast.NodeTransformer:
    class Filled(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return value if node.id == name else node

    return Filled()


def _end(node: ast.expr) -> str:
    """The last text of a path: `BASE_DIR / "shop" / "templates"` ends so."""
    match node:
        case ast.Constant(value=str(text)):
            is_inside = not text.startswith("/") and ".." not in text
            return text.strip("/") if is_inside else text.strip("/").rpartition("/")[2]
        case ast.BinOp(op=ast.Div(), right=right):
            return _end(right)
        case ast.Call(args=[*_, last]):
            return _end(last)
    return ""
