"""The merge: lines of many lanes in the order of their keys, as early as that order is known."""

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

from mscli.runtimes.logs.stamps import AFTER


class Lane:
    """The lines of one source that were read and not yet written; keys never go backwards."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._texts: list[str] = []
        self._arrived: deque[tuple[float, str]] = deque()
        self.size = 0
        """About how many bytes wait here."""
        self.more = False
        """Whether the source is known to have lines after these."""

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Sequence[str], texts: Sequence[str], size: int, now: float) -> None:
        """Append lines that arrived at `now` (seconds of any clock that only goes forward)."""
        if keys:
            self._keys += keys
            self._texts += texts
            self.size += size
            self._arrived.append((now, keys[-1]))

    def bound(self, full: int) -> str:
        """The key below which this lane cannot get further lines, if it has `more`.

        The last line's own key is not below: a traceback's other lines may follow it. Only when
        `full` bytes of one key wait must they go, or nothing would ever.
        """
        if not self._keys:
            return ""
        last = self._keys[-1]
        return last + AFTER if self.size >= full and self._keys[0] == last else last

    def overdue(self, before: float) -> str:
        """The bound of what arrived before `before`, or nothing."""
        last = ""
        for arrived, key in self._arrived:
            if arrived >= before:
                break
            last = key + AFTER
        return last

    def take(self, bound: str) -> tuple[list[str], list[str]]:
        """Remove the lines below `bound`: (keys, texts)."""
        if not self._keys or self._keys[-1] < bound:
            keys, texts = self._keys, self._texts
            self._keys, self._texts, self.size = [], [], 0
            self._arrived.clear()
            return keys, texts
        end = bisect_left(self._keys, bound)
        keys, texts = self._keys[:end], self._texts[:end]
        self.size -= self.size * end // len(self._keys)
        del self._keys[:end], self._texts[:end]
        while self._arrived[0][1] < bound:  # the last of all is not: it was not taken
            self._arrived.popleft()
        return keys, texts


def merge(lanes: Sequence[Lane], bound: str) -> list[str]:
    """Remove the lines below `bound` from all lanes: their texts in the order of their keys.

    Lines with the same key are in the order of the lanes, so that a line and its continuations
    stay together.
    """
    runs = [run for run in (lane.take(bound) for lane in lanes) if run[0]]
    if len(runs) == 1:
        return runs[0][1]
    keys = [key for run in runs for key in run[0]]
    texts = [text for run in runs for text in run[1]]
    # The runs are sorted already: this sort only merges them, in C.
    return [texts[index] for index in sorted(range(len(keys)), key=keys.__getitem__)]
