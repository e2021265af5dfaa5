"""The way of one source's lines, from its feed to its lane."""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from mscli.runtimes.logs.clean import is_clean
from mscli.runtimes.logs.merge import Lane
from mscli.runtimes.logs.model import Chunk, Feed, Labelled, View
from mscli.runtimes.logs.people import Painter, People, prefix_of
from mscli.runtimes.logs.stamps import LAST, Stamper, key_of


class Track:
    """One source while it is shown."""

    def __init__(self, source: Labelled, feed: Feed, view: View) -> None:
        self.source: Final = source
        self.lane: Final = Lane()
        self.left: float | None = None
        """Since when the source is no longer listed; it goes once its feed is at its end."""
        self.finished = False
        """Whether all of it was read, and the feed is closed."""
        self._feed: Final = feed
        self._view: Final = view
        self._stamper: Final = Stamper()
        self._painter: Painter = _ndjson(source, view) if view.json else People(view)
        # Keys of fewer digits are less than the same time with more: the shortest for `since`,
        # and for `until` whatever begins with it.
        self._since: Final = key_of(view.since).rstrip("0").rstrip(".") if view.since else ""
        self._until: Final = key_of(view.until) + LAST if view.until else LAST
        search = view.grep.search if view.grep else None
        self._search: Final[Callable[[str], object] | None] = search

    def widen(self, width: int) -> None:
        """Pad the prefix of lines still to come to `width` characters."""
        self._painter.prefix = prefix_of(self.source, self._view, width)

    def read(self, limit: int, now: float) -> bool:
        """Read about `limit` bytes into the lane; whether there were any."""
        if self.finished:
            return False
        chunk = self._feed.read(limit)
        self.lane.more = chunk.more
        if chunk.content:
            self._accept(chunk, now)
        return bool(chunk.content)

    def finish(self, now: float) -> None:
        """Take what the feed holds back, a line without a newline, and close it."""
        if self.finished:
            return
        self.finished = True
        self.lane.more = False
        if rest := self._feed.finish():
            self._accept(Chunk(rest, now, more=False), now)
        self._feed.close()

    def close(self) -> None:
        """Close the feed."""
        self._feed.close()

    def _accept(self, chunk: Chunk, now: float) -> None:
        # Bytes that are no UTF-8 become lone surrogates, and the same bytes again when written.
        text = chunk.content.decode("utf-8", "surrogateescape")
        lines = text.split("\n")
        lines.pop()
        keys = self._stamper.keys(text, lines, chunk.written)
        if keys[0] < self._since or keys[-1] > self._until:
            start, end = bisect_left(keys, self._since), bisect_left(keys, self._until)
            keys, lines = keys[start:end], lines[start:end]
        painted = self._painter.paint(
            keys, lines, quick=is_clean(chunk.content), timed=self._stamper.timed
        )
        if search := self._search:
            painted = [
                text if text is not None and search(line) else None
                for text, line in zip(painted, lines, strict=True)
            ]
        texts = [text for text in painted if text is not None]
        if len(texts) != len(keys):
            keys = [key for key, text in zip(keys, painted, strict=True) if text is not None]
        self.lane.add(keys, texts, len(chunk.content), now)


def _ndjson(source: Labelled, view: View) -> Painter:
    from mscli.runtimes.logs.ndjson import Ndjson  # few ask for it, and `logs` has to be quick

    return Ndjson(source, view)
