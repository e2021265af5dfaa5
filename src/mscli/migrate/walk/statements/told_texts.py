"""What a condition asks of a text, where the text is the only one that it may be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from mscli.migrate.walk.statements.variables import SIZES
from mscli.migrate.walk.values.values import Atom, Text, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation


def begins_or_ends(frame: Evaluation, name: ast.Name, asked: str, part: str) -> bool | None:
    """`name.endswith("y")`, where the text may decide."""
    value = frame.name(name.id)
    if not is_told(frame, name.id, value):
        return None
    return unanimous([getattr(a.text, asked)(part) if _is_whole(a) else None for a in value])


def is_long(frame: Evaluation, name: ast.Name, operator: ast.cmpop, size: int) -> bool | None:
    """`len(name) > 14`, in a function that is given a text by code that runs on import."""
    value, compare = frame.env.get(name.id, ()), SIZES.get(type(operator))
    if compare is None or len(value) != 1 or not frame.engine.instances.is_importing:
        return None
    if not any(_is_whole(atom) for one in frame.given.values() for atom in one):
        return None
    return compare(len(value[0].text), size) if _is_whole(value[0]) else None


def _is_whole(atom: Atom) -> TypeGuard[Text]:
    return isinstance(atom, Text) and "{}" not in atom.text


def is_told(frame: Evaluation, name: str, value: Value) -> bool:
    """Whether a text is one turn of a comprehension, or given by code that runs on import."""
    given = frame.given if frame.engine.instances.is_importing else frame.told
    return bool(value) and (frame.told.get(name) is value or given.get(name) is value)


def unanimous(found: list[bool | None]) -> bool | None:
    """What all say, if they say the same."""
    return found[0] if found and all(one is found[0] for one in found) else None
