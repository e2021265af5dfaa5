"""Django's settings as far as their text says them, and the applications that they install."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.django.settings.apps import App, app_at
from mscli.migrate.apply.moving.django.settings.connection import Connection
from mscli.migrate.apply.moving.django.settings.families import (
    CORS,
    FOLDERS,
    OWN,
    SECRET,
    STATELESS,
    STRUCTURE,
    needed,
)
from mscli.migrate.apply.moving.django.settings.settings_read import Literal, Read
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.store import SHARED, Store
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name

STATIC = "django.contrib.staticfiles"
PLAIN = f"{STATIC}.storage.StaticFilesStorage"
OF_STATIC = ("STATIC_ROOT", "STATICFILES_STORAGE", "STORAGES")
READING = frozenset(["compressor", "django_vite", "pipeline", "sass_processor", "webpack_loader"])
"""Packages whose tags read files for browsers while a page is made, where they are collected."""
STARTING = ("asgi.py", "manage.py", "wsgi.py")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of a project's settings: values by name."""

    values: Mapping[str, Literal] = field(default_factory=dict)
    apps: tuple[App, ...] = ()
    connection: Connection = field(default_factory=dict)
    """What the default database is told besides where it is."""
    computed: Mapping[str, str] = field(default_factory=dict)
    """Settings whose value no text says, and the modules that assign them: they move as code."""
    modules: frozenset[str] = frozenset()
    """Every module that settings are assigned in."""
    templates: ast.expr | None = None
    """What TEMPLATES is; None, where it is not one list that is written down."""
    is_whole: bool = False
    """Whether all that is set is known by name: what is not set is Django's own, or not there."""
    written: Mapping[str, tuple[ModuleSymbol, ast.expr]] = field(default_factory=dict)
    """What is assigned once, under no condition: the module, and the code."""
    unsure: Mapping[str, str] = field(default_factory=dict)
    """Settings that a condition or a package sets, each with what that is against."""
    hidden: str = ""
    """Why nobody can say which settings there are, and where."""
    stars: Mapping[str, str] = field(default_factory=dict)
    """Modules of packages that it has all names of, before it sets any, and where."""
    store: Store = "own"
    """Which database the service runs on that they are for."""

    @property
    def installed(self) -> frozenset[str]:
        """The top packages of what it installs."""
        return frozenset(str(name).partition(".")[0] for name in self.listed("INSTALLED_APPS"))

    def middleware(self, kept: Collection[str] = ()) -> list[str]:
        """What of its middleware has no state, and what else is kept: by name, or by package."""
        listed = map(str, self.listed("MIDDLEWARE"))
        return [n for n in listed if n in STATELESS or n in kept or n.partition(".")[0] in kept]

    @property
    def packages(self) -> frozenset[str]:
        """Packages without which no route works as it did, by the names of their modules."""
        has_cors = CORS in self.listed("MIDDLEWARE")
        taken = [star.partition(".")[0] for star in self.stars]
        return frozenset(["django", *["corsheaders"] * has_cors, *taken])

    def listed(self, name: str) -> list[Literal]:
        """The elements of a list that are known."""
        value = self.values.get(name)
        return list(value) if isinstance(value, list | tuple) else []

    def kept(self, closure: Closure, *, every: bool = False) -> dict[str, Literal]:
        """The settings that change answers, and those that moved code names; or `every` one."""
        names = [n for n in self._asked(closure, every=every) if not self._is_secret(n)]
        return {name: self.values[name] for name in names}

    def secrets(self, closure: Closure, *, every: bool = False) -> list[str]:
        """Those of them that are never copied."""
        return [name for name in self._asked(closure, every=every) if self._is_secret(name)]

    def _asked(self, closure: Closure, *, every: bool) -> list[str]:
        names = self.values.keys() - OWN - STRUCTURE if every else set[str]()
        return sorted((names | set(needed(self.values, closure, self.families))) - FOLDERS)

    def _is_secret(self, name: str) -> bool:
        value = self.values[name]
        return isinstance(value, str) and bool(value) and bool(SECRET.search(name))

    @property
    def families(self) -> tuple[str, ...]:
        """How settings begin that go along whatever code needs.

        With the monolith's rows goes what it remembers of them: pages and sessions ask, too.
        """
        caches = ("CACHE",) if self.store == SHARED else ()
        finders = () if self.installed.isdisjoint(READING) else ("STATICFILES_FINDERS",)
        return (*caches, *(OF_STATIC if self.names_static_files else ()), *finders)

    @property
    def names_static_files(self) -> bool:
        """Whether files for browsers are read while pages are made: for their names, for one."""
        if STATIC not in self.listed("INSTALLED_APPS"):
            return False
        if not self.installed.isdisjoint(READING):
            return True
        if not self.computed.keys().isdisjoint(OF_STATIC[1:]):
            return True
        said = self.values.get("STORAGES")
        listed = said.get("staticfiles") if isinstance(said, dict) else None
        backend = listed.get("BACKEND") if isinstance(listed, dict) else None
        return str(backend or self.values.get("STATICFILES_STORAGE") or PLAIN) != PLAIN

    @property
    def of_users(self) -> dict[str, Literal]:
        """Which model those are who log in, where it is one's own."""
        return {name: self.values[name] for name in ("AUTH_USER_MODEL",) if name in self.values}

    def moved(self, closure: Closure, prefixes: tuple[str, ...] = ()) -> list[str]:
        """Of those that are computed the ones that answers or moved code need, as symbols.

        `prefixes` are those of packages that it needs.
        """
        names = (self.computed.keys() - OWN) | (self.computed.keys() & set(self.families))
        found = needed(names, closure, (*self.families, *prefixes))
        return [f"{self.computed[name]}.{name}" for name in found]

    def against(self, closure: Closure) -> Iterator[str]:
        """What a service would have otherwise than the monolith, wherever that runs."""
        if self.hidden:
            yield self.hidden
        for star, where in self.stars.items() if self.store != SHARED else ():
            yield f"settings are out of a package that it cannot install: `{star}` {where}"
        for name in needed(self.unsure, closure, self.families):
            yield self.unsure[name]

    def app_of(self, module: str) -> App:
        """The application that a module with models is of."""
        found = [a for a in self.apps if module == a.package or module.startswith(f"{a.package}.")]
        if found:
            return max(found, key=lambda app: len(app.package))
        package = module.rpartition(".")[0] or module
        return App(package, package.rpartition(".")[2])


