"""What a mapping's own methods give, and how mappings are put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import (
    Items,
    Outside,
    Pairs,
    Text,
    Type,
    Value,
    join,
    last,
    vague,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.objects.references import References
    from mscli.migrate.walk.project.index import ClassSymbol

FEW, CLASS = 3, "class "
MADE = frozenset(["collections.OrderedDict", "collections.defaultdict"])
METHODS = frozenset(words("get items keys values pop setdefault copy"))


def made(name: str) -> Value:
    """What one of the standard library's mappings begins with."""
    return (Pairs(()),) if name in MADE else ()


def keys(value: Value) -> tuple[str, ...]:
    """The keys that a value may be: texts, and classes of the project by their names."""
    return tuple(
        atom.text if isinstance(atom, Text) else CLASS + _name_of(atom)
        for atom in value
        if isinstance(atom, Text | Type) or (isinstance(atom, Outside) and _is_class(atom.name))
    )


def wanted_of(engine: References, value: Value, key: Value) -> tuple[str, ...]:
    """The keys that are meant: of a class that is none of them the few that inherit from it.

    None where these are many: which one it is is not known then.
    """
    wanted = keys(key)
    known = dict.fromkeys(k for a in value if isinstance(a, Pairs) for k, _ in a.pairs)
    bases = {atom.cls for atom in key if isinstance(atom, Type)}
    if not bases or not known.keys().isdisjoint(wanted):
        return wanted
    heirs = tuple(k for k in known if k.startswith(CLASS) and bases & _above(engine, k))
    return (heirs or wanted) if len(heirs) <= FEW else ()


def _above(engine: References, key: str) -> set[ClassSymbol | str]:
    found = engine.dotted_name(key.removeprefix(CLASS))
    return {entry for a in found if isinstance(a, Type) for entry in engine.order(a.cls)}


def _is_class(name: str) -> bool:
    """Whether what is imported is a class by its name, and no object such as `request.json`."""
    return name.startswith("builtins.") or last(name)[:1].isupper()


def _name_of(atom: Type | Outside) -> str:
    return atom.cls.id if isinstance(atom, Type) else atom.name


def is_untold(value: Value, wanted: tuple[str, ...]) -> bool:
    """Whether a class is looked up that is not known, and there are many: each has but one."""
    return not wanted and any(_is_by_class(a) for a in value if isinstance(a, Pairs))


def _is_by_class(atom: Pairs) -> bool:
    return sum(key.startswith(CLASS) for key, _ in atom.pairs) > FEW


def under(atom: Pairs, wanted: tuple[str, ...]) -> Value:
    """What is under any of the keys; where none is known, under all, unless those are classes."""
    if not wanted:
        return () if _is_by_class(atom) else vague(join(*(value for _, value in atom.pairs)))
    found = join(*(atom.get(key) for key in wanted))
    if not found and all(key == "" for key, _ in atom.pairs):
        return atom.get("")
    return found if len(wanted) == 1 else vague(found)


def mapping(pairs: Iterable[tuple[str, Value]]) -> Pairs:
    """A mapping of these pairs: the last of a key holds; those of unknown keys are joined."""
    found: dict[str, Value] = {}
    for key, value in pairs:
        found[key] = value if key else vague(join(found.get("", ()), value))
    return Pairs(tuple(found.items()))


def method(atom: Pairs, name: str, call: Call, wanted: tuple[str, ...]) -> Value:
    """A method of a mapping; `wanted` are the keys that a look-up may mean."""
    if name == "items":
        return (Items(tuple((Items((_key(key), value)),) for key, value in atom.pairs)),)
    if name == "keys":
        return (Items(tuple(_key(key) for key, _ in atom.pairs)),)
    if name == "values":
        return (Items(tuple(value for _, value in atom.pairs)),)
    if name == "copy":
        return (atom,)
    found = under(atom, wanted)
    return found if found and wanted else vague(join(found, call.arg(1)))


def _key(key: str) -> Value:
    return (Text(key),) if key and not key.startswith(CLASS) else ()
