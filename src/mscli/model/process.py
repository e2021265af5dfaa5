"""A rendered process: one replica of a workload, with every address resolved.

It is what the `processes` target writes and what its runtime reads back, so that `ps`, `logs` and
`down` need neither the system file nor any library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from mscli.model.kinds import Kind, Probe, Until, Wait

PLAN_FILE = "processes/processes.json"
"""Where a target writes the plan, relative to the local state."""
SUPERVISOR_FILE = "processes/supervisord.conf"
"""Where it writes the supervisor's configuration."""


@dataclass(frozen=True, slots=True)
class Process:
    """One replica or task. Paths are absolute; `waits` name workloads, not replicas.

    `ports` are the loopback's, by port name; `reached` is the base URL at which callers find it.
    `settings` are the hashes of the configuration files that need a restart to be seen. `secrets`
    are variables whose values are in files: they are read when it starts.
    """

    name: str
    workload: str
    kind: Kind
    argv: tuple[str, ...]
    folder: str
    environment: Mapping[str, str]
    log: str
    ports: Mapping[str, int] = field(default_factory=dict)
    probe: Probe | None = None
    waits: tuple[Wait, ...] = ()
    inputs: tuple[str, ...] = ()
    reached: str = ""
    volumes: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    grace: float = 10.0
    stop_signal: str = "TERM"

    @property
    def is_task(self) -> bool:
        """Whether it is meant to end."""
        return self.kind is Kind.TASK

    def fingerprint(self) -> str:
        """A hash of all that needs a restart to take effect."""
        import hashlib  # takes a while to load, and `ps` does not need it

        parts: list[object] = [
            [*self.argv, self.folder],
            sorted(self.environment.items()),
            sorted(self.ports.items()),
            sorted(self.settings.items()),
            *([sorted(self.secrets.items())] if self.secrets else ()),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Plan:
    """All processes of one system; `urls` are the gateway's, by route."""

    system: str
    system_id: str
    processes: tuple[Process, ...]
    urls: Mapping[str, str] = field(default_factory=dict)
    live: tuple[str, ...] = ()

    def replicas(self, workload: str) -> tuple[Process, ...]:
        """The replicas of one workload, in order."""
        return tuple(p for p in self.processes if p.workload == workload)

    @property
    def workloads(self) -> tuple[str, ...]:
        """The workloads' names, in order."""
        return tuple(dict.fromkeys(process.workload for process in self.processes))


def as_document(plan: Plan) -> dict[str, object]:
    """The plan as JSON's own types."""
    processes = [
        {name: value for name, value in _fields(process).items() if value or name != "secrets"}
        | {
            "probe": process.probe and process.probe._asdict(),
            "waits": [wait._asdict() for wait in process.waits],
        }
        for process in plan.processes
    ]
    return _fields(plan) | {"processes": processes}


def _fields(record: Plan | Process) -> dict[str, object]:
    """As `asdict`, which copies a large system for a quarter of a second, but shallow."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def from_document(document: Mapping[str, object]) -> Plan:
    """The inverse of `as_document`. Raises KeyError or TypeError for anything else."""
    processes = document["processes"]
    assert isinstance(processes, Sequence)  # noqa: S101 - narrows the document for the type checker
    known = dict(document) | {
        "processes": tuple(_process(entry) for entry in processes),
        "live": tuple(document.get("live") or ()),  # type: ignore[arg-type]
    }
    return Plan(**known)  # type: ignore[arg-type]


def _process(entry: Mapping[str, object]) -> Process:
    known = dict(entry)
    known["kind"] = Kind(str(entry["kind"]))
    for name in ("argv", "inputs", "volumes"):
        known[name] = tuple(entry[name])  # type: ignore[arg-type]
    if entry["probe"]:
        known["probe"] = Probe(**entry["probe"])  # type: ignore[arg-type]
    known["waits"] = tuple(
        Wait(wait["workload"], Until(wait["until"]), wait["required"])
        for wait in entry["waits"]  # type: ignore[attr-defined]
    )
    return Process(**known)  # type: ignore[arg-type]
