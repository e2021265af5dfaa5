"""Where a monolith's settings say its database is, and by which variables it is told of it.

Read are Django's `DATABASES`, `SQLALCHEMY_DATABASE_URI`, and what engines are made of; of an
expression the variables in it, its texts, and what the names in it were set to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from mscli.migrate import settings_fields
from mscli.migrate.facts import DatabaseFact, VariableFact
from mscli.migrate.sources import Source, Sources
from mscli.migrate.walk.project.index import expression_name, last_name
from mscli.migrate.walk.values.values import Site

URI = "SQLALCHEMY_DATABASE_URI"
ENGINES = {"create_engine": "", "create_async_engine": "async"}
MAKERS = ("PostgresDsn.build", "MultiHostUrl.build", "URL.create", "Url.build")
AS_TEXT = frozenset(["get_secret_value", "render_as_string", "unicode_string"])
PARTS = {
    "name": "name", "database": "name", "dbname": "name", "path": "name", "db": "name",
    "user": "user", "username": "user", "password": "password", "host": "host", "port": "port",
    "engine": "engine", "scheme": "engine", "drivername": "engine",
}  # fmt: skip
KINDS = (
    ("postgresql", re.compile(r"postgres|postgis|psycopg|asyncpg|\bpg8000")),
    ("mysql", re.compile(r"mysql|mariadb|asyncmy")),
    ("sqlite", re.compile(r"sqlite")),
)
DRIVERS = re.compile(
    r"(?im)^[\s\"'\[]*(psycopg|asyncpg|pg8000|mysql|pymysql|aiomysql|asyncmy|mariadb)"
)
LISTS = ("requirements*.txt", "requirements/*.txt", "pyproject.toml", "Pipfile", "setup.cfg")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_OF_THE_ENVIRONMENT = ("environ", "getenv", "env", "config", "Env", "get_env", "db_url", "db")
_WITHOUT_NAME = ("dj_database_url.config", "env.db", "env.db_url", "env.dj_db_url")
_URL = re.compile(
    r"(?P<engine>[\w+{}]+)://(?P<user>\{\w+\})?(:(?P<password>\{\w+\}))?@?(?P<host>\{\w+\})?"
    r"(:(?P<port>\{\w+\}))?/(?P<name>\{\w+\})?"
)
Given = Mapping[str, Sequence[ast.AST]]
_HOPS = 4
_MARKS = re.compile(rb"\bDATABASES\b|SQLALCHEMY_DATABASE_URI|create_(async_)?engine\b")


@dataclass(slots=True)
class _Read:
    """What an expression says."""

    texts: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Variables, and what of the address each of them is."""
    seen: set[ast.AST] = field(default_factory=set)


def databases_of(found: Sources) -> tuple[DatabaseFact, ...]:
    """Every place where settings say it, in the order of the files."""
    far = cache(lambda: _set_in(n for source in found.files for n in _outer(source.tree)))
    facts: dict[Site, DatabaseFact] = {}
    for source in found.files:
        if not _may_say(found.root / source.path):
            continue
        names = _Names(source, far)
        for node in ast.walk(source.tree):
            for value, style in _values(node):
                site = Site(source.path, getattr(node, "lineno", value.lineno))
                fact = _fact(names.read(value), site, style, found.root)
                if fact.kind or fact.variables:
                    facts.setdefault(site, fact)
    return tuple(sorted(facts.values()))


def _may_say(path: Path) -> bool:
    """Whether the text has such a word at all: to walk every tree would take seconds."""
    try:
        return _MARKS.search(path.read_bytes()) is not None
    except OSError:
        return False


def _fact(read: _Read, site: Site, style: str, root: Path) -> DatabaseFact:
    kind = _kind(read.texts) or _kind(_drivers(root))
    variables = tuple(VariableFact(name, part) for name, part in sorted(read.names.items()))
    if "url" in read.names.values():
        variables = tuple(each for each in variables if each.part == "url")
    elif kind == "sqlite" and "engine" not in read.names.values():
        variables = ()  # they say where its file is
    return DatabaseFact(site, kind, style, _driver(read.texts), variables)


