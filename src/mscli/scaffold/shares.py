"""The shares of a route: lines of the system file, by which a route is flipped and flipped back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mscli import systemfile
from mscli.model.system import Share, System
from mscli.scaffold.editing import editing
from mscli.scaffold.placing import Outcome


def share_route(
    root: Path,
    path: str,
    decide: Callable[[System], tuple[Share, ...]],
    *,
    drop: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Share out the route at `path` as `decide` says, seeing the system under the lock.

    With `drop` services that get nothing are forgotten.
    """

    def edit(text: str) -> str:
        shares = decide(systemfile.read_text(text).system)
        edited = systemfile.share_route(text, path, shares)
        for share in shares if drop else ():
            if not share.percent:
                edited = systemfile.drop_share(edited, path, share.service)
        return edited

    with editing(root, edit, dry_run=dry_run) as change:
        return change.close()
