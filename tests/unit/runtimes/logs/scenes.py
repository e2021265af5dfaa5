"""What the log tests share: lines, sources, and a `show` that is driven step by step."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mscli.runtimes.logs import Source, View, show

START = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)


def at(milliseconds: float) -> str:
    """RFC 3339, that long after START."""
    moment = START + timedelta(milliseconds=milliseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def line(milliseconds: float, message: str = "hello", level: str = "INFO", **extra: object) -> str:
    """A line as our services write it, with its newline."""
    document = {"time": at(milliseconds), "level": level, "message": message, **extra}
    return json.dumps(document, separators=(",", ":")) + "\n"


def source(folder: Path, name: str, content: str | bytes | None = None) -> Source:
    """A source with its log file, if there is content."""
    path = folder / f"{name}.log"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Source(name, name.rpartition("-")[0] or name, path)


def shown(sources: Sequence[Source], view: View | None = None) -> str:
    """What `show` writes of sources that are finished."""
    return follow(lambda: sources, view or View(), iter(()))


def follow(sources: Callable[[], Sequence[Source]], view: View, steps: Iterator[object]) -> str:
    """What `show` writes while `steps` happen, one a turn; it is stopped when they end."""
    written: list[bytes] = []

    def stop() -> bool:
        return view.follow and next(steps, END) is END

    show(sources, view, written.append, stop)
    return b"".join(written).decode("utf-8", "surrogateescape")


END = object()
