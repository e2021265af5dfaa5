"""Django: what may answer before a view is asked, and is not there in a service.

Middleware that has a state, a project's or a package's, stays in the monolith; and so does what a
list of URLs is changed by after it is made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.implied.answering import Answering, Definition
from mscli.migrate.apply.moving.implied.asked import ALTERS, GUARDS, asked
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.patterns import URLS
from mscli.migrate.walk.project.index import (
    FunctionNode,
    ModuleSymbol,
    Project,
    last_name,
)

BEFORE = frozenset(["process_request", "process_view"])
AFTER = ("__call__", "process_response", "process_template_response")
REFUSING = frozenset(["LoginRequiredMiddleware"])
"""Of Django's own."""
HARMLESS = frozenset(
    ["allauth", "auditlog", "axes", "corsheaders", "crum", "csp", "debug_toolbar", "django",
     "django_htmx", "django_prometheus", "django_structlog", "easyaudit", "hijack", "htmlmin",
     "impersonate", "querycount", "request_id", "reversion", "silk", "simple_history",
     "threadlocals", "waffle", "whitenoise"]
)  # fmt: skip
"""Packages whose middleware refuses no request by itself."""
WATCHING = frozenset(
    ["debug_toolbar", "django_prometheus", "django_structlog", "querycount", "silk", "whitenoise"]
)
"""Of these the middleware only looks on, or answers for files: it stays with the monolith."""
FALLBACKS = frozenset(
    ["django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
     "django.contrib.redirects.middleware.RedirectFallbackMiddleware"]
)  # fmt: skip
"""Django's own that answer where a view found nothing, out of their tables."""
OF_FLATPAGES = "flatpages/*"
"""The templates that these show."""
OF_SITES = "django.contrib.sites.middleware.CurrentSiteMiddleware"
OF_ERRORS = "process_exception"
ANSWERS_ERRORS = "the middleware `{}` answers errors of views, and is not moved"
ALTERS_ANSWERS = "the middleware `{}` gives other answers than views, and is not moved"
MAY_ANSWER = "the middleware `{}` may answer before the view, and is not moved"
WRAPPING = frozenset(["include", "path", "re_path", "url", "i18n_patterns", "list", "tuple"])
ADDING = frozenset(["format_suffix_patterns", "i18n_patterns", "list", "static", "tuple"])
"""What gives the patterns that it is given, and more."""


@dataclass(frozen=True, slots=True)
class Guards:
    """What is against every route; `packages` have middleware of which nothing is known."""

    own: Mapping[str, str]
    """By the name of the middleware."""
    of_urls: tuple[str, ...]
    packages: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """What packages have that refuses nothing, but may put something on a request or an answer."""

    def against(self, moved: Set[str], around: Set[str]) -> Iterator[str]:
        """What stays where these packages go along, and what of middleware is `around`."""
        yield from (why for name, why in self.own.items() if name not in around)
        yield from self.of_urls
        for name in self.packages:
            if name.partition(".")[0] not in moved:
                yield MAY_ANSWER.format(name)


def guards_of(project: Project, closing: Closing, settings: Settings) -> Guards:
    """All that may answer before a view of a project is asked."""
    answering = Answering(project, closing)
    kept = settings.middleware()
    own: dict[str, str] = {}
    packages: list[str] = []
    beside: list[str] = []
    of_urls: list[str] = []
    for name in (n for n in map(str, settings.listed("MIDDLEWARE")) if n not in kept):
        package, last = name.partition(".")[0], name.rpartition(".")[2]
        is_ours = any(m.name.partition(".")[0] == package for m in project.modules)
        found = answering.definition(name)
        if last in REFUSING or (is_ours and (found is None or _guards(answering, *found))):
            own[name] = MAY_ANSWER.format(name)
        elif is_ours and found is not None and _answers_errors(answering, *found):
            own[name] = ANSWERS_ERRORS.format(name)
        elif (is_ours and found is not None and _alters(*found)) or name in FALLBACKS:
            own[name] = ALTERS_ANSWERS.format(name)
        elif not is_ours and package not in HARMLESS:
            packages.append(name)
        elif not is_ours and package not in WATCHING | {"django"}:
            beside.append(name)
    for module in project.modules:
        if URLS in module.assigned:
            of_urls += _changed(module)
    return Guards(own, tuple(dict.fromkeys(of_urls)), tuple(packages), tuple(beside))


def _guards(answering: Answering, module: ModuleSymbol, node: Definition) -> bool:
    if isinstance(node, FunctionNode):
        inner = [n for n in ast.walk(node) if isinstance(n, FunctionNode) and n is not node]
        refuses = answering.middleware(module, node) == GUARDS and not inner
        return refuses or any(answering.middleware(module, each) == GUARDS for each in inner)
    methods = {m.name: m for m in node.body if isinstance(m, FunctionNode)}
    if any(answering.hook(module, m) for name, m in methods.items() if name in BEFORE):
        return True
    called = methods.get("__call__")
    return called is not None and (
        asked(called) == GUARDS or answering.middleware(module, called) == GUARDS
    )


def _answers_errors(answering: Answering, module: ModuleSymbol, node: Definition) -> bool:
    methods = node.body if isinstance(node, ast.ClassDef) else []
    return any(
        isinstance(method, FunctionNode)
        and method.name == OF_ERRORS
        and answering.hook(module, method)
        for method in methods
    )


def _alters(_: ModuleSymbol, node: Definition) -> bool:
    """Whether it hands something else back than it was given, or asked for."""
    functions = [n for n in ast.walk(node) if isinstance(n, FunctionNode)]
    if isinstance(node, ast.ClassDef):
        functions = [n for n in node.body if isinstance(n, FunctionNode) and n.name in AFTER]
    return any(
        asked(function) == ALTERS if function.name not in AFTER[1:] else _replaces(function)
        for function in functions
    )


def _replaces(function: FunctionNode) -> bool:
    """Whether what is called with an answer gives another one."""
    handed = {each.arg for each in function.args.args}
    return any(
        not (isinstance(value, ast.Name) and value.id in handed) and not _is_base(value)
        for value in (n.value for n in ast.walk(function) if isinstance(n, ast.Return))
    )


def _is_base(value: ast.expr | None) -> bool:
    """`super().process_response(request, response)`."""
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in AFTER


def _changed(module: ModuleSymbol) -> Iterator[str]:
    """Patterns that are put into something else, one by one or all together."""
    for node in module.tree.body:
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        is_looped = isinstance(node, ast.For) and URLS in names and _sets(node)
        value = node.value if isinstance(node, ast.Assign) and _is_urls(node.targets[0]) else None
        last = last_name(value) if isinstance(value, ast.Call) else ""
        is_put = isinstance(value, ast.ListComp) or (last and last not in ADDING)
        for part in ast.walk(node) if URLS in names else ():
            is_put = is_put or (isinstance(part, ast.Call) and _wraps(part))
        if is_looped or is_put:
            text = "its URLs are put into something that is not moved"
            yield f"{text} ({module.file}:{node.lineno})"


def _wraps(call: ast.Call) -> bool:
    """Whether URLs that are included are given to something before they are."""
    last = last_name(call.func)
    given = [arg for arg in call.args if isinstance(arg, ast.Call)]
    return last not in WRAPPING and any(last_name(each.func) == "include" for each in given)


def _sets(node: ast.For) -> bool:
    return any(
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) for n in ast.walk(node)
    )


def _is_urls(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == URLS
