"""A part as a service of the template: what replaces the template's sample."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from mscli.migrate.apply.asking import Ask
from mscli.migrate.apply.moving.mounting import Mount
from mscli.migrate.apply.parts import Fate, Part
from mscli.migrate.apply.tables.writing import migration, tables_module
from mscli.scaffold.tailoring import Tailored
from mscli.text import render

EVERY_METHOD = ["DELETE", "GET", "PATCH", "POST", "PUT"]
DRIVER = "pg8000>=1.31,<2"
WIDTH, LONGEST_LINE = 96, 100
_PARAMETER = re.compile(r"\{[^}]*\}")
_WRITABLE = re.compile(r"[\w\-./{}~:@!,+=%]*")


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
        "unwritten": bool(unwritten),
        "tables": ", ".join(sorted(table.name for table in part.owned.tables)),
        "rooms": ", ".join(["errors", *["routes"] * bool(moved), *["unwritten"] * bool(unwritten)]),
        "mounts": _mounts(part),
        "routes": unwritten,
        "asks": [ask.as_context() for ask in asks],
        "quotes": any(ask.parameters for ask in asks),
    }
    source = f"src/{package}"
    wanted = {"README.md": "README.md", f"{source}/app.py": "app.py"}
    wanted |= {f"{source}/api/errors.py": "errors.py", "tests/conftest.py": "conftest.py"}
    if unwritten:
        wanted[f"{source}/api/unwritten.py"] = "unwritten.py"
        wanted["tests/test_unwritten.py"] = "test_unwritten.py"
    if moved:
        wanted[f"{source}/api/routes.py"] = "routes.py"
        wanted[f"{source}/storage/engine.py"] = "engine.py"
    if asks:
        wanted[f"{source}/clients/monolith.py"] = "client.py"
    files = {path: _rendered(template, facts) for path, template in wanted.items()}
    if database:
        files[f"{source}/storage/tables.py"] = tables_module(part.owned)
        files[f"{source}/storage/migrations/versions/0001_tables.py"] = migration(part.owned)
    edits = {"pyproject.toml": lambda text: _project(text, part, moved=bool(moved))}
    without = frozenset(_without(source)) - files.keys()
    return Tailored(files | dict(part.modules), without, edits, {"peers": False})


def _rendered(template: str, facts: dict[str, object]) -> str:
    text = render(f"migrate/service/{template}.jinja", facts)
    named = template in ("unwritten.py", "client.py")
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


def _mounts(part: Part) -> list[dict[str, str]]:
    """Each router once, under a name of its own."""
    from mscli.migrate.apply.moving.writing import Home

    mounts = sorted({f.mount for f in part.fates if f.is_moved and f.mount is not None})
    home = Home(part.package, _common(part, mounts))
    made = []
    for mount in mounts:
        package, _, module = home.module(mount.module).rpartition(".")
        name = home.module(mount.module).removeprefix(f"{part.package}.moved").strip(".")
        made.append(
            {
                "package": package,
                "module": module,
                "name": name.replace(".", "_"),
                "router": mount.router,
                "prefix": mount.prefix.rstrip("/"),
            }
        )
    return made


def _common(part: Part, mounts: Iterable[Mount]) -> str:
    """The top package that moved modules have left behind."""
    top = next((mount.module.partition(".")[0] for mount in mounts), "")
    return "" if f"src/{part.package}/moved/{top}/__init__.py" in part.modules else top


def _unwritten(part: Part) -> list[dict[str, object]]:
    """Every route that is not moved, as an endpoint; one that no path can say is left out."""
    moved = [fate for fate in part.fates if fate.is_moved]
    names: set[str] = set()
    made: list[dict[str, object]] = []
    for fate in part.fates:
        if fate.is_moved or not _WRITABLE.fullmatch(fate.route.path):
            continue
        route = fate.route
        made.append(
            {
                "router": "last" if any(_shadows(fate, other) for other in moved) else "first",
                "path": route.path,
                "methods": EVERY_METHOD if route.method == "ANY" else [route.method],
                "name": _free(route.handler.rpartition(".")[2], names),
                "handler": route.handler,
                "evidence": str(route.evidence),
                "text": _listed(fate.reasons),
            }
        )
    return made


def _shadows(fate: Fate, other: Fate) -> bool:
    """Whether an endpoint at a route's path would take the requests of another."""
    path, target = fate.route.path.split("/"), other.route.path.split("/")
    return len(path) == len(target) and all(
        "{" in one or one == two for one, two in zip(path, target, strict=True)
    )


def _free(name: str, taken: set[str]) -> str:
    tidy = re.sub(r"\W", "_", name) or "route"
    chosen, number = tidy, 2
    while chosen in taken or chosen in ("first", "last", "problem", "Kind"):
        chosen, number = f"{tidy}_{number}", number + 1
    taken.add(chosen)
    return chosen


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
    needed = "".join(f'    "{name}",\n' for name in (DRIVER, *part.requirements))
    before, opening, rest = text.partition("\ndependencies = [\n")
    listed, closing, after = rest.partition("]\n")
    after = after.replace(
        'src = ["src", "tests"]\n',
        'src = ["src", "tests"]\nextend-exclude = ["src/*/moved"]  # as it was in the monolith\n',
    )
    override = (
        f'\n[[tool.mypy.overrides]]\nmodule = ["{part.package}.moved.*"]\nignore_errors = true\n'
    )
    tests = "\n[tool.pytest.ini_options]"
    after = after.replace(tests, override + tests)
    return before + opening + listed + needed + closing + after
