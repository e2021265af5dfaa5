"""What did not become ready: an excerpt of its log, and the error that ends the command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mscli import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mscli.runtimes.processes.bring_up import Failure

EXCERPT_LINES, EXCERPT_BYTES = 15, 64_000


def show_failure(failure: Failure) -> None:
    """A short excerpt of the log of what failed, from where this start began."""
    from mscli.runtimes.logs import excerpt

    console.say(f"{failure.process.name}: {failure.cause}")
    if failure.offset is None:
        return
    try:
        with Path(failure.process.log).open("rb") as log:
            log.seek(failure.offset)
            lines = log.read()[-EXCERPT_BYTES:].decode(errors="replace").splitlines()
    except OSError:
        return
    for line in excerpt(lines, EXCERPT_LINES):
        console.say(f"    {line}")
    console.say(f"    (the whole of it: {failure.process.log})")


def raise_for(failures: Sequence[Failure]) -> None:
    """Show every failure, and raise the error of them all; nothing without failures.

    What several processes failed of, such as one folder's environment, is told once.
    """
    from mscli.runtimes.processes.bring_up import error_of

    if not failures:
        return
    error = error_of(list(failures))
    told = {error.message}
    for failure in failures:
        if failure.error is None or failure.cause not in told:
            show_failure(failure)
        if failure.error is not None:
            told.add(failure.cause)
    raise error
