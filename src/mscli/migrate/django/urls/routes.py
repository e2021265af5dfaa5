"""Django's routes: the urlconf and its includes, routers, application configurations, admin."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate import paths
from mscli.migrate.django.admin import admin
from mscli.migrate.django.calls import DjangoCalls
from mscli.migrate.django.urls import known_urls, languages
from mscli.migrate.django.urls.handlers import Handlers
from mscli.migrate.django.urls.routers import Routers
from mscli.migrate.django.urls.url_names import UrlNames
from mscli.migrate.django.views import guards
from mscli.migrate.templates.rendering import pairs_of
from mscli.migrate.walk.converters import Converters
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries
from mscli.migrate.walk.graph.nodes import Call, Node, Unresolved
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.statements.variables import rather_by_default
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Module,
    Object,
    Outside,
    Site,
    Text,
    Value,
    join,
    last,
    text,
    texts,
)

PATTERNS = frozenset(["path", "re_path", "url"])
INCLUDING = frozenset(["include", "decorator_include"])
DEEPEST = 30


class Routes:
    """Reads the routes of one Django project into the entries."""

    def __init__(self, engine: Engine, calls: DjangoCalls, entries: Entries) -> None:
        self.engine = engine
        self.calls = calls
        self.entries = entries
        self.included: set[ModuleSymbol] = set()
        self.inside: set[tuple[ModuleSymbol, str]] = set()
        self.handlers = Handlers(engine, calls, entries)
        self.around: Value = ()
        self.converters = Converters(engine)

    def read(self) -> None:
        """Follow the urlconf from its root; without settings, from those that nobody includes."""
        roots = self._roots()
        for module in roots:
            self.entries.frameworks["django"] = None
            self._module(module, "", 0)
            UrlNames(self.engine, self.calls, self.entries).read(self._patterns(module), module)
        if not roots:
            self._unrooted()

    def _roots(self) -> list[ModuleSymbol]:
        found: dict[ModuleSymbol, None] = {}
        for module in self.engine.project.modules:
            if "ROOT_URLCONF" in module.assigned:
                name = text(self.engine.module_globals(module).get("ROOT_URLCONF", ()))
                root = self.engine.project.module(name, module) if name else None
                if root is not None:
                    found[root] = None
        return list(found)

    def _unrooted(self) -> None:
        candidates = [m for m in self.engine.project.modules if "urlpatterns" in m.assigned]
        for module in candidates:
            self._mark_included(self._patterns(module), 0)
        configs = self._root_configs()
        for module in candidates:
            if module not in self.included:
                self.entries.frameworks["django"] = None
                self._follow(self._patterns(module), "", module, 0)
                UrlNames(self.engine, self.calls, self.entries).read(self._patterns(module), module)
        for cls in configs:
            self.entries.frameworks["django"] = None
            frame = self._frame(cls.module, "urls")
            site = Site(cls.module.file, cls.node.lineno)
            value = frame.attribute((Object(cls),), "get_urls", site)
            self._follow(frame.apply(value, Call((), (), site)), "", cls.module, 0)

    def _root_configs(self) -> list[ClassSymbol]:
        """Application configurations that make the whole site's routes out of others'."""
        return [
            cls
            for cls in self.engine.project.classes
            if self.engine.inherits(cls, "AppConfig")
            and "get_urls" in cls.methods
            and not self._is_included_config(cls)
        ]

    def _is_included_config(self, cls: ClassSymbol) -> bool:
        """Whether some other configuration mounts this one."""
        own = text(self.engine.class_attribute(cls, "label")) or ""
        return (
            any(own in texts(call.arg(0)) for call in self.engine.outside.named("get_app_config"))
            or own in self.calls.mounted
        )

    def _frame(self, module: ModuleSymbol, what: str) -> Frame:
        return Frame(self.engine, module, Node(module, ("entry", what)), {})

    def _patterns(self, module: ModuleSymbol) -> Value:
        return self.engine.module_globals(module).get("urlpatterns", ())

    def _mark_included(self, value: Value, depth: int) -> None:
        for made in (atom for atom in flat(value) if isinstance(atom, Made)):
            for arg in made.args:
                if depth < DEEPEST and last(made.name) in PATTERNS | {"include"}:
                    self._mark_included(arg, depth + 1)
                for name in texts(arg) if last(made.name) == "include" else ():
                    module = self.engine.project.module(name)
                    if module is not None:
                        self.included.add(module)
                for atom in arg:
                    if isinstance(atom, Module) and last(made.name) == "include":
                        self.included.add(atom.module)

    # -- following ---------------------------------------------------------------------------

    def _follow(self, value: Value, prefix: str, module: ModuleSymbol, depth: int) -> None:
        if depth > DEEPEST:
            return
        for atom in value:
            match atom:
                case Items():
                    for item in atom.items:
                        self._follow(item, prefix, module, depth + 1)
                case Made() if last(atom.name) in PATTERNS:
                    self._pattern(atom, prefix, module, depth)
                case Made() if last(atom.name) in INCLUDING:
                    self._include(atom, prefix, module, depth)
                case Made() if last(atom.name) == "i18n_patterns":
                    self.entries.languages |= dict.fromkeys(languages.codes(self.engine))
                    bare = [""] if languages.is_default_bare(atom, module) else []
                    for before in (f"{paths.LANGUAGE}/", *bare):
                        for arg in atom.args:
                            self._follow(arg, before + prefix, module, depth + 1)
                case Made() if last(atom.name) == "format_suffix_patterns":
                    for arg in atom.args:
                        self._follow(arg, prefix, module, depth + 1)
                case Made():
                    self._decorated(atom, prefix, module, depth)
                case Module():
                    self._module(atom.module, prefix, depth)
                case Member() if atom.name == "urls":
                    self._urls_of(atom, prefix)
                case Outside():
                    self._outside(atom, prefix)
                case _:
                    pass

    def _module(self, module: ModuleSymbol, prefix: str, depth: int) -> None:
        """One that includes itself, with others that a registry knows, is followed once."""
        self.included.add(module)
        if (module, prefix) not in self.inside:
            self.inside.add((module, prefix))
            self._follow(self._patterns(module), prefix, module, depth + 1)
            self.inside.discard((module, prefix))

    def _decorated(self, atom: Made, prefix: str, module: ModuleSymbol, depth: int) -> None:
        """Patterns that are handed to a decorator: `[login_required(p) for p in urlpatterns]`."""
        outer = self.handlers.guard
        given = (guards.of_decorator(part) for arg in atom.args for part in arg)
        self.handlers.guard = guards.strongest(outer, guards.of_view(atom), *given)
        for arg in atom.args:
            self._follow(arg, prefix, module, depth + 1)
        self.handlers.guard = outer

    def _pattern(self, atom: Made, prefix: str, module: ModuleSymbol, depth: int) -> None:
        """A path; a decorator that was put on it later holds for all that it includes, and so does
        what settings have to be for it.
        """
        outer, put_on = self.around, self.engine.on_made.get((atom, "callback"), ())
        above = self.handlers.only_if
        self.around = join(outer, tuple(part for part in put_on if isinstance(part, Function)))
        self.handlers.only_if = (*above, *self.handlers.shut.get(atom.site, ()))
        self._paths(atom, prefix, module, depth)
        self.around, self.handlers.only_if = outer, above

    def _paths(self, atom: Made, prefix: str, module: ModuleSymbol, depth: int) -> None:
        said = atom.arg(0, "route") or atom.arg(0, "regex")
        for route in rather_by_default(said) or ("{}",):
            plain = (
                paths.from_converters(route)
                if last(atom.name) == "path"
                else paths.from_regex(route)
            )
            view = atom.arg(1, "view")
            self.handlers.named = texts(atom.arg(3, "name"))
            given = pairs_of(atom.arg(2, "kwargs"))
            self.handlers.told = tuple((name, value) for name, value in given.items() if name)
            outer = self.handlers.converted
            self.handlers.converted = (*outer, *self.converters.of(route))
            if self._is_include(view):
                self._follow(view, prefix + plain, module, depth + 1)
            else:
                self.handlers.add(view, paths.joined(prefix, plain), atom.site, self.around)
            self.handlers.converted = outer

    def _is_include(self, view: Value) -> bool:
        return any(
            isinstance(atom, Items | Module)
            or (isinstance(atom, Made) and last(atom.name) in INCLUDING)
            or (isinstance(atom, Member) and atom.name == "urls")
            or (isinstance(atom, Outside) and atom.name.endswith("site.urls"))
            for atom in view
        )

    def _include(self, atom: Made, prefix: str, module: ModuleSymbol, depth: int) -> None:
        outer, is_plain = self.handlers.guard, last(atom.name) == "include"
        if not is_plain:  # what it is decorated with comes first
            given = (*atom.arg(0, "decorators"), *elements(atom.arg(0, "decorators")))
            self.handlers.guard = guards.strongest(outer, *map(guards.of_decorator, given))
        arg = atom.arg(0 if is_plain else 1, "arg")
        for part in _named(arg):
            if isinstance(part, Text):
                found = self.engine.project.module(part.text, module)
                known = known_urls.patterns(part.text, atom.site)
                if found is None and not known:
                    self._lost("include", part.text, atom.site)
                elif found is None:
                    self._follow(known, prefix, module, depth + 1)
                else:
                    self._follow((Module(found),), prefix, found, depth + 1)
            else:
                self._follow((part,), prefix, module, depth + 1)
        if not arg:
            self._lost("include", "what is included is not known", atom.site)
        self.handlers.guard = outer

    def _outside(self, atom: Outside, prefix: str) -> None:
        if atom.name.endswith("admin.site.urls"):
            admin.routes(self.engine, self.calls, self.entries, prefix, self.handlers.only_if)

    def _urls_of(self, atom: Member, prefix: str) -> None:
        if not isinstance(atom.of, Made):
            return
        self.handlers.named = ()
        if "Router" in atom.of.name:
            Routers(self.engine, self.handlers.class_route).read(atom.of, prefix)
            self.entries.frameworks["rest framework"] = None
        elif "NinjaAPI" in atom.of.name:
            self.entries.mounted.setdefault(atom.of, []).append(prefix)
        elif "AdminSite" in atom.of.name or atom.of.name.endswith("admin.site"):
            admin.routes(self.engine, self.calls, self.entries, prefix, self.handlers.only_if)

    def _lost(self, kind: str, what: str, site: Site) -> None:
        self.engine.unresolved[Unresolved(kind, what, site)] = None


def _named(value: Value) -> Iterator[Atom]:
    """What is included; of `("shop.urls", "shop")` the module."""
    for atom in value:
        if (
            isinstance(atom, Items)
            and atom.items
            and isinstance(next(iter(atom.items[0]), 0), Text)
        ):
            yield from atom.items[0]
        else:
            yield atom
