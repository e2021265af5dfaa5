"""Finds a template by the name that code calls it by."""

from __future__ import annotations

from pathlib import Path

from mscli.migrate.sources import Sources

LARGEST = 500_000


class TemplateFiles:
    """Every template below the scanned folder, by the ends of its path."""

    def __init__(self, sources: Sources) -> None:
        self.root = sources.root
        self._by_end: dict[str, list[str]] = {}
        for path in sources.other:
            parts = path.split("/")
            for start in range(len(parts)):
                self._by_end.setdefault("/".join(parts[start:]), []).append(path)
        self._texts: dict[str, str] = {}

    def find(self, name: str, near: str = "") -> str | None:
        """The path of the template of that name, the nearest to a file if there are several."""
        found = self._by_end.get(name.lstrip("./"))
        if not found:
            return None
        return min(found, key=lambda path: (-_shared(path, near), len(path), path))

    def text(self, path: str) -> str:
        """What is in a template; nothing if it cannot be read."""
        if path not in self._texts:
            file = Path(self.root) / path
            try:
                small = file.stat().st_size <= LARGEST
                self._texts[path] = file.read_text(encoding="utf-8") if small else ""
            except (OSError, UnicodeDecodeError):
                self._texts[path] = ""
        return self._texts[path]


def _shared(path: str, near: str) -> int:
    count = 0
    for one, other in zip(path.split("/"), near.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count
