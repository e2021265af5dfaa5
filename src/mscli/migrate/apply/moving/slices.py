"""A slice: the modules of one service's moved code, and what has to put them together there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from mscli.migrate.apply.moving import django_messages as messages
from mscli.migrate.apply.moving.closure import ENGINES, Closing, Closure
from mscli.migrate.apply.moving.cutting import EXTENSION
from mscli.migrate.apply.moving.django_catalogues import FOLDER as LOCALE
from mscli.migrate.apply.moving.django_catalogues import catalogues, files
from mscli.migrate.apply.moving.django_engine import Engine, engine_of, shows
from mscli.migrate.apply.moving.django_identity import (
    APPS,
    MIDDLEWARE,
    apps_of,
    asks,
    can_ask,
    shared_apps,
)
from mscli.migrate.apply.moving.django_media import keeps_files, media_root
from mscli.migrate.apply.moving.django_messages import can_keep, in_session, leaves
from mscli.migrate.apply.moving.django_packages import (
    CONTRIB,
    KNOWN,
    entries,
    foreign,
    installed_for,
    prefixes,
    top,
)
from mscli.migrate.apply.moving.django_settings import Settings
from mscli.migrate.apply.moving.environment import variables_in
from mscli.migrate.apply.moving.instead import ADDRESS
from mscli.migrate.apply.moving.listeners import Statement
from mscli.migrate.apply.moving.ordering import ordered
from mscli.migrate.apply.moving.pages import FOLDER, Pages
from mscli.migrate.apply.moving.pieces import Piece, Sources
from mscli.migrate.apply.moving.placing import Mount, Placed, module_in
from mscli.migrate.apply.moving.renaming import Home, home_of
from mscli.migrate.apply.moving.sliced import Around, Django, Router, Slice
from mscli.migrate.apply.moving.whole import files_beside, made_by
from mscli.migrate.apply.moving.writing import modules_of
from mscli.migrate.apply.moving.written import imports_of, shortened
from mscli.migrate.store import OWN, SHARED, Store
from mscli.migrate.walk.index import ModuleSymbol

FORMS, RENDERER = "django.forms", "django.forms.renderers.TemplatesSetting"
"""What shows a form's parts by the templates that pages have, and those of Django's own."""
SCOPED, TEMPLATE = "scoped_session", "django.template"


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken: routes as they are declared, all that these need, and what registers.

    `paths` are those of each mount's routes.
    """

    placed: Sequence[Placed]
    paths: Mapping[Mount, Collection[str]]
    whole: Closure
    models: Closure
    listeners: Sequence[Statement]
    shown: Pages = field(default_factory=Pages)
    declaring: Set[str] = frozenset()
    """The modules that models are declared in."""


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
    django = _django(home, taken, closing, settings) if is_django else Django()
    mounts = ordered(taken.paths)
    modules = modules_of(taken.whole, sources, closing, home, keeps_static=taken.shown.keeps_static)
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
            f"src/{package}/{LOCALE}/{path}": content
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
        f"src/{package}/{FOLDER}/{name}": (root / path).read_text(encoding="utf-8")
        for name, path in sorted(shown.files.items())
    }


