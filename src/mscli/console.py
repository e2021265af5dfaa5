"""What people and programs read: stdout is the product, stderr is talk. Rich is imported here only.

Plain sentences and tables are written by hand, for `ps` and `logs` have to be quick; Rich draws
moves. NO_COLOR (https://no-color.org), pipes and dumb terminals get no escape sequence.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from mscli.errors import MscliError, SystemFileError, UsageError

if TYPE_CHECKING:
    from types import TracebackType

    from rich.live import Live
    from rich.table import Table

    from mscli.model.events import Event

BOLD, DIM, RED, GREEN, YELLOW, CYAN, RESET = (
    *("\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"),
    "\x1b[0m",
)


def has_colour(stream: TextIO) -> bool:
    """Whether a stream may be given colours."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def is_interactive() -> bool:
    """Whether there is a person who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def out(text: str) -> None:
    """The product: one text on stdout."""
    print(text)


def out_parts(parts: Iterable[str]) -> None:
    """The product, a piece at a time: one text that may be too large to be whole at once."""
    sys.stdout.writelines(parts)


def out_json(document: object) -> None:
    """The product as one JSON document on stdout."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def out_line(document: object) -> None:
    """One line of JSON on stdout, at once: a stream of documents (NDJSON)."""
    print(json.dumps(document, ensure_ascii=False), flush=True)


def say(text: str) -> None:
    """A sentence for a person, on stderr; that nobody hears it any more is no failure."""
    with contextlib.suppress(OSError):
        print(f"{text}\n", end="", file=sys.stderr, flush=True)  # one piece: threads speak, too


def show_cursor() -> None:
    """Give back what moving progress has hidden, where there is no time to end it."""
    if has_colour(sys.stderr):
        os.write(2, b"\x1b[?25h\r\n")  # past Rich, which still has its hands on the streams


def leave_terminal() -> None:
    """Write nowhere instead of to a terminal, which has been closed (and is a tty no more)."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stat.S_ISCHR(os.fstat(stream.fileno()).st_mode):
            os.dup2(nowhere, stream.fileno())


def warn(text: str) -> None:
    """A warning for a person, on stderr."""
    say(f"{_coloured('warning:', YELLOW)} {text}")


def fail(error: MscliError) -> None:
    """An error with its hint, on stderr; the faults of a system file a line each."""
    if isinstance(error, SystemFileError):
        for finding in error.findings:
            say(f"{_coloured(finding.severity + ':', RED)} {finding}")
    else:
        say(f"{_coloured('error:', RED)} {error.message}")
    if error.hint:
        say(f"{_coloured('hint:', CYAN)} {error.hint}")


def ask(question: str, default: str = "") -> str:
    """An answer typed by a person. Raises UsageError where there is no terminal."""
    if not is_interactive():
        raise UsageError(f"{question}: no answer, and no terminal to ask on", "give it as a flag")
    suffix = f" [{default}]" if default else ""
    print(f"{question}{suffix}: ", end="", file=sys.stderr, flush=True)
    return input().strip() or default


def confirm(question: str) -> bool:
    """Yes or no from a person. Raises UsageError where there is no terminal."""
    if not is_interactive():
        raise UsageError(f"there is no terminal to ask on: {question}", "say --yes")
    return ask(f"{question} (y/N)").lower() in ("y", "yes")


def tree(title: str, entries: Iterable[tuple[str, str]]) -> None:
    """Paths with what happens to each (`create`, `change`, `remove`), drawn as a tree on stdout."""
    out(title)
    entries = sorted(entries)
    shown: set[str] = set()
    for path, verb in entries:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folder not in shown:
                shown.add(folder)
                out(f"{'  ' * depth}{parts[depth - 1]}/")
        out(f"{'  ' * len(parts)}{parts[-1]}  ({verb})")


def columns(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout, as wide as its content, headings in capitals (as `docker ps`)."""
    table = [[heading.upper() for heading in headings], *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(headings))]
    for row in table:
        out("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


class LiveColumns:
    """A table on stdout that is drawn anew; without a terminal, rows as they appear or change."""

    def __init__(self, headings: Sequence[str]) -> None:
        self._headings = headings
        self._seen: set[tuple[str, ...]] = set()
        self._live: Live | None = None

    def __enter__(self) -> LiveColumns:
        if has_colour(sys.stdout):
            from rich.live import Live

            self._live = Live(auto_refresh=False)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, rows: Sequence[tuple[str, ...]]) -> None:
        """What the table says now, first row uppermost."""
        if self._live is None:
            for row in reversed(rows):
                if row not in self._seen:
                    print("   ".join(row), flush=True)
            self._seen = set(rows)
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, padding=(0, 3, 0, 0))
        for column, heading in enumerate(self._headings[:-1]):
            width = max((len(row[column]) for row in rows), default=0)
            table.add_column(heading.upper(), min_width=width)
        table.add_column(self._headings[-1].upper())  # the last is cut off where it must be
        for row in rows:
            table.add_row(*(Text(cell, overflow="ellipsis", no_wrap=True) for cell in row))
        self._live.update(table, refresh=True)


