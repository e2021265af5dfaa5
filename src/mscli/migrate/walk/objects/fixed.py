"""What is one text for sure: an attribute that a framework sets for good, and lists of such."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.values.values import Items, Object, Text

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation


def is_among(frame: Evaluation, left: ast.expr, right: ast.expr) -> bool | None:
    """Whether a text that is fixed is one of a list that is known, or a framework tells."""
    for semantics in frame.engine.semantics:
        told = semantics.contains(frame, left, right)
        if told is not None:
            return told
    one = frame.evaluate(left) if is_fixed(frame, left) else ()
    among = frame.evaluate(right) if one else ()
    if len(among) != 1 or not isinstance(among[0], Items):
        return None
    known = all(len(item) == 1 and isinstance(item[0], Text) for item in among[0].items)
    return one in among[0].items if known else None


def is_fixed(frame: Evaluation, side: ast.expr) -> bool:
    """Whether it is an attribute of one object, and what it is for sure: a viewset's `action`."""
    if not isinstance(side, ast.Attribute):
        return False
    of = frame.evaluate(side.value)
    instance = of[0].instance if len(of) == 1 and isinstance(of[0], Object) else None
    return instance is not None and side.attr in instance.fixed
