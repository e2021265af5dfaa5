"""The facts about a monolith, as plain records with evidence; `json_parts` is their one order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice

from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.values.values import Site

VERSION = 5
TOKENS = 10_000


def condition(only_if: tuple[str, ...]) -> str:
    """What settings a fact needs, to be put behind it: `, only if A and B`."""
    return f", only if {' and '.join(only_if)}" if only_if else ""


@dataclass(frozen=True, slots=True, order=True)
class RouteFact:
    """One method and path; `ANY` where the handler takes every method.

    `only_if`: the settings that have to be other than by default for it to be there, all of them.
    """

    path: str
    method: str
    handler: str
    framework: str
    evidence: Site
    confidence: Confidence
    only_if: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its method and path, as `boundaries.yaml` has them."""
        return f"{self.method} {self.path}"

    @property
    def is_of_admin(self) -> bool:
        """Whether Django's admin or Flask-Admin has the page: it shows tables of everybody."""
        return ":" in self.handler


@dataclass(frozen=True, slots=True, order=True)
class UrlFact:
    """A URL that code may ask for by a name: `catalogue:product` (Django), `catalogue.product`.

    `place` is its order in the monolith. `parts` are the rules as they are written, one after the
    other, each `path:` or `re_path:` in Django; none, if one of them is not known. The first is
    `language:all` where the path begins with a language, and `language:others` where that of the
    default one is left out. In Flask `defaults` follows a rule that has some.
    `apps` are the names of Django's application namespaces, where the name
    says the instances. `include(wiki.urls)` is a list of a package's, whatever it names.
    """

    place: int
    name: str
    framework: str
    parts: tuple[str, ...]
    apps: tuple[str, ...]
    evidence: Site


@dataclass(frozen=True, slots=True, order=True)
class TableFact:
    """One table; `origin` is model, table (SQLAlchemy's `Table`), auto (a many-to-many's own), sql
    (only SQL declares or names it) or framework.
    """

    table: str
    model: str
    owner: str
    origin: str
    columns: tuple[str, ...]
    evidence: Site | None
    confidence: Confidence


@dataclass(frozen=True, slots=True, order=True)
class RelationFact:
    """One relation between tables."""

    source: str
    name: str
    kind: str
    target: str
    reverse: str
    on_delete: str
    through: str
    evidence: Site
    confidence: Confidence


@dataclass(frozen=True, slots=True, order=True)
class AccessFact:
    """A handler, job or ambient code reads or writes a table; `way` is the chain of calls to it.

    `routes` are those of its handler that do so (`POST /orders/`); none, if all of them do.
    `only_if` are the settings that have to be other than by default, all of them.
    """

    handler: str
    table: str
    kind: str
    operations: tuple[str, ...]
    through: str
    evidence: Site
    way: tuple[Site, ...]
    confidence: Confidence
    routes: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()

    def is_of(self, route: RouteFact) -> bool:
        """Whether a request of a route does so."""
        if self.handler != route.handler or not self.routes:
            return self.handler == route.handler
        if route.method == "ANY":
            return any(name.partition(" ")[2] == route.path for name in self.routes)
        return route.name in self.routes


@dataclass(frozen=True, slots=True, order=True)
class TransactionFact:
    """A transaction that writes more than one table."""

    evidence: Site
    kind: str
    function: str
    tables: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True, order=True)
class AmbientFact:
    """Code that runs beside handlers; `only_if` as of a route."""

    kind: str
    name: str
    scope: str
    evidence: Site
    only_if: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class JobFact:
    """Code that runs outside requests."""

    kind: str
    name: str
    handler: str
    evidence: Site


@dataclass(frozen=True, slots=True, order=True)
class SqlFact:
    """A raw SQL statement, and the tables that it names."""

    evidence: Site
    sql: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class ExternalFact:
    """A call that leaves the process: HTTP, mail, cloud, another broker."""

    evidence: Site
    library: str
    target: str
    function: str


@dataclass(frozen=True, slots=True, order=True)
class ImportFact:
    """One module of the project imports another."""

    importer: str
    imported: str
    evidence: Site


@dataclass(frozen=True, slots=True, order=True)
class UnresolvedFact:
    """What could not be followed."""

    kind: str
    what: str
    evidence: Site


@dataclass(frozen=True, slots=True, order=True)
class VariableFact:
    """A variable of the environment; `part` is url, name, user, password, host, port or engine."""

    name: str
    part: str


@dataclass(frozen=True, slots=True, order=True)
class DatabaseFact:
    """Where settings say the database is; `kind` is postgresql, mysql, sqlite, or not known.

    `style` is django, sqlalchemy, or async (an asynchronous engine).
    """

    evidence: Site
    kind: str
    style: str
    driver: str
    variables: tuple[VariableFact, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a scan found."""

    frameworks: tuple[str, ...]
    counts: Mapping[str, int]
    routes: tuple[RouteFact, ...]
    urls: tuple[UrlFact, ...]
    languages: tuple[str, ...]
    """Codes of the languages that paths with `{language}` may begin with, where settings say it."""
    databases: tuple[DatabaseFact, ...]
    tables: tuple[TableFact, ...]
    relations: tuple[RelationFact, ...]
    accesses: tuple[AccessFact, ...]
    transactions: tuple[TransactionFact, ...]
    ambient: tuple[AmbientFact, ...]
    jobs: tuple[JobFact, ...]
    sql: tuple[SqlFact, ...]
    external: tuple[ExternalFact, ...]
    imports: tuple[ImportFact, ...]
    unresolved: tuple[UnresolvedFact, ...]
    warnings: tuple[str, ...]


def json_parts(facts: Facts) -> Iterator[str]:
    """The document that `mscli migrate scan --json` prints, a piece at a time: it may be large."""
    document = {"version": VERSION, **_fields(facts)}
    encoder = json.JSONEncoder(indent=2, ensure_ascii=False, default=_plain)
    tokens = encoder.iterencode(document)
    while part := "".join(islice(tokens, TOKENS)):
        yield part
    yield "\n"


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Site) else _fields(value)


def _fields(record: object) -> dict[str, object]:
    assert is_dataclass(record)  # noqa: S101
    return {field.name: getattr(record, field.name) for field in fields(record)}
