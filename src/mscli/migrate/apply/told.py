"""How a monolith is told of a database of the system: by the variables that its settings read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.packages import Packages
from mscli.migrate.facts import DatabaseFact

OPTION = "--monolith-database postgres"


@dataclass(frozen=True, slots=True)
class Told:
    """Variables for the monolith, what makes its tables, and what a person has to look at."""

    env: Mapping[str, str] = field(default_factory=dict)
    migrate: str = ""
    warnings: tuple[str, ...] = ()


def told_of(said: DatabaseFact | None, packages: Packages, migrate: str) -> Told:
    """What a monolith is told that gets a database of the system."""
    env = told_by(said, packages.names) if said else {}
    return Told(env, migrate, tuple(_warnings(said, packages)))


def staying(said: DatabaseFact) -> Iterator[str]:
    """Of a monolith on PostgreSQL whose database stays where it is."""
    names = ", ".join(each.name for each in said.variables)
    how = f"give it {names} in `env` of services.monolith" if names else "it is written down there"
    yield (
        f"{said.evidence}: its PostgreSQL stays where it is, and has to be reachable: {how}; or"
        f" apply with {OPTION}, and it has a database of the system, empty at first"
    )


def _warnings(said: DatabaseFact | None, packages: Packages) -> Iterator[str]:
    if said is None or not said.variables:
        where = f"{said.evidence}: its settings take" if said else "its settings take"
        yield (
            f"{where} no database from the environment: let them read DATABASE_URL, or PGHOST,"
            " PGPORT, PGDATABASE, PGUSER and PGPASSWORD, in services/monolith"
        )
    if not has_driver(packages.names):
        yield (
            f"none of the packages in {packages.source} is a driver of PostgreSQL: add one, such as"
            " psycopg[binary], to the monolith's before `mscli up`"
        )


def told_by(fact: DatabaseFact, packages: Iterable[str]) -> Mapping[str, str]:
    """The variables of its own, each by what mscli tells a service with a database.

    What it is told in the same words anyway is left out.
    """
    whole = "$(PGUSER):$(PGPASSWORD)@$(PGHOST):$(PGPORT)/$(PGDATABASE)"
    scheme = scheme_of(fact, packages)
    given = {
        "url": f"{scheme}://{whole}", "name": "$(PGDATABASE)", "user": "$(PGUSER)",
        "password": "$(PGPASSWORD)", "host": "$(PGHOST)", "port": "$(PGPORT)",
        "engine": "django.db.backends.postgresql" if fact.style == "django" else scheme,
    }  # fmt: skip
    plain = {"DATABASE_URL": f"postgresql://{whole}"}
    found = {each.name: given[each.part] for each in fact.variables}
    return {name: text for name, text in found.items() if plain.get(name) != text}


def scheme_of(fact: DatabaseFact, packages: Iterable[str]) -> str:
    """How an address has to begin for the driver that the application has."""
    names = frozenset(packages)
    if fact.style == "django":
        return "postgresql"
    if fact.driver:
        return f"postgresql+{fact.driver}"
    if fact.style == "async" and "asyncpg" in names:
        return "postgresql+asyncpg"
    if not names & {"psycopg2", "psycopg2-binary"}:
        for driver in ("psycopg", "pg8000"):
            if driver in names:
                return f"postgresql+{driver}"
    return "postgresql"


def has_driver(packages: Iterable[str]) -> bool:
    """Whether some package is a driver of PostgreSQL."""
    names = {"psycopg2", "psycopg2-binary", "psycopg", "asyncpg", "pg8000"}
    return not names.isdisjoint(packages)
