"""How much is walked: bounds that end the walk, whatever the code is.

A function is walked in so many contexts as its length allows, and all functions together in so
many lines as the project's length allows; after that each has one context more, for all callers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable

from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.values import Function, Value

# So many contexts for bodies of up to so many lines, and for longer ones.
LINES, CONTEXTS = (15, 40, 120), (300, 100, 6, 2)
AMPLE, CONTEXTS_OF_WRAPPERS = 7, 60
# What modules call while they are imported is called once a line: decorators, makers of columns.
CONTEXTS_OF_IMPORTING = 5000
# What is handed a function does what that one does: runners, retries, checks of permissions.
CONTEXTS_OF_RUNNERS = 600
# What has too many is told apart by its receiver and the rows and classes that it is given, up to
# so many, and then by its receiver alone: each view of a base.
GIVEN, RECEIVERS = 100, 1000
# How often a line is walked on average, over all contexts: applications need about three.
TIMES, LEAST = 12, 5_000


class Budget:
    """Counts contexts and lines."""

    def __init__(self, lines: int) -> None:
        self._whole = lines * TIMES + LEAST
        self.clear()

    def clear(self) -> None:
        """Start again."""
        self.left = self._whole
        self._spent: Counter[FunctionSymbol] = Counter()
        self._given: defaultdict[FunctionSymbol, dict[object, None]] = defaultdict(dict)
        self._receivers: defaultdict[FunctionSymbol, dict[object, None]] = defaultdict(dict)

    @staticmethod
    def is_ample(fn: FunctionSymbol) -> bool:
        """Whether a function may be walked in many contexts."""
        return _contexts(fn) >= AMPLE

    def allows(self, fn: FunctionSymbol, given: Iterable[Value], *, importing: bool) -> bool:
        """Whether a function may be walked in one more context, for what it is given."""
        known = self._spent[fn]
        if self.left < 0:
            return not known
        if importing:
            return known < CONTEXTS_OF_IMPORTING
        runs = any(isinstance(atom, Function) for value in given for atom in value)
        return known < (CONTEXTS_OF_RUNNERS if runs else _contexts(fn))

    def allows_given(self, fn: FunctionSymbol, receiver: Value, given: dict[str, Value]) -> bool:
        """Whether what has too many contexts is told apart by the rows and classes it is given."""
        told = (receiver, frozenset(given.items()))
        return bool(given) and self._is_among(self._given[fn], told, GIVEN)

    def allows_receiver(self, fn: FunctionSymbol, receiver: Value) -> bool:
        """Whether a method that has too many contexts is told apart by its receiver at least."""
        return bool(receiver) and self._is_among(self._receivers[fn], receiver, RECEIVERS)

    def _is_among(self, known: dict[object, None], told: object, most: int) -> bool:
        if self.left < 0:
            return False
        if len(known) < most:
            known[told] = None
        return told in known

    def spend(self, fn: FunctionSymbol) -> None:
        """A function is walked in one more context."""
        self._spent[fn] += 1
        self.left -= 1 + _lines(fn)


def _lines(fn: FunctionSymbol) -> int:
    return (fn.node.end_lineno or fn.node.lineno) - fn.node.lineno


def _contexts(fn: FunctionSymbol) -> int:
    lines = _lines(fn)
    allowed = CONTEXTS[bisect_left(LINES, lines)]
    return max(allowed, CONTEXTS_OF_WRAPPERS) if fn.nests and lines <= LINES[1] else allowed
