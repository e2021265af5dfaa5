"""Changes a module right after it was imported, so that nothing is imported for our sake."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Callable
from typing import Any

Patch = Callable[[Any], None]


class Late(importlib.abc.MetaPathFinder):
    """Finds modules as the others do, and patches those that are wanted."""

    def __init__(self, patches: dict[str, Patch]) -> None:
        self.patches = patches
        self.busy: set[str] = set()

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any | None:  # noqa: ANN401
        """The module's own specification, its loader patching afterwards."""
        del path, target
        if name not in self.patches or name in self.busy:
            return None
        self.busy.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.busy.discard(name)
        if spec is not None and spec.loader is not None:
            _patched_when_run(spec.loader, self.patches[name])
        return spec


def _patched_when_run(loader: Any, patch: Patch) -> None:  # noqa: ANN401
    run = loader.exec_module

    def exec_module(module: Any) -> None:  # noqa: ANN401
        run(module)
        patch(module)

    loader.exec_module = exec_module


def install(patches: dict[str, Patch]) -> None:
    """Patch what is imported already, and the rest when it is."""
    for name, patch in patches.items():
        if name in sys.modules:
            patch(sys.modules[name])
    sys.meta_path.insert(0, Late(patches))
