"""The `kubernetes` runtime: applies the committed overlay `local` to one named cluster, by kubectl.

Whatever it does can be done without mscli, by `kubectl apply --server-side -k
.mscli/local/kubernetes`: what it adds to the overlay (a namespace, a label, tags of images) is a
kustomization.
"""

from __future__ import annotations

from mscli.runtimes.choice import Choice
from mscli.runtimes.processes.place import Place
from mscli.runtimes.runtime import Runtime


def runtime(place: Place, choice: Choice) -> Runtime:
    """The runtime of one copy."""
    from mscli.runtimes.kubernetes.kubernetes import Kubernetes

    return Kubernetes(place, choice)
