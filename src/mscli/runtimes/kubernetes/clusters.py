"""Which cluster a system may touch: one whose context was named, while it is still the same one."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from mscli.errors import RuntimeFailed, UsageError
from mscli.runtimes.kubernetes.kubectl import program
from mscli.runtimes.processes.place import LOCAL

FILE = LOCAL / "kubernetes-clusters.json"
"""The clusters that were named for the system of a checkout; all its copies share it."""
_LOCAL_PREFIXES = ("kind-", "k3d-")
_LOCAL_NAMES = frozenset({"minikube", "docker-desktop", "rancher-desktop", "orbstack"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0", "kubernetes.docker.internal"})  # noqa: S104


@dataclass(frozen=True, slots=True)
class Cluster:
    """A context, and what it leads to: the server's address and the hash of its authority."""

    context: str
    server: str
    authority: str

    @property
    def is_local(self) -> bool:
        """Whether it is a cluster on this machine, by its name and by its address."""
        named = self.context in _LOCAL_NAMES or self.context.startswith(_LOCAL_PREFIXES)
        return named and urllib.parse.urlsplit(self.server).hostname in _LOOPBACK


def cluster_of(context: str) -> Cluster:
    """What a context leads to now. Raises RuntimeFailed for one that there is not."""
    options = ["--raw", "--flatten", "--minify", f"--context={context}", "--output=json"]
    done = _config(["view", *options])
    if done.returncode and context not in (known := _contexts()):
        raise RuntimeFailed(
            f"there is no context {context} in kubectl's configuration",
            f"there is: {', '.join(known) or 'none'}; KUBECONFIG says where kubectl looks, "
            "mscli up --runtime kubernetes --context NAME chooses another",
        )
    if done.returncode:
        raise RuntimeFailed(f"kubectl cannot read its configuration:\n    {done.stderr.strip()}")
    found = json.loads(done.stdout)["clusters"][0]["cluster"]
    authority = base64.b64decode(found.get("certificate-authority-data") or "")
    mark = hashlib.sha256(authority).hexdigest() if authority else "none"
    return Cluster(context, str(found.get("server", "")), mark)


def _contexts() -> list[str]:
    return _config(["get-contexts", "--output=name"]).stdout.split()


def _config(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [program(), "config", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def named(root: Path, context: str, *, agreed: bool) -> Cluster:
    """The cluster of a context that the user names for this system; it is remembered.

    Raises UsageError for one that was another cluster when it was named before, unless `agreed`.
    """
    cluster = cluster_of(context)
    known = _read(root)
    before = known.get(context)
    if before not in (None, cluster) and not agreed:
        raise _changed(before, cluster)
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {
        name: {"server": each.server, "authority": each.authority}
        for name, each in {**known, context: cluster}.items()
    }
    staged = path.with_suffix(".new")
    staged.write_text(json.dumps(document, indent=1) + "\n")
    staged.replace(path)
    return cluster


def trusted(root: Path, context: str) -> Cluster:
    """The cluster of a context, as long as it is the one that was named for this system."""
    before = _read(root).get(context)
    if before is None:
        raise UsageError(
            f"the context {context} was not named for this system",
            f"mscli up --runtime kubernetes --context {context} names it",
        )
    cluster = cluster_of(context)
    if cluster != before:
        raise _changed(before, cluster)
    return cluster


def _changed(before: Cluster | None, now: Cluster) -> UsageError:
    what = "another certificate authority"
    if before is not None and before.server != now.server:
        what = f"the server {now.server}, and was {before.server}"
    return UsageError(
        f"the context {now.context} has {what}: it may be another cluster than the one you named",
        f"if it was made anew: mscli up --runtime kubernetes --context {now.context} --yes",
    )


def _read(root: Path) -> dict[str, Cluster]:
    try:
        document = json.loads((root / FILE).read_text())
        return {
            name: Cluster(name, each["server"], each["authority"])
            for name, each in document.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
