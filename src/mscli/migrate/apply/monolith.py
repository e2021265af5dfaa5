"""The monolith as one service of a system: its code, its packages, its command, its door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mscli import systemfile
from mscli.migrate import sources
from mscli.migrate.apply.code import Code, code_of
from mscli.migrate.apply.demanded import demanded
from mscli.migrate.apply.own_compose import Beside, beside_of
from mscli.migrate.apply.packages import Packages
from mscli.migrate.apply.required import packages_of
from mscli.migrate.apply.starting import Start, given, migration_of, start_of
from mscli.migrate.apply.told import Told, staying, told_of
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.databases import main_of
from mscli.migrate.facts import DatabaseFact, Facts
from mscli.migrate.strangler.stores import MAGIC
from mscli.model.system import INTERNAL_PATHS, TCP
from mscli.scaffold.copying import Produced
from mscli.scaffold.placing import Placing
from mscli.text import render

FOLDER = f"services/{MONOLITH}"
PROJECT = "pyproject.toml"
TOLD = frozenset(["DATABASE_URL", "HOST", "PORT", "DJANGO_SETTINGS_MODULE"])
"""Variables that it is told anyway, or by its own code."""
ASKED = frozenset(["health", "healthz", "livez", "readyz", "ping", "up", "_health", "status"])
"""Last segments of paths that are there to be asked."""


@dataclass(frozen=True, slots=True)
class Legacy:
    """All that is known of the monolith as a process."""

    start: Start
    packages: Packages
    health: str
    code: Code = field(default_factory=Code)
    told: Told | None = None
    """How it is told of a database of the system, if it gets one."""
    said: DatabaseFact | None = None
    """What its settings say of its database."""
    migration: str = ""
    """What makes the tables of a new database, if it has a tool for that."""
    beside: Beside = field(default_factory=Beside)
    """What its own Compose file and Procfile say."""
    demanded: Mapping[str, str] = field(default_factory=dict)
    """The variables that its settings insist on, and where."""

    @property
    def env(self) -> dict[str, str]:
        """The variables that it is given."""
        return {**dict(self.start.environment), **(self.told.env if self.told else {})}

    @property
    def databases(self) -> list[str]:
        """Paths of the SQLite files among its files."""
        files = self.code.files.items()
        return [path for path, (content, _) in files if content[: len(MAGIC)] == MAGIC]

    @property
    def warnings(self) -> Iterator[str]:
        """What a person has to look at."""
        yield from self.start.warnings
        yield from self.packages.warnings
        yield from self.code.warnings
        yield from self.beside.warnings
        yield from self._lacking()
        if self.told:
            yield from self.told.warnings
        elif self.said and self.said.kind == "postgresql":
            yield from staying(self.said)
        elif self.said and self.said.kind == "sqlite" and self.migration and not self.databases:
            yield (
                f"{self.said.evidence}: its database is a SQLite file, and none is among its files:"
                f" in the system's folder, make it by `{exec_of(self.migration)}`"
            )

    def _lacking(self) -> Iterator[str]:
        """A word about variables that nobody gives it; those of its database are told apart."""
        known = {
            *TOLD,
            *self.env,
            *(each.name for each in (self.said.variables if self.said else ())),
        }
        lacking = [f"{name} ({at})" for name, at in self.demanded.items() if name not in known]
        if lacking:
            yield (
                f"it does not start without {', '.join(lacking)}: write each into `env` of"
                f" services.{MONOLITH}, or a key's file into `secrets`"
            )


def legacy_of(
    root: Path, facts: Facts, command: str, destination: Path, *, database: bool = False
) -> Legacy:
    """What the monolith in a folder is as a process. Raises MscliError where nothing says it.

    With `database` it gets one of the system.
    """
    packages = packages_of(root)
    found = sources.read(root)
    start = given(command) if command else start_of(root, found, packages.names)
    said = main_of(facts.databases)
    migration = made_by(root, facts, start.line, packages)
    told = told_of(said, packages, migration) if database else None
    code = code_of(root, inside=destination)
    health = health_of(facts)
    asked = demanded(found.files)
    return Legacy(start, packages, health, code, told, said, migration, beside_of(root), asked)


def made_by(root: Path, facts: Facts, line: str, packages: Packages) -> str:
    """What makes the monolith's tables; `line` starts it."""
    models = sorted({table.evidence.file for table in facts.tables if table.evidence})
    return migration_of(root, line, packages.names, models)


def exec_of(line: str) -> str:
    """How a person runs a line as the monolith, for which the system has to have been up."""
    return f"mscli up -d {MONOLITH} && mscli exec {MONOLITH} {line}"


def health_of(facts: Facts) -> str:
    """A path that is there to be asked, unless every request has effects; else a connection."""
    if any(a.kind == "write" and a.handler.startswith("ambient:") for a in facts.accesses):
        return TCP
    paths = sorted(
        route.path
        for route in facts.routes
        if route.method in ("GET", "ANY") and route.path.strip("/").rpartition("/")[2] in ASKED
    )
    return next((path for path in paths if "{" not in path and "<" not in path), TCP)


def hidden(facts: Facts) -> list[str]:
    """Routes of the monolith that no gateway publishes: the inside of services has their names."""
    return sorted(
        {r.path for r in facts.routes if r.path.strip("/").split("/")[0] in INTERNAL_PATHS}
    )


def add(text: str, legacy: Legacy, volumes: Mapping[str, str]) -> str:
    """The system file with the monolith in it, behind every path that nobody else has."""
    text = systemfile.add_service(
        text,
        MONOLITH,
        template="none",
        database="postgres" if legacy.told else None,
        migrate=legacy.told.migrate if legacy.told else (),
        command=legacy.start.command,
        env=legacy.env,
        volumes=volumes,
        health=legacy.health,
    )
    return systemfile.add_route(text, "/", MONOLITH, "keep")


def place(placing: Placing, legacy: Legacy) -> None:
    """Its files, as they are, and what a project and an image need beside them."""
    made = _made(legacy)
    for name, (content, executable) in legacy.code.files.items():
        if name not in made:
            path = f"{FOLDER}/{name}"
            placing.transaction.write_bytes(path, content, executable=executable)
    files = [Produced(name, text.encode(), False) for name, text in made.items()]
    placing.place(FOLDER, files, lambda _: "scaffolded")


def _made(legacy: Legacy) -> dict[str, str]:
    """Files that mscli writes because the monolith has none of that name."""
    made: dict[str, str] = {}
    if project := legacy.packages.project(legacy.start.needs, MONOLITH):
        made[PROJECT] = project
    context = {"command": legacy.start.command, "python": legacy.packages.python or "3.11"}
    for name, template in (("Dockerfile", "Dockerfile.jinja"), (".dockerignore", "dockerignore")):
        if name not in legacy.code.files:
            made[name] = render(f"migrate/monolith/{template}", context)
    return made
