"""What puts moved code together in its service: files, and what their templates say."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence

from mscli.migrate.apply.moving.frameworks import WSGI
from mscli.migrate.apply.moving.pages.url_names import Elsewhere
from mscli.migrate.apply.moving.sliced import Django, Router
from mscli.migrate.apply.part import Part
from mscli.text.quoting import json_inline

WRITABLE = re.compile(r"[\w\-./{}~:@!,+=%]*")
"""Paths that a router of the service can have."""
ANY = "ANY"
EVERY_METHOD = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
ASYNCHRONOUS = "open_async_engine"
OF_DJANGO = ("apps", "settings", "urls")


def templates(part: Part) -> dict[str, str]:
    """Templates by path: a router, or an application behind its own interface (WSGI)."""
    source, framework = f"src/{part.package}", part.slice.framework
    wanted = {f"{source}/api/routes.py": "wsgi.py" if framework in WSGI else "routes.py"}
    wanted |= {f"{source}/{path}": template for path, template in _shared(part).items()}
    if framework in WSGI:
        names = ("__init__", "application", *(OF_DJANGO * (framework == "django")))
        names += ("identity",) * bool(part.slice.django.identity)
        names += ("uploads",) * (part.slice.django.media is not None)
        wanted |= {f"{source}/legacy/{name}.py": f"{framework}/{name}.py" for name in names}
        if part.slice.made[1]:
            wanted[f"{source}/legacy/application.py"] = f"{framework}/whole.py"
    if part.asks_files:
        wanted[f"{source}/monolith.py"] = "monolith.py"
    if part.told:
        wanted[f"{source}/told.py"] = "told.py"
    if part.slice.elsewhere:
        room = "legacy" if framework in WSGI else "api"
        kind = f"{framework}/" if framework in WSGI else ""
        wanted[f"{source}/{room}/elsewhere.py"] = f"{kind}elsewhere.py"
    if part.slice.around.done or part.slice.around.dependencies:
        room = "legacy" if framework in WSGI else "api"
        wanted[f"{source}/{room}/around.py"] = "around.py"
    if not part.is_shared and (needs_threads(part) or ASYNCHRONOUS in part.slice.opened):
        wanted[f"{source}/storage/engine.py"] = "engine.py"
    return wanted


def needs_threads(part: Part) -> bool:
    """Whether moved code needs an engine of SQLAlchemy's that is not asynchronous."""
    opened = "open_engine" in part.slice.opened or bool(part.slice.extensions)
    return opened and (part.is_shared or bool(part.owned.tables))


def shared_by(part: Part) -> str:
    """The module through which its moved code reaches the monolith's database, if it does."""
    if part.is_shared and part.slice.framework == "django":
        return "legacy.database"
    reaches = needs_threads(part) or ASYNCHRONOUS in part.slice.opened
    return "storage.engine" if part.is_shared and reaches else ""


def asynchronous(part: Part) -> tuple[str, ...]:
    """Drivers of asynchronous code, which the template has only for a service with a database."""
    is_needed = part.is_shared and ASYNCHRONOUS in part.slice.opened
    return ("aiosqlite>=0.20,<1", "asyncpg>=0.31,<1", "greenlet>=3,<4") if is_needed else ()


def _shared(part: Part) -> dict[str, str]:
    if shared_by(part) == "legacy.database":
        return {"legacy/database.py": "django/database.py"}
    if shared_by(part):
        return {f"storage/{name}.py": f"shared/{name}.py" for name in ("__init__", "engine")}
    return {}


def context(part: Part) -> dict[str, object]:
    """What the templates are given, values as code."""
    made = part.slice
    django = made.django
    routers = {f"{router.package}.{router.module}" for router in made.routers}
    return {
        "wsgi": WSGI.get(made.framework, ""),
        "slice": made,
        "shared": shared_by(part),
        "sync": needs_threads(part),
        "asynchronous": ASYNCHRONOUS in made.opened,
        "listeners": [name for name in made.registering if name not in routers],
        "imports": _imports(part) if made.made[1] else (),
        "elsewhere": [_url(url, made.framework) for url in made.elsewhere],
        "staying": [(path, _in_line(methods)) for path, methods in _staying(part).items()],
        "mounted": [_mounted(router) for router in made.routers],
        "registering": _tuple(made.registering),
        "installed": _list(django.order),
        "middleware": _list(django.middleware),
        "kept": [(name, _literal(value)) for name, value in django.settings.items()],
        "connection": [(name, repr(value)) for name, value in _connection(django).items()],
        "options": repr(options) if (options := django.connection.get("OPTIONS")) else "",
        "engine": repr(django.engine) if django.engine is not None else "",
        "jinja": _jinja(django.jinja) if django.jinja is not None else "",
        "labels": _tuple(django.identity),
        "uploads": django.media is not None,
        "files": part.asks_files,
        "keys": _tuple(part.told),
        "needed": _tuple(part.needed),
        "locales": sum(target.startswith("locale/") for _, target in django.locales),
    }


