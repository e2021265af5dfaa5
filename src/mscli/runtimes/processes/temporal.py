"""Asking Temporal about workflows: the embedded server by HTTP, any other by its own program.

Temporal Cloud and most clusters publish gRPC alone. The `temporal` program speaks it, with TLS,
client certificates and keys, takes the very variables that the services are given, and is there
anyway, for it is the embedded server too; its start takes 0.15 s more than a request.
"""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mscli.engines import temporal
from mscli.errors import RuntimeFailed, UsageError
from mscli.model.process import Plan, Process

Document = Mapping[str, Any]
"""A message of Temporal's API as JSON (https://github.com/temporalio/api)."""

PATIENCE = 10.0
PAGE = 200
_WHOLE_PAYLOADS = "application/json+no-payload-shorthand"


class Temporal(Protocol):
    """One namespace. Everything raises RuntimeFailed when there is no answer."""

    def workflows(self, query: str) -> Iterator[Document]:
        """WorkflowExecutionInfo, newest first, memos decoded."""

    def workflow(self, workflow_id: str) -> Document | None:
        """DescribeWorkflowExecutionResponse; None if it is not known."""

    def history(self, workflow_id: str) -> Iterator[Document]:
        """HistoryEvent, in order, payloads as they are."""

    def signal(self, workflow_id: str, name: str) -> None:
        """Send a signal without arguments."""


def temporal_of(plan: Plan) -> Temporal:
    """The Temporal that a system works with. Raises UsageError where there are no sagas."""
    if servers := plan.replicas(temporal.SERVER):
        return Embedded(f"http://127.0.0.1:{servers[0].ports['http']}/api/v1/namespaces/default")
    owners = [p for p in plan.processes if temporal.ADDRESS in p.environment]
    if not owners:
        raise UsageError(
            "this system has no sagas", "make one: mscli new saga NAME --owner SERVICE --steps ..."
        )
    queues = {temporal.queue(plan.system, owner.workload) for owner in owners}
    return Remote(_connection(owners[0]), f"TaskQueue IN ({', '.join(map(repr, sorted(queues)))})")


def has_temporal(plan: Plan) -> bool:
    """Whether the system works with a Temporal, of its own or elsewhere."""
    return is_embedded(plan) or any(temporal.ADDRESS in p.environment for p in plan.processes)


def is_embedded(plan: Plan) -> bool:
    """Whether the system runs a server of its own."""
    return bool(plan.replicas(temporal.SERVER))


class Embedded:
    """The development server's HTTP API below a namespace. https://docs.temporal.io, HTTP API."""

    def __init__(self, base: str) -> None:
        self._base = base

    def workflows(self, query: str) -> Iterator[Document]:
        """WorkflowExecutionInfo, newest first."""
        return self._pages("/workflows", ("executions",), pageSize=str(PAGE), query=query)

    def workflow(self, workflow_id: str) -> Document | None:
        """DescribeWorkflowExecutionResponse; None if it is not known."""
        found: Document | None = self._ask(_path(workflow_id))
        return found

    def history(self, workflow_id: str) -> Iterator[Document]:
        """HistoryEvent, in order."""
        return self._pages(f"{_path(workflow_id)}/history", ("history", "events"))

    def signal(self, workflow_id: str, name: str) -> None:
        """Send a signal."""
        self._ask(f"{_path(workflow_id)}/signal/{name}", {})

    def _pages(self, path: str, field: tuple[str, ...], **terms: str) -> Iterator[Document]:
        token = ""
        while True:
            all_terms = {**terms, "nextPageToken": token}
            words = urllib.parse.urlencode({k: v for k, v in all_terms.items() if v})
            answer = found = self._ask(f"{path}?{words}") or {}
            for name in field:
                found = found.get(name, {})
            yield from found or ()
            token = answer.get("nextPageToken", "")
            if not token:
                return

    def _ask(self, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401
        content = None if body is None else json.dumps(body).encode()
        accepted = _WHOLE_PAYLOADS if "/history" in path else "application/json"
        headers = {"Content-Type": "application/json", "Accept": accepted}
        request = urllib.request.Request(self._base + path, content, headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code == 404:  # noqa: PLR2004
                return None
            raise RuntimeFailed(f"Temporal answered {error.code} to {path}") from error
        except (OSError, ValueError) as error:
            raise RuntimeFailed(
                f"Temporal does not answer: {error}", "`mscli up -d` brings the system up"
            ) from error


def _path(workflow_id: str) -> str:
    return f"/workflows/{urllib.parse.quote(workflow_id, safe='')}"


@dataclass(frozen=True, slots=True)
class Remote:
    """A server, by the `temporal` program. `scope` is a query for what is this system's.

    `command` runs the program, by default the one of this machine; `connection` is what it is told.
    """

    connection: Mapping[str, str]
    scope: str = ""
    command: Sequence[str] = ()
    hint: str = "look at engines.temporal in mscli.yaml"

    def workflows(self, query: str) -> Iterator[Document]:
        """WorkflowExecutionInfo, newest first."""
        whole = " AND ".join(f"({part})" for part in (self.scope, query) if part)
        wanted = ("--query", whole) if whole else ()
        lines = self._lines("list", *wanted, "--limit", "10000", "--output", "jsonl")
        return (json.loads(line) for line in lines if line.strip())

    def workflow(self, workflow_id: str) -> Document | None:
        """DescribeWorkflowExecutionResponse; None if it is not known."""
        name = workflow_id.replace("\\", "").replace("'", "")
        if not any(self.workflows(f"WorkflowId = '{name}'")):
            return None
        found: Document = self._document("describe", "--workflow-id", workflow_id)
        return found

    def history(self, workflow_id: str) -> Iterator[Document]:
        """HistoryEvent, in order."""
        return iter(self._document("show", "--workflow-id", workflow_id).get("events", ()))

    def signal(self, workflow_id: str, name: str) -> None:
        """Send a signal."""
        self._lines("signal", "--workflow-id", workflow_id, "--name", name)

    def _document(self, *arguments: str) -> Any:  # noqa: ANN401
        return json.loads("\n".join(self._lines(*arguments, "--output", "json")))

    def _lines(self, *arguments: str) -> list[str]:
        from mscli.runtimes.processes.programs import find

        program = self.command or [str(find("temporal"))]
        command = [*program, "workflow", *arguments, "--disable-config-file"]
        kept = {k: v for k, v in os.environ.items() if not k.startswith("TEMPORAL_")}
        try:
            ran = subprocess.run(
                [*command, "--client-connect-timeout", "5s", "--command-timeout", f"{PATIENCE}s"],
                env=kept | dict(self.connection),
                capture_output=True,
                text=True,
                timeout=2 * PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._failed("it takes too long") from None
        if ran.returncode:
            said = ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"]
            raise self._failed(said[0].removeprefix("Error: "))
        return ran.stdout.splitlines()

    def _failed(self, why: str) -> RuntimeFailed:
        address = self.connection[temporal.ADDRESS]
        return RuntimeFailed(
            f"Temporal at {address} does not answer as it should: {why}",
            self.hint,
        )


def _connection(owner: Process) -> dict[str, str]:
    """What an owner is told of Temporal, as the program wants it: keys are no files there."""
    told = {k: v for k, v in owner.environment.items() if k.startswith("TEMPORAL_")}
    if path := told.pop("TEMPORAL_API_KEY_FILE", ""):
        try:
            told["TEMPORAL_API_KEY"] = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise RuntimeFailed(f"cannot read {path}: {error.strerror}") from error
    return told
