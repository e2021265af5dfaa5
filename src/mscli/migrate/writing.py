"""Writes files whole: beside their places first, then all renamed, so nobody reads half of one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from mscli.errors import MscliError


def write(files: Mapping[Path, str | Iterable[str]]) -> None:
    """Write texts, whole or in parts, in UTF-8. Raises MscliError, and then has changed nothing."""
    staged: dict[Path, Path] = {}
    try:
        for path, text in files.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            staged[path] = path.with_name(f".{path.name}.{os.getpid()}")
            with staged[path].open("w", encoding="utf-8") as file:
                file.writelines((text,) if isinstance(text, str) else text)
        for path, beside in staged.items():
            beside.replace(path)
    except OSError as error:
        for beside in staged.values():
            beside.unlink(missing_ok=True)
        raise MscliError(f"{path}: {error.strerror}", "choose another place for -o") from error
