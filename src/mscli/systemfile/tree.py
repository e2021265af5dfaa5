"""YAML text -> plain mappings, lists and scalars, with the line of each: one walk over nodes.

Keys are always text. The text comes from people and from the internet, so every limit here is a
finding with a line, never an exhausted stack or memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mscli.errors import Finding
from mscli.systemfile.compose import MOST_DEPTH, TAG, TooDeep, compose, explain, plain_type
from mscli.systemfile.places import Fault, Place, Places, quoted

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"

CONFLICT = "<<<<<<< "
MOST_NODES = 200_000
MOST_CHARACTERS = 4_000_000

_MOST_DIGITS = 400


class Tree:
    """A document as plain data. `numbers` holds how each number was written."""

    def __init__(self, text: str, file: str) -> None:
        self.findings: list[Finding] = []
        self.data: Plain = None
        self.places = Places(file, max(1, len(text.splitlines())))
        self.numbers: dict[Place, str] = {}
        self._nodes = 0
        self._open: set[int] = set()
        self.readable = self._load(text)

    def report(self, *faults: Fault) -> None:
        """Give each fault its line, now: later steps may move the items of lists."""
        self.findings += [self.places.finding(fault) for fault in faults]

    def _load(self, text: str) -> bool:
        if len(text) > MOST_CHARACTERS:
            self._fault_at(1, f"the file is larger than {MOST_CHARACTERS // 1_000_000} MB")
            return False
        try:
            text.encode()
            root = compose(text)
        except yaml.YAMLError as error:
            self._syntax(error, text)
            return False
        except UnicodeEncodeError as error:
            self._fault_at(1 + text.count("\n", 0, error.start), "a character is not valid Unicode")
            return False
        if root is None:
            self._fault_at(1, "the file is empty", "start it with 'version: 1' and 'name: ...'")
            return False
        try:
            self.data = self._plain(root, ())
        except _TooLarge as error:
            self._fault_at(error.line, f"more than {MOST_NODES} values when aliases are expanded")
            return False
        return True

    def _fault_at(self, line: int, message: str, remedy: str = "") -> None:
        self.places.note((), line)
        self.report(Fault((), message, remedy))

    def _syntax(self, error: yaml.YAMLError, text: str) -> None:
        line, problem = explain(error, text)
        lines = text.split("\n")
        conflict = next((n for n, text in enumerate(lines, 1) if text.startswith(CONFLICT)), 0)
        tab = line <= len(lines) and "\t" in lines[line - 1]
        if isinstance(error, TooDeep):
            self._fault_at(line, problem)
        elif conflict:
            self._fault_at(conflict, "git has left a conflict here", "keep what you want of it")
        elif "another document" in problem:
            self._fault_at(line, "a second document begins here", "keep one, without '---'")
        else:
            remedy = "indent with spaces, not tabs" if tab else ""
            self._fault_at(line, f"not valid YAML: {problem}", remedy)

    def _plain(self, node: Node, place: Place) -> Plain:
        line = node.start_mark.line + 1
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _TooLarge(line)
        if id(node) in self._open:
            self._fault(place, "an alias that contains itself", line)
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, place)
        if len(place) > MOST_DEPTH:
            self._fault(place, f"nested deeper than {MOST_DEPTH} levels", line)
            return None
        if node.tag not in (TAG + "map", TAG + "seq"):
            self._foreign(node, place)
        self._open.add(id(node))
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, place)
            return self._sequence(node, place)
        finally:
            self._open.discard(id(node))

    def _sequence(self, node: Node, place: Place) -> list[Plain]:
        items: list[Plain] = []
        for index, item in enumerate(node.value):
            self.places.note((*place, index), item.start_mark.line + 1)
            items.append(self._plain(item, (*place, index)))
        return items

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        merged: list[MappingNode] = []
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._fault(place, "a name must be text, not a list or a mapping", line)
                continue
            key = key_node.value
            if key == "<<" and not key_node.style:
                merged += self._merged(value_node, place)
                continue
            here = (*place, key)
            if key in found:
                self._fault(here, f"{quoted(key)} is written twice", line, earlier=here)
                continue
            self.places.note(here, line)
            found[key] = self._plain(value_node, here)
        for source in merged:
            if id(source) in self._open:
                self._fault(place, "an alias that contains itself", source.start_mark.line + 1)
                continue
            self._inherit(source, place, found)
        return found

    def _inherit(self, source: MappingNode, place: Place, found: dict[str, Plain]) -> None:
        """Add what `<<` brings in and `found` does not set itself."""
        self._open.add(id(source))
        own = {key.value for key, _ in source.value if isinstance(key, ScalarNode)} - found.keys()
        rest = MappingNode(
            source.tag,
            [(k, v) for k, v in source.value if _is_merge(k) or _key(k) in own],
            source.start_mark,
            source.end_mark,
        )
        for key, value in self._mapping(rest, place).items():
            found.setdefault(key, value)
        self._open.discard(id(source))

    def _merged(self, node: Node, place: Place) -> Iterator[MappingNode]:
        sources = node.value if isinstance(node, SequenceNode) else [node]
        for source in sources:
            if isinstance(source, MappingNode):
                yield source
            else:
                line = source.start_mark.line + 1
                self._fault(place, "'<<' takes a mapping, or a list of mappings", line)

    def _scalar(self, node: ScalarNode, place: Place) -> Plain:
        kind = node.tag.removeprefix(TAG)
        value: str = node.value
        if kind == "str":
            return value
        if kind not in ("null", "bool", "int", "float"):
            self._foreign(node, place)
            return value
        written = plain_type(value)
        if kind != written and not (kind == "float" and written == "int"):
            self._fault(place, f"{quoted(value)} is no {kind}", node.start_mark.line + 1)
            return None
        if kind == "null":
            return None
        if kind == "bool":
            return value[0] in "tT"
        return self._number(node, kind, place)

    def _number(self, node: ScalarNode, kind: str, place: Place) -> Plain:
        text: str = node.value
        if len(text) > _MOST_DIGITS:
            self._fault(place, "a number that long is not allowed", node.start_mark.line + 1)
            return None
        self.numbers[place] = text
        if kind == "int":
            return int(text, {"0x": 16, "0o": 8}.get(text[:2], 10))
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))

    def _foreign(self, node: Node, place: Place) -> None:
        tag = node.tag.replace(TAG, "!!")
        self._fault(place, f"the tag {quoted(tag)} is not allowed here", node.start_mark.line + 1)

    def _fault(self, place: Place, message: str, line: int, earlier: Place | None = None) -> None:
        """A fault whose line is not the one that its place is noted at."""
        here: Place = ("", line)
        self.places.note(here, line)
        self.report(Fault(here, message, shown=place, earlier=earlier))


class _TooLarge(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _is_merge(key: Node) -> bool:
    return isinstance(key, ScalarNode) and key.value == "<<" and not key.style


def _key(key: Node) -> str | None:
    return key.value if isinstance(key, ScalarNode) else None
