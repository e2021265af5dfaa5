"""Cross-checks: what no single field can show. Each is a pure function System -> faults.

A new check is a function and one line in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mscli.model.system import System
from mscli.systemfile.checks import (
    calls,
    engines,
    environments,
    gateway,
    invariants,
    names,
    routes,
    sagas,
    services,
)
from mscli.systemfile.places import Fault

CHECKS: tuple[Callable[[System], Iterator[Fault]], ...] = (
    names.system_name,
    names.service_names,
    names.names_that_coincide,
    names.names_of_engines,
    names.names_of_roles,
    names.names_of_tasks,
    services.folders,
    services.folders_shared,
    services.templates,
    services.ports,
    services.port_of_many,
    services.environment,
    services.secrets,
    services.references,
    services.volumes,
    services.shared_databases,
    services.migrations,
    services.commands,
    services.left_to_a_shell,
    services.code_of_its_own,
    services.health,
    calls.unknown_services,
    calls.calls_to_itself,
    calls.attempts_longer_than_deadline,
    calls.attempts_that_never_fit,
    calls.cycles,
    routes.unknown_services,
    routes.shares,
    routes.paths,
    routes.duplicates,
    routes.internal_paths,
    sagas.names_of_sagas,
    sagas.names_of_steps,
    sagas.unknown_services,
    sagas.databases,
    sagas.alone,
    sagas.repeated,
    sagas.pivots,
    sagas.modules_that_coincide,
    sagas.attempts_in_vain,
    engines.temporal,
    environments.names,
    environments.services,
    environments.addresses,
    environments.images,
    environments.exposure,
    invariants.names_of_invariants,
    invariants.databases,
    invariants.single_selects,
    gateway.origins,
    gateway.methods_and_headers,
)


def faults(system: System) -> Iterator[Fault]:
    """Every fault that the checks find, in the order of the list."""
    for check in CHECKS:
        yield from check(system)
