"""Pages of Django: own tags and filters, context processors, and the names of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mscli.migrate.apply.moving.django.pages.engine import shows
from mscli.migrate.apply.moving.django.pages.jinja import jinja_of
from mscli.migrate.apply.moving.django.pages.libraries import library, registered
from mscli.migrate.apply.moving.django.pages.views import implied, names_a_part_of_a_form
from mscli.migrate.apply.moving.django.requests.identity import can_ask
from mscli.migrate.apply.moving.django.requests.messages import PROCESSOR, can_keep
from mscli.migrate.apply.moving.django.settings.loaders import (
    OF_APPLICATIONS,
    OF_APPS,
    Loaders,
    loaders_of,
)
from mscli.migrate.apply.moving.django.settings.packages import foreign, installed_for, top
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.callers import Callers
from mscli.migrate.apply.moving.pages.files import TemplateFiles
from mscli.migrate.apply.moving.pages.names import ANY
from mscli.migrate.apply.moving.pages.needs import of_django, of_jinja
from mscli.migrate.apply.moving.pages.told import Pages, Templates
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.store import SHARED
from mscli.migrate.walk.project.index import ModuleSymbol, Project

OF_DJANGO = frozenset(["cache", "i18n", "l10n", "static", "tz"])
"""Libraries that every project has."""
PLAIN = "django.template.context_processors."
ENGINES = "django.template."
AUTH = "django.contrib.auth.context_processors.auth"


class DjangoPages:
    """The templates of a project, by its settings."""

    def __init__(self, project: Project, closing: Closing, settings: Settings, urls: Urls) -> None:
        self.project = project
        self.closing = closing
        self.settings = settings
        self.loaders = loaders_of(settings.templates)
        self.jinja = jinja_of(settings.templates, closing)
        self.always: tuple[str, ...] = ()
        """Names of what every service shows that has pages or not: those of errors."""
        self.folders = [app.folder for app in settings.apps]
        callers = Callers(project, closing.find)
        self.templates = Templates(
            self._files(self.loaders),
            of_django,
            urls,
            callers,
            OF_DJANGO,
            self._has_library if settings.store == SHARED else None,
        )
        self.of_jinja = Templates(self._files(self.jinja.loaders), of_jinja, urls, callers)

    def _files(self, loaders: Loaders) -> TemplateFiles:
        return TemplateFiles(self.closing.sources.root, lambda folder: self._rank(folder, loaders))

    def _rank(self, folder: str, loaders: Loaders) -> int | None:
        app = self._app(folder)
        for place, end in enumerate(loaders.folders):
            is_it = f"/{folder}".endswith(f"/{end}")
            if is_it and ("/" in end or app not in self.folders):
                return place
        is_of_app = folder.endswith(OF_APPLICATIONS[loaders.backend])
        if loaders.in_apps and app in self.folders and is_of_app:
            return OF_APPS + self.folders.index(app)
        return None

    @staticmethod
    def _app(folder: str) -> str:
        return folder.rpartition("/")[0]

    def of(self, closure: Closure) -> Pages:
        """The pages that code renders; without any, nothing else is asked."""
        kept = list(self.closing.kept(closure))
        asked = [self.templates, *[self.of_jinja] * self.jinja.is_there]
        found, *others = (
            each.pages(kept, self._implied, always=self.always, only=self._only(each))
            for each in asked
        )
        for other in others:
            found.jinja = other.files
            found.reasons += other.reasons
            found.needs.add(other.needs.around())
        is_asked = any(used.name.startswith(ENGINES) for used in closure.outside)
        found.has_jinja = bool(found.jinja) or (is_asked and self.jinja.is_there)
        if found.files or found.of_packages:
            found.widgets |= any(names_a_part_of_a_form(m, p, self.closing) for m, p in kept)
        engines = self._engines(found)
        found.processors = tuple(name for each in engines for name in each.processors)
        if found.reasons or self.loaders in engines:
            found.reasons += self.loaders.reasons
        if found.has_jinja:
            found.reasons += self.jinja.reasons
        found.reasons += self._against(found)
        return found

    def _engines(self, pages: Pages) -> list[Loaders]:
        """Those that are asked for a page."""
        own = [self.loaders] if pages.files or pages.of_packages else []
        return [*own, *[self.jinja.loaders] * pages.has_jinja]

    def _only(self, asked: Templates) -> Callable[[str], bool]:
        """Which names are of an engine: Django asks each in its order."""
        if not self.jinja.is_there:
            return lambda _: True
        is_jinja = asked is self.of_jinja
        other = self.templates if is_jinja else self.of_jinja
        is_first = self.jinja.is_first is is_jinja

        def is_of(name: str) -> bool:
            has, has_other = asked.files.has(name), other.files.has(name)
            if "*" in name and name != ANY:
                return has or not (is_jinja or has_other)
            return (has and (is_first or not has_other)) or not (is_jinja or has or has_other)

        return is_of

    def _implied(self, module: ModuleSymbol, piece: Piece) -> Iterator[str]:
        """What a view shows by itself; a page that an own application lacks, it lacks there, too.

        Such a view only takes what is posted, or is an error on both sides.
        """
        own = {app.label for app in self.settings.apps}
        for name in implied(module, piece, self.settings, self.closing):
            is_own = name.partition("/")[0] in own
            if not is_own or self.templates.files.is_anywhere(name):
                yield name

    def has(self, name: str) -> bool:
        """Whether a template is a file that the monolith's loaders find."""
        return any(len(each.files.find(name)) == 1 for each in (self.templates, self.of_jinja))

    def _has_library(self, name: str) -> bool:
        """Whether it is known whose a library of tags is."""
        return self._library(name) is not None or bool(installed_for(name, self.settings))

    def _against(self, pages: Pages) -> Iterator[str]:
        for name in sorted(pages.needs.libraries - OF_DJANGO):
            if not (pages.of_packages or self._has_library(name)):
                yield f"its templates load `{name}`, which is no library of the monolith"
        for name in pages.processors:
            if not self._processes(name):
                yield f"the context processor `{name}` is of a package that is not moved"
        says = PROCESSOR in pages.processors and "messages" in pages.needs.names
        if says and not can_keep(self.settings):
            yield "its pages show messages, and where these are kept is not known"
        if AUTH in pages.processors and not can_ask(self.settings) and shows(pages):
            yield "its pages show who is logged in"

    def _processes(self, name: str) -> bool:
        """Whether a context processor is there: Django's, the project's, or a package's."""
        if name.startswith(PLAIN) or name in (AUTH, PROCESSOR) or self.closing.find(name):
            return True
        return top(name) in self._packages()

    def _packages(self) -> set[str]:
        """Packages of applications that a service may install."""
        ours = {top(app.package) for app in self.settings.apps}
        without = foreign(self.settings) | ours | {"django"}
        return {top(name) for name in self._listed()} - without

    def _listed(self) -> list[str]:
        return [str(name) for name in self.settings.listed("INSTALLED_APPS")]

    def _library(self, name: str) -> ModuleSymbol | None:
        return library(name, self.loaders, self.settings, self.closing)

    def also(self, closure: Closure) -> list[str]:
        """Context processors, and the tags and filters that pages use, as symbols."""
        pages = self.of(closure)
        if not self._engines(pages):
            return []
        closure.packages |= set(map(top, pages.processors)) & self._packages()
        apps = [installed_for(name, self.settings) for name in pages.needs.libraries]
        if pages.of_packages:
            apps += [name for name in self._listed() if self.project.module(top(name)) is None]
        closure.packages |= {top(name) for name in apps if name} - {"django"}
        used = pages.needs.tags | pages.needs.filters
        builtins = [self.project.module(name) for name in self.loaders.builtins]
        found = [name for name in pages.processors if self.closing.find(name)]
        if pages.has_jinja:
            found += self.jinja.symbols
            closure.packages |= self.jinja.packages
        libraries = [self._library(name) for name in sorted(pages.needs.libraries)]
        for module in (*libraries, *builtins):
            for piece in self.closing.sources.of(module).pieces if module else ():
                if module and not used.isdisjoint(registered(piece)):
                    found += [f"{module.name}.{name}" for name in piece.binds]
                    self._statement(closure, module, piece)
        return found

    def _statement(self, closure: Closure, module: ModuleSymbol, piece: Piece) -> None:
        """What only registers, such as `register.filter("price", price)`."""
        if not piece.binds:
            found = self.closing.of((), [(module, piece)])
            closure.add(found)
            closure.reasons += found.reasons
