"""Insert and delete one entry of a YAML text, and touch no other line.

A parser tells where every node begins and ends; the entry's text is cut out or put in there. The
caller reads the result back and compares it with what was meant, so a style that is not foreseen
here is refused and never damaged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from mscli.systemfile.compose import compose
from mscli.systemfile.places import Place
from mscli.systemfile.writing import block, flow, scalar

_ALIAS = re.compile(r"\*[^\s,\[\]{}]+")
_STEP = 2


class CannotSplice(Exception):
    """The place is written in a way that is not edited by machine."""


@dataclass(frozen=True, slots=True)
class Child:
    """One entry of a mapping or one item of a list: where its text begins and ends."""

    start: int
    end: int
    node: Node


class Text:
    """A text and the root of its nodes."""

    def __init__(self, text: str) -> None:
        root = compose(text)
        if root is None:
            raise CannotSplice
        self.text = text
        self.root = root

    def node(self, place: Place) -> Node | None:
        """The node at `place`, if the text itself has it there (and no alias or `<<`)."""
        node: Node | None = self.root
        for part in place:
            if isinstance(node, MappingNode):
                node = next((value for key, value in node.value if key.value == part), None)
            elif isinstance(node, SequenceNode) and isinstance(part, int):
                node = node.value[part]
            else:
                return None
        return node

    def key(self, place: Place) -> ScalarNode:
        """The key of the entry at `place`."""
        parent = self.node(place[:-1])
        if isinstance(parent, MappingNode):
            for key, _ in parent.value:
                if isinstance(key, ScalarNode) and key.value == place[-1]:
                    return key
        raise CannotSplice

    def children(self, parent: Node) -> list[Child]:
        """The entries or items of a collection, with their extent."""
        found: list[Child] = []
        before = parent.start_mark.index
        for child in parent.value:
            key, value = child if isinstance(child, tuple) else (None, child)
            start = before if key is None else key.end_mark.index
            end = self._end(value, start)
            begin = self._start(value, before, end) if key is None else key.start_mark.index
            found.append(Child(begin, end, value))
            before = end
        return found

    def _start(self, item: Node, before: int, end: int) -> int:
        if before <= item.start_mark.index < end:
            return item.start_mark.index
        return self.text.rindex("*", before, end)

    def _end(self, node: Node, after: int) -> int:
        """Where the text of `node` ends; `after` is where its parent or key ends."""
        if node.start_mark.index < after:
            alias = _ALIAS.search(self.text, after)
            if alias is None:
                raise CannotSplice
            return alias.end()
        end = int(node.end_mark.index)
        if isinstance(node, ScalarNode):
            return self._without_blank(end) if node.style in ("|", ">") else end
        if _is_flow(node):
            return end
        return self.children(node)[-1].end

    def _without_blank(self, end: int) -> int:
        return len(self.text[:end].rstrip())

    def line_start(self, index: int) -> int:
        """The index of the first character of the line that `index` is in."""
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """The index of the line's break, or of the end of the text."""
        end = self.text.find("\n", index)
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def with_lines(self, after: int, lines: list[str]) -> str:
        """The text with `lines` put in below the line that `after` is in."""
        newline = "\r\n" if "\r\n" in self.text else "\n"
        end = self.line_end(after)
        added = "".join(newline + line for line in lines)
        return self.text[:end] + added + self.text[end:]

    def without_lines(self, start: int, end: int) -> str:
        """The text without the lines from `start` to `end`; nothing else may stand on them."""
        first, last = self.line_start(start), self.line_end(end)
        behind = self.text[end:last].strip()
        if self.text[first:start].strip() or (behind and not behind.startswith("#")):
            raise CannotSplice
        after = self.text.find("\n", last) + 1
        if after == 0:
            return self.text[:first].rstrip("\r\n")
        return self.text[:first] + self.text[after:]


def _is_flow(node: Node) -> bool:
    """Whether a collection is written in brackets."""
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def insert(text: str, place: Place, key: str | None, value: object) -> str:
    """Add an entry `key: value` to the mapping at `place`, or an item (no key) to the list there.

    The collection may be missing, empty or nothing at all.
    """
    source = Text(text)
    node = source.node(place)
    content: object = [value] if key is None else {key: value}
    if node is None:
        if not place:
            raise CannotSplice
        return insert(text, place[:-1], str(place[-1]), content)
    if place and _is_aliased(source, place, node):
        raise CannotSplice
    if isinstance(node, ScalarNode) or not node.value:
        return _fill(source, place, node, content)
    if _is_flow(node):
        item = flow(value) if key is None else f"{scalar(key)}: {flow(value)}"
        return _insert_flow(source, node, item)
    children = source.children(node)
    margin = int(node.start_mark.column)
    if key is not None:
        margin = int(node.value[0][0].start_mark.column)
        lines = _entry(key, value, margin, _is_compact(children))
    else:
        lines = [f"{' ' * margin}- {flow(value)}"]
    return source.with_lines(children[-1].end, lines)


def _is_aliased(source: Text, place: Place, node: Node) -> bool:
    parent = source.node(place[:-1])
    if isinstance(parent, MappingNode):
        return bool(node.start_mark.index < source.key(place).end_mark.index)
    return False


