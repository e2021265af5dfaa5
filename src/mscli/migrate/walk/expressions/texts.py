"""Methods of texts that are known, and `re.sub` on them: names that a project puts together."""

from __future__ import annotations

import ast
import re
from itertools import count, product
from math import prod
from string import Formatter

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import Items, Made, Member, Outside, Text, Value, text
from mscli.migrate.words import words

SAME = frozenset(words("dedent encode"))
PLAIN = frozenset(words("lower upper title capitalize casefold strip lstrip rstrip"))
OF_TEXTS = frozenset(words("strip lstrip rstrip replace removeprefix removesuffix"))
SPLITTING = frozenset(["split", "rsplit"])
LONGEST = 100
# A group that is repeated may take for ever on a text that almost fits.
REPEATED_GROUP = re.compile(r"\)[*+{]")


MOST = 8


def method(atom: Text, name: str, call: Call) -> Value:
    """What a method of a text gives."""
    given = [text(argument) for argument in call.args]
    if name in SPLITTING and given and given[0] and "{}" not in atom.text:
        return (Items(tuple((Text(part),) for part in atom.text.split(given[0]))),)
    if name in PLAIN and not given:
        return (Text(getattr(atom.text, name)()),)
    if name in OF_TEXTS:
        known = [part for part in given if part is not None]
        right = len(known) == (2 if name == "replace" else 1) and len(known) == len(given)
        return (Text(getattr(atom.text, name)(*known)),) if right else (atom,)
    if name == "format":
        return formatted(atom, call)
    if name == "join":
        return joined(atom.text, call.arg(0))
    return (atom,) if name in SAME else ()


def taken(atom: Text, index: ast.expr) -> Value:
    """`name[:-1]`, `name[0]`, of a text that is known as a whole, by numbers that are written."""
    if "{}" in atom.text:
        return ()
    try:
        if not isinstance(index, ast.Slice):
            return (Text(atom.text[ast.literal_eval(index)]),)
        ends = (index.lower, index.upper, index.step)
        places = [ast.literal_eval(end) if end is not None else None for end in ends]
        return (Text(atom.text[slice(*places)]),)
    except (ValueError, TypeError, IndexError):
        return ()


def formatted(template: Text, call: Call) -> Value:
    """`"{0}.{1}".format(table, key)`: what is not known of it stays open."""
    try:
        fields = list(Formatter().parse(template.text))
    except ValueError:
        return (template,)
    found: list[tuple[str, ...]] = []
    places = count()
    for plain, name, _, _ in fields:
        found.append((plain,))
        if name is not None:
            place = int(name) if name.isdigit() else -1 if name else next(places)
            found.append(parts(call.arg(-1 if call.starred else place, name)))
    return combined(found)


def joined(between: str, value: Value) -> Value:
    """`"/".join([prefix, name])`: what is not known of it stays open."""
    found: list[Text] = []
    for atom in value:
        if isinstance(atom, Items) and 0 < len(atom.items) <= MOST:
            each = [part for item in atom.items for part in ((between,), parts(item))]
            found.extend(one for one in combined(each[1:]) if isinstance(one, Text))
    return tuple(dict.fromkeys(found))


def substituted(callee: str, of: Outside | Made | Member, call: Call) -> Value:
    """`re.sub(pattern, replacement, name)`, also of a pattern that was compiled; or nothing."""
    parts = [text(argument) for argument in call.args]
    if isinstance(of, Member) and isinstance(of.of, Made) and of.of.name == "re.compile":
        parts = [text(of.of.arg(0)), *parts]
    elif callee != "re.sub":
        return ()
    if len(parts) != 3 or any(part is None or len(part) > LONGEST for part in parts):  # noqa: PLR2004
        return ()
    pattern, replacement, subject = (part or "" for part in parts)
    if "{}" in subject or REPEATED_GROUP.search(pattern):
        return ()
    try:
        return (Text(re.sub(pattern, replacement, subject)),)
    except (re.error, IndexError):
        return ()


def parts(value: Value) -> tuple[str, ...]:
    """What a part of a text may be; `{}`, where that is not known."""
    return tuple(atom.text for atom in value if isinstance(atom, Text)) or ("{}",)


def are_many(found: list[tuple[str, ...]]) -> bool:
    """Whether parts are put together to more texts than are told apart."""
    return prod(map(len, found)) > MOST


def combined(found: list[tuple[str, ...]]) -> Value:
    """The texts that parts are put together to; the first of each, where there are too many."""
    if are_many(found):
        found = [part[:1] for part in found]
    return tuple(Text(one) for one in dict.fromkeys("".join(each) for each in product(*found)))
