"""Volumes in compose.yaml, and the tasks that hand new ones over to who writes there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mscli.model.kinds import Kind
from mscli.model.resources import Resources
from mscli.targets.compose.deploying import limits
from mscli.targets.compose.names import plain

OWNED = '[ "$(stat -c %u "$0")" = {user} ] || chown -R {both} "$0"'


def task_of(name: str) -> str:
    """The name of the task that makes a volume, or what an engine has, ready for its user."""
    return f"{name}-volume"


def mount(name: str, folder: str) -> dict[str, Any]:
    """A volume at a path."""
    return {"type": "volume", "source": name, "target": folder}


def mount_bare(name: str, folder: str) -> dict[str, Any]:
    """The same, for whom Docker leaves it as it is when it is empty."""
    return mount(name, folder) | {"volume": {"nocopy": True}}


def hand_over(image: str, user: str, name: str, folder: str) -> dict[str, Any]:
    """A new volume becomes the one of an engine's user."""
    return _as_root({"image": image, "command": ["chown", user, folder]}, name, folder)


def fill(image: str, user: str, name: str, folder: str) -> dict[str, Any]:
    """A new volume has what the service's own image has there, and is its user's.

    Docker copies both into an empty volume, and would make it root's again: so nobody else is
    mounted it that way.
    """
    ours = OWNED.format(user=user.partition(":")[0], both=user)
    command = ["sh", "-c", plain(ours), plain(folder)]
    made = {"image": image, "pull_policy": "never", "entrypoint": [], "command": command}
    return _as_root(made, name, folder)


def labels(ours: Mapping[str, str], workload: str) -> dict[str, str]:
    """The labels of such a task, by those of the workload that it is for."""
    return {**ours, "mscli.workload": workload, "mscli.kind": Kind.TASK.value}


def _as_root(made: dict[str, Any], name: str, folder: str) -> dict[str, Any]:
    """A task that may give files away, and has no other right."""
    return {
        **made,
        "user": "0:0",
        "cap_add": ["CHOWN"],
        "volumes": [mount(name, folder)],
        "network_mode": "none",
        "restart": "no",
        "deploy": {"resources": {"limits": limits(Resources(0.5, 64 * 1024**2))}},
    }