def heading(text: str) -> None:
    """A heading in the talk."""
    say(_coloured(text, BOLD))


def _coloured(text: str, colour: str) -> str:
    return f"{colour}{text}{RESET}" if has_colour(sys.stderr) else text


class Progress:
    """Live progress of many subjects: a table that moves on a terminal, else a line an event."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._latest: dict[str, Event] = {}
        self._began = 0.0
        self._live: Live | None = None

    def __enter__(self) -> Progress:
        if has_colour(sys.stderr):
            from rich.console import Console
            from rich.live import Live

            console = Console(stderr=True)
            self._live = Live(
                get_renderable=self._table, console=console, refresh_per_second=10, transient=True
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
            for event in sorted(self._latest.values(), key=lambda event: event.seconds):
                say(_event_line(event))

    def __call__(self, event: Event) -> None:
        """Show an event; a subject that has not begun does not hide one that waits."""
        from mscli.model.events import Happening

        self._began = time.monotonic() - event.seconds
        before = self._latest.get(event.subject)
        if self._live is None and event.happening is not Happening.WAITING:
            say(_event_line(event))
        if before and before.happening is Happening.STARTING and not event.cause:
            event = replace(event, cause=before.cause)  # why it was restarted outlives the line
        if event.happening is not Happening.UNCHANGED or before is None:
            self._latest[event.subject] = event

    def of_changes(self, event: Event) -> None:
        """Show an event, unless it says that there is nothing to do."""
        from mscli.model.events import Happening

        if event.happening is not Happening.UNCHANGED:
            self(event)

    def _table(self) -> Table:
        from rich.spinner import Spinner
        from rich.table import Table
        from rich.text import Text

        now = time.monotonic() - self._began
        table = Table.grid(padding=(0, 1))
        for event in list(self._latest.values()):
            sign = _sign(event)
            mark = Text(sign[0], style=_style(sign[1])) if sign else Spinner("dots", style="cyan")
            words = Text(event.happening.value)
            cause = Text(event.cause, style="dim", overflow="ellipsis", no_wrap=True)
            seconds = event.seconds if sign else now
            table.add_row(mark, Text(event.subject), words, f"{seconds:5.1f}s", cause)
        return table


def _sign(event: Event) -> tuple[str, str] | None:
    """Sign and colour of what has come to an end."""
    from mscli.model.events import Happening

    match event.happening:
        case Happening.READY | Happening.COMPLETED:
            return "✔", GREEN
        case Happening.UNCHANGED:
            return "✔", DIM
        case Happening.FAILED:
            return "✘", RED
        case Happening.STOPPED | Happening.REMOVED:
            return "■", DIM
        case _:
            return None


def _style(colour: str) -> str:
    return {GREEN: "green", RED: "red", DIM: "dim"}.get(colour, "cyan")


def _event_line(event: Event) -> str:
    sign, colour = _sign(event) or ("·", CYAN)
    cause = f"  ({event.cause})" if event.cause else ""
    mark = _coloured(sign, colour)
    return f" {mark} {event.subject:<24} {event.happening.value:<10} {event.seconds:6.2f}s{cause}"
