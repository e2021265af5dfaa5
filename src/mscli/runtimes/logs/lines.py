"""Whole lines out of bytes that come in pieces."""

from typing import Final

LONGEST = 1024 * 1024
"""Bytes: what is longer is given out in pieces of about this size, as lines of their own."""


class Whole:
    """Holds back what has no newline yet. Any feed may use it."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest: Final = longest
        self._held: list[bytes] = []
        self._size = 0

    def lines(self, content: bytes) -> bytes:
        """What is whole now, together with `content`: empty, or ending with a newline."""
        end = content.rfind(b"\n") + 1
        if not end:
            self._hold(content)
            return self.finish() if self._size >= self._longest else b""
        if not self._held and end == len(content):
            return content
        whole = b"".join([*self._held, content[:end]])
        self._held.clear()
        self._size = 0
        self._hold(content[end:])
        return whole

    def finish(self) -> bytes:
        """What is held, made a line, and forget it."""
        if not self._held:
            return b""
        line = b"".join([*self._held, b"\n"])
        self._held.clear()
        self._size = 0
        return line

    def _hold(self, content: bytes) -> None:
        if content:
            self._held.append(content)
            self._size += len(content)
