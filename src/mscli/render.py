"""Stack -> [File]: the only caller of targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from mscli.assemble import assemble
from mscli.model.environments import LOCAL, PRODUCTION, in_environment
from mscli.model.files import File
from mscli.model.stack import Bindings, Stack, Traits
from mscli.model.system import System
from mscli.targets import compose, kubernetes, processes
from mscli.targets.kubernetes import helm
from mscli.text.collection import without_collection


class Target(Protocol):
    """What a target's module answers."""

    TRAITS: Traits
    OWNS: tuple[str, ...]
    """Files, and folders ending with `/`, of the system's root that are this target's and are
    committed; empty for a target whose files belong to the local state of one machine."""

    def files(self, stack: Stack, bindings: Bindings, overrides: Path | None = None) -> list[File]:
        """The files of `stack`, relative to where the target's files belong."""
        ...

    def warnings(self, stack: Stack) -> tuple[str, ...]:
        """What the target cannot do of `stack`, and why: a sentence each."""
        ...


TARGETS: Mapping[str, Target] = {
    "processes": processes,
    "compose": compose,
    "kubernetes": kubernetes,
    "helm": helm,
}
COMMITTED = tuple(name for name, target in TARGETS.items() if target.OWNS)


def stack_for(system: System, target: str) -> Stack:
    """The Stack of `system` on the platform that `target` writes for."""
    traits = TARGETS[target].TRAITS
    names = _others(system) if traits.has_environments else ()
    others = {name: assemble(in_environment(system, name), traits) for name in names}
    return replace(assemble(system, traits), environments=others)


def environments_of(system: System) -> tuple[str, ...]:
    """Where `system` runs: on a cluster of one's own, and in its environments."""
    return (LOCAL, *_others(system))


def stream_of(system: System, environment: str, digests: Mapping[str, str]) -> str:
    """Every object of one environment of Kubernetes, as one text."""
    bindings = committed_bindings(system, digests)
    return kubernetes.stream(stack_for(system, "kubernetes"), bindings, environment)


def _others(system: System) -> tuple[str, ...]:
    """The environments beside `local`; there is always a production, declared or not."""
    return tuple(dict.fromkeys((*system.environments, PRODUCTION)))


def render_files(
    system: System, target: str, bindings: Bindings, overrides: Path | None = None
) -> list[File]:
    """All files of `target` for `system`; the same input gives the same bytes."""
    with without_collection():
        return TARGETS[target].files(stack_for(system, target), bindings, overrides)


def committed_bindings(system: System, digests: Mapping[str, str]) -> Bindings:
    """What a target whose files are committed is told: nothing of a machine, or of a moment."""
    return Bindings(system.name, ".", ".", digests=digests)


def warnings_of(stack: Stack, target: str) -> tuple[str, ...]:
    """What `target` cannot do of a Stack, and why: a sentence each."""
    return tuple(f"{target}: {text}" for text in TARGETS[target].warnings(stack))
