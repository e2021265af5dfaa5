"""Lines painted for people: prefix, level, message and the rest as key=value."""

import json
import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final, Protocol, TypeAlias
from zlib import crc32

from mscli.runtimes.logs.clean import clean
from mscli.runtimes.logs.documents import Document, parse, split
from mscli.runtimes.logs.levels import LEVELS, level_of_line
from mscli.runtimes.logs.model import Labelled, Level, View
from mscli.runtimes.logs.stamps import stamp
from mscli.runtimes.logs.traces import shortened

# Cyan, yellow, green, magenta, blue and their bright twins; red is for errors.
_PALETTE = ("36", "33", "32", "35", "34", "96", "93", "92", "95", "94")
_GRAVE = {Level.WARNING: "\x1b[33m", Level.ERROR: "\x1b[31m", Level.CRITICAL: "\x1b[31m"}
_RESET = "\x1b[0m"
_TIME_KEY = '{"time":"'
_MESSAGE_KEY = '","message":"'
_LEVEL_KEY = '","level":"'
_INDENT = "\n    "
_WORDS = bytes(set(range(256)) - set(b'":,{}[]= \t\n'))
_MARKS = bytes.maketrans(b":,", b"= ")
_SKELETON = re.compile(rb'(?:,"":(?:"")?)*\}')
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
_PAIR = re.compile(r',"([^" =\[\]{}]*)":("[^"]*"|[^",:={}\[\]\s]+)')
_PAIRS = re.compile(rf"(?:{_PAIR.pattern})*\}}")
_PLAIN = re.compile(r'"[^" =\[\]{}]*"')
_BARE = re.compile(r'[^ "=\[\]{}]*')

_Columns: TypeAlias = tuple[list[str | None], list[str], list[str]]
"""Of a batch's lines: the message with its level, the JSON after it, and how colour ends."""


class Painter(Protocol):
    """Makes the output of one source's lines."""

    prefix: str
    """Stands before each line for people; it may change between batches."""

    def paint(
        self, keys: Sequence[str], lines: Sequence[str], *, quick: bool, timed: bool
    ) -> list[str | None]:
        """One text a line, ending with a newline, or None for a line below the view's level.

        `quick` promises that no line holds a control character, `timed` that lines of this
        source without a time belong to the line before.
        """


def prefix_of(source: Labelled, view: View, width: int) -> str:
    """`orders-1   | `, padded to `width` and coloured as the view says."""
    if not view.prefix:
        return ""
    text = f"{clean(source.name, colour=False):<{width}}  | "
    if not view.colour:
        return text
    return f"\x1b[{_PALETTE[crc32(source.workload.encode()) % len(_PALETTE)]}m{text}{_RESET}"


