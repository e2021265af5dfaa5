"""Which file a template's name means, in the order in which the monolith's loaders look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from mscli.migrate.apply.code import LEFT_OUT

LARGEST = 500_000


class TemplateFiles:
    """Every file of the monolith that may be a template.

    `rank` says when the monolith's loaders look into a folder; None, if they never do.
    """

    def __init__(self, root: Path, rank: Callable[[str], int | None]) -> None:
        self.root = root
        self.rank = rank
        self._paths: list[str] = []
        self._found: dict[str, list[str]] = {}

    def find(self, name: str) -> list[str]:
        """The files that a name means: one, where that is clear."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> list[str]:
        found: list[tuple[int, str]] = []
        for path in self._every():
            if path == name or path.endswith(f"/{name}"):
                rank = self.rank(path.removesuffix(name).rstrip("/"))
                found += [(rank, path)] if rank is not None else []
        least = min((rank for rank, _ in found), default=0)
        return [path for rank, path in found if rank == least]

    def has(self, name: str) -> bool:
        """Whether there are files of a name, or of names that are like it."""
        return bool(self.names(name) if "*" in name else self.find(name))

    def is_anywhere(self, name: str) -> bool:
        """Whether some file may be it, wherever the loaders look."""
        return any(path == name or path.endswith(f"/{name}") for path in self._every())

    def every(self) -> dict[str, str]:
        """All templates by name that are texts: of each name the file that it means."""
        found: dict[str, str] = {}
        for path in self._every():
            parts = path.split("/")
            for start in range(1, len(parts)):
                name = "/".join(parts[start:])
                if self.rank("/".join(parts[:start])) is not None and name not in found:
                    means = self.find(name)
                    if len(means) == 1 and self.text(means[0]) is not None:
                        found[name] = means[0]
        return found

    def names(self, pattern: str) -> list[str]:
        """Every name of a template that is like a pattern: `mails/*.txt`."""
        found = set()
        for path in self._every():
            parts = path.split("/")
            for place in range(len(parts)):
                name = "/".join(parts[place:])
                is_like = fnmatchcase(name, pattern)
                if is_like and self.rank("/".join(parts[:place])) is not None:
                    found.add(name)
        return sorted(found)

    def text(self, path: str) -> str | None:
        """What is in it; None if that is no text, or not small."""
        file = self.root / path
        try:
            return file.read_text(encoding="utf-8") if file.stat().st_size <= LARGEST else None
        except (OSError, UnicodeDecodeError):
            return None

    def _every(self) -> list[str]:
        if not self._paths:
            self._paths = sorted(_below(self.root, self.root))
        return self._paths


def _below(folder: Path, root: Path) -> Iterator[str]:
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            if path.name not in LEFT_OUT and not (path / "pyvenv.cfg").exists():
                yield from _below(path, root)
        elif path.suffix not in (".py", ".pyc"):
            yield path.relative_to(root).as_posix()
