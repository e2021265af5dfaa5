"""Flags that a call is given: switches that somebody may turn, and so not known for sure."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import Known, Value, vague

SAID = frozenset(["trailing_slash"])
"""Those of them that URLs hang on, where they are said in so many words."""


def without_flags(call: Call) -> Call:
    """A call without its `True`, `False` and `None`, but for what is said of URLs right there."""
    kept = {name: value for name, value in said(call).items() if name in SAID}
    if not kept and not _has_flags(call.given):
        return call
    args = tuple(vague(arg) for arg in call.args)
    kwargs = tuple((name, kept.get(name) or vague(value)) for name, value in call.kwargs)
    return Call(args, kwargs, call.site, call.node, call.starred)


def said(call: Call) -> dict[str, Value]:
    """The flags that a call is given by name, in so many words."""
    found: dict[str, Value] = {}
    for keyword in call.node.keywords if call.node is not None else ():
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg and isinstance(value, bool):
            found[keyword.arg] = (Known(value),)
    return found


def _has_flags(values: Iterable[Value]) -> bool:
    return any(isinstance(atom, Known) for value in values for atom in value)
