"""What the target renders, and writing it under the local state: no file that is as it should be is
touched, and every other is replaced at once.

Apart from `up`, because `mscli render` needs nothing of what runs a system.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from mscli.errors import MscliError
from mscli.model.files import File
from mscli.model.process import Plan
from mscli.model.stack import Bindings, Stack
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.plan import read_plan
from mscli.targets import processes as target


def rendered(place: Place, stack: Stack, bindings: Bindings) -> tuple[Plan, list[File]]:
    """The plan and all files of a stack, as they would be written."""
    files = files_of(place, stack, bindings)
    plan_file = next(file for file in files if file.path == target.PLAN)
    return read_plan(plan_file.content), files


def files_of(place: Place, stack: Stack, bindings: Bindings) -> list[File]:
    """All files of a stack, as they would be written."""
    overrides = place.root / ".mscli" / "templates"
    return target.files(stack, bindings, overrides if overrides.is_dir() else None)


def write(place: Place, files: Iterable[File]) -> None:
    """Write files under the local state, each by a rename; secret ones for their owner only."""
    for folder in ("logs", "volumes", "secrets"):
        place.file(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    folders: set[str] = set()
    for file in files:
        path = str(place.file(file.path))
        folder = os.path.dirname(path)  # noqa: PTH120 - a large system has a thousand files
        try:
            if folder not in folders:
                Path(folder).mkdir(parents=True, exist_ok=True)
                folders.add(folder)
            _write(path, file)
        except OSError as error:
            raise MscliError(
                f"{path} cannot be written: {error.strerror}",
                "look at the disk's space and rights",
            ) from error


def _write(path: str, file: File) -> None:
    mode = 0o600 if file.secret else 0o755 if file.executable else 0o644
    content = file.content.encode()
    if _is_there(path, content, mode):
        return
    staged = f"{path}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(staged)  # noqa: PTH108
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as handle:  # noqa: PTH123
        handle.write(content)
        os.fchmod(descriptor, mode)
    os.replace(staged, path)  # noqa: PTH105


def _is_there(path: str, content: bytes, mode: int) -> bool:
    try:
        with open(path, "rb") as handle:  # noqa: PTH123
            return handle.read() == content and os.fstat(handle.fileno()).st_mode & 0o777 == mode
    except OSError:
        return False
