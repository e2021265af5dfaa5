"""What has parts: lists, mappings, comprehensions, the arguments of a call, the turns of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.expressions.mappings import mapping
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.statements.conditions import holds, narrowed
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Made,
    Member,
    Object,
    Pairs,
    Text,
    Type,
    Value,
    last,
    text,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

# A loop over what is known apart is walked turn by turn, up to a bound; less in other loops.
TURNS, ROUTES = (40, 12, 3, 0), 100


def arguments(frame: Evaluation, node: ast.Call) -> Call:
    """What a call gives, `*` and `**` unpacked as far as they are known."""
    args: list[Value] = []
    starred = False
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            known = [a for a in frame.evaluate(arg.value) if isinstance(a, Items)]
            args.extend(known[0].items if known else ())
            starred = True
        else:
            args.append(frame.evaluate(arg))
    kwargs: list[tuple[str, Value]] = []
    for keyword in node.keywords:
        value = frame.evaluate(keyword.value)
        if keyword.arg is not None:
            kwargs.append((keyword.arg, value))
        else:
            starred = True
            for atom in value:
                if isinstance(atom, Pairs):
                    kwargs.extend(atom.pairs)
    return Call(tuple(args), tuple(kwargs), frame.site(node), node, starred)


def items(frame: Evaluation, nodes: list[ast.expr]) -> Value:
    """A list, a tuple or a set."""
    found: list[Value] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            for atom in protocols.iterated(frame, frame.evaluate(node.value), frame.site(node)):
                found.extend(_unpacked(atom))
        else:
            found.append(frame.evaluate(node))
    return (Items(tuple(found)),)


def _unpacked(atom: Atom) -> tuple[Value, ...]:
    """What `*` gives: the parts that are known, what each of them is, or what has them."""
    if isinstance(atom, Items):
        return atom.items
    return ((atom,) if isinstance(atom, Member) else elements((atom,)),)


def pairs(frame: Evaluation, node: ast.Dict) -> Value:
    """A mapping."""
    found: list[tuple[str, Value]] = []
    for key, value in zip(node.keys, node.values, strict=True):
        given = frame.evaluate(value)
        if key is None:
            for atom in given:
                found.extend(atom.pairs if isinstance(atom, Pairs) else ())
            continue
        name = text(frame.evaluate(key))
        found.append((name if name is not None else "", given))
    return (mapping(found),)


def comprehension(frame: Evaluation, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
    """A list, a set or a generator of what is made at each turn."""
    found = [frame.evaluate(node.elt) for _ in _generated(frame, node.generators)]
    return (Items(tuple(dict.fromkeys(found)) or ((),)),)


def dict_comprehension(frame: Evaluation, node: ast.DictComp) -> Value:
    """A mapping of what is made at each turn."""
    found = [
        (text(frame.evaluate(node.key)) or "", frame.evaluate(node.value))
        for _ in _generated(frame, node.generators)
    ]
    return (mapping(found),)


def _generated(
    frame: Evaluation, generators: list[ast.comprehension], nested: int = 0
) -> Iterator[None]:
    """Each turn of a comprehension that its conditions may let through."""
    if not generators:
        yield
        return
    first, *rest = generators
    over = protocols.iterated(frame, frame.evaluate(first.iter), frame.site(first.iter))
    taken = turns(over, nested=frame.loops + nested)
    for turn in taken:
        frame.bind(first.target, turn)
        if isinstance(first.target, ast.Name) and len(taken) > 1:
            frame.told[first.target.id] = turn
        for test in first.ifs:
            frame.evaluate(test)
            frame.env.update(narrowed(frame, test, True))
        if all(holds(frame, test) is not False for test in first.ifs):
            yield from _generated(frame, rest, nested + 1)


def turns(values: Value, *, nested: int = 0, once: bool = False) -> list[Value]:
    """What a loop takes: one after another what is known apart, all at once what is not.

    In code that runs but `once`, on import, mappings are told apart, too.
    """
    known = next((atom for atom in values if isinstance(atom, Items)), None)
    if once and known is not None and values == (known,) and _are_mappings(known):
        return list(known.items)
    if known is not None and 0 < len(known.items) <= TURNS[min(nested, len(TURNS) - 1)]:
        if any(isinstance(atom, Items) for item in known.items for atom in item):
            return list(known.items)
        if all(len(item) == 1 and _is_told(item[0]) for item in known.items):
            return list(known.items) if values == (known,) else [elements(values)]
        objects = _known_apart(known)
        if objects:
            apart = {atom for value in objects for atom in value}
            rest = tuple(atom for atom in elements(values) if atom not in apart)
            return [*objects, *([rest] if rest else [])]
    return [elements(values)]


def _is_told(atom: Atom) -> bool:
    """Whether an item is told from others by itself: a name, a class, an object (a blueprint).

    What functions of packages give is not: there are many patterns of URLs, and they are alike.
    """
    return isinstance(atom, Text | Type) or (
        isinstance(atom, Made) and last(atom.name)[:1].isupper()
    )


def _are_mappings(items: Items) -> bool:
    """Whether these are mappings with texts in them, such as a table of routes."""
    return 0 < len(items.items) <= ROUTES and all(
        len(item) == 1
        and isinstance(item[0], Pairs)
        and any(isinstance(a, Text) for _, value in item[0].pairs for a in value)
        for item in items.items
    )


def _known_apart(items: Items) -> dict[Value, None]:
    """Objects that are known, each with what the class from outside made of it (a blueprint)."""
    found: dict[Value, None] = {}
    for item in items.items:
        objects = [a for a in item if isinstance(a, Object) and a.instance is not None]
        made = [a for a in item if isinstance(a, Made)]
        if len(objects) == 1 and len(made) == 1 and len(item) == 2:  # noqa: PLR2004
            found[item] = None
        else:
            found.update(dict.fromkeys((atom,) for atom in objects))
    return found
