"""Actions of viewsets: the standard ones, and methods below `@action`.

While a viewset answers an action it knows which (`self.action`), and is what `@action(...)` says.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.trees import every
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Node
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, expression_name
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import Known, Made, Object, Site, Text, last, text, texts

STANDARD = {
    "list": ("get", ""),
    "create": ("post", ""),
    "retrieve": ("get", "{lookup}/"),
    "update": ("put", "{lookup}/"),
    "partial_update": ("patch", "{lookup}/"),
    "destroy": ("delete", "{lookup}/"),
}
MIXINS = {
    "ModelViewSet": "list create retrieve update partial_update destroy",
    "ReadOnlyModelViewSet": "list retrieve",
    "ListModelMixin": "list",
    "CreateModelMixin": "create",
    "RetrieveModelMixin": "retrieve",
    "UpdateModelMixin": "update partial_update",
    "DestroyModelMixin": "destroy",
}
VIEWSET, NAME, DECORATOR, MAPPING = "ViewSet", "action", "action", "mapping"
OF_ROUTES = frozenset(["methods", "url_path", "url_name", "name", "suffix", "description"])
"""What a decorator says of the route alone, and not of the view."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A method that is an action of its own, below the path of the list or of one row."""

    method: str
    path: str
    name: str
    """What its URL is called, behind the name of the viewset."""
    detail: bool
    verbs: tuple[str, ...]


def standard(engine: Engine, cls: ClassSymbol) -> tuple[str, ...]:
    """The standard actions that a viewset has, its own and its mixins'."""
    found = [name for name in STANDARD if engine.method(cls, name) is not None]
    for mixin, given in MIXINS.items():
        if engine.inherits(cls, f".{mixin}"):
            found.extend(given.split())
    return tuple(name for name in STANDARD if name in found)


def own(engine: Engine, cls: ClassSymbol) -> Iterator[Extra]:
    """Those of a viewset and of its bases that are its own."""
    for method in _methods(engine, cls):
        for said in _said(engine, method):
            name, given = last(method.name), dict(said.kwargs)
            yield Extra(
                name,
                text(given.get("url_path", ())) or name,
                text(given.get("url_name", ())) or name.replace("_", "-"),
                _is_of_one(method),
                texts(given.get("methods", ())) or ("get",),
            )


def mapped(engine: Engine, cls: ClassSymbol, name: str) -> Iterator[tuple[str, str]]:
    """Other methods for the path of an action, and their verbs: `@close.mapping.delete`."""
    for method in _methods(engine, cls):
        for owner, verb in _mappings(method):
            if owner == name:
                yield last(method.name), verb


def method_of(engine: Engine, view: Object, name: str) -> str:
    """The HTTP method of a request that runs this action, or this method of a view."""
    found = engine.method(view.cls, name)
    for _, verb in _mappings(found) if found is not None else ():
        return verb.upper()
    for said in _said(engine, found) if found is not None else ():
        return next(iter(texts(dict(said.kwargs).get("methods", ()))), "get").upper()
    return STANDARD[name][0].upper() if name in STANDARD else name.upper()


def is_of_one(engine: Engine, view: Object, name: str) -> bool:
    """Whether an action is about one row that is there; other views may always be."""
    if name in STANDARD:
        return bool(STANDARD[name][1])
    method = engine.method(view.cls, name)
    for owner, _ in _mappings(method) if method is not None else ():
        method = engine.method(view.cls, owner)
    return method is None or DECORATOR not in method.decorators or _is_of_one(method)


def acting(engine: Engine, view: Object, name: str) -> Object:
    """A viewset while it answers an action; any other view stays what it is."""
    method = engine.method(view.cls, name)
    if not engine.inherits(view.cls, VIEWSET):
        return view
    for owner, _ in _mappings(method) if method is not None else ():
        method = engine.method(view.cls, owner)  # it goes by what is said of that one
    said = next(_said(engine, method), None) if method is not None else None
    given = {key: value for key, value in said.kwargs if key not in OF_ROUTES} if said else {}
    if said is not None and method is not None:
        given["detail"] = (Known(_is_of_one(method)),)
    if _asks(engine, view.cls):
        given[NAME] = (Text(name),)
    if not given:
        return view
    found = engine.instances.given(view.cls, Call((), tuple(given.items()), Site("", 0)))
    if found.instance is not None:
        before = view.instance.attributes if view.instance is not None else {}
        found.instance.attributes = {**before, **given, **found.instance.attributes}
        found.instance.fixed = frozenset({NAME} & given.keys())
    return found


def _asks(engine: Engine, cls: ClassSymbol) -> bool:
    """Whether a viewset asks which action it is, and does not say so itself."""
    lineage = engine.lineage(cls)
    return not any(NAME in engine.assigned(entry) for entry in lineage) and any(
        isinstance(part, ast.Attribute) and part.attr == NAME
        for method in _methods(engine, cls)
        for part in every(method.node)
    )


def _methods(engine: Engine, cls: ClassSymbol) -> Iterator[FunctionSymbol]:
    """Every method of a class and of its bases."""
    for entry in engine.lineage(cls):
        yield from entry.methods.values()


def _said(engine: Engine, method: FunctionSymbol) -> Iterator[Made]:
    """What `@action(...)` says of a method."""
    if DECORATOR not in method.decorators or isinstance(method.node, ast.Lambda):
        return
    frame = Frame(engine, method.module, Node(method.module, ("entry", method.id)), {})
    for decorator in method.node.decorator_list:
        for atom in frame.evaluate(decorator):
            if isinstance(atom, Made) and last(atom.name) == DECORATOR:
                yield atom


def _mappings(method: FunctionSymbol) -> Iterator[tuple[str, str]]:
    """The action whose path a method shares, and the verb for which it answers."""
    for decorator in getattr(method.node, "decorator_list", []):
        owner, _, verb = expression_name(decorator).rpartition(".")
        if owner.endswith(f".{MAPPING}"):
            yield owner.removesuffix(f".{MAPPING}"), verb


def _is_of_one(method: FunctionSymbol) -> bool:
    return any(
        f"detail={True}" in ast.unparse(decorator).replace(" ", "")
        for decorator in getattr(method.node, "decorator_list", [])
    )
