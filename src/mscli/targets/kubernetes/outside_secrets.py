"""Secrets that somebody else keeps: a store outside of the cluster, or sealed ones in git.

https://external-secrets.io/latest/api/externalsecret/,
https://github.com/bitnami-labs/sealed-secrets
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mscli.model.stack import Stack
from mscli.targets.kubernetes.names import Object, made, system_labels

REFRESH = "1h"


def external_secrets(stack: Stack, names: Iterable[str]) -> Iterator[Object]:
    """For each Secret what the External Secrets Operator makes it of: `<system>/<name>`."""
    store = stack.environment.secret_store or stack.name
    for name in names:
        spec: Object = {
            "refreshInterval": REFRESH,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
            "target": {"name": name, "creationPolicy": "Owner"},
            "data": [{"secretKey": name, "remoteRef": {"key": f"{stack.name}/{name}"}}],
        }
        api = "external-secrets.io/v1"
        yield made(api, "ExternalSecret", name, system_labels(stack), spec=spec)


def seals(names: Iterable[str]) -> list[str]:
    """The files that `seal.sh` makes; they can only be read by the cluster's controller."""
    return [f"sealed/{name}.yaml" for name in names]
