"""Routes of the gateway: lines of the system file."""

from __future__ import annotations

from pathlib import Path

from mscli import systemfile
from mscli.model.system import Prefix
from mscli.scaffold.editing import editing
from mscli.scaffold.placing import Outcome


def new_route(
    root: Path, path: str, service: str, *, prefix: Prefix = "strip", dry_run: bool = False
) -> Outcome:
    """Publish `service` at `path`."""

    def edit(text: str) -> str:
        return systemfile.add_route(text, path, service, prefix)

    with editing(root, edit, dry_run=dry_run) as change:
        return change.close()


def remove_route(root: Path, path: str, *, dry_run: bool = False) -> Outcome:
    """Publish nothing at `path` any more."""

    def edit(text: str) -> str:
        return systemfile.remove_route(text, path)

    with editing(root, edit, dry_run=dry_run) as change:
        return change.close()
