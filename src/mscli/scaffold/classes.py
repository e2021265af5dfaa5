"""Which files of a template are rendered or merged, and which go: its `files.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mscli.errors import MscliError
from mscli.model.files import FileClass

FILES = "files.yaml"


@dataclass(frozen=True, slots=True)
class Classes:
    """Globs relative to the service's folder; what matches none is scaffolded.

    Of scaffolded files those that are `bound` go with what they were made for, unless a person has
    changed them; `history` never goes, for databases have been through it.
    """

    rendered: tuple[re.Pattern[str], ...] = ()
    merged: tuple[re.Pattern[str], ...] = ()
    bound: tuple[re.Pattern[str], ...] = ()
    history: tuple[re.Pattern[str], ...] = ()

    def of(self, path: str) -> FileClass:
        """The class of the file at `path`, relative to the service's folder."""
        if any(pattern.fullmatch(path) for pattern in self.rendered):
            return "rendered"
        return "merged" if any(pattern.fullmatch(path) for pattern in self.merged) else "scaffolded"

    def is_bound(self, path: str) -> bool:
        """Whether the file at `path` is of no use without what it was made for."""
        return any(pattern.fullmatch(path) for pattern in self.bound)

    def is_history(self, path: str) -> bool:
        """Whether the file at `path` stays whatever goes."""
        return any(pattern.fullmatch(path) for pattern in self.history)


def read_classes(folder: Path) -> Classes:
    """The classes of the template in `folder`; without `files.yaml` everything is scaffolded."""
    document = document_of(folder)
    kinds = ("rendered", "merged", "bound", "history")
    return Classes(*(_globs(document, kind) for kind in kinds))


def document_of(folder: Path) -> Mapping[str, object]:
    """The `files.yaml` of the template in `folder`; empty without one."""
    import yaml

    file = folder / FILES
    if not file.is_file():
        return {}
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise MscliError(f"the template's {FILES} is wrong: {error}") from error
    if not isinstance(document, Mapping):
        raise MscliError(f"the template's {FILES} is wrong: it is no mapping")
    return document


def _globs(document: Mapping[str, object], name: str) -> tuple[re.Pattern[str], ...]:
    globs = document.get(name, [])
    if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
        raise MscliError(f"the template's {FILES} is wrong: {name} is no list of globs")
    return tuple(map(_pattern, globs))


def _pattern(glob: str) -> re.Pattern[str]:
    """`**` stands for any number of folders, `*` for any part of one name."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    meanings = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meanings.get(part, re.escape(part)) for part in parts))
