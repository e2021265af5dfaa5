"""What the target renders, and writing it under the local state: no file that is as it should be is
touched, and every other is replaced at once.

Apart from `up`, because `mscli render` needs nothing of what runs a system.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable
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
    """Write files under the local state, each by a rename; secret ones for their owner only.

    A folder that is not there yet is renamed as a whole: of a thousand files that takes a third.
    """
    by_folder: dict[str, list[File]] = {}
    for file in files:
        by_folder.setdefault(file.path.partition("/")[0], []).append(file)
    try:
        for name, inside in by_folder.items():
            if place.file(name).exists() or any("/" not in file.path for file in inside):
                _write_each(str(place.state), inside, _replace)
            else:
                _write_anew(place, name, inside)
        for name in ("logs", "volumes", "secrets"):
            place.file(name).mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise MscliError(
            f"{error.filename or place.state} cannot be written: {error.strerror}",
            "look at the disk's space and rights",
        ) from error


def _write_anew(place: Place, name: str, files: Iterable[File]) -> None:
    """Write a folder of files beside its place, and put it there."""
    staged = place.file(f"{name}.new")
    shutil.rmtree(staged, ignore_errors=True)
    (staged / name).mkdir(parents=True, mode=0o700 if name == "secrets" else 0o777)
    _write_each(str(staged), files, _create)
    (staged / name).rename(place.file(name))
    staged.rmdir()


def _write_each(root: str, files: Iterable[File], put: Callable[[str, bytes, int], None]) -> None:
    folders: set[str] = set()
    for file in files:
        path = f"{root}/{file.path}"
        folder = os.path.dirname(path)  # noqa: PTH120 - a large system has a thousand files
        if folder not in folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            folders.add(folder)
        put(
            path,
            file.content.encode(),
            0o600 if file.secret else 0o755 if file.executable else 0o644,
        )


def _replace(path: str, content: bytes, mode: int) -> None:
    """Put a file in the place of another, unless that is the same."""
    if _is_there(path, content, mode):
        return
    staged = f"{path}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(staged)  # noqa: PTH108
    _create(staged, content, mode)
    os.replace(staged, path)  # noqa: PTH105


def _create(path: str, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as handle:  # noqa: PTH123
        handle.write(content)
        os.fchmod(descriptor, mode)


def _is_there(path: str, content: bytes, mode: int) -> bool:
    try:
        with open(path, "rb") as handle:  # noqa: PTH123
            return handle.read() == content and os.fstat(handle.fileno()).st_mode & 0o777 == mode
    except OSError:
        return False
