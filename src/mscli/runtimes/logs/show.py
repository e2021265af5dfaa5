"""Show the lines of all sources, merged, until there are no more or the user has seen enough."""

import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from mscli.runtimes.logs.files import FileFeed
from mscli.runtimes.logs.merge import merge
from mscli.runtimes.logs.model import Feed, Labelled, Source, View
from mscli.runtimes.logs.stamps import LAST, key_of
from mscli.runtimes.logs.track import Track

POLL = 0.025
"""Seconds between two looks at idle sources."""
SETTLE = timedelta(seconds=0.025)
"""How old a line must be to be written while several sources are followed: until then, an
earlier line of another one may be on its way."""
WINDOW = 0.1
"""Seconds after which a line is written even if its clock is ahead of ours."""
LISTING = 0.5
"""Seconds between two listings of the sources."""
_BUDGET = 2 * 1024 * 1024  # bytes read in one turn from all sources together
_LEAST, _MOST = 32 * 1024, 256 * 1024  # bytes read in one turn from one source
_UNWRITABLE = "[\ud800-\udc7f\udd00-\udfff]"

S = TypeVar("S", bound=Labelled)


def show(
    sources: Callable[[], Sequence[Source]],
    view: View,
    write: Callable[[bytes], object],
    stop: Callable[[], bool],
) -> None:
    """Write the lines of log files, merged by time.

    `sources` is called again twice a second while following, so that replicas which appear
    later join, and one that goes leaves after its last line. `write` gets some whole lines at a
    time; what it raises (a closed pipe) ends the show. `stop` is asked every 25 ms; what was
    written until it says so is still shown. OSError if a file is there and cannot be read.
    """
    show_feeds(sources, FileFeed, view, write, stop)


def show_feeds(
    sources: Callable[[], Sequence[S]],
    open_feed: Callable[[S, View], Feed],
    view: View,
    write: Callable[[bytes], object],
    stop: Callable[[], bool],
) -> None:
    """As `show`, for sources of any kind: `open_feed` makes the feed of one that appears."""
    stage = _Stage(open_feed, view, write)
    try:
        while stage.turn(sources, stopping=stop()):
            pass
    finally:
        stage.close()


class _Stage(Generic[S]):
    """All tracks, and what the turns of one `show` share."""

    def __init__(
        self,
        open_feed: Callable[[S, View], Feed],
        view: View,
        write: Callable[[bytes], object],
    ) -> None:
        self._open_feed: Final = open_feed
        self._view: Final = view
        self._write: Final = write
        self._tracks: dict[S, Track] = {}
        self._left: dict[S, datetime] = {}
        self._began: Final = datetime.now(UTC)
        self._listed: float | None = None
        self._width = 0

    def turn(self, sources: Callable[[], Sequence[S]], *, stopping: bool) -> bool:
        """List, read, write and rest; False when this was the last turn."""
        now = time.monotonic()
        moment = datetime.now(UTC)
        first = self._listed is None
        if self._listed is None or (self._view.follow and now - self._listed >= LISTING):
            self._list(sources(), now, moment, first=first)
            self._listed = now
        busy = self._read(now)
        if stopping or self._over(moment, busy=busy):
            for track in self._tracks.values():
                track.finish(now)
            self._emit(LAST)
            return False
        self._emit(self._bound(now, moment))
        if not busy:
            time.sleep(POLL)
        return True

    def close(self) -> None:
        """Close every feed."""
        for track in self._tracks.values():
            track.close()

    def _list(self, listed: Sequence[S], now: float, moment: datetime, *, first: bool) -> None:
        for source in listed:
            track = self._tracks.get(source)
            if track is None:
                view = self._view if first else self._late(source)
                self._tracks[source] = Track(source, self._open_feed(source, view), view)
            else:
                track.left = None
        for source in self._tracks.keys() - set(listed):
            track = self._tracks[source]
            if track.left is None:
                track.left = now
                self._left[source] = moment
        self._width = max([self._width, *(len(source.name) for source in listed)])
        for track in self._tracks.values():
            track.widen(self._width)

    def _late(self, source: S) -> View:
        """The view of a source that joins: its new lines, not those of an earlier life."""
        since = self._left.pop(source, self._began)
        if self._view.since is not None:
            since = max(since, self._view.since)
        return self._view._replace(since=since, tail=None)

    def _read(self, now: float) -> bool:
        """Read a little from every track that has room; whether there was anything."""
        busy = False
        full = self._full()
        for source, track in list(self._tracks.items()):
            if track.lane.size >= full:
                continue
            came = track.read(full, now)
            busy = busy or came or track.lane.more
            if came or track.lane.more or track.left is None:
                continue
            if now - track.left >= LISTING:  # its last lines may have been on their way
                track.finish(now)
            if track.finished and not track.lane:
                del self._tracks[source]
        return busy

    def _full(self) -> int:
        """Bytes that a lane holds at most, about: memory is bounded however many there are."""
        return min(_MOST, max(_LEAST, _BUDGET // max(1, len(self._tracks))))

    def _over(self, moment: datetime, *, busy: bool) -> bool:
        if busy:
            return False
        if not self._view.follow:
            return all(not track.lane.more for track in self._tracks.values())
        until = self._view.until
        return until is not None and moment > until + timedelta(seconds=WINDOW)

    def _bound(self, now: float, moment: datetime) -> str:
        """The key below which every line has arrived, as far as can be known."""
        full = self._full()
        lanes = [track.lane for track in self._tracks.values()]
        bound = min((lane.bound(full) for lane in lanes if lane.more), default=LAST)
        if self._view.follow and len(lanes) > 1:
            overdue = [lane.overdue(now - WINDOW) for lane in lanes]
            bound = min(bound, max(key_of(moment - SETTLE), *overdue))
        return bound

    def _emit(self, bound: str) -> None:
        texts = merge([track.lane for track in self._tracks.values()], bound)
        if texts:
            self._write(_bytes("".join(texts)))


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a JSON line with half a surrogate pair
        return re.sub(_UNWRITABLE, "\ufffd", text).encode("utf-8", "surrogateescape")
