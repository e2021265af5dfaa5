"""Breaking databases, and mending them, by PostgreSQL's own means; wherever the servers run."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from mscli.runtimes.processes.psql import Databases


@dataclass(frozen=True, slots=True)
class DatabaseFaults:
    """The faults of the databases of one running copy. Nothing here remembers."""

    databases: Databases

    def shut(self, service: str) -> None:
        """Cut the connections to a service's database, and let PostgreSQL refuse new ones."""
        database = self.databases.name_of(service)
        self.databases.administer(service, f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        self.cut(service)

    def reopen(self, service: str) -> None:
        """Let PostgreSQL accept connections to a service's database again; harmless if it does."""
        database = self.databases.name_of(service)
        self.databases.administer(service, f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')

    def cut(self, service: str) -> None:
        """Cut the connections to a service's database; new ones are welcome."""
        self.databases.administer(
            service,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = '{self.databases.name_of(service)}'",
        )

    def lock(self, service: str, table: str, seconds: float) -> subprocess.Popen[bytes]:
        """Hold a table for so long; who reads or writes it waits. It ends by itself."""
        statement = f"BEGIN; LOCK TABLE {table}; SELECT pg_sleep({seconds:.3f}); COMMIT"
        return self.databases.begin(service, statement)
