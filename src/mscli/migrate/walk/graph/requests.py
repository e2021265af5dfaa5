"""What a condition asks of the request, and what the answer is for a route.

`if request.method == "POST":` is no condition that one walk can decide: the same function answers
other routes, and other methods. So what it guards is a node of its own, and the way there says when
it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

METHOD, PATH, NAME, PART = "method", "path", "name", "part"
IS, BEGINS, ENDS, HOLDS = "is", "begins", "ends", "holds"
SENDING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: whether the method is one of these, or the path, the route's name, its part.

    `sure`: whether that is all that is asked; `request.POST` may be empty in a POST, too.
    """

    what: str
    how: str
    values: tuple[str, ...]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """Questions that are joined by `and`, `or`, `not`; None stands for what is not understood."""

    how: str
    parts: tuple[Question | None, ...]


Question = Asked | Joined


@dataclass(frozen=True, slots=True)
class When:
    """What is done only if a question is answered so."""

    question: Question
    outcome: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How a request comes in; names and parts are empty where they are not known."""

    method: str
    path: str
    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def may_be(when: When, way: Way) -> bool:
    """Whether a request that comes in so may get there."""
    return answer(when.question, way) is not (not when.outcome)


def answer(question: Question | None, way: Way) -> bool | None:
    """The answer for such a request, if it is the same for each."""
    if question is None:
        return None
    if isinstance(question, Asked):
        known = _found(question, way)
        return known if question.sure or known is False else None
    found = [answer(part, way) for part in question.parts]
    if question.how == "not":
        return None if found[0] is None else not found[0]
    decides = question.how == "or"
    if decides in found:
        return decides
    return None if None in found else not decides


def methods(question: Question | None) -> Iterator[str]:
    """The methods that are asked for."""
    if isinstance(question, Asked):
        yield from question.values if question.what == METHOD else ()
    elif question is not None:
        for part in question.parts:
            yield from methods(part)


def asks_anything(question: Question | None) -> bool:
    """Whether there is something in it that is understood."""
    if isinstance(question, Joined):
        return any(asks_anything(part) for part in question.parts)
    return question is not None


def _found(asked: Asked, way: Way) -> bool | None:
    if asked.what == METHOD:
        return None if way.method == "ANY" else way.method in asked.values
    if asked.what == PATH:
        found = [_of_path(way.path, asked.how, value) for value in asked.values]
    else:
        known = way.names if asked.what == NAME else way.parts
        found = [_of_text(one, asked.how, value) for one in known for value in asked.values]
        if not known:
            return None
    return True if True in found else None if None in found else False


def _of_text(one: str, how: str, value: str) -> bool:
    if how == BEGINS:
        return one.startswith(value)
    if how == ENDS:
        return one.endswith(value)
    return value in one if how == HOLDS else one == value


def _of_path(path: str, how: str, value: str) -> bool | None:
    """A path of a route may have parameters: what they are decides, or it does not."""
    parts = re.split(r"\{[^}]*\}", path)
    if len(parts) == 1:
        return _of_text(path, how, value)
    first, last = parts[0], parts[-1]
    if how == BEGINS:
        return first.startswith(value) or (None if value.startswith(first) else False)
    if how == ENDS:
        return last.endswith(value) or (None if value.endswith(last) else False)
    if how == HOLDS:
        return any(value in part for part in parts) or None
    fits = re.fullmatch(".+".join(re.escape(part) for part in parts), value)
    return None if fits else False
