"""Lines as NDJSON, for programs."""

import json
from collections.abc import Sequence
from typing import Final

from mscli.runtimes.logs.documents import parse, split
from mscli.runtimes.logs.levels import level_of_line
from mscli.runtimes.logs.model import Labelled, Level, View
from mscli.runtimes.logs.stamps import stamp

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Ndjson:
    """The painter for `--json`: one object a line.

    Keys: `time` (RFC 3339, UTC; of a line without one, that of the line before), `source`,
    `workload`, `level` (or null), `message`, and `fields`: all keys of a line that was JSON.
    A line that was not is its own message.
    """

    def __init__(self, source: Labelled, view: View) -> None:
        self.prefix = ""
        self._name: Final = _encode(source.name)
        self._workload: Final = _encode(source.workload)
        self._least: Final = view.level
        self._level: Level | None = None

    def paint(
        self, keys: Sequence[str], lines: Sequence[str], *, quick: bool, timed: bool
    ) -> list[str | None]:
        """See `Painter`; `quick` makes no difference, since JSON escapes control characters."""
        del quick
        return [self._object(key, line, timed) for key, line in zip(keys, lines, strict=True)]

    def _object(self, key: str, line: str, timed: bool) -> str | None:
        if not line.isascii():  # bytes that are no UTF-8 cannot be written as JSON
            line = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        document = parse(line)
        fields = ""
        if document is not None:
            parts = split(document)
            self._level, message = parts.level, parts.message
            fields = f',"fields":{line}'
        else:
            level = level_of_line(line)
            if level is not None or not timed or stamp(line):
                self._level = level
            message = line.rstrip("\r")
        if self._least is not None and (self._level is None or self._level < self._least):
            return None
        level_text = f'"{self._level.name}"' if self._level else "null"
        return (
            f'{{"time":"{key}Z","source":{self._name},"workload":{self._workload},'
            f'"level":{level_text},"message":{_encode(message)}{fields}}}\n'
        )
