"""What the project of a service's moved Django code has: settings, applications, pages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import PurePosixPath

from mscli.migrate.apply.moving.django.files import formats
from mscli.migrate.apply.moving.django.files.catalogues import FOLDER as LOCALE
from mscli.migrate.apply.moving.django.files.catalogues import catalogues
from mscli.migrate.apply.moving.django.files.media import keeps_files, media_root
from mscli.migrate.apply.moving.django.pages.engine import Engine, engine_of, shows
from mscli.migrate.apply.moving.django.pages.jinja import Jinja, jinja_of
from mscli.migrate.apply.moving.django.requests import messages
from mscli.migrate.apply.moving.django.requests.errors import handlers_of
from mscli.migrate.apply.moving.django.requests.guards import FALLBACKS, OF_SITES
from mscli.migrate.apply.moving.django.requests.identity import (
    ADMIN,
    APPS,
    MIDDLEWARE,
    apps_of,
    asks,
    can_ask,
    shared_apps,
)
from mscli.migrate.apply.moving.django.requests.messages import can_keep, in_session, leaves
from mscli.migrate.apply.moving.django.routes.conventions import conventions, takes_the_place
from mscli.migrate.apply.moving.django.routes.kept_names import by_modules, kept_names
from mscli.migrate.apply.moving.django.settings import connection
from mscli.migrate.apply.moving.django.settings.apps import App, app_at
from mscli.migrate.apply.moving.django.settings.packages import (
    CONTRIB,
    KNOWN,
    entries,
    foreign,
    installed_for,
    prefixes,
    top,
)
from mscli.migrate.apply.moving.django.settings.settings import STATIC, Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.needs.renaming import Home
from mscli.migrate.apply.moving.placing import module_in
from mscli.migrate.apply.moving.sliced import Django
from mscli.migrate.apply.moving.taken import Taken
from mscli.migrate.store import OWN, SHARED

FORMS, RENDERER = "django.forms", "django.forms.renderers.TemplatesSetting"
"""What shows a form's parts by the templates that pages have, and those of Django's own."""
TEMPLATE = "django.template"
Apps = Sequence[tuple[App, Mapping[str, str]]]


def django_of(home: Home, taken: Taken, closing: Closing, settings: Settings) -> Django:
    """Settings and applications; those who are logged in are asked for, if anything asks."""
    whole, packages = taken.whole, taken.whole.packages
    pieces = [piece for _, piece in closing.kept(whole)]
    says = can_keep(settings) and leaves(whole, taken.shown)
    asking = asks(whole, pieces) or shows(taken.shown) or (says and in_session(settings))
    is_asked = can_ask(settings) and asking
    identity = apps_of(settings) if is_asked and settings.store == OWN else ()
    own = {name: name for name in identity}
    tabled = shared_apps(settings) if settings.store == SHARED else own
    libraries = {installed_for(name, settings) for name in taken.shown.needs.libraries}
    found = {*entries(settings, packages), *libraries, *(CONTRIB & _contrib(whole))}
    kept = {*tabled, *found, *[messages.APP] * says, FORMS}
    kept |= {STATIC} if settings.names_static_files else set()
    apps = list(_apps(home, taken, closing, settings))
    installed = _installed(settings, tabled, kept, widgets=taken.shown.widgets)
    every = bool({top(name) for name in found} - KNOWN - {"", "django"}) or bool(settings.stars)
    around = {*(MIDDLEWARE if is_asked else ()), *[messages.MIDDLEWARE] * says, *map(top, found)}
    around |= {*packages, *_own(taken, closing, settings)}
    around |= {*FALLBACKS, OF_SITES} if settings.store == SHARED else set()
    prefixed = prefixes(packages - foreign(settings))
    return Django(
        settings.kept(whole, every=every)
        | formats.kept(home, closing.project, settings)
        | _more(settings, widgets=taken.shown.widgets),
        tuple(_renamed(home, symbol) for symbol in settings.moved(whole, prefixed)),
        tuple(_anew(home, n, closing) for n in settings.middleware(around - {"django"})),
        connection.kept(settings.connection),
        tuple(app for _, app in apps),
        installed,
        tuple(APPS[name] for name in identity),
        *_engines(home, taken, closing, settings, kept),
        media_root(settings) if keeps_files(whole, settings) else None,
        tuple(_locales(home, closing, settings, [app for app, _ in apps])),
        tuple(settings.secrets(whole, every=every)),
        tuple(_ordered(home, closing, settings, apps, installed)),
        kept_names(home, whole, closing, settings),
        tuple(_handlers(home, taken, closing, settings)),
        tuple(_own(taken, closing, settings)),
        tuple(settings.stars),
        settings.names_static_files,
        tuple(connection.left(settings.connection, settings.store)),
        any(by_modules(whole)),
    )


def _engines(
    home: Home, taken: Taken, closing: Closing, settings: Settings, kept: Set[str]
) -> tuple[Mapping[str, object] | None, Mapping[str, object] | None, bool]:
    """What renders pages: Django's own, Jinja, and whether that one is asked first."""
    shown, dropped = taken.shown, {*APPS, messages.APP} - kept
    is_asked = any(used.name.startswith(TEMPLATE) for used in taken.whole.outside)
    has_pages = bool(shown.files or shown.jinja) or shown.of_packages or is_asked
    jinja = jinja_of(settings.templates, closing)
    return (
        _at_home(home, engine_of(shown, closing, settings), dropped) if has_pages else None,
        _jinja(home, jinja, closing, dropped) if shown.has_jinja else None,
        jinja.is_first,
    )


