"""Which files of a template are rendered or merged: its `files.yaml`."""

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
    """Globs relative to the service's folder; what matches none is scaffolded."""

    rendered: tuple[re.Pattern[str], ...] = ()
    merged: tuple[re.Pattern[str], ...] = ()

    def of(self, path: str) -> FileClass:
        """The class of the file at `path`, relative to the service's folder."""
        if any(pattern.fullmatch(path) for pattern in self.rendered):
            return "rendered"
        return "merged" if any(pattern.fullmatch(path) for pattern in self.merged) else "scaffolded"


def read_classes(folder: Path) -> Classes:
    """The classes of the template in `folder`; without `files.yaml` everything is scaffolded."""
    import yaml

    file = folder / FILES
    if not file.is_file():
        return Classes()
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        return Classes(_globs(document, "rendered"), _globs(document, "merged"))
    except (yaml.YAMLError, ValueError) as error:
        raise MscliError(f"the template's {FILES} is wrong: {error}") from error


def _globs(document: object, name: str) -> tuple[re.Pattern[str], ...]:
    globs = document.get(name, []) if isinstance(document, Mapping) else None
    if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
        raise ValueError(f"{name} is no list of globs")
    return tuple(map(_pattern, globs))


def _pattern(glob: str) -> re.Pattern[str]:
    """`**` stands for any number of folders, `*` for any part of one name."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    meanings = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meanings.get(part, re.escape(part)) for part in parts))
