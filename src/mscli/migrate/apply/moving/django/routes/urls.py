"""Django: where a view's URL is, and what it takes from its project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from mscli.migrate.apply.moving.django.files import formats
from mscli.migrate.apply.moving.django.pages.pages import DjangoPages
from mscli.migrate.apply.moving.django.pages.views import ENDINGS, NAMED
from mscli.migrate.apply.moving.django.requests.carried import Carried, carried_by
from mscli.migrate.apply.moving.django.requests.errors import PAGES, handlers_of
from mscli.migrate.apply.moving.django.requests.guards import (
    FALLBACKS,
    OF_FLATPAGES,
    OF_SITES,
    Guards,
    guards_of,
)
from mscli.migrate.apply.moving.django.requests.identity import (
    APPS,
    can_ask,
    is_of_identity,
    joined,
    shared_apps,
)
from mscli.migrate.apply.moving.django.requests.messages import APP as MESSAGES
from mscli.migrate.apply.moving.django.requests.messages import can_keep
from mscli.migrate.apply.moving.django.routes.conventions import conventions
from mscli.migrate.apply.moving.django.routes.fields import naming
from mscli.migrate.apply.moving.django.routes.kept_names import by_modules
from mscli.migrate.apply.moving.django.routes.languages import against_language, languages_of
from mscli.migrate.apply.moving.django.routes.placing import placed_by
from mscli.migrate.apply.moving.django.routes.ready import (
    asked_for,
    connecting,
    needed_by,
    starting,
)
from mscli.migrate.apply.moving.django.settings.caches import CACHE, may_ask
from mscli.migrate.apply.moving.django.settings.named import against_named, named_by
from mscli.migrate.apply.moving.django.settings.packages import (
    CONTRIB,
    WITHOUT_TABLES,
    foreign,
    prefixes,
    top,
)
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.told import Pages
from mscli.migrate.apply.moving.pages.url_names import OF_APP, Urls, package_of
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.placing import Placed
from mscli.migrate.facts import RouteFact, UrlFact
from mscli.migrate.store import SHARED
from mscli.migrate.walk.project.index import Project

NEEDS = {
    "django.contrib": "an application of Django's that has tables or settings of its own",
    CACHE: "the monolith's cache, in which objects have the names of its modules",
    "django.core.signing": "the monolith's key",
    "django.forms.renderers": "a template",
    "django.template": "a template",
    "django.views.generic": "a template",
    "rest_framework.renderers.AdminRenderer": "a template",
    "rest_framework.renderers.TemplateHTMLRenderer": "a template",
}
"""Names, or packages with all that is in them."""
SITES = "django.contrib.sites"
FEEDS = "django.contrib.syndication"
"""It has no tables, and asks for the site where there are sites."""
VIEWS = ("View", "RedirectView", *sorted(NAMED), *sorted(ENDINGS))
ROOMS = ("", ".base", ".detail", ".edit", ".list")
HARMLESS = (
    "django.template.Library", "django.template.defaultfilters", "django.template.defaulttags",
    "django.template.loader", "django.template.response",
    *(f"django.views.generic{room}.{view}" for room in ROOMS for view in VIEWS),
)  # fmt: skip
OF_A_REQUEST = {"user": "who is logged in", "session": "the session"}


class DjangoProject:
    """Routes by elements of `urlpatterns`, at the top of a module."""

    def __init__(self, project: Project, closing: Closing, settings: Settings, urls: Urls) -> None:
        self.project = project
        self.closing = closing
        self.settings = settings
        self.urls = urls
        self.packages = settings.packages
        self.foreign = foreign(settings)
        self.contrib = self._contrib()
        self.known = {*settings.values, *settings.computed, "AUTH_USER_MODEL", "SECRET_KEY"}
        self.can_ask = can_ask(settings)
        self.starting = starting(closing, settings)
        self.languages = languages_of(project)
        self.pages = DjangoPages(project, closing, settings, urls)
        self.conventions = conventions(project, settings)
        self._sought: Closure | None = None
        self._guards: Guards | None = None
        self._carried: Carried | None = None
        self.around: set[str] = set()
        """What of the project's middleware goes along with every route."""
        self.handlers: dict[str, str] = {}
        """Its views for errors that do."""
        self.connecting: list[str] = []
        """Its configurations that do, for they connect receivers when they are ready."""
        self.is_settled = False

    has_every_page = False

    def asked(self, table: str) -> bool:
        """Who is logged in, where a service can ask for it."""
        return self.can_ask and is_of_identity(table)

    def also(self, closure: Closure) -> tuple[str, ...]:
        """Settings that are computed; packages that are only named go along, too."""
        named = {package for _, package in self._named(closure).values()}
        closure.packages |= named - self.foreign - {"django"}
        moved = self.settings.moved(closure, prefixes(closure.packages - self.foreign))
        ready = needed_by(closure, self.starting) if self.settings.store == SHARED else []
        beside = {top(name) for name in self.guards.beside} - self.foreign
        closure.packages |= beside
        if self.settings.store == SHARED:
            closure.packages |= {top(name) for name in self.guards.packages}
        if self.urls.packages:
            shown = self.pages.of(closure).needs.urls
            names = self.urls.asked_by(self.closing.kept(closure), shown)
            closure.packages |= set(map(self._package_of, self.urls.packages_for(names)))
        apps = [*self._looked_for(closure), *asked_for(closure, self.closing, self.settings)]
        along = (
            *sorted(filter(self.closing.find, self.around)),
            *self.handlers.values(),
            *self.connecting,
            *apps,
        )
        return (*moved, *along, *self.pages.also(closure), *(one.symbol for one in ready))

    def _looked_for(self, closure: Closure) -> Iterator[str]:
        """What packages and Django look for by its name goes along whole, with the packages."""
        if self._sought is None:
            names = {one.module.name for one in self.conventions}
            names.update(formats.modules(self.project, self.settings))
            self._sought = self.closing.whole(sorted(names))
        closure.add(self._sought)
        closure.reasons += [why for why in self._sought.reasons if why not in closure.reasons]
        closure.packages |= {one.package for one in self.conventions}
        yield from sorted({one.app.cls for one in self.conventions if one.app.cls})

    def _package_of(self, fact: UrlFact) -> str:
        """The package of a list of its own, or of an application whose list it is by its label."""
        name = package_of(fact)
        listed = [str(each) for each in self.settings.listed("INSTALLED_APPS")]
        with_label = (each for each in listed if name.removeprefix(OF_APP) in each.split("."))
        return top(next(with_label, "")) if name.startswith(OF_APP) else name

    @property
    def guards(self) -> Guards:
        """What may answer before a view is asked."""
        if self._guards is None:
            self._guards = guards_of(self.project, self.closing, self.settings)
        return self._guards

    def settle(self, is_clean: Callable[[Closure], bool]) -> None:
        """What connects receivers, middleware of its own and what answers errors, each if it can.

        Middleware does so on the monolith's database, where all that it may touch is there.
        """
        if self.is_settled:
            return
        self.is_settled = True
        for name in connecting(self.closing, self.settings):
            self.connecting += [name] if self._goes([name], is_clean) else []
        names = map(str, self.settings.listed("MIDDLEWARE"))
        for name in names if self.settings.store == SHARED else ():
            if name in (*FALLBACKS, OF_SITES):
                self.around.add(name)
            elif self.closing.find(name):
                self.around.add(name)
                self.around -= set() if self._goes([name], is_clean) else {name}
        self.pages.always = tuple(name for name in PAGES if self.pages.has(name))
        if FALLBACKS & self.around:
            self.pages.always += tuple(self.pages.templates.files.names(OF_FLATPAGES))
        if self.pages.always and not self._goes([], is_clean):
            self.pages.always = ()
        for name, dotted in handlers_of(self.project, self.closing, self.settings).items():
            if self._goes([dotted], is_clean):
                self.handlers[name] = dotted

    def _goes(self, symbols: list[str], is_clean: Callable[[Closure], bool]) -> bool:
        closure = self.closing.of(symbols)
        return is_clean(closure) and not any(self._against(closure, Closure()))

    def _named(self, closure: Closure) -> dict[str, tuple[str, str]]:
        return named_by(self.settings, closure, self.closing)

    def _contrib(self) -> frozenset[str]:
        """Applications of Django's own that the service has, too."""
        listed = {str(name) for name in self.settings.listed("INSTALLED_APPS")}
        kept = set(shared_apps(self.settings)) if self.settings.store == SHARED else set()
        has_sites = self.settings.store == SHARED or SITES not in listed
        return frozenset(listed & (kept | CONTRIB)) | frozenset([FEEDS] * has_sites)

    def placed(self, route: RouteFact) -> Placed | None:
        """By its element of a list of URLs, or by its router."""
        return placed_by(route, self.closing, self.urls, self.languages)

    def _sets(self, name: str) -> bool:
        """Whether it is known what the monolith sets, or that it does not."""
        return name in self.known or (self.settings.is_whole and name.isupper())

    def shown(self, closure: Closure) -> Pages:
        """The pages that code renders."""
        return self.pages.of(closure)

    def against(self, closure: Closure, models: Closure, placed: Placed | None) -> Iterator[str]:
        """What it takes from the monolith's project."""
        del placed  # wherever it is, its project is around it
        yield from self.guards.against(closure.packages | WITHOUT_TABLES, self.around)
        yield from self._against(closure, models)

    def _against(self, closure: Closure, models: Closure) -> Iterator[str]:
        yield from self.settings.against(closure)
        if self._carried is None:
            self._carried = carried_by(self.project, self.closing, self.settings)
        carried = self._carried.without(self.around)
        yield from carried.against(self.closing.kept(closure))
        pages = self.pages.of(closure)
        shown = pages.files | pages.jinja
        yield from carried.in_pages(shown, self.closing.sources.root)
        yield from against_language(self.settings, closure, models)
        yield from pages.reasons
        yield from self.urls.against(self.closing.kept(closure))
        for one in needed_by(closure, self.starting) if self.settings.store != SHARED else ():
            packages = ", ".join(sorted(one.packages))
            yield f"`{one.symbol}.ready` sets up {packages} when the monolith starts ({one.where})"
        yield from against_named(self._named(closure), self.foreign)
        yield from by_modules(closure) if self.settings.store != SHARED else ()
        yield from self._against_used(closure, models)
        yield from self._against_cut(closure, models)

    def _against_used(self, closure: Closure, models: Closure) -> Iterator[str]:
        """Packages that are made in another way, or that only a project installs; settings."""
        for used in sorted(closure.outside):
            whole = f"{used.name}.{used.attribute}".rstrip(".")
            package = used.name.partition(".")[0]
            needs = next((text for name, text in NEEDS.items() if _is_in(whole, name)), "")
            if self.can_ask and any(_is_in(whole, name) for name in APPS):
                continue
            if _is_in(whole, MESSAGES) and can_keep(self.settings):
                continue
            is_moved = any(_is_in(whole, name) for name in (*HARMLESS, *self.contrib))
            is_moved |= needs == NEEDS[CACHE] and may_ask(self.settings)
            is_moved |= needs == NEEDS["django.template"] and not self.pages.loaders.reasons
            if needs and not is_moved and used not in models.outside:
                yield f"`{whole}` needs {needs} ({used.where})"
            elif package in self.foreign:
                yield f"`{package}` is an application that a project installs ({used.where})"
            elif used.name == "django.conf.settings" and not self._sets(used.attribute):
                yield f"the value of `settings.{used.attribute}` is not known ({used.where})"

    def _against_cut(self, closure: Closure, models: Closure) -> Iterator[str]:
        """What models have no more in a service, and what a request has not."""
        cut = {n: p.lost for _, p in self.closing.kept(models) if p.lost for n in p.binds}
        lost = {name for names in cut.values() for name in names}
        asked = {name for _, piece in self.closing.kept(models) for name in piece.asked}
        for module, piece in self.closing.kept(closure):
            where = f"({module.file}:{piece.first})"
            for name in joined(piece, asked):
                yield f"it joins `{name}` with the users, who are in another database {where}"
            if piece.first not in models.pieces.get(module.file, ()):
                yield from (
                    f"it uses `{name}`, which is cut {where}" for name in _used(piece, lost)
                )
                yield from (f"{why} {where}" for why in naming(piece, cut))
            for attribute in sorted(piece.attributes):
                before, _, name = attribute.rpartition(".")
                if self.can_ask:
                    break
                if name in OF_A_REQUEST and before.rpartition(".")[2] == "request":
                    yield f"it asks `{attribute}` for {OF_A_REQUEST[name]} {where}"


def _used(piece: Piece, lost: Set[str]) -> list[str]:
    """Fields that were cut out of a model, and that a piece names in a query or takes of a row."""
    named = {keyword.partition("__")[0] for keyword in piece.keywords}
    taken = {part for chain in piece.attributes for part in chain.split(".")[1:]}
    return sorted((named | taken) & lost)


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