def main_of(facts: Iterable[DatabaseFact]) -> DatabaseFact | None:
    """The one that the application uses: of the usual variable, told at all, nearest to the top."""

    def rank(fact: DatabaseFact) -> tuple[bool, bool, int, DatabaseFact]:
        names = {each.name for each in fact.variables}
        is_bare = fact.kind == "sqlite" and not names
        return "DATABASE_URL" not in names, is_bare, fact.evidence.file.count("/"), fact

    return min(facts, key=rank, default=None)


def warning_of(facts: Iterable[DatabaseFact]) -> str:
    """An early word where much of what follows is not there for its kind of database."""
    main = main_of(facts)
    if main is None or main.kind != "mysql":
        return ""
    return (
        f"{main.evidence}: the database is MySQL or MariaDB. scan, plan, apply, record, route and "
        "verify of what only reads work; backfill, compare, verify --writes and the rows of status "
        "read PostgreSQL and SQLite, and services of their own are on PostgreSQL: carry the rows "
        "over yourself (pgloader, for one), or keep services on the shared database"
    )


def _values(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """The expressions that a node gives a database by."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value)
        case ast.keyword(arg=str(name), value=value) if name == URI:
            yield value, "sqlalchemy"
        case ast.Call(func=func, args=args, keywords=keywords):
            name = last_name(func).lstrip("_")
            urls = [*args[:1], *(word.value for word in keywords if word.arg == "url")]
            if name in ENGINES and urls:
                yield urls[0], ENGINES[name] or "sqlalchemy"


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    named = last_name(target)
    if isinstance(target, ast.Subscript):
        key = target.slice.value if isinstance(target.slice, ast.Constant) else ""
        if key == URI:
            yield value, "sqlalchemy"
        elif key == "default" and expression_name(target.value) == "DATABASES":
            yield value, "django"
    elif named == URI:
        yield value, "sqlalchemy"
    elif named == "DATABASES" and isinstance(value, ast.Dict):
        for key_node, inner in zip(value.keys, value.values, strict=True):
            if isinstance(key_node, ast.Constant) and key_node.value == "default":
                yield inner, "django"


class _Names:
    """What the names of a project are set to: in the same file anywhere, elsewhere at the top."""

    def __init__(self, here: Source, far: Callable[[], Given]) -> None:
        self._near = _set_in(ast.walk(here.tree))
        self._far = far

    def read(self, value: ast.expr) -> _Read:
        """The texts and the variables of an expression, and of what its names stand for."""
        read = _Read()
        self._into(read, value, "url", 0)
        return read

    def _into(self, read: _Read, value: ast.expr, part: str, hops: int) -> None:
        """Parts of a whole go by the names of their keys, or by their place in a text."""
        value = _unwrapped(value)
        if isinstance(value, ast.Dict) and part == "url":
            pairs = [(k.value, v) for k, v in zip(value.keys, value.values, strict=True)
                     if isinstance(k, ast.Constant)]  # fmt: skip
            self._parts(read, pairs, hops)
        elif isinstance(value, ast.Call) and expression_name(value.func).endswith(MAKERS):
            pairs = [(word.arg or "", word.value) for word in value.keywords]
            pairs += [("engine", each) for each in value.args[:1]]
            self._parts(read, pairs, hops)
        elif isinstance(value, ast.JoinedStr):
            self._joined(read, value, hops)
        else:
            self._plain(read, value, part, hops)

    def _parts(self, read: _Read, pairs: Iterable[tuple[object, ast.expr]], hops: int) -> None:
        for key, inner in pairs:
            if part := PARTS.get(str(key).lower()):
                self._into(read, inner, part, hops)

    def _joined(self, read: _Read, value: ast.JoinedStr, hops: int) -> None:
        inner = [each.value for each in value.values if isinstance(each, ast.FormattedValue)]
        texts, number = "", 0
        for each in value.values:
            if isinstance(each, ast.Constant):
                texts += str(each.value)
            else:
                texts, number = f"{texts}{{{number}}}", number + 1
        read.texts.append(texts)
        if found := _URL.match(texts):
            for part, named in found.groupdict().items():
                if named and (place := re.fullmatch(r"\{(\d+)\}", named)):
                    self._into(read, inner[int(place[1])], part, hops)

    def _plain(self, read: _Read, value: ast.expr, part: str, hops: int) -> None:
        before = len(read.names)
        others: list[str] = []
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                read.texts.append(node.value)
            elif name := _variable(node):
                read.names.setdefault(name, part)
            elif isinstance(node, ast.Name | ast.Attribute):
                others.append(last_name(node))
        if len(read.names) > before or hops >= _HOPS:
            return
        for other in dict.fromkeys(others):
            for set_to in self._near.get(other) or self._far().get(other) or ():
                if isinstance(set_to, ast.ClassDef):
                    read.names.setdefault(settings_fields.variable(set_to, other), part)
                elif isinstance(set_to, ast.expr) and set_to not in read.seen:
                    read.seen.add(set_to)
                    self._into(read, set_to, part, hops + 1)


def _outer(tree: ast.AST) -> Iterator[ast.AST]:
    """The statements of modules and classes, which no call decides."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if isinstance(node, ast.ClassDef | ast.If | ast.Try):
            yield from _outer(node)


def _set_in(nodes: Iterable[ast.AST]) -> Given:
    """What gives names their values: expressions, or the class of settings whose field it is."""
    found: dict[str, list[ast.AST]] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    found.setdefault(last_name(target), []).append(value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                found.setdefault(last_name(target), []).append(value)
            case ast.FunctionDef(name=name, decorator_list=[_, *_], body=body):
                returned = (each.value for each in body if isinstance(each, ast.Return))
                found.setdefault(name, []).extend(value for value in returned if value)
            case ast.ClassDef() if any(last_name(base).endswith("Settings") for base in node.bases):
                for part in node.body:
                    if isinstance(part, ast.AnnAssign):
                        found.setdefault(last_name(part.target), []).append(node)
    return found


def _unwrapped(value: ast.expr) -> ast.expr:
    """The address inside of what only makes a text of it: `str(...)`, `.unicode_string()`."""
    match value:
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            return _unwrapped(inner)
        case ast.Call(func=ast.Attribute(attr=name, value=inner)) if name in AS_TEXT:
            return _unwrapped(inner)
    return value


def _variable(node: ast.AST) -> str:
    """The variable of the environment that a node asks for."""
    match node:
        case ast.Subscript(value=asked, slice=ast.Constant(value=str(name))):
            is_asked = last_name(asked) == "environ"
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
            is_asked = bool({*_OF_THE_ENVIRONMENT} & {*expression_name(func).split(".")})
        case ast.Call(func=func, keywords=keywords):
            given = {w.arg: w.value for w in keywords}
            env = given.get("env")
            if isinstance(env, ast.Constant) and isinstance(env.value, str):
                return env.value
            return "DATABASE_URL" if expression_name(func).endswith(_WITHOUT_NAME) else ""
        case _:
            return ""
    return name if is_asked and _VARIABLE.fullmatch(name) else ""


def _kind(texts: Iterable[str]) -> str:
    return next((kind for text in texts for kind, known in KINDS if known.search(text.lower())), "")


def _driver(texts: Iterable[str]) -> str:
    """The driver that an address names: `postgresql+psycopg://`."""
    found = (re.match(r"postgresql\+(\w+)", text) for text in texts)
    return next((each[1] for each in found if each), "")


def _drivers(root: Path) -> Iterator[str]:
    """The drivers among the packages that it asks for."""
    for pattern in LISTS:
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                yield from DRIVERS.findall(path.read_text(encoding="utf-8", errors="replace"))