def _django(home: Home, taken: Taken, closing: Closing, settings: Settings) -> Django:
    """Settings and applications; those who are logged in are asked for, if anything asks."""
    whole, packages = taken.whole, taken.whole.packages
    pieces = [piece for _, piece in closing.kept(whole)]
    says = can_keep(settings) and leaves(whole, taken.shown)
    asking = asks(whole, pieces) or shows(taken.shown) or (says and in_session(settings))
    is_asked = can_ask(settings) and asking
    identity = apps_of(settings) if is_asked and settings.store == OWN else ()
    pages = bool(taken.shown.files) or any(o.name.startswith(TEMPLATE) for o in whole.outside)
    engine = engine_of(taken.shown, closing, settings) if pages else None
    tabled = (
        shared_apps(settings) if settings.store == SHARED else {name: name for name in identity}
    )
    libraries = {installed_for(name, settings) for name in taken.shown.needs.libraries}
    found = {*entries(settings, packages), *libraries, *(CONTRIB & _contrib(whole))}
    kept = {*tabled, *found, *[messages.APP] * says, FORMS}
    more = settings.of_users if settings.store == SHARED else {}
    more |= {"FORM_RENDERER": RENDERER} if taken.shown.widgets else {}
    listed = [str(name) for name in settings.listed("INSTALLED_APPS")]
    every = bool({top(name) for name in found} - KNOWN - {"", "django"})
    around = {*(MIDDLEWARE if is_asked else ()), *[messages.MIDDLEWARE] * says, *map(top, found)}
    prefixed = prefixes(packages - foreign(settings))
    return Django(
        settings.kept(whole, every=every) | more,
        tuple(_renamed(home, symbol) for symbol in settings.moved(whole, prefixed)),
        tuple(settings.middleware(around - {"django"})),
        settings.atomic,
        tuple(_apps(home, taken, closing, settings)),
        (
            *(tabled.get(name, name) for name in listed if name in kept),
            *([FORMS] * (taken.shown.widgets and FORMS not in listed)),
        ),
        tuple(APPS[name] for name in identity),
        _at_home(home, engine, {*APPS, messages.APP} - kept) if engine else None,
        media_root(settings) if keeps_files(whole, settings) else None,
        catalogues(closing.sources.root, closing.project, settings),
        tuple(settings.secrets(whole, every=every)),
    )


def _contrib(whole: Closure) -> set[str]:
    """Applications of Django's that code imports something of."""
    return {".".join(one.name.split(".")[:3]) for one in whole.outside}


def _at_home(home: Home, engine: Engine, dropped: Set[str]) -> dict[str, object]:
    """What renders pages, with the new names of what moved."""
    processors = [n for n in engine.processors if not n.startswith(tuple(dropped))]
    found: dict[str, object] = dict(engine.options)
    found["context_processors"] = [
        ".".join(_renamed(home, name)[::-1]) if name in engine.own else name for name in processors
    ]
    found["libraries"] = {n: home.module(m) for n, m in engine.libraries.items()}
    found["builtins"] = [home.module(n) if n in engine.own else n for n in engine.builtins]
    return {name: value for name, value in found.items() if value}


def _renamed(home: Home, symbol: str) -> tuple[str, str]:
    module, _, name = symbol.rpartition(".")
    return name, home.module(module)


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
        tuple((each.method, *codes[2 * n : 2 * n + 2]) for n, each in enumerate(done)),  # type: ignore[misc]
        tuple(
            (_key(_mounted(home, mount)), ", ".join(f"*{next(rest)}" for _ in mount.dependencies))
            for mount in depending
        ),
    )


def _key(router: Router) -> str:
    return f"{router.name}.{router.router}"


def _mounted(home: Home, mount: Mount) -> Router:
    router = _router(home, mount.module, mount.router, mount.prefix)
    return replace(router, depends=bool(mount.dependencies))


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
        if module is not None and begun and placed.line:
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

    So it is with models that only a relation names.
    """
    is_django = framework == "django"
    files = {module.file for module, _ in taken.listeners}
    files |= taken.models.pieces.keys() if is_django else set()
    found = {module.name for file in files if (module := module_in(closing.project, file))}
    found |= taken.declaring if store == SHARED else set()
    if not is_django:
        found |= {placed.module for placed in taken.placed}
        found |= {module.name for placed in taken.placed for module, _ in placed.statements}
    yield from sorted(home.module(name) for name in found)


def _made(home: Home, kept: Sequence[tuple[ModuleSymbol, Piece]], by: str) -> Iterator[Router]:
    """Names of moved modules that a certain call makes."""
    for module, piece in kept:
        if piece.makes == by:
            yield from (_router(home, module.name, name) for name in sorted(piece.binds))


def _apps(
    home: Home, taken: Taken, closing: Closing, settings: Settings
) -> Iterator[Mapping[str, str]]:
    """The applications of moved models, with the labels that they had."""
    files = taken.models.pieces
    names = (module.name for file in files if (module := module_in(closing.project, file)))
    apps = {(settings.app_of(name), name) for name in names}
    found = {app for app, name in apps if app in settings.apps or name in taken.declaring}
    for app in sorted(found, key=lambda app: app.package):
        words = app.label.replace("-", "_").split("_")
        yield {
            "name": home.module(app.package),
            "label": app.label,
            "cls": "".join(word.capitalize() for word in words),
        }
