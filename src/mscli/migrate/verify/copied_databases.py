"""Which PostgreSQL a service works on, and what a copy of the service is told in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mscli.assemble.environment import shared_variable
from mscli.errors import UsageError
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.store import ADDRESS
from mscli.migrate.strangler.stores import elsewhere
from mscli.model.process import Process
from mscli.model.references import expanded, refers
from mscli.model.system import Service
from mscli.runtimes.processes.database_copies import Copy

_SCHEME = re.compile(r"postgres(?:ql)?(?:\+\w+)?://")


@dataclass(frozen=True, slots=True)
class Source:
    """A database that a service works on.

    `owner` is the service whose database it is, or whose server takes the copy of one elsewhere.
    """

    owner: str
    owned: bool = True
    address: str = ""


def copied_from(service: Service, process: Process) -> Source | None:
    """The one that a copy of a service needs; None for a service on SQLite, or on nothing known."""
    if service.database:
        return Source(service.name)
    if service.shares:
        # Of several the monolith's: what is read elsewhere is read where it is.
        owner = MONOLITH if MONOLITH in service.shares else service.shares[0]
        return Source(owner, owned=False)
    if ADDRESS in process.environment:
        address = elsewhere({ADDRESS: process.environment[ADDRESS]})
    else:
        address = elsewhere(service.env)
    return Source(service.name, address=address) if address else None


def told_of(
    copy: Copy, port: int, source: Source, service: Service, process: Process, folder: Path
) -> dict[str, str]:
    """The environment of a copy of the service.

    Raises UsageError where it would reach the original.
    """
    address = f"postgresql://{copy.name}:{copy.password}@127.0.0.1:{port}/{copy.name}"
    if source.address:
        return _moved(source.address, address, process)
    name = "DATABASE_URL" if source.owner == service.name else shared_variable(source.owner)
    file = folder / "database-url"
    file.touch(mode=0o600)
    file.write_text(address)
    changed = {name: address, f"{name}_FILE": str(file)}
    if name == "DATABASE_URL":
        changed |= {
            "PGDATABASE": copy.name, "PGUSER": copy.name, "PGPASSWORD": copy.password,
        }  # fmt: skip
    known = {**process.environment, **changed}
    told = {name: value for name, value in known.items() if name in process.environment}
    return told | referring(service, known)


def referring(service: Service, known: Mapping[str, str]) -> dict[str, str]:
    """The variables of a service's own that refer to what it is told, by what is known."""
    return {
        name: "".join(map(str, expanded(text, known)))
        for name, text in service.env.items()
        if refers(text)
    }


def _moved(original: str, address: str, process: Process) -> dict[str, str]:
    """Every variable with the original's address has the copy's; no other may name its server."""
    host = urlsplit(original).hostname or ""
    told = dict(process.environment)
    for name, value in process.environment.items():
        if _SCHEME.match(value) and _SCHEME.sub("postgresql://", value) == original:
            scheme = value.partition("://")[0]
            told[name] = f"{scheme}://{address.partition('://')[2]}"
        elif _SCHEME.match(value) or (value == host and name != "HOST"):
            raise UsageError(
                f"{name} of {process.workload} names another PostgreSQL, or its server: a copy"
                " would write there",
                "let one variable hold the address, or leave --writes: then requests that only"
                " read are compared",
            )
    return told
