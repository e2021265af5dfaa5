"""Calls between services: a line of the system file and the caller's client code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mscli import systemfile
from mscli.scaffold.editing import editing
from mscli.scaffold.placing import Outcome
from mscli.scaffold.services import update_service


def new_call(
    root: Path,
    caller: str,
    callee: str,
    *,
    policy: Mapping[str, object] | None = None,
    trust: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Let `caller` call `callee`: missing files are added, wiring is merged, nothing is lost.

    A `policy` has the fields and the values that the system file takes.
    """

    def edit(text: str) -> str:
        return systemfile.add_call(text, caller, callee, policy=policy)

    with editing(root, edit, force=force, dry_run=dry_run) as change:
        update_service(change, caller, trust=trust)
        return change.close()


def remove_call(
    root: Path,
    caller: str,
    callee: str,
    *,
    purge: bool = False,
    trust: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Let `caller` no longer call `callee`; the client's code goes only with `purge`."""

    def edit(text: str) -> str:
        return systemfile.remove_call(text, caller, callee)

    with editing(root, edit, force=force, dry_run=dry_run) as change:
        update_service(change, caller, trust=trust, purge=purge)
        return change.close()
