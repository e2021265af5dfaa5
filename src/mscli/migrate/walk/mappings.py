"""What a mapping's own methods give, and how mappings are put together."""

from __future__ import annotations

from collections.abc import Iterable

from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.values import Items, Pairs, Text, Value, join, text
from mscli.migrate.words import words

METHODS = frozenset(words("get items keys values pop setdefault copy"))


def mapping(pairs: Iterable[tuple[str, Value]]) -> Pairs:
    """A mapping of these pairs: the last of a key holds; those of unknown keys are joined."""
    found: dict[str, Value] = {}
    for key, value in pairs:
        found[key] = value if key else join(found.get("", ()), value)
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
    key = text(call.arg(0))
    if key is None:
        return join(*(value for _, value in atom.pairs), call.arg(1))
    return atom.get(key) or join(atom.get(""), call.arg(1))


def _key(key: str) -> Value:
    return (Text(key),) if key else ()
