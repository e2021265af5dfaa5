"""Calls, texts and names as code."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Sequence

from mscli.text.quoting import json_inline

WIDTH = 100


def fit(line: str, after: str = "") -> str:
    """A call on one line, or with an argument a line where that is too long; `after` follows it."""
    if len(line) + len(after) <= WIDTH:
        return line + after
    head, _, rest = line.partition("(")
    indent = " " * (len(head) - len(head.lstrip()))
    inside, closing = rest[: rest.rindex(")")], rest[rest.rindex(")") :] + after
    return "\n".join([f"{head}(", *(f"{indent}    {a}," for a in split(inside)), indent + closing])


def split(arguments: str) -> Iterator[str]:
    """The arguments of a call, split at the commas that are in no bracket and no text."""
    depth, quoted, begun = 0, False, ""
    for character in arguments:
        quoted ^= character == '"'
        depth += 0 if quoted else (character in "([") - (character in ")]")
        if character == "," and not depth and not quoted:
            yield begun.strip()
            begun = ""
        else:
            begun += character
    yield begun.strip()


def identifier(name: str) -> str:
    """A table's name as one of Python's."""
    tidy = re.sub(r"\W", "_", name)
    return f"{tidy}_" if keyword.iskeyword(tidy) or tidy in ("sa", "metadata") else tidy


def q(text: str) -> str:
    """A text as code."""
    return json_inline(text)


def qs(texts: Sequence[str]) -> str:
    """Texts as code of a list."""
    return f"[{', '.join(map(q, texts))}]"
