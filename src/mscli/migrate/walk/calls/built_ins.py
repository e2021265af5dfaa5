"""Python's own functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from mscli.migrate.walk.calls import passing, protocols
from mscli.migrate.walk.expressions.mappings import mapping
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects import settings
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.newness import put_away
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Object,
    Outside,
    Pairs,
    Row,
    Super,
    Type,
    Value,
    join,
    text,
    texts,
    vague,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.statements.frame import Frame

SAME = frozenset(words("list tuple set sorted reversed iter frozenset next filter"))
ITERATING = SAME | frozenset(words("enumerate sum any all max min zip map"))
ASKING = {"len": ("__len__",), "bool": ("__bool__", "__len__"), "str": ("__str__",)}
TELLING = 3
"""So many letters of a name tell which methods are meant."""
SETS, EMPTY = frozenset(["set", "frozenset"]), frozenset(["list", "tuple"])


def call(frame: Evaluation, name: str, given: Call, callee: Value) -> Value | None:
    """A function that is built in, if the name stands for it; None if it means nothing here."""
    if not any(isinstance(atom, Outside) and atom.name == f"builtins.{name}" for atom in callee):
        return None
    if name == "super":
        return _super(frame, given)
    if name == "hasattr" and (asked := text(given.arg(1))):
        frame.attribute(given.arg(0), asked, given.site)  # it is read to know
        return None
    if name == "getattr":
        return _get(frame, given)
    if name in ITERATING:
        over = protocols.iterated(frame, given.arg(1 if name == "filter" else 0), given.site)
        if name == "enumerate":
            return (Items((((Items(((), elements(over))),)),)),)
        handed_on = passing.iterating(frame, name, over, given)
        if handed_on:
            return handed_on
        if name in SAME:
            return over or _empty(name, given)
    for method in ASKING.get(name, ()):
        if protocols.called(frame, given.arg(0), method, given.site):
            break
    if name == "setattr":
        return _set_attribute(frame, given)
    if name == "type" and len(given.args) > 1:
        return elements(given.arg(1))  # a class that is made at run time: its bases
    if name == "type":
        return tuple(atom for atom in map(_class_of, given.arg(0)) if atom is not None)
    if name == "locals":
        return (Pairs(tuple(frame.env.items())),)
    if name == "dict":
        return _mapping(given)
    if name in ("exec", "eval", "__import__"):
        frame.lost("dynamic", f"{name}()", given.site)
    if name == "str":
        return given.arg(0) if texts(given.arg(0)) else ()
    return None


def _get(frame: Evaluation, given: Call) -> Value:
    """`getattr`, by a name that is known, or by what it is put together of."""
    if several := _named(frame, given):
        return several
    wanted = text(given.arg(1))
    if wanted is not None and "{}" not in wanted:
        return _attribute(frame, wanted, given)
    found = _methods_like(frame, wanted or "", given)
    if not found and given.arg(0):
        frame.lost("dynamic", "getattr with a name that is not known", given.site)
    return found or vague(given.arg(2))


def _named(frame: Evaluation, given: Call) -> Value:
    """The methods that go by one of several names, all of which are known."""
    names = texts(given.arg(1))
    classes = [atom.cls for atom in given.arg(0) if isinstance(atom, Object | Type)]
    if len(names) < 2 or any("{}" in name for name in names):  # noqa: PLR2004
        return ()
    known = [n for n in names if any(frame.engine.method(cls, n) for cls in classes)]
    return vague(join(*(frame.attribute(given.arg(0), name, given.site) for name in known)))


def _methods_like(frame: Evaluation, wanted: str, given: Call) -> Value:
    """The methods whose names are put together so: all that `do_{}` may be."""
    if len(wanted.replace("{}", "")) < TELLING:
        return ()
    pattern = re.compile(".*".join(map(re.escape, wanted.split("{}"))))
    classes = [atom.cls for atom in given.arg(0) if isinstance(atom, Object | Type)]
    names = {
        name
        for cls in classes
        for entry in frame.engine.lineage(cls)
        for name in entry.methods
        if pattern.fullmatch(name)
    }
    found = (frame.attribute(given.arg(0), name, given.site) for name in sorted(names))
    return vague(join(*found))


def _mapping(given: Call) -> Value:
    """`dict(known, more=1)`: with the names of what it is made of; open where one is not known."""
    known = [atom for atom in given.arg(0) if isinstance(atom, Pairs)]
    is_open = bool(given.args) and len(known) != len(given.arg(0) or (None,))
    pairs = [pair for atom in known for pair in atom.pairs]
    return (mapping([*([("", ())] if is_open else []), *pairs, *given.kwargs]),)


def _empty(name: str, given: Call) -> Value:
    """A collection all the same; a set is one whatever is in it."""
    return (Items(()),) if name in SETS or (name in EMPTY and not given.args) else ()


def _super(frame: Evaluation, given: Call) -> Value:
    """`super()`, or `super(Parent, row)` wherever it is written."""
    after = [atom.cls for atom in given.arg(0) if isinstance(atom, Type)]
    cls = after[0] if after else frame.cls
    receiver = given.arg(1) if len(given.args) > 1 else frame.itself()
    return (Super(cls, receiver),) if cls else ()


def _class_of(atom: Atom) -> Type | Outside | None:
    if isinstance(atom, Row) and atom.model.cls is None:
        return Outside(atom.model.owner) if atom.model.origin == "framework" else None
    if isinstance(atom, Row):
        return Type(atom.model.cls) if atom.model.cls is not None else None
    return Type(atom.cls) if isinstance(atom, Object) else None


def _attribute(frame: Evaluation, name: str, given: Call) -> Value:
    """What `getattr` gives; of what is outside nothing is known but the default."""
    found, default = frame.attribute(given.arg(0), name, given.site), vague(given.arg(2))
    if settings.of_django(found) and (flag := settings.by_default(name, given, 2)):
        return flag
    if default and all(isinstance(atom, Outside) for atom in found):
        return default
    return vague(join(found, default))


def _set_attribute(frame: Evaluation, call: Call) -> Value:
    names = texts(call.arg(1))
    value = put_away(call.arg(2))
    for atom in call.arg(0):
        if isinstance(atom, Object):
            for name in names:
                frame.engine.set_on(atom, name, value)
        elif isinstance(atom, Type):
            for name in names:
                frame.engine.set_attribute(atom.cls, name, value)
        elif isinstance(atom, Row):
            _set_on_row(cast("Frame", frame), atom, names or ("",), call)
    return ()


def _set_on_row(frame: Frame, row: Row, names: tuple[str, ...], call: Call) -> None:
    """Columns of a row are set; which ones is not known where the name is empty."""
    for name in names:
        for semantics in frame.engine.semantics:
            semantics.assign(frame, row, name, call.arg(2), call.site)
