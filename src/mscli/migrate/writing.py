"""Writes files whole: beside their places first, then all renamed, so nobody reads half of one."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from mscli.errors import MscliError


def write(files: Mapping[Path, str]) -> None:
    """Write texts in UTF-8. Raises MscliError, and then has changed nothing."""
    staged: dict[Path, Path] = {}
    try:
        for path, text in files.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            staged[path] = path.with_name(f".{path.name}.{os.getpid()}")
            staged[path].write_text(text, encoding="utf-8")
        for path, beside in staged.items():
            beside.replace(path)
    except OSError as error:
        for beside in staged.values():
            beside.unlink(missing_ok=True)
        raise MscliError(f"{path}: {error.strerror}", "choose another place for -o") from error
