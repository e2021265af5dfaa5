"""Other programs than kubectl and docker: those that load images into a cluster's nodes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence

from mscli.errors import MissingProgram, RuntimeFailed

EXCERPT = 15


def lines_of_program(command: Sequence[str], install: str) -> Iterator[str]:
    """The lines that a program writes. Raises RuntimeFailed with the last ones if it fails."""
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise MissingProgram(f"{command[0]} is not installed", f"{install} says how") from error
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    if done.returncode:
        shown = "\n".join(f"    {line}" for line in lines[-EXCERPT:])
        words = " ".join(command[:3])
        raise RuntimeFailed(
            f"{words} ended with code {done.returncode}:\n{shown}",
            "is the cluster running, and the image built? mscli up tries again",
        )
    yield from lines
