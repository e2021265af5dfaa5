"""Stack -> [File]: the only caller of targets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from mscli.assemble import assemble
from mscli.model.files import File
from mscli.model.stack import Bindings, Stack, Traits
from mscli.model.system import System
from mscli.targets import processes


class Target(Protocol):
    """What a target's module answers."""

    TRAITS: Traits

    def files(self, stack: Stack, bindings: Bindings, overrides: Path | None = None) -> list[File]:
        """The files of `stack`, relative to where the target's files belong."""
        ...


TARGETS: Mapping[str, Target] = {"processes": processes}


def stack_for(system: System, target: str) -> Stack:
    """The Stack of `system` on the platform that `target` writes for."""
    return assemble(system, TARGETS[target].TRAITS)


def render_files(
    system: System, target: str, bindings: Bindings, overrides: Path | None = None
) -> list[File]:
    """All files of `target` for `system`; the same input gives the same bytes."""
    return TARGETS[target].files(stack_for(system, target), bindings, overrides)