def settings_of(project: Project) -> Settings:
    """Those of the module that the project starts with; others are read where it takes them."""
    module = _started_with(project)
    if module is None:
        return Settings()
    read = Read()
    read.take(module, project, 0)
    listed = read.values.get("INSTALLED_APPS")
    names = [str(name) for name in listed] if isinstance(listed, list | tuple) else []
    apps = [app for name in names if (app := app_at(name, project)) is not None]
    own = (read.partial | _naming(read.values, project)) - STRUCTURE
    return Settings(
        {n: value for n, value in read.values.items() if n.isupper() and n not in own},
        tuple(apps),
        read.connection,
        {name: read.homes[name] for name in sorted(own & read.homes.keys())},
        frozenset(read.homes.values()),
        read.templates,
        read.is_whole,
        {name: at for name, at in read.written.items() if name not in read.branched},
        {name: where for name, where in read.unsure.items() if name not in OWN},
        read.hidden,
        read.stars,
    )


def _started_with(project: Project) -> ModuleSymbol | None:
    """What `wsgi.py` or `manage.py` sets as DJANGO_SETTINGS_MODULE; else what has ROOT_URLCONF."""
    named = [name for module in project.modules for name in _named_in(module)]
    started = [module for name in named if (module := project.module(name)) is not None]
    rooted = [module for module in project.modules if "ROOT_URLCONF" in module.assigned]
    return next(iter([*started, *rooted]), None)


def _named_in(module: ModuleSymbol) -> Iterator[str]:
    if module.file.rpartition("/")[2] not in STARTING:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and expression_name(node.func).endswith("environ.setdefault"):
            given = [part.value for part in node.args if isinstance(part, ast.Constant)]
            if len(given) == len(node.args) and given[0] == "DJANGO_SETTINGS_MODULE":
                yield str(given[1])


def _naming(values: Mapping[str, Literal], project: Project) -> set[str]:
    """Settings that name symbols of the project, which have new names."""
    return {name for name, value in values.items() if _names_ours(value, project)}


def _names_ours(value: Literal, project: Project) -> bool:
    for text in texts(value):
        module = project.module(text.rpartition(".")[0]) if "." in text else None
        last = text.rpartition(".")[2]
        if module is not None and (last in module.classes or last in module.functions):
            return True
    return False


def texts(value: object) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in texts(part))
