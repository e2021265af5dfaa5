"""Quoting of one value for one line of JSON, TOML or INI, and the JSON writer.

Whatever the value holds, it comes back as that value and can never become syntax. What a syntax
cannot hold (a line break in INI, None in TOML) is a ValueError, not a guess.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard

# Not printable in YAML, or not allowed raw in TOML, or a line break for some reader.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
_INI_COMMENT = re.compile(r"(?:^|\s)[;#]")


_LISTS = frozenset({list, tuple})
_PLAIN_TYPES = _LISTS | {str, dict, int, float, bool, type(None)}


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Whether `value` is a mapping."""
    return isinstance(value, dict) or (
        type(value) not in _PLAIN_TYPES and isinstance(value, Mapping)
    )


def refusal(value: object, syntax: str) -> TypeError:
    """The error for a value of a type that `syntax` has no form for."""
    return TypeError(f"a value of type {type(value).__name__} cannot be written as {syntax}")


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether `value` is a list of values (a text is none)."""
    if type(value) in _PLAIN_TYPES:  # asking an abstract class takes ten times as long
        return type(value) in _LISTS
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def quoted(text: str) -> str:
    """`text` in double quotes: valid, and the same text, in JSON, YAML and TOML."""
    if _SURROGATE.search(text):
        raise ValueError(f"{text!r} is no text: it holds half of a character")
    written = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def json_inline(value: object) -> str:
    """`value` as JSON on one line."""
    return _json(value, None)


def json_text(value: object) -> str:
    """`value` as a JSON document, indented by two spaces, ending with a line break."""
    return _json(value, 2) + "\n"


def json_table(value: Mapping[str, object]) -> str:
    """`value` as a JSON document with a line for each key, and for each item of its lists.

    As readable as what `json_text` writes where the items are many and alike, and written in a
    tenth of the time: the standard library's fast encoder does not indent.
    """
    members = (f"  {json_inline(key)}: {_column(item)}" for key, item in value.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _column(value: object) -> str:
    if not is_sequence(value) or not value:
        return json_inline(value)
    return "[\n" + ",\n".join(f"    {json_inline(item)}" for item in value) + "\n  ]"


def _json(value: object, indent: int | None) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, default=_plain)
    if _SURROGATE.search(text):
        raise ValueError("half of a character cannot be written as JSON")
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if is_sequence(value):
        return list(value)
    raise refusal(value, "JSON")


def toml_inline(value: object) -> str:
    """`value` as TOML on one line; mappings become inline tables."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case int():
            return str(int(value))
        case float():
            return repr(value) if math.isfinite(value) else str(value)
        case Mapping():
            pairs = (f"{_toml_key(key)} = {toml_inline(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
    if is_sequence(value):
        return "[" + ", ".join(map(toml_inline, value)) + "]"
    raise refusal(value, "TOML")


def _toml_key(key: object) -> str:
    if not isinstance(key, str):
        raise refusal(key, "a key of TOML")
    return key if _BARE_KEY.match(key) else quoted(key)


def ini_inline(value: object) -> str:
    """`value` for an INI file as supervisor and configparser read it: `%` is doubled.

    INI has no escapes: a line break, space at either end, or what begins a comment is refused.
    """
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if _CONTROL.search(text) or text != text.strip() or _INI_COMMENT.search(text):
        raise ValueError(f"{text!r} cannot be written in an INI file")
    return text.replace("%", "%%")
