"""The databases of the monolith and its services, for the commands of `migrate` that ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.cli import containers, here
from mscli.errors import MscliError, NotReady, UsageError
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.store import ADDRESS

if TYPE_CHECKING:
    from mscli.migrate.strangler.standing import Count
    from mscli.migrate.strangler.stores import Store
    from mscli.model.system import Service
    from mscli.runtimes.processes.psql import Databases
    from mscli.runtimes.runtime import Runtime

UP = "`mscli up -d` brings it up"


def refuse_shared(name: str) -> None:
    """A service that runs on the monolith's database has no rows of its own."""
    service = here.system().services.get(name)
    if service is None or service.database is not None:
        return
    if ADDRESS in service.env or MONOLITH in service.shares:
        raise MscliError(
            f"{name} runs on the monolith's database: there is nothing to carry or to compare",
            "take `database: shared` of it out of boundaries.yaml, and make it anew: plan.md says"
            " how",
        )


class Stores:
    """Those of the system in the current folder, each found when it is asked for.

    In containers no file of theirs can be read, and in Kubernetes no database of the system.
    """

    def __init__(self) -> None:
        self._known: dict[str, Store | None] = {}
        self._services = here.system().services
        runtime = containers.of("")
        self._folder = here.root() if runtime is None else None
        found = _in_containers(runtime) if runtime is not None else _in_processes()
        self._databases, self._started = found

    @property
    def is_up(self) -> bool:
        """Whether the system's own databases answer."""
        return self._databases is not None

    def find(self, name: str) -> Store | None:
        """A service's, or None if it has none that can be asked."""
        if name not in self._known:
            service = self._services.get(name)
            self._known[name] = self._of(service) if service else None
        return self._known[name]

    def need(self, name: str) -> Store:
        """A service's. Raises NotReady, UsageError or MscliError."""
        if not self.is_up:
            raise NotReady("the system is not up", UP)
        if name not in self._services:
            raise UsageError(f"no service '{name}'", f"there is: {', '.join(self._services)}")
        if self._services[name].database and not self._has(name):
            raise NotReady(f"{name} has not been up yet", UP)
        if (store := self.find(name)) is None:
            raise MscliError(
                f"{name} has no database that can be asked",
                self.several(name)
                or "one of the system, a PostgreSQL that its env names by address, or one SQLite"
                " file in its folder",
            )
        return store

    def several(self, name: str) -> str:
        """What to do where a service has several SQLite files and names none; else empty."""
        from mscli.migrate.strangler.stores import several, sqlite_files

        if self._folder is None or self.find(name) is not None:
            return ""
        folder = self._folder / self._services[name].path
        files = sqlite_files(folder) if folder.is_dir() else []
        shown = [file.relative_to(folder).as_posix() for file in files]
        return several(name, shown) if len(files) > 1 else ""

    def _has(self, name: str) -> bool:
        """Whether a service has its database: `up` makes it, after it was written down."""
        databases = self._databases
        return name in self._started and databases is not None and databases.has(name)

    def _of(self, service: Service) -> Store | None:
        from mscli.migrate.strangler.stores import named_file, store_of

        is_there = not service.database or self._has(service.name)
        databases = self._databases if is_there else None
        if self._folder is None:
            return store_of(databases, service)
        named = named_file(self._folder, service, self._services)
        return store_of(databases, service, self._folder / service.path, named)


def counting(stores: Stores) -> Count:
    """Rows of a service's table, as its database says now."""

    def count(service: str, table: str) -> int | None:
        store = stores.find(service)
        if store is None:
            raise LookupError(service)
        return store.count(table)

    return count


Found = tuple["Databases | None", frozenset[str]]
"""The databases of what is up, and the services that it has."""
NONE: Found = (None, frozenset())


def _in_containers(runtime: Runtime) -> Found:
    from mscli.runtimes.docker.leaders import databases_of

    replicas = runtime.replicas()
    if runtime.choice.runtime != "docker" or not replicas:
        return NONE
    names = frozenset(each.workload for each in replicas)
    return databases_of(runtime.place.system_id), names


def _in_processes() -> Found:
    from mscli.runtimes.processes.plan import plan_of
    from mscli.runtimes.processes.psql import databases_of
    from mscli.runtimes.processes.status import is_up

    place = here.place()
    plan = plan_of(place) if place.system_id else None
    if plan is None or not is_up(place):
        return NONE
    return databases_of(place, plan), frozenset(plan.workloads)
