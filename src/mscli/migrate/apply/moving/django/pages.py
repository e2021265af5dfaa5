"""Pages of Django: own tags and filters, context processors, and the names of files."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.apply.moving.closed import Closure
from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.django.engine import shows
from mscli.migrate.apply.moving.django.identity import can_ask
from mscli.migrate.apply.moving.django.libraries import library, registered
from mscli.migrate.apply.moving.django.loaders import OF_APPS, loaders_of
from mscli.migrate.apply.moving.django.messages import PROCESSOR, can_keep
from mscli.migrate.apply.moving.django.packages import foreign, installed_for, top
from mscli.migrate.apply.moving.django.settings import Settings
from mscli.migrate.apply.moving.django.views import implied, names_a_part_of_a_form
from mscli.migrate.apply.moving.pages.callers import Callers
from mscli.migrate.apply.moving.pages.files import TemplateFiles
from mscli.migrate.apply.moving.pages.needs import of_django
from mscli.migrate.apply.moving.pages.told import Pages, Templates
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.store import SHARED
from mscli.migrate.walk.index import ModuleSymbol, Project

OF_DJANGO = frozenset(["cache", "i18n", "l10n", "static", "tz"])
"""Libraries that every project has."""
PLAIN = "django.template.context_processors."
AUTH = "django.contrib.auth.context_processors.auth"


class DjangoPages:
    """The templates of a project, by its settings."""

    def __init__(self, project: Project, closing: Closing, settings: Settings, urls: Urls) -> None:
        self.project = project
        self.closing = closing
        self.settings = settings
        self.loaders = loaders_of(settings.templates)
        self.always: tuple[str, ...] = ()
        """Names of what every service shows that has pages or not: those of errors."""
        self.folders = [app.folder for app in settings.apps]
        self.templates = Templates(
            TemplateFiles(closing.sources.root, self._rank),
            of_django,
            urls,
            Callers(project, closing.find),
            OF_DJANGO,
            self._has_library if settings.store == SHARED else None,
        )

    def _rank(self, folder: str) -> int | None:
        for place, end in enumerate(self.loaders.folders):
            if f"/{folder}".endswith(f"/{end}") and self._app(folder) not in self.folders:
                return place
        app = self._app(folder)
        if self.loaders.in_apps and app in self.folders and folder.endswith("templates"):
            return OF_APPS + self.folders.index(app)
        return None

    @staticmethod
    def _app(folder: str) -> str:
        return folder.rpartition("/")[0]

    def of(self, closure: Closure) -> Pages:
        """The pages that code renders; without any, nothing else is asked."""
        kept = list(self.closing.kept(closure))
        found = self.templates.pages(kept, self._implied, always=self.always)
        if found.files or found.of_packages:
            found.widgets |= any(names_a_part_of_a_form(m, p, self.closing) for m, p in kept)
            found.reasons += [*self.loaders.reasons, *self._against(found)]
        return found

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
        return len(self.templates.files.find(name)) == 1

    def _has_library(self, name: str) -> bool:
        """Whether it is known whose a library of tags is."""
        return self._library(name) is not None or bool(installed_for(name, self.settings))

    def _against(self, pages: Pages) -> Iterator[str]:
        for name in sorted(pages.needs.libraries - OF_DJANGO):
            if not (pages.of_packages or self._has_library(name)):
                yield f"its templates load `{name}`, which is no library of the monolith"
        for name in self.loaders.processors:
            if not self._processes(name):
                yield f"the context processor `{name}` is of a package that is not moved"
        says = PROCESSOR in self.loaders.processors and "messages" in pages.needs.names
        if says and not can_keep(self.settings):
            yield "its pages show messages, and where these are kept is not known"
        if AUTH in self.loaders.processors and not can_ask(self.settings) and shows(pages):
            yield "its pages show who is logged in"

    def _processes(self, name: str) -> bool:
        """Whether a context processor is there: Django's, the project's, or a package's."""
        if name.startswith(PLAIN) or name in (AUTH, PROCESSOR) or self.closing.find(name):
            return True
        return name in self._of_packages()

    def _of_packages(self) -> list[str]:
        """Context processors of applications that a service may install."""
        ours = {top(app.package) for app in self.settings.apps}
        without = foreign(self.settings) | ours | {"django"}
        apps = {top(name) for name in self._listed()} - without
        return [name for name in self.loaders.processors if top(name) in apps]

    def _listed(self) -> list[str]:
        return [str(name) for name in self.settings.listed("INSTALLED_APPS")]

    def _library(self, name: str) -> ModuleSymbol | None:
        return library(name, self.loaders, self.settings, self.closing)

    def also(self, closure: Closure) -> list[str]:
        """Context processors, and the tags and filters that pages use, as symbols."""
        pages = self.of(closure)
        if not (pages.files or pages.of_packages):
            return []
        apps = [installed_for(name, self.settings) for name in pages.needs.libraries]
        if pages.of_packages:
            apps += [name for name in self._listed() if self.project.module(top(name)) is None]
        closure.packages |= {top(n) for n in (*apps, *self._of_packages()) if n} - {"django"}
        used = pages.needs.tags | pages.needs.filters
        builtins = [self.project.module(name) for name in self.loaders.builtins]
        found = [name for name in self.loaders.processors if self.closing.find(name)]
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
