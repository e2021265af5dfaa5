"""The docker command: run, and what its failures mean.

The command and not a library: it knows the user's contexts (Docker Desktop, rootless, remote), it
needs no import of half a second, and what it holds open ends with it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mscli.errors import MissingProgram, MscliError, RuntimeFailed

INSTALL = "https://docs.docker.com/engine/install/ says how; mscli up works without it, too"
EXCERPT, LONGEST = 15, 40
"""Lines that are shown of a command that failed, and of a build, which names the step first."""
STEP = "------"
"""BuildKit's line before the step that has failed, whose last lines follow."""
COMPOSE = "com.docker.compose"
PROJECT = f"{COMPOSE}.project"
"""The label by which Compose, and we, know what belongs to one copy of a system."""


def run(arguments: Sequence[str], folder: Path | None = None) -> str:
    """Standard output of a docker command; raises what `failure` says of one that fails."""
    done = _completed(arguments, folder)
    if done.returncode:
        raise failure(arguments, done.returncode, (done.stdout + done.stderr).splitlines())
    return done.stdout


def attempt(arguments: Sequence[str]) -> bool:
    """Whether a docker command succeeds."""
    return _completed(arguments, None).returncode == 0


def _completed(arguments: Sequence[str], folder: Path | None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["docker", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise MissingProgram("docker is not installed", INSTALL) from error


def lines_of(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[str]:
    """The lines that a docker command writes, as they come; raises when it fails.

    The command is ended when nobody reads on.
    """
    try:
        process = subprocess.Popen(
            ["docker", *arguments],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise MissingProgram("docker is not installed", INSTALL) from error
    written: list[str] = []
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            written.append(line.rstrip("\n"))
            yield written[-1]
        if code := process.wait():
            raise failure(arguments, code, written)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def documents(arguments: Sequence[str]) -> list[Any]:
    """The JSON documents that a docker command prints, one a line."""
    return [json.loads(line) for line in run(arguments).splitlines() if line.strip()]


def failure(arguments: Sequence[str], code: int, lines: Sequence[str]) -> MscliError:
    """The error for a docker command that failed: what is missing, or what it said last."""
    if not attempt(["version"]):
        return MissingProgram(
            "no Docker Engine answers" + _of_context(),
            "start it (Docker Desktop, or: sudo systemctl start docker), or run the system without "
            "it: mscli up --runtime processes",
        )
    if arguments[:1] == ["compose"] and not attempt(["compose", "version"]):
        return MissingProgram(
            "docker has no Compose plugin, 2.24 or later",
            "https://docs.docker.com/compose/install/ says how",
        )
    shown = "\n".join(f"    {line}" for line in _excerpt(lines))
    return RuntimeFailed(f"docker {arguments[0]} ended with code {code}:\n{shown}", _hint(lines))


_TAKEN = (
    "end who holds the port, or choose another: gateway.port in mscli.yaml, DASHBOARDS_PORT in .env"
)


def _excerpt(lines: Sequence[str]) -> list[str]:
    told = [line for line in lines if line]
    if STEP in told:
        return told[told.index(STEP) + 1 :][-LONGEST:]
    return told[-EXCERPT:]


def _of_context() -> str:
    host = os.environ.get("DOCKER_HOST")
    return f" at {host} (DOCKER_HOST)" if host else ""


def _hint(lines: Sequence[str]) -> str:
    """A remedy for the failures that everybody meets; Docker's own words are above it."""
    text = "\n".join(lines[-EXCERPT:])
    for words, remedy in (
        ("address already in use", _TAKEN),
        ("port is already allocated", _TAKEN),
        ("pull access denied", "docker login, or check the image's name and the network"),
        ("manifest unknown", "check the image's name and its tag"),
        ("no such host", "the images' registry is not reached: look at the network or its proxy"),
        ("i/o timeout", "the images' registry is not reached: look at the network or its proxy"),
        ("non-overlapping IPv4 address", "docker network prune removes networks nobody uses"),
        ("no space left on device", "docker system prune makes room"),
        ("failed to read dockerfile", "write one, which copies the code and says what starts it"),
        ("failed to solve", "mend the Dockerfile's step that is named above, then mscli up again"),
    ):
        if words in text:
            return remedy
    return ""
