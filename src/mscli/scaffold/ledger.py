"""`.mscli/files.json`: of which class every file of ours is, and what was last written there.

A file's digest is that of what mscli wrote. If the file on the disk differs, a person has changed
it. One line a file, sorted and without times, so that two branches merge well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from mscli.errors import MscliError
from mscli.model.files import File, FileClass
from mscli.text.quoting import json_inline

LEDGER = ".mscli/files.json"
PRISTINE = ".mscli/base"
_CLASSES = frozenset(get_args(FileClass))


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its class, and the SHA-256 of what mscli last wrote there."""

    kind: FileClass
    sha256: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries by path, relative to the system's root."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def with_entries(self, entries: Mapping[str, Entry]) -> Ledger:
        """A ledger that has these too."""
        return Ledger({**self.entries, **entries})

    def without(self, paths: Iterable[str]) -> Ledger:
        """A ledger that has forgotten these."""
        gone = frozenset(paths)
        return Ledger({path: entry for path, entry in self.entries.items() if path not in gone})

    def below(self, folder: str) -> dict[str, Entry]:
        """The entries of files in `folder`."""
        return {p: entry for p, entry in self.entries.items() if p.startswith(f"{folder}/")}

    def file(self) -> File:
        """The file that holds this ledger."""
        lines = ",\n".join(
            f"    {json_inline(path)}: "
            + json_inline({"class": self.entries[path].kind, "sha256": self.entries[path].sha256})
            for path in sorted(self.entries)
        )
        files = f"{{\n{lines}\n  }}" if lines else "{}"
        return File(LEDGER, f'{{\n  "version": 1,\n  "files": {files}\n}}\n')


def read_ledger(root: Path) -> Ledger:
    """The ledger of the system at `root`; an empty one if it has none."""
    try:
        document = json.loads((root / LEDGER).read_bytes())
        return Ledger({path: _entry(entry) for path, entry in document["files"].items()})
    except FileNotFoundError:
        return Ledger()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MscliError(
            f"{LEDGER} is damaged: {error}", f"restore it: git checkout -- {LEDGER}"
        ) from error


def _entry(entry: Mapping[str, str]) -> Entry:
    kind = entry["class"]
    if kind not in _CLASSES:
        raise ValueError(f"no class of files {kind!r}")
    return Entry(kind, entry["sha256"])  # type: ignore[arg-type]
