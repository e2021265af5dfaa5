"""Names of Django's URLs, with their namespaces, as `reverse` and `{% url %}` know them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from mscli.migrate.django.admin import admin
from mscli.migrate.django.calls import DjangoCalls
from mscli.migrate.django.urls import known_urls, languages
from mscli.migrate.django.urls.router_names import RouterNames
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries, Url
from mscli.migrate.walk.project.index import ModuleSymbol
from mscli.migrate.walk.statements.variables import rather_by_default
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Made,
    Member,
    Module,
    Outside,
    Site,
    Text,
    Value,
    last,
    text,
)

KINDS = {"path": "path", "re_path": "re_path", "url": "re_path"}
DEEPEST = 30
LIST_OF_APP = re.compile(r"apps\.get_app_config\(['\"](\w+)['\"]\)\.(\w+(?:\[\d\])?)")


@dataclass(frozen=True, slots=True)
class Below:
    """Where a list of patterns hangs: rules before it (None, if one is not known), namespaces."""

    module: ModuleSymbol
    rules: tuple[str, ...] | None = ()
    names: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()


def list_of_app(site: Site, module: ModuleSymbol) -> str:
    """The list of a package's application, which is asked for by its label: `include(@x.urls)`."""
    calls = (n for n in ast.walk(module.tree) if isinstance(n, ast.Call) and n.args)
    for call in calls:
        said = (
            LIST_OF_APP.fullmatch(ast.unparse(call.args[0])) if call.lineno == site.line else None
        )
        if said:
            return f"include(@{said[1]}.{said[2]})"
    return ""


class UrlNames:
    """Follows a list of patterns and what it includes, in the order that Django has them."""

    def __init__(self, engine: Engine, calls: DjangoCalls, entries: Entries) -> None:
        self.engine = engine
        self.calls = calls
        self.entries = entries

    def read(self, patterns: Value, module: ModuleSymbol) -> None:
        """Every name below the root."""
        self._follow(patterns, Below(module), 0)

    def _follow(self, value: Value, below: Below, depth: int) -> None:
        for atom in value if depth < DEEPEST else ():
            match atom:
                case Items():
                    for item in atom.items:
                        self._follow(item, below, depth + 1)
                case Made() if last(atom.name) in KINDS:
                    self._pattern(atom, below, depth)
                case Made() if last(atom.name) == "i18n_patterns":
                    is_bare = languages.is_default_bare(atom, below.module)
                    rules = (f"language:{'others' if is_bare else 'all'}",)
                    for arg in atom.args:
                        self._follow(arg, replace(below, rules=rules), depth + 1)
                case Member(of=Made() as router, name="urls") if "Router" in router.name:
                    for name, rule in RouterNames(self.engine).of(router):
                        self._named(name, rule, below, router.site)
                case Member(of=Made() as site, name="urls") if "AdminSite" in site.name:
                    self._admin(text(site.arg(0, "name")) or "admin", below, site.site)
                case Outside() if atom.name.endswith("admin.site.urls"):
                    self._admin("admin", below, Site(below.module.file, 1))
                case _:
                    pass

    def _pattern(self, atom: Made, below: Below, depth: int) -> None:
        kind = KINDS[last(atom.name)]
        said = atom.arg(0, "route" if kind == "path" else "regex")
        rule = next(iter(rather_by_default(said)), None)
        rules = None
        if below.rules is not None and rule is not None and "{}" not in rule:
            rules = (*below.rules, f"{kind}:{rule}")
        view, name = atom.arg(1, "view"), text(atom.arg(3, "name"))
        if name:
            self._add(":".join((*below.names, name)), replace(below, rules=rules), atom.site)
        for part in view:
            if isinstance(part, Made) and last(part.name) == "include":
                given = text(part.arg(1, "namespace"))
                inner = replace(below, rules=rules)
                arg = part.arg(0, "arg")
                self._included(arg, given, inner, depth, None if given else atom.site)
                if not arg and (of_app := list_of_app(part.site, below.module)):
                    self._add(":".join((*below.names, of_app)), inner, atom.site)
            elif isinstance(part, Items | Module | Member | Outside):
                self._included((part,), None, replace(below, rules=rules), depth)

    def _included(
        self, value: Value, given: str | None, below: Below, depth: int, site: Site | None = None
    ) -> None:
        """`include("shop.urls")`, `include((patterns, "shop"), namespace="a")`, or a tuple.

        A list of a package's is one URL with its name: which there are, only the package knows.
        """
        for atom in value:
            patterns: Value = (atom,)
            app, module = "", self._module(atom, below.module)
            if module is not None:
                known = self.engine.module_globals(module)
                patterns, app = known.get("urlpatterns", ()), text(known.get("app_name", ())) or ""
            elif isinstance(atom, Text):
                patterns = known_urls.patterns(atom.text, Site(below.module.file, 1))
                app = known_urls.NAMESPACES.get(atom.text, "")
                if not patterns and site is not None:
                    name = f"include({atom.text})"
                    self._add(":".join((*below.names, name)), below, site)
            elif isinstance(atom, Items) and len(atom.items) > 1 and text(atom.items[1]):
                patterns, app = atom.items[0], text(atom.items[1]) or ""
                given = given or (text(atom.items[2]) if len(atom.items) > 2 else None)  # noqa: PLR2004
                module = next((m for a in patterns if (m := self._module(a, below.module))), None)
                if module is not None:
                    patterns = self.engine.module_globals(module).get("urlpatterns", ())
            inner = replace(below, module=module or below.module)
            if app or given:
                name = given or app
                inner = replace(inner, names=(*below.names, name), apps=(*below.apps, app or name))
            self._follow(patterns, inner, depth + 1)

    def _named(self, name: str, rule: str, below: Below, site: Site) -> None:
        """One that something else gave a name to."""
        rules = None if below.rules is None else (*below.rules, rule)
        self._add(":".join((*below.names, name)), replace(below, rules=rules), site)

    def _admin(self, name: str, below: Below, site: Site) -> None:
        names, apps = (*below.names, name), (*below.apps, "admin")
        for page, rule in admin.names(self.engine, self.calls):
            self._named(page, f"path:{rule}", replace(below, names=names, apps=apps), site)

    def _module(self, atom: Atom, within: ModuleSymbol) -> ModuleSymbol | None:
        """The module that is included, by itself or by its name."""
        if isinstance(atom, Text):
            return self.engine.project.module(atom.text, within)
        return atom.module if isinstance(atom, Module) else None

    def _add(self, name: str, below: Below, site: Site) -> None:
        self.entries.urls.append(Url(name, "django", below.rules or (), below.apps, site))
