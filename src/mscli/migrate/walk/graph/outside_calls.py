"""The calls of what is not the project's own, as the walk meets them: who registers is found here.

Large applications have some hundred thousand, and ask for those of a name again and again.
"""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.values.values import last


class OutsideCalls:
    """Every call in order, and those of a name."""

    def __init__(self) -> None:
        self._all: list[OutsideCall] = []
        self._named: dict[str, list[OutsideCall]] = {}

    def __iter__(self) -> Iterator[OutsideCall]:
        return iter(self._all)

    def append(self, call: OutsideCall) -> None:
        """Take in one more."""
        self._all.append(call)
        self._named.setdefault(last(call.name), []).append(call)

    def clear(self) -> None:
        """Start again."""
        self._all.clear()
        self._named.clear()

    def named(self, name: str) -> tuple[OutsideCall, ...]:
        """Those whose names end so (`register`: of `router.register`), as they are known now."""
        return tuple(self._named.get(name, ()))