def _is_compact(children: list[Child]) -> bool:
    """Whether the neighbours of a new entry are written on one line each."""
    last = children[-1].node
    return isinstance(last, ScalarNode) or _is_flow(last)


def _entry(key: str, value: object, margin: int, compact: bool) -> list[str]:
    if compact and isinstance(value, Mapping) and not _is_deep(value):
        return [f"{' ' * margin}{scalar(key)}: {flow(value)}"]
    return block({key: value}, margin)


def _is_deep(value: Mapping[str, object]) -> bool:
    """Whether a value would be hard to read on one line."""
    return any(isinstance(item, Mapping) and bool(item) for item in value.values())


def _fill(source: Text, place: Place, node: Node, content: object) -> str:
    """Put the first entry into a collection that is empty or nothing at all."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, ScalarNode) and (node.value not in ("", "~", "null") or node.style):
        raise CannotSplice
    if not place or _in_flow(source, place) or not isinstance(content, Mapping | list):
        space = " " if source.text[start - 1 : start] == ":" else ""
        return source.text[:start] + space + flow(content) + source.text[end:]
    margin = int(source.key(place).start_mark.column)
    key_line_end = source.line_end(source.key(place).end_mark.index)
    if source.line_end(start) != key_line_end or source.line_end(end) != key_line_end:
        raise CannotSplice
    if isinstance(content, list) and not isinstance(content[0], Mapping):
        return source.text[:start] + _space(source, start) + flow(content) + source.text[end:]
    behind = source.text[end:key_line_end]
    emptied = Text(source.text[:start].rstrip(" ") + behind.rstrip() + source.text[key_line_end:])
    if isinstance(content, list):
        lines = [f"{' ' * (margin + _STEP)}- {flow(item)}" for item in content]
    else:
        lines = block(content, margin + _STEP)
    return emptied.with_lines(start - 1, lines)


def _space(source: Text, start: int) -> str:
    return " " if source.text[start - 1 : start] == ":" else ""


def _in_flow(source: Text, place: Place) -> bool:
    """Whether something above `place` is in flow style."""
    above = (source.node(place[:length]) for length in range(len(place)))
    return any(_is_flow(node) for node in above if node is not None)


def _insert_flow(source: Text, node: Node, item: str) -> str:
    """Add an item after the last one; on a line of its own if that one has one."""
    text = source.text
    last = source.children(node)[-1]
    behind = text[last.end : source.line_end(last.end)]
    alone = not text[source.line_start(last.start) : last.start].strip()
    if alone and re.fullmatch(r"\s*,?\s*(#.*)?", behind):
        margin = text[source.line_start(last.start) : last.start]
        if behind.lstrip().startswith(","):
            return source.with_lines(last.end, [f"{margin}{item},"])
        below = source.with_lines(last.end, [margin + item])
        return below[: last.end] + "," + below[last.end :]
    return f"{text[: last.end]}, {item}{text[last.end :]}"


def replace(text: str, place: Place, value: object) -> str:
    """Write `value` on one line in place of the scalar that stands at `place`."""
    source = Text(text)
    node = source.node(place)
    if not isinstance(node, ScalarNode) or _is_aliased(source, place, node):
        raise CannotSplice
    start, end = node.start_mark.index, node.end_mark.index
    return text[:start] + _space(source, start) + flow(value) + text[end:]


def delete(text: str, place: Place) -> str:
    """Remove the entry or item at `place`; a collection that loses its last one becomes empty."""
    source = Text(text)
    parent = source.node(place[:-1])
    if not isinstance(parent, MappingNode | SequenceNode):
        raise CannotSplice
    children = source.children(parent)
    index = _index(parent, place[-1])
    if _is_flow(parent):
        return _delete_flow(source, children, index)
    child = children[index]
    start = child.start
    if isinstance(parent, SequenceNode):
        start = source.text.rindex("-", 0, start)
    if len(children) > 1:
        return source.without_lines(start, child.end)
    if len(place) == 1:
        raise CannotSplice
    empty = " {}" if isinstance(parent, MappingNode) else " []"
    colon = source.text.index(":", source.key(place[:-1]).end_mark.index) + 1
    rest = source.without_lines(start, child.end)
    return rest[:colon] + empty + rest[colon:]


def _index(parent: Node, part: str | int) -> int:
    if isinstance(part, int):
        return part
    for index, (key, _) in enumerate(parent.value):
        if key.value == part:
            return index
    raise CannotSplice


def _delete_flow(source: Text, children: list[Child], index: int) -> str:
    text, child = source.text, children[index]
    start, end = child.start, child.end
    comma = re.compile(r"\s*,[ \t]*").match(text, end)
    if comma:
        end = comma.end()
    elif index > 0:
        before = text.rfind(",", children[index - 1].end, start)
        start = before if before >= 0 else start
        between = text[start + 1 : child.start]
        if "#" in between:
            raise CannotSplice
    line_start = source.line_start(start)
    line_end = source.line_end(end)
    if not text[line_start:start].strip() and not text[end:line_end].strip():
        return source.without_lines(start, end)
    return text[:start] + text[end:]
