"""Where templates are: ours, and a team's own copies that go before them, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import mscli
from mscli.errors import MscliError


@dataclass(frozen=True, slots=True)
class Template:
    """A template's file. `own` is true for a team's own copy under `.mscli/templates/`."""

    name: str
    file: Path
    own: bool

    def __str__(self) -> str:
        where = " (your own copy in .mscli/templates)" if self.own else ""
        return f"template {self.name}{where}"


@cache
def built_in() -> Path:
    """The folder of our own templates: inside the package, or at the root of a checkout."""
    package = Path(mscli.__file__).parent
    for folder in (package / "templates", package.parent.parent / "templates"):
        if folder.is_dir():
            return folder
    raise MscliError("mscli's own templates are missing", "install mscli again")


def find_template(name: str, overrides: Path | None = None) -> Template | None:
    """The file of the template `name` (POSIX, relative), a team's own copy first.

    `overrides` is the system's `.mscli/templates`. A path or symbolic link that leads out of the
    folder of templates is refused.
    """
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts or "\\" in name:
        raise MscliError(f"{name!r} is no name of a template", "use a relative path with /")
    for folder, own in ((overrides, True), (built_in(), False)):
        if folder is None:
            continue
        file = folder.joinpath(*parts)
        if file.is_file():
            if own and not file.resolve().is_relative_to(folder.resolve()):
                raise MscliError(
                    f"{Template(name, file, own)} is a link that leads out of .mscli/templates",
                    "replace the link by a copy of the file",
                )
            return Template(name, file, own)
    return None
