"""JSON lines: what of them is level, message, traceback, and the rest."""

import json
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from mscli.runtimes.logs.levels import level_of_value
from mscli.runtimes.logs.model import Level

Document: TypeAlias = dict[str, object]

MESSAGE_KEYS = ("message", "msg", "event")
TRACE_KEYS = frozenset({"exception", "traceback", "stack", "stacktrace", "exc_info"})
_TIME_KEYS = ("time", "ts", "timestamp", "@timestamp")
_LONGEST = 64 * 1024  # characters: a longer line is shown as it is
_DEEPEST = 200  # brackets: deeper nesting could exhaust the interpreter's stack
_ACCESS = ("RequestMethod", "RequestPath", "DownstreamStatus")  # Traefik's access log


def _refuse(constant: str) -> object:
    raise ValueError(constant)  # NaN and Infinity are no JSON


_decode = json.JSONDecoder(parse_constant=_refuse).decode


class Parts(NamedTuple):
    """What a JSON line says; `fields` is what is neither time, level, message nor traceback."""

    level: Level | None
    message: str
    fields: Mapping[str, object]
    traces: tuple[str, ...]


def parse(line: str) -> Document | None:
    """The object that a line is, or None."""
    if line[:1] != "{" or len(line) > _LONGEST or line.rstrip()[-1] != "}":
        return None
    if line.count("[") + line.count("{") > _DEEPEST:
        return None
    try:
        document = _decode(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def split(document: Mapping[str, object]) -> Parts:
    """The parts of a JSON line, whichever service or engine wrote it."""
    fields = dict(document)
    for key in _TIME_KEYS:
        fields.pop(key, None)
    level = level_of_value(fields.get("level"))
    if level is not None:
        del fields["level"]
    if _ACCESS[-1] in fields and all(key in fields for key in _ACCESS):
        return _access(level, fields)
    message = ""
    for key in MESSAGE_KEYS:
        if isinstance(found := fields.get(key), str):
            message = found
            del fields[key]
            break
    traces = []
    for key in sorted(TRACE_KEYS.intersection(fields)):
        if isinstance(found := fields.get(key), str) and "\n" in found:
            traces.append(found.rstrip())
            del fields[key]
    return Parts(level, message, fields, tuple(traces))


def _access(level: Level | None, fields: Mapping[str, object]) -> Parts:
    """A gateway's access line: of its thirty fields, the five that people look for."""
    message = " ".join(str(fields[key]) for key in _ACCESS)
    shown: dict[str, object] = {}
    duration = fields.get("Duration")
    if isinstance(duration, int):
        shown["ms"] = round(duration / 1e6, 1)
    for key, name in (("ServiceName", "to"), ("ClientHost", "from")):
        if fields.get(key):
            shown[name] = fields[key]
    return Parts(level, message, shown, ())
