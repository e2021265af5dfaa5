"""The kubectl command: run, and what its failures mean.

The command and not a library: it knows how each cloud lets one in, and its client costs no import.
The context and the namespace stand in every call: the user's current one is never meant.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mscli.errors import MissingProgram, MscliError, RuntimeFailed

OVERRIDE = "MSCLI_KUBECTL_BIN"
INSTALL = f"https://kubernetes.io/docs/tasks/tools/ says how; {OVERRIDE} names another one"
MANAGER = "mscli"
"""Who owns the fields that are applied."""
PATIENCE = 30
"""Seconds until a request that gets no answer has failed."""
EXCERPT = 15

Object = dict[str, Any]

_DENIED = re.compile(
    r'cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]*)")?'
)
_CONFLICT = re.compile(r'conflicts? with ((?:"[^"]+"(?: using [\w./]+)?(?:, )?)+)')
_FIELD = re.compile(r"^(?:- |.*conflict with \"[^\"]+\"[^:]*: )(\..+)$", re.MULTILINE)
_AWAY = (
    "unable to connect to the server",
    "the connection to the server",
    "was refused",
    "no such host",
    "i/o timeout",
    "tls handshake timeout",
    "connection reset by peer",
    "client.timeout exceeded",
    "http2: client connection lost",
    "no route to host",
    ": eof",
)
"""What kubectl says, in small letters, when there is no server to talk to."""


def program() -> str:
    """The kubectl that is used. Raises MissingProgram where there is none."""
    found = shutil.which(os.environ.get(OVERRIDE) or "kubectl")
    if found is None:
        raise MissingProgram("kubectl is not installed", INSTALL)
    return found


@dataclass(frozen=True, slots=True)
class Kubectl:
    """kubectl on one namespace of one cluster."""

    context: str
    namespace: str

    def command(self, arguments: Sequence[str]) -> list[str]:
        """The whole command line; the options stand before a `--` that arguments may have."""
        head = [program(), "--context", self.context, "--namespace", self.namespace]
        return [*head, *arguments]

    def completed(
        self, arguments: Sequence[str], text: str = "", patience: int = PATIENCE
    ) -> subprocess.CompletedProcess[str]:
        """Run it, with `text` as its input; it may fail."""
        return subprocess.run(
            self.command([f"--request-timeout={patience}s", *arguments]),
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def run(self, arguments: Sequence[str], text: str = "") -> str:
        """Its standard output; raises what `failure` says of one that fails."""
        done = self.completed(arguments, text)
        if done.returncode:
            raise self.failure(arguments, done.returncode, done.stderr)
        return done.stdout

    def items(self, kinds: Sequence[str], *options: str) -> list[Object]:
        """All objects of some kinds, in this namespace."""
        arguments = ["get", ",".join(kinds), "--output=json", *options]
        found: list[Object] = json.loads(self.run(arguments))["items"]
        return found

    def one(self, kind: str, name: str) -> Object | None:
        """One object; None where there is none."""
        found = self.run(["get", kind, name, "--output=json", "--ignore-not-found"])
        return json.loads(found) if found.strip() else None

    def failure(self, arguments: Sequence[str], code: int, said: str) -> MscliError:
        """The error for a kubectl that failed: what is denied or away, or what it said last."""
        text = said.lower()
        if match := _DENIED.search(said):
            return self._denied(match)
        if "you must be logged in" in text or "(unauthorized)" in text:
            return RuntimeFailed(
                f"the cluster of {self.context} does not know who you are",
                "log in to it again; its kubeconfig may have expired",
            )
        if "certificate signed by unknown authority" in text or "x509:" in text:
            return RuntimeFailed(
                f"the certificate of the cluster of {self.context} is not the kubeconfig's:\n"
                f"    {said.strip().splitlines()[-1]}",
                "fetch its kubeconfig again",
            )
        if any(words in text for words in _AWAY):
            return RuntimeFailed(
                f"the server of {self.context} does not answer",
                "start the cluster, or the network to it; then mscli up or mscli down goes on",
            )
        if match := _CONFLICT.search(said):
            return self._conflict(match, said)
        lines = [line for line in said.splitlines() if line.strip()][-EXCERPT:]
        shown = "\n".join(f"    {line}" for line in lines)
        return RuntimeFailed(f"kubectl {arguments[0]} ended with code {code}:\n{shown}")

    def _denied(self, match: re.Match[str]) -> MscliError:
        group = f".{match['group']}" if match["group"] else ""
        resource = f"{match['resource']}{group}"
        where = f" in the namespace {match['namespace']}" if match["namespace"] else ""
        option = f" --namespace {match['namespace']}" if match["namespace"] else ""
        return RuntimeFailed(
            f"the cluster of {self.context} denies you to {match['verb']} {resource}{where}",
            "ask for that right; this tells when you have it: kubectl --context "
            f"{self.context} auth can-i {match['verb']} {resource}{option}",
        )

    def _conflict(self, match: re.Match[str], said: str) -> MscliError:
        fields = ", ".join(dict.fromkeys(_FIELD.findall(said))) or "some fields"
        return RuntimeFailed(
            f"{match[1].rstrip(', ')} has changed {fields} of what mscli has applied",
            "undo that; or take it over: kubectl apply --server-side --force-conflicts "
            f"--field-manager {MANAGER} --context {self.context} -k .mscli/local/kubernetes",
        )
