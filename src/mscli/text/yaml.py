"""The one YAML writer: in the order given, without aliases, with nothing that can be misread.

A string is written plain only if YAML 1.1 and YAML 1.2 readers both read it as that string (`no`,
`1e3`, `0o17`, `12:30` and `2024-01-01` are quoted); a text of several lines is a literal block.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mscli.text.quoting import is_mapping, is_sequence, quoted, refusal

_WORD = r"[A-Za-z0-9_./@+=~^$()-]+"
_PLAIN = re.compile(rf"[A-Za-z_/](?:{_WORD})?(?:[ :]{_WORD})*\Z")
_QUANTITY = re.compile(r"(?:0|[1-9][0-9]*)(?:ms|s|m|h|Ki|Mi|Gi)\Z")
_RESERVED = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_LONGEST_KEY = 1000


def yaml_text(value: object, indent: int = 0, width: int = 0) -> str:
    """`value` as a YAML document in block style; every line is indented by `indent` spaces.

    `value` is made of mappings, sequences, strings, numbers, booleans and None; others are a
    TypeError. A sequence of scalars that fits into `width` columns is written on one line. Ends
    with a line break.
    """
    lines: list[str] = []  # one list for all: passing lines up through every level takes longer
    _block(lines, value, " " * indent, " " * indent, width)
    lines.append("")
    return "\n".join(lines)


def yaml_inline(value: object) -> str:
    """`value` on one line: a scalar, or a mapping or sequence in flow style."""
    if is_mapping(value) or is_sequence(value):
        return _flow(value)
    return _scalar(value)


def _block(lines: list[str], value: object, margin: str, lead: str, width: int) -> None:
    """Write `value` with `margin`; the first line begins with `lead` instead."""
    if is_mapping(value) and value:
        _mapping(lines, value, margin, lead, width)
    elif is_sequence(value) and value:
        for item in value:
            _block(lines, item, margin + "  ", lead + "- ", width)
            lead = margin
    elif isinstance(value, str) and _is_literal(value):
        lines.extend(_literal(value, margin + "  ", lead))
    else:
        lines.append(lead + yaml_inline(value))


def _mapping(
    lines: list[str], value: Mapping[object, object], margin: str, lead: str, width: int
) -> None:
    for key, item in value.items():
        head = f"{lead}{_key(key)}:"
        lead = margin
        if type(item) is str and "\n" not in item:  # nearly everything is
            lines.append(f"{head} {_string(item, in_flow=False)}")
        elif line := _fits(head, item, width):
            lines.append(line)
        elif (is_mapping(item) or is_sequence(item)) and item:
            lines.append(head)
            _block(lines, item, margin + "  ", margin + "  ", width)
        else:
            _block(lines, item, margin, head + " ", width)


def _fits(head: str, item: object, width: int) -> str:
    """The line that holds a sequence of scalars; empty if it is none, or too long."""
    if not width or not is_sequence(item) or not item:
        return ""
    if any(is_mapping(each) or is_sequence(each) for each in item):
        return ""
    line = f"{head} {_flow(item)}"
    return line if len(line) <= width else ""


def _is_literal(text: str) -> bool:
    return "\n" in text and text[0] not in " \n" and not _UNPRINTABLE.search(text)


def _literal(text: str, margin: str, lead: str) -> Iterator[str]:
    body = text.removesuffix("\n")
    chomping = "-" if body == text else "+" if body.endswith("\n") else ""
    yield f"{lead}|{chomping}"
    for line in body.split("\n"):
        yield f"{margin}{line}" if line else ""


def _flow(value: object) -> str:
    if is_mapping(value):
        pairs = (f"{_key(key, in_flow=True)}: {_flow(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if is_sequence(value):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, in_flow=True)


def _key(key: object, *, in_flow: bool = False) -> str:
    is_text = type(key) is str
    text = _string(key, in_flow=in_flow) if is_text else _scalar(key, in_flow=in_flow)
    if len(text) > _LONGEST_KEY:
        raise ValueError(f"a key of {len(text)} characters is too long for YAML")
    return text


def _scalar(value: object, *, in_flow: bool = False) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value, in_flow=in_flow)
        case int():
            return str(int(value))
        case float():
            return _float(value)
    raise refusal(value, "YAML")


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    digits, exponent, power = repr(value).partition("e")
    return digits + ("" if "." in digits else ".0") + exponent + power


@lru_cache(maxsize=4096)  # the same words come again and again
def _string(text: str, *, in_flow: bool) -> str:
    plain = _PLAIN.match(text) and text.lower() not in _RESERVED
    if plain and not (in_flow and ":" in text):
        return str(text)
    return str(text) if _QUANTITY.match(text) else quoted(text)
