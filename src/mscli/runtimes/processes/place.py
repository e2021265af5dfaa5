"""Where a running system lives: its identity, its folder of local state, its lock and socket."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mscli import lock
from mscli.errors import MscliError, RuntimeFailed, UsageError

LOCAL = Path(".mscli") / "local"
PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
"""What may name a copy: it becomes a folder and a socket."""
LONGEST_SOCKET_PATH = 107
"""What sockaddr_un holds on Linux, in bytes (unix(7))."""


class Place(NamedTuple):
    """One running copy of a system: the checkout's root, the system's id and its local state."""

    root: Path
    system_id: str
    state: Path

    @property
    def socket(self) -> Path:
        """The supervisor's control socket, in a folder that only its owner enters."""
        return _private_folder() / f"{self.system_id}.sock"

    def file(self, *parts: str) -> Path:
        """A path under the local state."""
        return self.state.joinpath(*parts)

    @property
    def is_copy(self) -> bool:
        """Whether it is one beside the default, with ports of its own."""
        return self.state.parent.name == "projects"

    @contextmanager
    def locked(self, patience: float = 60.0) -> Iterator[None]:
        """Hold the one lock of this copy; raises RuntimeFailed after `patience` seconds."""
        self.state.mkdir(parents=True, exist_ok=True)
        with lock.locked(
            self.file("lock"), lock.Wait(patience, "is changing this system", RuntimeFailed)
        ):
            yield

    @property
    def is_changing(self) -> bool:
        """Whether a command brings this copy up, or takes it down, at the moment."""
        return lock.is_held(self.file("lock"))


def place_of(root: Path, name: str, project: str = "") -> Place:
    """The copy of system `name` in `root`; `project` names another one beside the default."""
    real = root.resolve()
    default = identity(real, name)
    if not project or project == default:
        return Place(real, default, real / LOCAL)
    return _copy(real, project)


def last_place(root: Path, project: str = "") -> Place:
    """The copy that the last `up` in `root` has made, without reading the system file.

    A folder of local state that was copied from another checkout has that one's id, and is no
    place of this one: the id is empty then, as it is before the first `up`.
    """
    real = root.resolve()
    if project and not project.endswith(f"-{_digits(real)}"):
        return _copy(real, project)
    try:
        known = json.loads((real / LOCAL / "bindings.json").read_text())["system_id"]
    except (OSError, ValueError, KeyError):
        known = ""
    return Place(real, known if is_default(real, known) else "", real / LOCAL)


def is_default(root: Path, system_id: str) -> bool:
    """Whether an id is of this checkout's default copy, under whatever name of the system."""
    return system_id.endswith(f"-{_digits(root.resolve())}")


def _copy(real: Path, project: str) -> Place:
    if not PROJECT.fullmatch(project):
        raise UsageError(
            f"'{project}' cannot name a copy of a system",
            "lower-case letters, digits and hyphens, 50 at most",
        )
    return Place(real, project, real / LOCAL / "projects" / project)


def isolated_place(root: Path, name: str) -> Place:
    """A fresh copy with an id, ports and state of its own."""
    import secrets  # only here: every command loads this module

    return place_of(root, name, f"{name}-{secrets.token_hex(4)}")


def identity(root: Path, name: str) -> str:
    """Name and eight hex digits of the checkout's real path: two clones never meet."""
    return f"{name}-{_digits(root.resolve())}"


def _digits(real: Path) -> str:
    return f"{zlib.crc32(os.fsencode(real)):08x}"  # no secret: hashlib would slow every `ps` down


def projects(root: Path) -> tuple[str, ...]:
    """The ids of the copies beside the default one that have local state."""
    folder = root / LOCAL / "projects"
    return tuple(sorted(entry.name for entry in folder.iterdir())) if folder.is_dir() else ()


def _private_folder() -> Path:
    """A 0700 folder for sockets, under XDG_RUNTIME_DIR or /tmp, short enough.

    The folder that a login session has stands in for a variable that is not set: a command out of
    cron or `su` must find what one in a terminal has started.
    """
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    folder = runtime / f"mscli-{os.getuid()}"
    if len(str(folder)) > LONGEST_SOCKET_PATH - 60 or not os.access(runtime, os.W_OK | os.X_OK):
        folder = Path("/tmp") / f"mscli-{os.getuid()}"  # noqa: S108 - 0700 and owner are checked
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or folder.is_symlink():
        raise MscliError(
            f"{folder} is not private to you",
            "remove it, or set XDG_RUNTIME_DIR to a folder of yours",
        )
    return folder
