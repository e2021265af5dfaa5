"""Plain data -> YAML text, in block or flow style, quoted so that every YAML reader agrees."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from mscli.systemfile.compose import plain_type

_PLAIN = re.compile(
    r"[A-Za-z_./][A-Za-z0-9_./@+~-]*( [A-Za-z0-9_./@+~-]+)*"  # a word, a path, some words
    r"|[0-9]+(ms|s|m|h|KiB|MiB|GiB)"  # a quantity
)
_OLD_WORDS = frozenset({"y", "n", "yes", "no", "on", "off"})
"""Words that readers of YAML 1.1 take for true and false."""


def scalar(value: object) -> str:
    """A scalar: text is quoted wherever some reader could take it for something else."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if not isinstance(value, str):
        return str(value)
    plain = _PLAIN.fullmatch(value) and plain_type(value) == "str"
    if plain and value.lower() not in _OLD_WORDS:
        return value
    return _escaped(value)


def _number(value: float) -> str:
    """A float that readers of YAML 1.1 take for a float too: they want a dot and a signed power."""
    text = repr(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _escaped(value: str) -> str:
    """Text in double quotes; every character that YAML or an editor breaks lines at is escaped."""
    plain = json.dumps(value, ensure_ascii=False)
    return "".join(
        character if character.isprintable() else json.dumps(character)[1:-1] for character in plain
    )


def flow(value: object) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def block(record: Mapping[str, object], indent: int = 0) -> list[str]:
    """The lines of a mapping; lists of scalars and empty collections stay on one line."""
    lines: list[str] = []
    margin = " " * indent
    for key, value in record.items():
        if isinstance(value, Mapping) and value:
            lines += [f"{margin}{scalar(key)}:", *block(value, indent + 2)]
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            lines.append(f"{margin}{scalar(key)}:")
            lines += [f"{margin}  - {flow(item)}" for item in value]
        else:
            lines.append(f"{margin}{scalar(key)}: {flow(value)}")
    return lines
