"""Tracebacks for people: frames of packages are counted, those of one's own code are shown."""

import re
from collections.abc import Iterable, Iterator, Sequence

_FRAME = re.compile(r'[\s|]*(?:File "|at )')
_PACKAGES = re.compile(
    r"/(?:site-packages|dist-packages|node_modules|lib/python3\.\d+)/|node:internal"
)
_LEAST = 3
"""So many frames of packages are counted instead of shown."""

Frame = Sequence[str]


def shortened(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a traceback without the frames of packages, but for the last before an error."""
    run: list[Frame] = []
    for frame in _frames(lines):
        if _PACKAGES.search(frame[0]) and _FRAME.match(frame[0]):
            run.append(frame)
            continue
        yield from _told(run, is_last=not _FRAME.match(frame[0]))
        run = []
        yield from frame
    yield from _told(run, is_last=True)


def _told(run: Sequence[Frame], *, is_last: bool) -> Iterator[str]:
    hidden = len(run) - is_last
    if hidden >= _LEAST:
        margin = re.match(r"[\s|]*", run[0][0])
        yield f"{margin[0] if margin else ''}... {hidden} frames of packages (--json shows all)"
        run = run[hidden:]
    for frame in run:
        yield from frame


def _frames(lines: Iterable[str]) -> Iterator[Frame]:
    """Each frame with the text of its line, and every other line by itself."""
    frame: list[str] = []
    for line in lines:
        if frame and _depth(line) > _depth(frame[0]) and not _FRAME.match(line):
            frame.append(line)
            continue
        if frame:
            yield frame
        frame = [line] if _FRAME.match(line) else []
        if not frame:
            yield [line]
    if frame:
        yield frame


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" |"))
