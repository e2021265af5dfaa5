"""Recordings: requests in a file of the user's own, without credentials, for a time.

NDJSON, mode 0600, in a folder of mode 0700: one line about the recording, then one a request.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from mscli.errors import MscliError, UsageError

FOLDER = "recordings"
SUFFIX = ".ndjson"
VERSION = 1
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came to the gateway; `target` is the path with its query, not decoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(slots=True)
class Recording:
    """A file that requests are written to; `expires` is seconds since the epoch."""

    path: Path
    _file: IO[bytes]
    count: int = 0

    def add(self, request: Request) -> None:
        """Write one request, at once."""
        entry = {
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "body": base64.b64encode(request.body).decode(),
        }
        self._file.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        self.count += 1

    def close(self) -> None:
        """Nothing more is written; a recording of nothing is removed."""
        self._file.close()
        if not self.count:
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Known:
    """A recording that is read: what was asked, and until when it is kept."""

    path: Path
    expires: float
    requests: tuple[Request, ...] = field(repr=False)


def begin(folder: Path, keep: float, now: float | None = None) -> Recording:
    """A new recording in `folder`, kept for `keep` seconds. Nobody else can read it."""
    began = time.time() if now is None else now
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(began))
    for number in range(100):
        path = folder / f"{stamp}{f'-{number}' if number else ''}{SUFFIX}"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        handle = os.fdopen(descriptor, "wb")
        handle.write(json.dumps({"version": VERSION, "expires": began + keep}).encode() + b"\n")
        handle.flush()
        return Recording(path, handle)
    raise MscliError(f"too many recordings in {folder}")


def read(path: Path) -> Known:
    """A recording. Raises MscliError for a file that is none, at the line that is wrong."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'it cannot be read').lower()}") from error
    head = _parsed(path, 1, lines[0] if lines else b"")
    if head.get("version") != VERSION or not isinstance(head.get("expires"), int | float):
        raise MscliError(f"{path}:1: no recording", "make one: mscli migrate record")
    found = tuple(_request(path, n, line) for n, line in enumerate(lines[1:], start=2) if line)
    return Known(path, float(head["expires"]), found)


def _request(path: Path, number: int, line: bytes) -> Request:
    entry = _parsed(path, number, line)
    try:
        headers = tuple((str(name), str(value)) for name, value in entry["headers"])
        body = base64.b64decode(entry["body"], validate=True)
        return Request(str(entry["method"]), str(entry["target"]), headers, body)
    except (KeyError, TypeError, ValueError) as error:
        raise MscliError(f"{path}:{number}: no request", "take the line out") from error


def _parsed(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise MscliError(f"{path}:{number}: no JSON", "take the line out") from error
    if not isinstance(entry, dict):
        raise MscliError(f"{path}:{number}: no JSON object", "take the line out")
    return entry


def newest(folder: Path) -> Path:
    """The last recording. Raises MscliError if there is none."""
    found = sorted(folder.glob(f"*{SUFFIX}"))
    if not found:
        raise MscliError("nothing is recorded", "make a recording: mscli migrate record")
    return found[-1]


def forget_expired(folder: Path, now: float | None = None) -> list[Path]:
    """Remove the recordings whose time is over; which they were."""
    moment = time.time() if now is None else now
    gone = [path for path, expires in _kept(folder) if expires <= moment]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _kept(folder: Path) -> Iterator[tuple[Path, float]]:
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            with path.open("rb") as file:
                head: Mapping[str, Any] = json.loads(file.readline())
                yield path, float(head["expires"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
