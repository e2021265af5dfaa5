"""Base and overlays: the base is what is the same in every environment, an overlay the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mscli.model.environments import LOCAL
from mscli.model.stack import Bindings, Stack
from mscli.targets.kubernetes.names import Object
from mscli.targets.kubernetes.patches import patch_of
from mscli.targets.kubernetes.policies import shared
from mscli.targets.kubernetes.workloads import Objects

NETWORK = "network"

Manifests = dict[str, list[Object]]
"""Objects by the name of their file, without its suffix: a workload's, or `network`."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What has to be added to the base, and what has to be changed in it."""

    added: Manifests = field(default_factory=dict)
    patches: Mapping[str, Object] = field(default_factory=dict)
    """By the path of a file, such as `patches/orders.deployment`."""


class Environments:
    """The objects of a system in every environment; `local` is the Stack as it is."""

    def __init__(self, stack: Stack, bindings: Bindings, overrides: Path | None) -> None:
        self.makers = {
            name: Objects(one, bindings, overrides, scales=name != LOCAL)
            for name, one in {LOCAL: stack, **stack.environments}.items()
        }
        self.manifests: dict[str, Manifests] = {
            name: dict(_manifests(maker)) for name, maker in self.makers.items()
        }
        everywhere = [set(_by_key(manifests)) for manifests in self.manifests.values()]
        self.common = set.intersection(*everywhere)

    def base(self) -> Manifests:
        """What there is in every environment, as it is in `local`."""
        chosen = {
            file: [each for each in objects if key(each) in self.common]
            for file, objects in self.manifests[LOCAL].items()
        }
        return {file: objects for file, objects in chosen.items() if objects}

    def overlay(self, name: str) -> Overlay:
        """What an environment is beyond the base."""
        base = _by_key(self.base())
        added: Manifests = {}
        patches: dict[str, Object] = {}
        for file, objects in self.manifests[name].items():
            for each in objects:
                if key(each) not in base:
                    added.setdefault(file, []).append(each)
                elif patch := patch_of(base[key(each)], each):
                    path = f"patches/{file}.{str(each['kind']).lower()}"
                    if path in patches:  # of volumes there may be several
                        path = f"patches/{key(each)[1]}.{key(each)[0].lower()}"
                    patches[path] = patch
        return Overlay(added, patches)


def _manifests(maker: Objects) -> Iterator[tuple[str, list[Object]]]:
    yield NETWORK, list(shared(maker.stack))
    for workload in maker.stack.workloads.values():
        yield workload.name, maker.of(workload)


def _by_key(manifests: Manifests) -> dict[tuple[str, str], Object]:
    return {key(each): each for objects in manifests.values() for each in objects}


def key(item: Mapping[str, Any]) -> tuple[str, str]:
    """What tells an object from every other one of a namespace."""
    return str(item["kind"]), str(item["metadata"]["name"])
