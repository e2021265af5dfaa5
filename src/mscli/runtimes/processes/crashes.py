"""Which process that is not ready yet is waited for no longer."""

from __future__ import annotations

from mscli.runtimes.processes.books import Entry

CRASHED = frozenset({"exited", "crash loop"})
DEATHS = 3
"""After so many deaths a process that is not ready yet is not waited for any longer."""
MISTOLD = 2
"""The code by which programs say that they were called wrongly, and services that a setting is.

Programs in Go end with it, too, when they panic: it may have been for what was not there yet. So it
has to be said a second time.
"""


def given_up(entry: Entry, restarts: int, began: float) -> str:
    """Why a process that is not ready yet is not waited for any longer; empty if it is.

    `restarts` are those that it had before, and what the books know of an earlier life is none of
    the one that began then, in seconds since the epoch.
    """
    if entry.state == "running":
        return ""
    mistold = entry.state in CRASHED and entry.code == MISTOLD and entry.since >= began
    if mistold and entry.restarts > restarts:
        return f"ended with code {MISTOLD} twice: what it is to be told is missing or wrong"
    died = entry.restarts - restarts >= DEATHS - 1
    return f"ended {DEATHS} times before it was ready" if died else ""
