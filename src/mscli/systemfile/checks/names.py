"""Names: DNS labels that are also packages in code and workloads in every target."""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator

from mscli.model.system import System
from mscli.systemfile.naming import LONGEST_NAME, NAME_PATTERN
from mscli.systemfile.places import Fault, did_you_mean, quoted

ENGINES = frozenset(
    {
        *("gateway", "mscli", "mscli-guard", "nats", "nats-volume", "postgres", "postgres-roles"),
        *("router", "system", "temporal", "temporal-volume", "traefik"),
    }
)
"""Workloads of ours, by the names they have in every target."""

TASKS = ("-migrate", "-worker", "-postgres", "-postgres-guests")
"""What a service's own tasks, workers and database servers are called after it."""

POSTGRES = frozenset({"none", "public", "template0", "template1"})
"""Roles and databases that PostgreSQL keeps for itself, as it does all that begin with `pg_`."""

LIBRARIES = frozenset(
    {
        "alembic",
        "anyio",
        "asyncpg",
        "fastapi",
        "httpx",
        "httpx2",
        "opentelemetry",
        "prometheus_client",
        "psycopg",
        "pydantic",
        "pydantic_settings",
        "sqlalchemy",
        "starlette",
        "structlog",
        "temporalio",
        "uvicorn",
    }
)
"""Packages that a service may import, and that a service of that name would hide."""

_HIDDEN = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)
_MODULES = frozenset(sys.stdlib_module_names) | {"test", "tests"}


def label_fault(name: str) -> str:
    """Why `name` is no DNS label; empty if it is one."""
    if len(name) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters, {quoted(name)} has {len(name)}"
    if re.fullmatch(NAME_PATTERN, name):
        return ""
    return f"{quoted(name)} is no name: lower-case letters, digits and hyphens, a letter first"


def tidy(name: str) -> str:
    """The nearest name that is allowed."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    hyphens = re.sub(r"[^a-z0-9]+", "-", plain)
    return re.sub(r"^[^a-z]+", "", hyphens)[:LONGEST_NAME].strip("-")


def suggestion(name: str) -> str:
    """What to do about a name that is none."""
    near = tidy(name)
    return f"use '{near}'" if near else "choose a name such as 'orders'"


def remedy_for_unknown(name: str, known: Iterable[str]) -> str:
    """What to do about a service that is named and does not exist."""
    if near := did_you_mean(name, known):
        return near
    fits = re.fullmatch(NAME_PATTERN, name)
    return f"add it with: mscli new service {name}" if fits else "name one under 'services'"


def system_name(system: System) -> Iterator[Fault]:
    """The system's name is a DNS label."""
    if problem := label_fault(system.name):
        yield Fault(("name",), problem, suggestion(system.name))


def service_names(system: System) -> Iterator[Fault]:
    """Every service's name is a DNS label, and a package that hides nothing."""
    for name, service in system.services.items():
        place = ("services", name)
        problem = label_fault(name)
        if problem:
            yield Fault(place, problem, suggestion(name))
        elif service.package in _HIDDEN:
            yield Fault(place, f"{quoted(name)} is a word of Python", f"use '{name}-service'")
        elif service.package in _MODULES:
            message = f"{quoted(name)} is a module of Python, which the service would hide"
            yield Fault(place, message, f"use '{name}-service'")
        elif service.package in LIBRARIES:
            message = f"{quoted(name)} is a library, which the service would hide"
            yield Fault(place, message, f"use '{name}-service'")


def names_that_coincide(system: System) -> Iterator[Fault]:
    """No two names become one package; case and `_` are already refused, so this is for both."""
    first: dict[str, str] = {}
    for name in system.services:
        package = name.replace("-", "_").lower()
        other = first.setdefault(package, name)
        if other != name:
            message = f"{quoted(name)} and {quoted(other)} are one name in code, {quoted(package)}"
            yield Fault(("services", name), message, "rename one", earlier=("services", other))


def names_of_engines(system: System) -> Iterator[Fault]:
    """No service is called as an engine or as the gateway."""
    for name in system.services:
        if name in ENGINES:
            message = f"{quoted(name)} is the name of a workload that mscli runs"
            yield Fault(("services", name), message, f"use '{name}-service'")


def names_of_roles(system: System) -> Iterator[Fault]:
    """No service with a role is called as a role or database of PostgreSQL's own."""
    for name, service in system.services.items():
        is_kept = service.package in POSTGRES or service.package.startswith("pg_")
        if is_kept and (service.database or service.shares):
            message = f"{quoted(name)} is a name that PostgreSQL keeps for itself"
            yield Fault(("services", name), message, f"use 'the-{name}' or another name")


def names_of_tasks(system: System) -> Iterator[Fault]:
    """No service is called as a task or a replica of another: `orders-migrate`, `orders-1`."""
    for name in system.services:
        for ending in TASKS:
            owner = name.removesuffix(ending)
            if owner != name and owner in system.services:
                message = f"{quoted(name)} is the name of a task of {quoted(owner)}"
                yield Fault(("services", name), message, "rename it")
        owner, _, number = name.rpartition("-")
        if number.isdecimal() and owner in system.services:
            message = f"{quoted(name)} is the name of a replica of {quoted(owner)}"
            yield Fault(("services", name), message, "rename it")
