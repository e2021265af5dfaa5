"""What a system needs and mscli does not start: is it there, before anything else is."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mscli.engines import temporal
from mscli.errors import RuntimeFailed
from mscli.model.stack import Bindings, Stack

PATIENCE = 3.0


def refuse_missing(stack: Stack, bindings: Bindings) -> None:
    """Raise RuntimeFailed for an engine that does not answer, or a file that cannot be used."""
    refuse_files(bindings.given)
    for engine, address in stack.elsewhere.items():
        _refuse_silent(engine, address)


def refuse_files(given: Mapping[str, str]) -> None:
    """Raise RuntimeFailed for a file of the user's that cannot be read, or a key that git keeps."""
    for name, path in given.items():
        _refuse_file(name, Path(path))


def _refuse_file(name: str, path: Path) -> None:
    place = "look where mscli.yaml names it"
    if not path.is_file():
        raise RuntimeFailed(f"there is no file {path}, which {name} is to be read from", place)
    if not os.access(path, os.R_OK):
        raise RuntimeFailed(f"{path} cannot be read, which {name} is to be read from", place)
    if name not in temporal.PUBLIC and _is_in_git(path):
        raise RuntimeFailed(
            f"{path} is a secret, and git keeps it",
            "take it out (`git rm --cached`), draw a new key, and keep that outside",
        )


def _is_in_git(path: Path) -> bool:
    command = ["git", "-C", str(path.parent), "ls-files", "--error-unmatch", "--", path.name]
    with suppress(FileNotFoundError):  # no git, no repository
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def _refuse_silent(engine: str, address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE):
            return
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise RuntimeFailed(
            f"{engine} at {address} does not answer: {why.lower()}",
            f"look at engines.{engine}.address in mscli.yaml, or remove it to run one here",
        ) from error
