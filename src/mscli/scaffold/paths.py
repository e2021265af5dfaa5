"""Which paths may be written: inside the root, through no link, valid on every platform."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from mscli.errors import MscliError

_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z")
_LONGEST = 255


def place(root: Path, path: str) -> Path:
    """The absolute place of `path`, a relative POSIX path, under `root`.

    Refused, with the reason: what leads out of the root (also through a symbolic link), what is
    no valid name on Windows, a parent that is a file.
    """
    for part in _parts(path):
        _check_name(part, path)
    target = root.joinpath(*PurePosixPath(path).parts)
    _check_parents(root, target, path)
    return target


def _parts(path: str) -> tuple[str, ...]:
    if not path or path.startswith("/") or path != PurePosixPath(path).as_posix() or path == ".":
        raise MscliError(f"{path!r} is no path inside the system", "use a relative path with /")
    parts = PurePosixPath(path).parts
    if ".." in parts:
        raise MscliError(f"{path!r} leads out of the system", "use a path without ..")
    return parts


def _check_name(name: str, path: str) -> None:
    reason = ""
    if found := _FORBIDDEN.search(name):
        reason = f"it holds {found[0]!r}"
    elif _RESERVED.match(name):
        reason = f"{name!r} is a device on Windows"
    elif name.endswith((".", " ")):
        reason = f"{name!r} ends with {name[-1]!r}"
    elif len(name.encode("utf-8", "surrogatepass")) > _LONGEST:
        reason = f"a name in it is longer than {_LONGEST} bytes"
    if reason:
        raise MscliError(f"{path!r} is no path that every platform can have: {reason}")


def _check_parents(root: Path, target: Path, path: str) -> None:
    real = root.resolve()
    for parent in target.parents:
        if parent == root:
            return
        if parent.is_symlink() and not parent.resolve().is_relative_to(real):
            raise MscliError(
                f"{path!r} leads out of the system: {parent.name} is a link to {parent.resolve()}"
            )
        if parent.exists() and not parent.is_dir():
            raise MscliError(f"{path!r} cannot be written: {parent} is a file, not a folder")
