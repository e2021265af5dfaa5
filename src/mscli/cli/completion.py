"""What the shell completes: names of the system here. Silent where there are none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mscli.errors import MscliError

if TYPE_CHECKING:
    from mscli.model.system import System


def services(incomplete: str) -> list[str]:
    """Services of the system here that begin with `incomplete`."""
    system = _system()
    return _beginning(system.services if system else (), incomplete)


def with_database(incomplete: str) -> list[str]:
    """Those of them that have a database."""
    system = _system()
    found = system.services.values() if system else ()
    return _beginning((each.name for each in found if each.database), incomplete)


def scaled(incomplete: str) -> list[str]:
    """What can be scaled, up to the number: `orders=`."""
    from mscli.assemble.services import scalable

    system = _system()
    return _beginning((f"{name}=" for name in (scalable(system) if system else ())), incomplete)


def sagas(incomplete: str) -> list[str]:
    """Sagas of the system here that begin with `incomplete`."""
    system = _system()
    return _beginning(system.sagas if system else (), incomplete)


def routes(incomplete: str) -> list[str]:
    """Paths of the routes of the system here that begin with `incomplete`."""
    system = _system()
    return _beginning((route.path for route in (system.routes if system else ())), incomplete)


def opened(incomplete: str) -> list[str]:
    """What can be opened in a browser: routes, services, and engines that have a page."""
    from mscli.render import stack_for

    system = _system()
    if system is None:
        return []
    workloads = stack_for(system, "processes").workloads.values()
    engines = (each.name for each in workloads if any(port.page for port in each.ports))
    return [*routes(incomplete), *_beginning([*system.services, *engines], incomplete)]


def runtimes(incomplete: str) -> list[str]:
    """Where a system can run."""
    from mscli.runtimes.choice import PROCESSES
    from mscli.runtimes.runtime import MODULES

    return _beginning((PROCESSES, *MODULES), incomplete)


def calls(incomplete: str) -> list[str]:
    """Calls of the system here: `orders:payments`."""
    system = _system()
    found = system.services.values() if system else ()
    names = (f"{service.name}:{callee}" for service in found for callee in service.calls)
    return _beginning(names, incomplete)


def faults(incomplete: str) -> list[str]:
    """Kinds of faults."""
    from mscli.drill.plan import Kind

    return _beginning((kind.value for kind in Kind), incomplete)


def levels(incomplete: str) -> list[str]:
    """Levels of log lines."""
    from mscli.runtimes.logs import Level

    return _beginning((level.name.lower() for level in Level), incomplete)


def copies(incomplete: str) -> list[str]:
    """Copies of the system here beside the default one."""
    from mscli import systemfile
    from mscli.runtimes.processes.place import projects

    try:
        return _beginning(projects(systemfile.find(Path.cwd()).parent), incomplete)
    except MscliError:
        return []


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _system() -> System | None:
    from mscli import systemfile

    try:
        return systemfile.read(systemfile.find(Path.cwd())).system
    except MscliError:
        return None
