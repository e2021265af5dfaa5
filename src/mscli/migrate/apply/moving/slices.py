"""A slice: the modules of one service's moved code, and what has to put them together there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.closure import Closing, Closure
from mscli.migrate.apply.moving.cutting import EXTENSION
from mscli.migrate.apply.moving.django_settings import Settings
from mscli.migrate.apply.moving.listeners import Statement
from mscli.migrate.apply.moving.pieces import Piece, Sources
from mscli.migrate.apply.moving.placing import Placed, module_in
from mscli.migrate.apply.moving.writing import Home, home_of, modules_of
from mscli.migrate.walk.index import ModuleSymbol

SCOPED = "scoped_session"


@dataclass(frozen=True, slots=True)
class Router:
    """A router of a moved module: where it is now, under a name of its own, and its prefix."""

    package: str
    module: str
    name: str
    router: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Moved modules by path, and what a template needs to put them together.

    `registering` are modules that have to be imported so that routes and listeners are known.
    """

    framework: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    routers: tuple[Router, ...] = ()
    registering: tuple[str, ...] = ()
    extensions: tuple[Router, ...] = ()
    scoped: tuple[Router, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    middleware: tuple[str, ...] = ()
    atomic: bool = False
    apps: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken: routes as they are declared, all that these need, and what registers."""

    placed: Sequence[Placed]
    whole: Closure
    models: Closure
    listeners: Sequence[Statement]


def slice_of(
    package: str, framework: str, taken: Taken, closing: Closing, settings: Settings
) -> Slice:
    """The modules, as they are written, for the routes that are moved."""
    home = home_of(package, [module.name for module in closing.project.modules])
    known = closing.sources
    sources = Sources(known.root, known.foreign, _patterns(taken, closing), known.shared)
    is_django = framework == "django"
    if is_django:
        _begin_lists(taken, closing)
    kept = list(closing.kept(taken.whole))
    mounts = sorted({placed.mount for placed in taken.placed})
    return Slice(
        framework,
        modules_of(taken.whole, sources, closing.project, home),
        tuple(f"{m.file}:{p.first}: {said}" for m, p in kept for said in p.cuts),
        tuple(_router(home, mount.module, mount.router, mount.prefix) for mount in mounts),
        tuple(_registering(home, taken, closing, is_django=is_django)),
        tuple(_made(home, kept, EXTENSION)),
        tuple(_made(home, kept, SCOPED)),
        settings.kept(_named(taken.whole)) if is_django else {},
        tuple(settings.middleware),
        settings.atomic,
        tuple(_apps(home, taken.models, closing, settings)) if is_django else (),
    )


def _patterns(taken: Taken, closing: Closing) -> dict[str, Set[int]]:
    """The lines of patterns by file; a list of patterns has no others."""
    found: dict[str, set[int]] = {}
    for placed in taken.placed:
        module = closing.project.module(placed.module)
        if module is not None and placed.line:
            found.setdefault(module.file, set()).add(placed.line)
    return dict(found)


def _begin_lists(taken: Taken, closing: Closing) -> None:
    """What only adds to a list of patterns needs the statement that begins it."""
    for placed in taken.placed:
        module = closing.project.module(placed.module)
        begun = closing.sources.of(module).by_name.get("urlpatterns", []) if module else []
        if module is not None and begun:
            taken.whole.pieces.setdefault(module.file, set()).add(begun[0].first)


def _router(home: Home, module: str, name: str, prefix: str = "") -> Router:
    whole = home.module(module)
    package, _, last = whole.rpartition(".")
    alias = whole.removeprefix(f"{home.package}.moved").strip(".").replace(".", "_")
    return Router(package, last, alias or "moved", name, prefix.rstrip("/"))


def _registering(home: Home, taken: Taken, closing: Closing, *, is_django: bool) -> Iterator[str]:
    """Django finds views by its URLs, but models and listeners by their imports alone."""
    files = {module.file for module, _ in taken.listeners}
    files |= taken.models.pieces.keys() if is_django else set()
    found = {module.name for file in files if (module := module_in(closing.project, file))}
    if not is_django:
        found |= {placed.module for placed in taken.placed}
    yield from sorted(home.module(name) for name in found)


def _made(home: Home, kept: Sequence[tuple[ModuleSymbol, Piece]], by: str) -> Iterator[Router]:
    """Names of moved modules that a certain call makes."""
    for module, piece in kept:
        if piece.makes == by:
            yield from (_router(home, module.name, name) for name in sorted(piece.binds))


def _named(whole: Closure) -> frozenset[str]:
    used = (one for one in whole.outside if one.name == "django.conf.settings")
    return frozenset(one.attribute for one in used)


def _apps(
    home: Home, models: Closure, closing: Closing, settings: Settings
) -> Iterator[Mapping[str, str]]:
    """The applications of moved models, with the labels that they had."""
    names = (module.name for file in models.pieces if (module := module_in(closing.project, file)))
    for app in sorted({settings.app_of(name) for name in names}, key=lambda app: app.package):
        words = app.label.replace("-", "_").split("_")
        yield {
            "name": home.module(app.package),
            "label": app.label,
            "cls": "".join(word.capitalize() for word in words),
        }
