"""Which lines of the application are executed in the requests of each handler.

Until a request ends nobody knows its handler, so lines are kept as they come, and are given to the
handler with its record (mscli_trace.records). Requests come one after another: whatever is executed
in any thread between two of them is taken for what the one between them did.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from mscli_trace import records

MONITORS = hasattr(sys, "monitoring")  # Python 3.12's own means
Line = tuple[str, int]
Handled = tuple[str, str, str]


class Files(dict[str, str]):
    """A code's file -> how it is called from the folder of the application; empty for others."""

    def __init__(self) -> None:
        super().__init__()
        self.roots: dict[Path, Path] = {}  # package -> the folder that it is in

    def of(self, packages: Iterable[str]) -> None:
        """From now on, those of these packages."""
        for name in packages:
            spec = importlib.util.find_spec(name)
            for found in (spec.submodule_search_locations or ()) if spec else ():
                self.roots[Path(found).resolve()] = Path(found).resolve().parents[name.count(".")]
        self.clear()

    def __missing__(self, file: str) -> str:
        path = Path(file).resolve()
        root = next((self.roots[one] for one in self.roots if path.is_relative_to(one)), None)
        if path.suffix != ".py":  # what a template is made into has other lines
            root = None
        self[file] = found = path.relative_to(root).as_posix() if root else ""
        return found


class Executed:
    """Lines by handler."""

    def __init__(self) -> None:
        self.files = Files()
        self.now: set[Line] = set()
        self.started: set[Line] = set()  # before the first request
        self.listens = True  # whether what is executed now is of the start or of a request
        self.by: dict[Handled, set[Line]] = {}

    def watch(self, packages: Iterable[str], *, start: bool = True) -> None:
        """Hear of every line of these packages, and of requests: before the hook is installed."""
        self.files.of(packages)
        if MONITORS:
            _monitor(self)
        else:
            threading.settrace(self._called)
        self.listen(now=start)
        begin, write = records.begin, records.write

        def begun(method: str) -> Any:
            token = begin(method)
            if token is not None:  # and no request within a request
                self.begin()
            return token

        def written(record: Any) -> None:
            self.end((record.handler, record.method, record.route))
            write(record)

        records.begin, records.write = begun, written

    def listen(self, *, now: bool) -> None:
        """Whether what is executed from now on is of the start or of a request: else it costs."""
        self.listens = now
        if not MONITORS:
            sys.settrace(self._called if now else None)

    def begin(self) -> None:
        """What was executed until now belongs to no request."""
        if not self.by:
            self.started |= self.now
        self.now = set()
        self.listen(now=True)

    def end(self, handled: Handled) -> None:
        """What was executed until now belongs to a request that has ended."""
        done, self.now = self.now, set()
        self.listen(now=False)
        self.by.setdefault(handled, set()).update(done)

    def told(self) -> dict[str, Any]:
        """What there is to be written down, in one order."""
        every = (self.started, *self.by.values())
        files = sorted({file for done in every for file, _ in done})
        whole = {name: path for path, name in self.files.items()}
        return {
            "lines": {file: sorted(set(_lines(Path(whole[file])))) for file in files},
            "started": _by_file(self.started),
            "handled": [[*key, _by_file(self.by[key])] for key in sorted(self.by)],
        }

    def line(self, code: CodeType, number: int) -> bool:
        """A line begins; whether it is the application's own."""
        file = self.files[code.co_filename]
        if file and self.listens:
            self.now.add((file, number))
        return bool(file)

    def _called(self, frame: FrameType, _event: str, _given: Any) -> Any:
        return self._traced if self.listens and self.files[frame.f_code.co_filename] else None

    def _traced(self, frame: FrameType, event: str, _given: Any) -> Any:
        if event == "line":
            self.line(frame.f_code, frame.f_lineno)
        return self._traced


def _monitor(executed: Executed) -> None:
    """By Python 3.12's own means; lines of others are not asked for again."""
    watching = sys.monitoring

    def line(code: CodeType, number: int) -> Any:
        return None if executed.line(code, number) else watching.DISABLE

    watching.use_tool_id(watching.COVERAGE_ID, "executed")
    watching.register_callback(watching.COVERAGE_ID, watching.events.LINE, line)
    watching.set_events(watching.COVERAGE_ID, watching.events.LINE)


def _lines(path: Path) -> Iterator[int]:
    """The lines of a file that something begins on."""
    waiting = [compile(path.read_bytes(), str(path), "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        yield from (number for *_, number in code.co_lines() if number)
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]


def _by_file(done: Iterable[Line]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for file, number in sorted(done):
        found.setdefault(file, []).append(number)
    return found


EXECUTED = Executed()
"""Of the process, as the hook's records are."""