def _more(settings: Settings, *, widgets: bool) -> dict[str, object]:
    """What a service is told beside the settings that its code needs."""
    of_users = settings.of_users if settings.store == SHARED else {}
    return {**of_users, **({"FORM_RENDERER": RENDERER} if widgets else {})}


def _installed(
    settings: Settings, tabled: Mapping[str, str], kept: Set[str], *, widgets: bool
) -> tuple[str, ...]:
    """Applications that nobody moved, in the monolith's order, by the names that they have here."""
    listed = [str(name) for name in settings.listed("INSTALLED_APPS")]
    forms = [FORMS] if widgets and FORMS not in listed else []
    return (*(tabled.get(name, name) for name in listed if name in kept), *forms)


def _own(taken: Taken, closing: Closing, settings: Settings) -> Iterator[str]:
    """Middleware of the project's that goes along."""
    for name in map(str, settings.listed("MIDDLEWARE")):
        if settings.store == SHARED and _is_taken(name, taken, closing):
            yield name


def _handlers(
    home: Home, taken: Taken, closing: Closing, settings: Settings
) -> Iterator[tuple[str, str]]:
    """What answers errors, by the names of Django's, where it goes along."""
    for name, dotted in handlers_of(closing.project, closing, settings).items():
        if _is_taken(dotted, taken, closing):
            yield name, _anew(home, dotted, closing)


def _is_taken(dotted: str, taken: Taken, closing: Closing) -> bool:
    place = closing.find(dotted)
    pieces = closing.sources.of(place[0]).by_name[place[1]] if place else ()
    kept = taken.whole.pieces.get(place[0].file, ()) if place else ()
    return any(piece.first in kept for piece in pieces)


def _anew(home: Home, dotted: str, closing: Closing) -> str:
    """A dotted name, which is new where it is a symbol of the project's."""
    place = closing.find(dotted)
    return f"{home.module(place[0].name)}.{place[1]}" if place else dotted


def _ordered(
    home: Home, closing: Closing, settings: Settings, apps: Apps, installed: Sequence[str]
) -> Iterator[str]:
    """All applications in the monolith's order: templates and catalogues are looked for so."""
    own = {app.package: f"{home.package}.legacy.apps.{made['cls']}" for app, made in apps}
    rest = list(installed)
    for name in map(str, settings.listed("INSTALLED_APPS")):
        app = app_at(name, closing.project)
        if app is not None and app.package in own:
            yield own.pop(app.package)
        elif rest and rest[0] in (name, ADMIN.get(name)):
            yield rest.pop(0)
    yield from (*rest, *own.values())


def _locales(
    home: Home, closing: Closing, settings: Settings, apps: Sequence[App]
) -> Iterator[tuple[str, str]]:
    """The monolith's folders of catalogues, and where they are in the service's package.

    Those of an application that is installed are beside it, as they were.
    """
    beside = {str(PurePosixPath(app.folder) / LOCALE): app.package for app in apps}
    numbers = itertools.count()
    for folder in catalogues(closing.sources.root, settings):
        package = beside.get(folder)
        inside = home.module(package).split(".")[1:] if package else []
        yield folder, "/".join([*inside, LOCALE] if package else [LOCALE, str(next(numbers))])


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


def _jinja(home: Home, found: Jinja, closing: Closing, dropped: Set[str]) -> dict[str, object]:
    """The other engine, with the new names of what moved."""
    said = found.loaders
    listed = [name for name in said.processors if not name.startswith(tuple(dropped))]
    named = {"context_processors": listed, "extensions": said.extensions}
    options = dict(said.options)
    options |= {k: [_anew(home, n, closing) for n in names] for k, names in named.items() if names}
    if said.environment:
        options["environment"] = _anew(home, said.environment, closing)
    name = {"NAME": said.name} if said.name else {}
    return {"BACKEND": said.backend, **name, "APP_DIRS": said.in_apps, "OPTIONS": options}


def _renamed(home: Home, symbol: str) -> tuple[str, str]:
    module, _, name = symbol.rpartition(".")
    return name, home.module(module)


def _apps(
    home: Home, taken: Taken, closing: Closing, settings: Settings
) -> Iterator[tuple[App, Mapping[str, str]]]:
    """The applications of moved models, with the labels that they had."""
    files = taken.models.pieces
    names = (module.name for file in files if (module := module_in(closing.project, file)))
    apps = {(settings.app_of(name), name) for name in names}
    found = {app for app, name in apps if app in settings.apps or name in taken.declaring}
    found |= {app for app in settings.apps if _ready(app, taken.whole, closing)}
    found |= {one.app for one in conventions(closing.project, settings)}
    for app in sorted(found, key=lambda app: app.package):
        words = app.label.replace("-", "_").split("_")
        cls = "".join(word.capitalize() for word in words)
        base = _ready(app, taken.whole, closing)
        made = {"name": home.module(app.package), "cls": cls}
        if not takes_the_place(app, closing.project):
            made["label"] = app.label
        if base:
            last, where = _renamed(home, base)
            made |= {"base": last, "module": where}
        yield app, made


def _ready(app: App, whole: Closure, closing: Closing) -> str:
    """The class that sets an application up, where it goes along."""
    place = closing.find(app.cls) if app.cls else None
    if place is None:
        return ""
    first = closing.sources.of(place[0]).by_name[place[1]][0].first
    return f"{place[0].name}.{place[1]}" if first in whole.pieces.get(place[0].file, ()) else ""
