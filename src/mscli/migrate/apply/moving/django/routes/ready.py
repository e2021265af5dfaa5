"""What an application of Django's sets up when it is ready: packages, receivers of signals."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.apply.moving.django.routes.connects import Did, done_by, names_in
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.store import SHARED
from mscli.migrate.walk.project.index import ModuleSymbol, expression_name, last_name

ASKING, ASKING_ALL = "get_app_config", frozenset(["app_configs", "get_app_configs"])
OF_DJANGO = frozenset(
    ["default", "default_auto_field", "label", "name", "path", "ready", "verbose_name"]
)
"""What every configuration has, also one that a service makes anew."""


@dataclass(frozen=True, slots=True)
class Starting:
    """A configuration, and the packages that it sets up; imports and signals are no part of it."""

    symbol: str
    packages: frozenset[str]
    where: str


def starting(closing: Closing, settings: Settings) -> list[Starting]:
    """Those of the project's applications that set something up."""
    found = []
    for app in settings.apps:
        place = closing.find(app.cls) if app.cls else None
        cls = place[0].classes.get(place[1]) if place else None
        for node in cls.node.body if cls else ():
            if place and isinstance(node, ast.FunctionDef) and node.name == "ready":
                packages = frozenset(_packages(node, place[0], closing))
                where = f"{place[0].file}:{node.lineno}"
                found += [Starting(app.cls, packages, where)] if packages else []
    return found


def connecting(closing: Closing, settings: Settings) -> list[str]:
    """The configurations that connect receivers when they are ready, and do nothing else.

    On a database of its own a service lacks models that are asked for by their names.
    """
    found = []
    for app in settings.apps:
        place = closing.find(app.cls) if app.cls else None
        cls = place[0].classes.get(place[1]) if place else None
        ready = cls.methods.get("ready") if cls else None
        did = done_by(ready, closing) if ready is not None else Did()
        if did.connects and not did.more and (settings.store == SHARED or not did.by_label):
            found.append(app.cls)
    return found


def asked_for(closure: Closure, closing: Closing, settings: Settings) -> list[str]:
    """The configurations that code asks for by their labels, `apps.get_app_config("shop")`.

    Of who asks for all, those that have something to tell.
    """
    pieces = [piece for _, piece in closing.kept(closure)]
    asking = [p for p in pieces if _asked(p) & {ASKING, *ASKING_ALL}]
    calls = (n for p in asking for s in p.body for n in ast.walk(s) if isinstance(n, ast.Call))
    given = [call.args[:1] for call in calls if last_name(call.func) == ASKING]
    labels = {str(node.value) for each in given for node in each if isinstance(node, ast.Constant)}
    is_any = any(not isinstance(node, ast.Constant) for each in given for node in each)
    is_all = any(_asked(piece) & ASKING_ALL for piece in asking)
    return [
        app.cls
        for app in settings.apps
        if app.cls and (is_any or app.label in labels or (is_all and _has_more(app.cls, closing)))
    ]


def _asked(piece: Piece) -> set[str]:
    return {chain.rpartition(".")[2] for chain in piece.attributes}


def _has_more(dotted: str, closing: Closing) -> bool:
    """Whether a configuration has what Django knows nothing of, and code may ask for."""
    place = closing.find(dotted)
    cls = place[0].classes.get(place[1]) if place else None
    return cls is not None and not OF_DJANGO.issuperset((*cls.attributes, *cls.inner, *cls.methods))


def _packages(ready: ast.FunctionDef, module: ModuleSymbol, closing: Closing) -> Iterator[str]:
    names = names_in(ready, module)
    for node in ast.walk(ready):
        called = expression_name(node.func) if isinstance(node, ast.Call) else ""
        target = names.get(called.partition(".")[0], ("", ""))[0]
        top = target.partition(".")[0]
        is_ours = closing.project.module(target) or closing.project.module(top)
        if top and top != "django" and not is_ours and top not in sys.stdlib_module_names:
            yield top


def needed_by(closure: Closure, every: list[Starting]) -> list[Starting]:
    """Those without which what a closure uses of a package is not as it was."""
    return [one for one in every if one.packages & closure.packages]
