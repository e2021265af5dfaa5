"""A part as a service of the template: what replaces the template's sample."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from mscli.migrate.apply import together
from mscli.migrate.apply.asking import Ask, free_name
from mscli.migrate.apply.moving.frameworks import RUNS_ON, WSGI, driver_of
from mscli.migrate.apply.moving.ordering import hides
from mscli.migrate.apply.part import Part
from mscli.migrate.apply.tables.writing import migration, tables_module
from mscli.scaffold.tailoring import Tailored
from mscli.text import render
from mscli.text.quoting import json_inline

WIDTH, LONGEST_LINE = 96, 100
SHARED_ALONE = ("sqlalchemy>=2.0.44,<3",)
"""What the template has only for a service with a database."""
_PARAMETER = re.compile(r"\{[^}]*\}")


def tailored(part: Part, asks: Sequence[Ask]) -> Tailored:
    """The files of a part's service."""
    package, database = part.package, bool(part.owned.tables)
    moved = [fate for fate in part.fates if fate.is_moved]
    unwritten = _unwritten(part)
    facts = {
        "name": part.name,
        "package": package,
        "database": database,
        "moved": bool(moved),
        "needs": bool(moved and part.needed),
        **together.context(part),
        "unwritten": bool(unwritten),
        "tables": ", ".join(sorted(part.tables)),
        "rooms": ", ".join(_rooms(part)),
        "routes": unwritten,
        "asks": [ask.as_context() for ask in asks],
        "quotes": any(ask.parameters for ask in asks),
    }
    source, wanted = f"src/{package}", _templates(part, unwritten=bool(unwritten), asks=bool(asks))
    files = {path: _rendered(template, facts) for path, template in wanted.items()}
    modules = dict(part.modules)
    if f"{source}/told.py" in wanted:
        modules[f"{source}/moved/__init__.py"] += f"\nimport {package}.told  # noqa: F401\n"
    if database:
        files[f"{source}/storage/tables.py"] = tables_module(part.owned)
        files[f"{source}/storage/migrations/versions/0001_tables.py"] = migration(part.owned)
    edits = {"pyproject.toml": lambda text: _project(text, part, moved=bool(moved))}
    without = frozenset(_without(source)) - files.keys()
    return Tailored(
        files | modules | dict(part.slice.pages),
        without,
        edits,
        {"peers": False, **({"python": part.python} if part.python else {})},
        part.slice.files,
    )


def _templates(part: Part, *, unwritten: bool, asks: bool) -> dict[str, str]:
    """The template of each file."""
    source = f"src/{part.package}"
    wanted = {"README.md": "README.md", f"{source}/app.py": "app.py"}
    wanted |= {f"{source}/api/errors.py": "errors.py", "tests/conftest.py": "conftest.py"}
    if unwritten:
        wanted[f"{source}/api/unwritten.py"] = "unwritten.py"
        wanted["tests/test_unwritten.py"] = "test_unwritten.py"
    if any(fate.is_moved for fate in part.fates):
        wanted |= together.templates(part)
    if asks:
        wanted[f"{source}/clients/monolith.py"] = "client.py"
    return wanted


def _rendered(template: str, facts: dict[str, object]) -> str:
    text = render(f"migrate/service/{template}.jinja", facts)
    named = "/" in template or template in ("unwritten.py", "client.py", "wsgi.py")
    if not named or max(map(len, text.splitlines())) <= LONGEST_LINE:
        return text
    head, _, rest = text.partition("\n")  # names of the monolith are as long as they are
    return f"{head}\n# ruff: noqa: E501\n{rest}"


def _without(source: str) -> Iterator[str]:
    """What of the template's sample has no meaning here."""
    yield from (f"{source}/{name}.py" for name in ("domain", "use_cases"))
    yield from (f"{source}/api/{name}.py" for name in ("routes", "schemas"))
    yield f"{source}/storage/records.py"
    yield f"{source}/storage/migrations/versions/0001_records.py"
    yield from (f"tests/{name}.py" for name in ("fakes", "test_records", "test_greeting"))


def _rooms(part: Part) -> Iterator[str]:
    """The modules of `api` that the application knows."""
    is_here = part.slice.framework not in WSGI
    if part.slice.around.done and is_here:
        yield "around"
    if part.slice.elsewhere and is_here:
        yield "elsewhere"
    yield "errors"
    if any(fate.is_moved for fate in part.fates):
        yield "routes"
    if _unwritten(part):
        yield "unwritten"


def _unwritten(part: Part) -> list[dict[str, object]]:
    """Every route that is not moved, as an endpoint; one that no path can say is left out."""
    moved = [fate.route.path for fate in part.fates if fate.is_moved]
    names = {"first", "last", "problem", "Kind"}
    made: list[dict[str, object]] = []
    for fate in part.fates:
        if fate.is_moved or not together.WRITABLE.fullmatch(fate.route.path):
            continue
        route = fate.route
        made.append(
            {
                "router": "last" if any(hides(route.path, other) for other in moved) else "first",
                "path": route.path,
                "methods": together.methods_of(route.method),
                "name": free_name(route.handler.rpartition(".")[2], names),
                "handler": route.handler,
                "evidence": str(route.evidence),
                "text": _listed(fate.reasons),
            }
        )
    return made


def _listed(reasons: Iterable[str]) -> str:
    """Reasons as a list in a docstring, in lines that are not too long."""
    plain = (reason.replace("\\", "/").replace('"""', "'''") for reason in reasons)
    wrapped = (
        textwrap.wrap(f"- {p}", WIDTH, initial_indent="    ", subsequent_indent="      ")
        for p in plain
    )
    return "\n".join(line for lines in wrapped for line in lines)


def _project(text: str, part: Part, *, moved: bool) -> str:
    """The template's pyproject.toml with what moved code needs, as a person would write it."""
    if not moved:
        return text
    runs_on, _ = RUNS_ON[part.slice.framework]
    drivers = driver_of(part.slice.framework, part.requirements)
    is_driven = together.needs_threads(part) or part.slice.framework == "django"
    reaches = part.is_shared or bool(part.slice.django.identity)
    driven = drivers if is_driven and (part.owned.tables or reaches) else ()
    alone = SHARED_ALONE if reaches and not part.owned.tables else ()
    names = (*runs_on, *driven, *together.asynchronous(part), *alone, *part.requirements)
    needed = "".join(f"    {json_inline(name)},\n" for name in names)
    before, opening, rest = text.partition("\ndependencies = [\n")
    listed, closing, after = rest.partition("]\n")
    after = after.replace(
        'src = ["src", "tests"]\n',
        'src = ["src", "tests"]\nextend-exclude = ["src/*/moved"]  # as it was in the monolith\n',
    )
    override = _override(f"{part.package}.moved.*", "ignore_errors")
    if part.slice.framework == "django":
        override += _override("django.*", "ignore_missing_imports")
    tests = "\n[tool.pytest.ini_options]"
    after = after.replace(tests, override + tests)
    return before + opening + listed + needed + closing + after


def _override(module: str, setting: str) -> str:
    return f'\n[[tool.mypy.overrides]]\nmodule = ["{module}"]\n{setting} = true\n'
