"""Probes and hooks: how the kubelet learns whether a container runs, is ready, and may be ended.

Startup and liveness ask for the process itself, so that nobody is killed because somebody else is
down; readiness asks whether it can work. What has another path than the contract's has no path for
the first: a connection says that it is there.
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from __future__ import annotations

from math import ceil

from mscli.model.kinds import Kind
from mscli.model.stack import Image, Workload
from mscli.model.system import HEALTH

ALIVE = "/livez"
"""Part of a service's contract with its environment (design, 8)."""
STARTUP_PERIOD, PERIOD = 2, 5
PAUSE = 5
"""Seconds between leaving the Service and being asked to stop, for the news to reach everybody."""


def probes(workload: Workload, image: Image | None) -> dict[str, object]:
    """The three probes of a container; a task has none."""
    probe = workload.probe
    if probe is None:
        return {}
    alive: dict[str, object] = {"tcpSocket": {"port": probe.port}}
    if workload.kind is Kind.SERVICE and (probe.kind, probe.path) == ("http", HEALTH):
        alive = {"httpGet": {"path": ALIVE, "port": probe.port}}
    ready: dict[str, object] = {"tcpSocket": {"port": probe.port}}
    if probe.kind == "http":
        ready = {"httpGet": {"path": probe.path, "port": probe.port}}
    elif probe.kind == "postgres" and image is not None:
        ready = {"exec": {"command": list(image.check)}}
    return {
        "startupProbe": {
            **alive,
            "periodSeconds": STARTUP_PERIOD,
            "timeoutSeconds": 3,
            "failureThreshold": ceil(probe.startup / STARTUP_PERIOD),
        },
        "readinessProbe": {
            **ready,
            "periodSeconds": PERIOD,
            "timeoutSeconds": 3,
            "failureThreshold": 2,
        },
        "livenessProbe": {
            **alive,
            "periodSeconds": 2 * PERIOD,
            "timeoutSeconds": 3,
            "failureThreshold": 6,
        },
    }


def lifecycle(workload: Workload) -> dict[str, object]:
    """What happens before the container is asked to stop."""
    if workload.stop_signal != "TERM":
        # Kubernetes sends what the image says; this one is sent whatever the image is.
        command = ["/bin/sh", "-c", f"kill -{workload.stop_signal} 1"]
        return {"lifecycle": {"preStop": {"exec": {"command": command}}}}
    if workload.kind in (Kind.SERVICE, Kind.GATEWAY):
        return {"lifecycle": {"preStop": {"sleep": {"seconds": PAUSE}}}}
    return {}


def grace(workload: Workload) -> int:
    """Seconds until a pod is killed, the pause before its signal included."""
    pause = PAUSE if workload.kind in (Kind.SERVICE, Kind.GATEWAY) else 0
    return ceil(workload.grace) + pause