class People:
    """The painter for terminals and text files."""

    def __init__(self, view: View) -> None:
        self.prefix = ""
        self._view: Final = view
        self._level: Level | None = None
        self._at = len('{"time":"2026-11-22T15:04:05.123Z')
        self._uneven = False  # whether a body of this batch is missing or has several lines
        self._styles: Mapping[str, tuple[Level, str, str]] = {
            _LEVEL_KEY + word: (level, f"{colour}{level.name:<5} ", _RESET if colour else "")
            for word, level in LEVELS.items()
            for colour in [_GRAVE.get(level, "") if view.colour else ""]
        }

    def paint(
        self, keys: Sequence[str], lines: Sequence[str], *, quick: bool, timed: bool
    ) -> list[str | None]:
        """See `Painter`."""
        self._uneven = False
        found = None
        if quick and self._view.level is None:
            found = self._plain(lines) or self._uniform(lines)
        bodies, rests, ends = found or self._mixed(lines, quick=quick, timed=timed)
        return self._assembled(keys, bodies, self._extras(lines, bodies, rests, ends), ends)

    def _plain(self, lines: Sequence[str]) -> _Columns | None:
        """The columns of lines that are shown as they are: nobody asks how grave they are."""
        if self._view.colour or "{" in {line[:1] for line in lines}:
            return None
        return list(lines), ["}"] * len(lines), [""] * len(lines)

    def _uniform(self, lines: Sequence[str]) -> _Columns | None:
        """The columns of lines that are all in the shape of our own services, without parsing.

        A level just where it must be proves that only the time stands before it, and no
        backslash that quotes are quotes.
        """
        blob = "\n".join(lines)
        if "\\" in blob or blob.count("\n" + _TIME_KEY) + 1 != len(lines):
            return None
        styles, at = self._styles, self._at
        parts = [line.partition(_MESSAGE_KEY) for line in lines]
        found = [style for head, _, _ in parts if (style := styles.get(head[at:]))]
        if len(found) != len(lines) or not lines[0].startswith(_TIME_KEY):
            return None
        self._level = found[-1][0]
        tails = [tail.partition('"') for _, _, tail in parts]
        bodies: list[str | None] = [
            style[1] + tail[0] for style, tail in zip(found, tails, strict=True)
        ]
        return bodies, [tail[2] for tail in tails], [style[2] for style in found]

    def _mixed(self, lines: Sequence[str], *, quick: bool, timed: bool) -> _Columns:
        """The columns of any lines; those of our services still without parsing."""
        styles, at = self._styles, self._at
        least = self._view.level or 0
        bodies: list[str | None] = []
        rests: list[str] = []
        ends: list[str] = []
        for line in lines:
            head, _, tail = line.partition(_MESSAGE_KEY)
            style = styles.get(head[at:]) if quick and head.startswith(_TIME_KEY) else None
            if style and style[0] >= least and "\\" not in line:
                message, _, rest = tail.partition('"')
                self._level, start, end = style
                bodies.append(start + message)
                rests.append(rest)
                ends.append(end)
                continue
            if style and style[0] < least:
                self._level = style[0]
                self._uneven = True
                bodies.append(None)
            else:
                bodies.append(self._slow(line, quick=quick, timed=timed))
                at = self._at
            rests.append("}")
            ends.append("")
        return bodies, rests, ends

    def _extras(
        self,
        lines: Sequence[str],
        bodies: list[str | None],
        rests: Sequence[str],
        ends: list[str],
    ) -> list[str]:
        """What follows each message; a line whose rest is not simple gets a body made slowly."""
        if (extras := _flat(rests)) is not None:
            return extras
        easy, quoted, level = list(rests), dict[int, str](), self._level
        for index, rest in enumerate(rests):
            if " " not in rest and _flat([rest]) is not None:
                continue
            easy[index] = "}"
            if (pairs := _pairs(rest)) is not None:
                quoted[index] = pairs
            else:
                bodies[index] = self._slow(lines[index], quick=True, timed=True)
                ends[index] = ""
        self._level = level
        extras = _flat(easy) or []
        for index, pairs in quoted.items():
            extras[index] = pairs
        return extras

    def _assembled(
        self,
        keys: Sequence[str],
        bodies: Sequence[str | None],
        extras: Sequence[str],
        ends: Sequence[str],
    ) -> list[str | None]:
        prefix = self.prefix
        parts = zip(keys, bodies, extras, ends, strict=True)
        if not self._uneven:
            if self._view.timestamps:
                return [f"{prefix}{key}Z {body}{extra}{end}\n" for key, body, extra, end in parts]
            return [f"{prefix}{body}{extra}{end}\n" for _, body, extra, end in parts]
        texts: list[str | None] = []
        for key, body, extra, end in parts:
            start = f"{prefix}{key}Z " if self._view.timestamps else prefix
            line = None if body is None else f"\n{body}{extra}{end}".replace("\n", f"\n{start}")
            texts.append(None if line is None else line[1:] + "\n")
        return texts

    def _slow(self, line: str, *, quick: bool, timed: bool) -> str | None:
        document = parse(line)
        if document is not None:
            self._learn(line)
            self._level, body = self._document(document)
        else:
            level = level_of_line(line)
            if level is not None or not timed or stamp(line):
                self._level = level  # else a continuation: as grave as the line before
            body = line if quick else clean(line, colour=self._view.colour)
        least = self._view.level
        if least is not None and (self._level is None or self._level < least):
            self._uneven = True
            return None
        self._uneven = self._uneven or "\n" in body
        colour = _GRAVE.get(self._level) if self._level and self._view.colour else None
        return f"{colour}{body}{_RESET}" if colour else body

    def _learn(self, line: str) -> None:
        """Remember where the level stands in this source's lines."""
        head, found, _ = line.partition(_LEVEL_KEY)
        if found and head.startswith(_TIME_KEY) and head.count('"') == _TIME_KEY.count('"'):
            self._at = len(head)

    def _document(self, document: Document) -> tuple[Level | None, str]:
        parts = split(document)
        colour = self._view.colour
        body = parts.message
        if not body.isprintable():
            body = _INDENT.join(clean(line, colour=colour) for line in body.split("\n"))
        extras = "".join([f" {_shown(key)}={_shown(value)}" for key, value in parts.fields.items()])
        for trace in parts.traces:
            lines = (clean(line, colour=False) for line in shortened(trace.splitlines()))
            extras += _INDENT + _INDENT.join(lines)
        name = f"{parts.level.name:<5} " if parts.level else ""
        return parts.level, f"{name}{body}{extras}"


def _flat(rests: Sequence[str]) -> list[str] | None:
    """Each `,"a":"b","n":1}` as ` a=b n=1`, if all are that simple and without a backslash.

    All at once, in C. What is left of a rest without its words is its skeleton: few are
    different, and one that is as it should be proves that no mark is inside a string.
    """
    blob = "\n".join(rests).encode("utf-8", "surrogateescape")
    skeletons = set(blob.translate(None, _WORDS).split(b"\n"))
    if not all(map(_SKELETON.fullmatch, skeletons)):
        return None
    bare = blob.translate(_MARKS, b'"}').decode("utf-8", "surrogateescape")
    return bare.split("\n")


def _pairs(rest: str) -> str | None:
    """As `_flat` for one rest, whose strings may need their quotes, but not nested."""
    if not _PAIRS.fullmatch(rest):
        return None
    return "".join(
        [f" {k}={v[1:-1] if _PLAIN.fullmatch(v) else v}" for k, v in _PAIR.findall(rest)]
    )


def _shown(value: object) -> str:
    """A value as in logfmt: bare where that is plain, else as JSON."""
    if type(value) is int:
        return str(value)
    if isinstance(value, str) and value.isprintable():
        return value if _BARE.fullmatch(value) else encode_basestring(value)
    return clean(_COMPACT(value), colour=False)
