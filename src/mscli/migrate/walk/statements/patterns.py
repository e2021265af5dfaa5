"""Patterns of `case`: the names that they bind."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.calls.passing import is_told
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import Items, Pairs, Value, join, text

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation


def bind(frame: Evaluation, pattern: ast.pattern, value: Value) -> None:
    """Give the names of a pattern what a subject has there."""
    match pattern:
        case ast.MatchAs(pattern=inner, name=name):
            if inner is not None:
                bind(frame, inner, value)
            if name is not None:
                told = len(value) == 1 and is_told(value)
                frame.env[name] = value if told else _said(frame, inner) or value
        case ast.MatchOr(patterns=parts):
            for part in parts:
                bind(frame, part, value)
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=parts):
            for name, part in zip(names, parts, strict=True):
                inside = frame.attribute(value, name, frame.site(part)) if value else ()
                bind(frame, part, inside)
        case ast.MatchSequence(patterns=parts):
            _bind_all(frame, parts, value)
        case ast.MatchMapping(keys=keys, patterns=parts, rest=rest):
            for key, part in zip(keys, parts, strict=True):
                bind(frame, part, _under(value, text(frame.evaluate(key)) or ""))
            if rest is not None:
                frame.env[rest] = value
        case ast.MatchStar(name=str() as name):
            frame.env[name] = (Items((elements(value),)),)
        case _:
            return


def _bind_all(frame: Evaluation, parts: list[ast.pattern], value: Value) -> None:
    known = next((a for a in value if isinstance(a, Items) and len(a.items) == len(parts)), None)
    for place, part in enumerate(parts):
        whole = isinstance(part, ast.MatchStar)
        inside = known.items[place] if known is not None else elements(value)
        bind(frame, part, value if whole else inside)


def _under(value: Value, key: str) -> Value:
    return join(*(atom.get(key) for atom in value if isinstance(atom, Pairs)))


def _said(frame: Evaluation, pattern: ast.pattern | None) -> Value:
    """An instance of the class that a pattern asks for."""
    return frame.annotated(pattern.cls) if isinstance(pattern, ast.MatchClass) else ()
