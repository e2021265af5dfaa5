"""Kills, or fails, a piece of work at its n-th operation on the file system."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OPERATIONS = (
    *("open", "write", "fsync", "link", "rename", "replace"),
    *("mkdir", "rmdir", "unlink", "chmod"),
)


class Killed(BaseException):
    """Stands for kill -9: from here on no operation has any effect."""


@contextmanager
def at_operation(number: int, fault: Callable[[], object], *, after: bool) -> Iterator[None]:
    """Let the `number`-th operation (from 1) run into `fault`, before or after it takes place."""
    originals = {name: getattr(os, name) for name in OPERATIONS}
    count = 0

    def wrap(name: str) -> Callable[..., object]:
        def operation(*arguments: object, **options: object) -> object:
            nonlocal count
            count += 1
            hit = count == number
            if hit and not after:
                fault()
            try:
                return originals[name](*arguments, **options)
            finally:
                if hit and after:
                    fault()

        return operation

    for name in OPERATIONS:
        setattr(os, name, wrap(name))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(os, name, original)


def killed_at(number: int, work: Callable[[], object], *, after: bool) -> bool:
    """Run `work` until its `number`-th operation, and nothing more; false if it got to the end."""
    dead = False

    def die() -> None:
        nonlocal dead
        dead = True
        for name in OPERATIONS:
            setattr(os, name, refuse)
        raise Killed

    def refuse(*_: object, **__: object) -> None:
        raise Killed

    with suppress(Killed), at_operation(number, die, after=after):
        work()
    return dead


def killed_for_good_at(number: int, work: Callable[[], object]) -> bool:
    """The same with a real process that really dies."""
    child = os.fork()
    if child == 0:
        with at_operation(number, lambda: os._exit(9), after=True):
            work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, 9}, f"the child failed with {code}"
    return code == 9


def tree(root: Path) -> dict[str, tuple[bytes | str, int]]:
    """Every file and link under `root` but for `.mscli/local`: content and mode; empty folders."""
    found: dict[str, tuple[bytes | str, int]] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.startswith(".mscli/local") or name == ".mscli":
            continue
        mode = path.lstat().st_mode
        if path.is_symlink():
            found[name] = (str(path.readlink()), 0)
        elif path.is_file():
            found[name] = (path.read_bytes(), mode & 0o777)
        elif not any(path.iterdir()):
            found[name] = ("folder", 0)
    return found
