"""Each service scales by itself, and is never drained to nothing: where there are users to serve.

https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
"""

from __future__ import annotations

from collections.abc import Iterator

from mscli.model.environments import Scale
from mscli.model.stack import Stack, Workload
from mscli.targets.kubernetes.names import Object, labels, made, selector

FEWEST, MOST = 2, 10
"""Of replicas, where nobody says otherwise: one alone is gone while its machine is drained."""
BUSY = 70
"""Percent of the requested processor from which on there are more replicas."""


def bounds(stack: Stack, workload: Workload) -> tuple[int, int]:
    """The fewest and the most replicas of a workload; none at all if it is switched off."""
    scale = stack.environment.services.get(workload.name, Scale())
    if workload.replicas == 0:
        return 0, 0
    fewest = workload.replicas if scale.replicas is not None else max(FEWEST, workload.replicas)
    most = max(MOST, 2 * fewest) if scale.max_replicas is None else scale.max_replicas
    return min(fewest, most), most


def scaling(stack: Stack, workload: Workload) -> Iterator[Object]:
    """The autoscaler of a Deployment, and its leave for one pod at a time to be moved."""
    fewest, most = bounds(stack, workload)
    if not most:
        return
    named = labels(stack, workload)
    processor = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": BUSY}}
    yield made(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        workload.name,
        named,
        spec={
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": workload.name,
            },
            "minReplicas": fewest,
            "maxReplicas": most,
            "metrics": [{"type": "Resource", "resource": processor}],
        },
    )
    yield made(
        "policy/v1",
        "PodDisruptionBudget",
        workload.name,
        named,
        spec={
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(stack, workload)},
        },
    )
