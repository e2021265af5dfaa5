"""Systems that were read before, kept for the user by what they were read from.

Reading is a pure function of the text, the name that findings show, and this code; so what came out
is found by a hash of all three, and can never be out of date. Pydantic need not be loaded then. It
is in the user's own cache, not in the system's folder, which somebody else may have made: a pickle
is believed only where nobody but its reader can have written it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from pathlib import Path

from mscli.errors import Finding
from mscli.model.system import System

MOST = 64
"""Readings that are kept; the oldest goes."""

Sound = tuple[System, tuple[Finding, ...]]


def find(text: str, shown: str) -> Sound | None:
    """The system and the warnings that `text` gave before; None if it is not known."""
    try:
        with _path(text, shown).open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            found: Sound = pickle.load(file)  # noqa: S301 - this user's own, from a folder of 0700
            return found
    except Exception:  # whatever a broken file raises, reading anew mends it
        return None


def keep(text: str, shown: str, sound: Sound) -> None:
    """Keep what `text` gave; a cache that cannot be written is no fault."""
    path = _path(text, shown)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        staged = path.with_name(f"{path.name}.{os.getpid()}")
        staged.write_bytes(pickle.dumps(sound, pickle.HIGHEST_PROTOCOL))
        staged.replace(path)
        for old in sorted(path.parent.iterdir(), key=lambda each: each.stat().st_mtime)[:-MOST]:
            old.unlink(missing_ok=True)


def folder() -> Path:
    """Where readings are kept; its owner alone may enter."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "mscli" / "systems"


def _path(text: str, shown: str) -> Path:
    digest = hashlib.sha256(_code().encode())
    for part in (shown, text):
        digest.update(b"\0" + part.encode())
    return folder() / digest.hexdigest()


def _code() -> str:
    """What would be another if reading were another: this Python, and the files that read."""
    rooms = Path(__file__).parent, Path(__file__).parents[1] / "model"
    files = sorted(
        (entry.path, entry.stat().st_size, entry.stat().st_mtime_ns)
        for room in rooms
        for folder, _, _ in os.walk(room)
        for entry in os.scandir(folder)
        if entry.name.endswith(".py")
    )
    return f"{sys.version} {files}"
