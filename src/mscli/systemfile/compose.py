"""YAML text -> nodes with their lines, by libyaml where PyYAML has it.

Scalars are read by YAML 1.2's core schema, as editors and other languages do: `on` and `no` are
text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

MOST_DEPTH = 50

TAG = "tag:yaml.org,2002:"
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")


class TooDeep(yaml.MarkedYAMLError):
    """The document is nested deeper than anything that is meant."""


class _Resolver:
    """YAML 1.2's core schema, and a limit on depth; the C and the pure composer call both."""

    depth = 0

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is ScalarNode:
            return TAG + (plain_type(value) if implicit[0] else "str")
        return TAG + ("map" if kind is MappingNode else "seq")

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            mark = parent.start_mark if parent is not None else None
            raise TooDeep(problem=f"nested deeper than {MOST_DEPTH} levels", problem_mark=mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def check_resolver_prefix(self, *_: object) -> bool:
        return False


class _Composer(Protocol):
    def get_single_node(self) -> Node | None: ...
    def dispose(self) -> None: ...


def _composer() -> Callable[[str], _Composer]:
    """The class that composes nodes: libyaml's if PyYAML has it, else the pure one."""
    if yaml.__with_libyaml__:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]

        class Quick(_Resolver, CParser):
            pass

        return Quick

    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class Pure(_Resolver, Reader, Scanner, Parser, Composer):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)

    return Pure


_COMPOSER = _composer()


def plain_type(value: str) -> str:
    """The core schema's name for the type of an unquoted scalar: null, bool, int, float or str."""
    first = value[:1]
    if first.isalpha() and first not in "nNtTfF":
        return "str"
    if first and first in "0123456789+-.":
        if _INT.fullmatch(value):
            return "int"
        return "float" if _FLOAT.fullmatch(value) or _SPECIAL_FLOAT.fullmatch(value) else "str"
    if _BOOL.fullmatch(value):
        return "bool"
    return "null" if _NULL.fullmatch(value) else "str"


def compose(text: str) -> Node | None:
    """The root node of one document; raises yaml.YAMLError or RecursionError."""
    composer = _COMPOSER(text)
    try:
        return composer.get_single_node()
    finally:
        composer.dispose()


def explain(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line and the problem of an error of the parser."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it cannot be read"
        return (mark.line + 1 if mark is not None else 1), problem
    position = getattr(error, "position", None)
    if isinstance(position, int):
        return 1 + text.encode()[:position].count(b"\n"), "a control character is not allowed"
    return 1, "it cannot be read"