def _connection(django: Django) -> dict[str, object]:
    """What Django's database is told besides where it is, and with which options."""
    said = {name: value for name, value in django.connection.items() if name != "OPTIONS"}
    return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **said}


def _jinja(said: Mapping[str, object]) -> str:
    """The engine as code, with the folder that its templates are in here."""
    parts = [f"{json_inline(key)}: {value!r}" for key, value in said.items()]
    parts.insert(1, '"DIRS": [Path(__file__).parents[1] / "jinja2"]')
    return f"{{{', '.join(parts)}}}"


def _imports(part: Part) -> list[list[str]]:
    """What the module that makes an application imports, in groups as ruff has them."""
    made, package = part.slice, part.package
    lines = {"import os", "from importlib import import_module", "from flask import Flask"}
    lines |= set(made.made[0])
    if made.extensions:
        lines |= {
            "from flask_sqlalchemy import SQLAlchemy",
            f"from {package}.storage.engine import ARGUMENTS, database_url, tls",
        }
    if made.elsewhere:
        lines.add(f"from {package}.legacy.elsewhere import URLS")
    groups: dict[int, list[str]] = {}
    for line in sorted(lines, key=lambda line: (line.startswith("from"), line)):
        first = line.split()[1].partition(".")[0]
        kind = 0 if first in sys.stdlib_module_names else 2 if first == package else 1
        groups.setdefault(kind, []).append(line)
    return [groups[kind] for kind in sorted(groups)]


def _url(url: Elsewhere, framework: str) -> str:
    """A URL of the monolith's as code: its name and rule, or as Django's resolver has it."""
    parts = "".join(f"{json_inline(part)}, " for part in url.parts)
    if framework == "fastapi":
        return f"({json_inline(url.name)}, {json_inline(url.parts[0])})"
    if framework == "flask":
        rule, *defaults = url.parts
        return f"({json_inline(url.name)}, {json_inline(rule)}, {''.join(defaults) or None})"
    spaces = "".join(f"({json_inline(n)}, {json_inline(app)}), " for n, app in url.namespaces)
    return f"(({spaces.rstrip()}), {json_inline(url.name)}, ({parts.rstrip()}))"


def _mounted(router: Router) -> str:
    """A list of URLs as Django's code, below its rules."""
    module = f"{router.package}.{router.module}"
    code, *rules = f'include("{module}")', *router.rules
    if router.router != "urlpatterns":
        code = f'include(import_module("{module}").{router.router}.urls)'
    language, _, kind = rules.pop(0).partition(":") if _begins(rules) else ("", "", "")
    if language and not kind:
        return f'*import_module("{module}").urlpatterns'
    for place, rule in enumerate(reversed(rules or ["path:"])):
        name, _, text = rule.partition(":")
        code = f"{name}({json_inline(text)}, {f'include([{code}])' if place else code})"
    default = ", prefix_default_language=False" if kind == "others" else ""
    return f"*i18n_patterns({code}{default})" if language else code


def _begins(rules: Sequence[str]) -> bool:
    """Whether the first rule is a language."""
    return bool(rules) and rules[0].startswith("language:")


def _staying(part: Part) -> dict[str, list[str]]:
    """The paths of routes that are moved, and what methods of each are to be written."""
    moved = {f.route.path for f in part.fates if f.is_moved and WRITABLE.fullmatch(f.route.path)}
    staying: dict[str, list[str]] = {path: [] for path in sorted(moved)}
    for fate in part.fates:
        if not fate.is_moved and fate.route.path in staying:
            staying[fate.route.path] += methods_of(fate.route.method)
    return staying


def methods_of(method: str) -> list[str]:
    """What a route takes; whoever answers GET answers HEAD."""
    if method == ANY:
        return EVERY_METHOD
    return ["GET", "HEAD"] if method == "GET" else [method]


def _literal(value: object) -> str:
    """A value as code; texts as ruff has them."""
    if isinstance(value, str):
        return json_inline(value)
    return f"{value!r}  # fmt: skip" if isinstance(value, list | tuple | dict) else repr(value)


def _tuple(items: Sequence[str]) -> str:
    """A tuple as code, as ruff lays it out."""
    return f"({json_inline(items[0])},)" if len(items) == 1 else f"({_lines(items)})"


def _in_line(items: Sequence[str]) -> str:
    """A tuple as code, in one line."""
    texts = [json_inline(item) for item in sorted(set(items))]
    return f"({', '.join(texts)},)" if len(texts) == 1 else f"({', '.join(texts)})"


def _list(items: Sequence[str]) -> str:
    return f"[{_lines(items)}]"


def _lines(items: Sequence[str]) -> str:
    lines = "".join(f"    {json_inline(item)},\n" for item in items)
    return f"\n{lines}" if items else ""
