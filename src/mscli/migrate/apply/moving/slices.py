"""A slice: the modules of one service's moved code, and what has to put them together there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from mscli.migrate.apply.moving.django.files.catalogues import files
from mscli.migrate.apply.moving.django.pages.jinja import FOLDER as JINJA
from mscli.migrate.apply.moving.django.requests import messages
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.django.slices import django_of
from mscli.migrate.apply.moving.implied.environment import variables_in
from mscli.migrate.apply.moving.implied.shared_tasks import APPLICATION
from mscli.migrate.apply.moving.needs.closure import ENGINES, Closing
from mscli.migrate.apply.moving.needs.renaming import Home, home_of
from mscli.migrate.apply.moving.ordering import ordered
from mscli.migrate.apply.moving.pages.told import FOLDER, Pages
from mscli.migrate.apply.moving.pieces.cutting import EXTENSION
from mscli.migrate.apply.moving.pieces.instead import ADDRESS
from mscli.migrate.apply.moving.pieces.pieces import Piece, Sources
from mscli.migrate.apply.moving.placing import Mount, Placed, module_in
from mscli.migrate.apply.moving.sliced import Around, Django, Router, Slice
from mscli.migrate.apply.moving.taken import Taken
from mscli.migrate.apply.moving.whole import files_beside, made_by
from mscli.migrate.apply.moving.writing import modules_of
from mscli.migrate.apply.moving.written import imports_of, shortened
from mscli.migrate.store import SHARED, Store
from mscli.migrate.walk.project.index import ModuleSymbol

SCOPED = "scoped_session"


def slice_of(
    package: str, framework: str, taken: Taken, closing: Closing, settings: Settings
) -> Slice:
    """The modules, as they are written, for the routes that are moved."""
    home = home_of(package, [module.name for module in closing.project.modules])
    known = closing.sources
    patterns = _patterns(taken, closing)
    sources = known
    if patterns:
        sources = Sources(known.root, known.foreign, patterns, known.shared, known.instead)
    is_django = framework == "django"
    if is_django:
        _begin_lists(taken, closing)
    kept = list(closing.kept(taken.whole))
    django = django_of(home, taken, closing, settings) if is_django else Django()
    mounts = ordered(taken.paths)
    modules = modules_of(taken.whole, sources, closing, home, taken.shown.places)
    return Slice(
        framework,
        modules,
        tuple(f"{m.file}:{p.first}: {said}" for m, p in kept for said in p.cuts),
        tuple(_mounted(home, mount) for mount in mounts),
        tuple(_registering(home, taken, closing, framework, settings.store)),
        extensions=tuple(_made(home, kept, EXTENSION)),
        scoped=tuple(_made(home, kept, SCOPED)),
        django=django,
        around=_around(home, taken.placed, mounts, taken.shown),
        pages=_pages(package, taken.shown, closing),
        made=made_by(home, taken.shown),
        given=taken.shown.given,
        files=files_beside(home, taken.shown, closing)
        | {
            f"src/{package}/{path}": content
            for path, content in files(closing.sources.root, django.locales)
        },
        signs=taken.shown.signs or messages.APP in django.installed,
        environment=variables_in(modules),
        opened=_opened(modules),
    )


def _pages(package: str, shown: Pages, closing: Closing) -> dict[str, str]:
    """The templates, by the names that they had."""
    root = closing.sources.root
    return {
        f"src/{package}/{folder}/{name}": (root / path).read_text(encoding="utf-8")
        for folder, files in ((FOLDER, shown.files), (JINJA, shown.jinja))
        for name, path in sorted(files.items())
    }


def _opened(modules: Mapping[str, str]) -> frozenset[str]:
    """The engines that moved code opens; whoever asks for the address needs one, too."""
    asks = any(f"{ADDRESS}()" in text for text in modules.values())
    opened = {name for name in ENGINES.values() if _opens(modules, name)}
    return frozenset(opened | {ENGINES["create_engine"]} if asks else opened)


def _opens(modules: Mapping[str, str], name: str) -> bool:
    return any(f" = {name}()" in text or f" {name}\n" in text for text in modules.values())


def _around(home: Home, placed: Sequence[Placed], mounts: Sequence[Mount], shown: Pages) -> Around:
    """What is done around all, and what each mount depends on."""
    done = tuple(dict.fromkeys((*(a for one in placed for a in one.around), *shown.around)))
    depending = [mount for mount in mounts if mount.dependencies]
    depends = [each for mount in depending for each in mount.dependencies]
    said = [code for each in done for code in (each.code, each.when)]
    codes, names = shortened([*said, *depends])
    new = [(a, home.module(module) if ours else module, n, ours) for a, module, n, ours in names]
    rest = iter(codes[len(said) :])
    return Around(
        tuple(sorted(imports_of(new))),
        tuple((each.line(codes[2 * n]), codes[2 * n + 1]) for n, each in enumerate(done)),
        tuple(
            (_key(_mounted(home, mount)), ", ".join(f"*{next(rest)}" for _ in mount.dependencies))
            for mount in depending
        ),
        tuple(each.own for each in done if each.own),
    )


def _key(router: Router) -> str:
    return f"{router.name}.{router.router}"


def _mounted(home: Home, mount: Mount) -> Router:
    router = _router(home, mount.module, mount.router, mount.prefix)
    return replace(router, depends=bool(mount.dependencies), rules=mount.rules)


def _patterns(taken: Taken, closing: Closing) -> dict[str, Set[ast.expr]]:
    """The elements of lists of URLs by file; a list of patterns has no others."""
    found: dict[str, set[ast.expr]] = {}
    for placed in taken.placed:
        module = closing.project.module(placed.module)
        if module is not None and placed.elements:
            found.setdefault(module.file, set()).update(placed.elements)
    return dict(found)


def _begin_lists(taken: Taken, closing: Closing) -> None:
    """What only adds to a list of patterns needs the statement that begins it."""
    for placed in taken.placed:
        module = closing.project.module(placed.module)
        begun = closing.sources.of(module).by_name.get("urlpatterns", []) if module else []
        if module is not None and begun and placed.elements:
            taken.whole.pieces.setdefault(module.file, set()).add(begun[0].first)


def _router(home: Home, module: str, name: str, prefix: str = "") -> Router:
    whole = home.module(module)
    package, _, last = whole.rpartition(".")
    alias = whole.removeprefix(f"{home.package}.moved").strip(".").replace(".", "_")
    return Router(package, last, alias or "moved", name, prefix.rstrip("/"))


def _registering(
    home: Home, taken: Taken, closing: Closing, framework: str, store: Store
) -> Iterator[str]:
    """Django finds views by its URLs, but models and listeners by their imports alone.

    So it is with models that only a relation names, and with what tasks are put into a queue by.
    """
    is_django = framework == "django"
    files = {module.file for module, _ in taken.listeners}
    files |= taken.models.pieces.keys() if is_django else set()
    found = {module.name for file in files if (module := module_in(closing.project, file))}
    found |= taken.declaring if store == SHARED else set()
    found |= {module.name for module, p in closing.kept(taken.whole) if p.makes == APPLICATION}
    if not is_django:
        found |= {placed.module for placed in taken.placed}
        found |= {module.name for placed in taken.placed for module, _ in placed.statements}
    yield from sorted(home.module(name) for name in found)


def _made(home: Home, kept: Sequence[tuple[ModuleSymbol, Piece]], by: str) -> Iterator[Router]:
    """Names of moved modules that a certain call makes."""
    for module, piece in kept:
        if piece.makes == by:
            yield from (_router(home, module.name, name) for name in sorted(piece.binds))
