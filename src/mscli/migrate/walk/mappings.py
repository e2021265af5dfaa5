"""What a mapping's own methods give, and how mappings are put together."""

from __future__ import annotations

from collections.abc import Iterable

from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.values import Items, Pairs, Text, Type, Value, join, vague
from mscli.migrate.words import words

METHODS = frozenset(words("get items keys values pop setdefault copy"))


def keys(value: Value) -> tuple[str, ...]:
    """The keys that a value may be: texts, and classes of the project by their names."""
    return tuple(
        atom.text if isinstance(atom, Text) else f"class {atom.cls.id}"
        for atom in value
        if isinstance(atom, Text | Type)
    )


def under(atom: Pairs, wanted: tuple[str, ...]) -> Value:
    """What is under any of the keys; under all of them where none is known."""
    if not wanted:
        return vague(join(*(value for _, value in atom.pairs)))
    found = join(*(atom.get(key) for key in wanted))
    return (found if len(wanted) == 1 else vague(found)) or atom.get("")


def mapping(pairs: Iterable[tuple[str, Value]]) -> Pairs:
    """A mapping of these pairs: the last of a key holds; those of unknown keys are joined."""
    found: dict[str, Value] = {}
    for key, value in pairs:
        found[key] = value if key else vague(join(found.get("", ()), value))
    return Pairs(tuple(found.items()))


def method(atom: Pairs, name: str, call: Call) -> Value:
    """A method of a mapping."""
    if name == "items":
        return (Items(tuple((Items((_key(key), value)),) for key, value in atom.pairs)),)
    if name == "keys":
        return (Items(tuple(_key(key) for key, _ in atom.pairs)),)
    if name == "values":
        return (Items(tuple(value for _, value in atom.pairs)),)
    if name == "copy":
        return (atom,)
    wanted = keys(call.arg(0))
    found = under(atom, wanted)
    return found if found and wanted else vague(join(found, call.arg(1)))


def _key(key: str) -> Value:
    return (Text(key),) if key and not key.startswith("class ") else ()
