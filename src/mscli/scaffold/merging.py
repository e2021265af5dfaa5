"""Three-way merge of a text that mscli and its user have both changed."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mscli.errors import MissingProgram, MscliError

_LABELS = ("yours", "before", "mscli")
_MOST_CONFLICTS = 127
_MARKERS = {b"<<<<<<< yours", b">>>>>>> mscli"}


@dataclass(frozen=True, slots=True)
class Merge:
    """What came out. With `conflict` both versions are in `content`, between markers."""

    content: bytes
    conflict: bool = False


def merged(path: str, yours: bytes, before: bytes, ours: bytes) -> Merge:
    """`yours` with the changes from `before` to `ours`; `path` is for messages.

    A binary file that both have changed stays as it is, and is a conflict. So does one in which
    the markers of an earlier conflict still stand.
    """
    if set(yours.splitlines()) >= _MARKERS:
        return Merge(yours, conflict=True)
    if ours in (before, yours):
        return Merge(yours)
    if yours == before:
        return Merge(ours)
    if b"\0" in yours + before + ours:
        return Merge(yours, conflict=True)
    if b"\r\n" in yours:
        before, ours = (text.replace(b"\n", b"\r\n") for text in (before, ours))
    return _git_merge_file(path, yours, before, ours)


def _git_merge_file(path: str, *versions: bytes) -> Merge:
    with tempfile.TemporaryDirectory(prefix="mscli-merge-") as folder:
        files = [Path(folder, label) for label in _LABELS]
        for file, version in zip(files, versions, strict=True):
            file.write_bytes(version)
        labels = [word for label in _LABELS for word in ("-L", label)]
        command = ["git", "merge-file", "-p", "--diff3", *labels, *map(str, files)]
        try:
            result = subprocess.run(command, capture_output=True, check=False)
        except FileNotFoundError as error:
            raise MissingProgram(
                f"git is needed to merge {path}, which you and mscli have both changed",
                "install git, such as: apt install git",
            ) from error
    if not 0 <= result.returncode <= _MOST_CONFLICTS:
        last = result.stderr.decode(errors="replace").strip()
        raise MscliError(f"git merge-file failed on {path} with {result.returncode}: {last}")
    return Merge(result.stdout, conflict=result.returncode != 0)
