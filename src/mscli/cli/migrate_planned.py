"""The boundaries of a monolith as a person has them, for the commands that start from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mscli import console
from mscli.wording import counted

if TYPE_CHECKING:
    from mscli.migrate.boundaries.propose import Proposal
    from mscli.migrate.facts import Facts
    from mscli.migrate.store import Store


def proposal_of(
    path: Path,
    boundaries: Path | None,
    *,
    hints: bool,
    wanted: int = 0,
    store: Store | None = None,
) -> Proposal:
    """The boundaries of a monolith, with what a person decided if there is a file of it."""
    from mscli.migrate.boundaries.document.reading import read
    from mscli.migrate.boundaries.propose import propose

    facts = _facts(path)
    decided = read(boundaries, facts) if boundaries is not None and boundaries.exists() else None
    warn_of(facts)
    return propose(facts, decided, hints=hints, wanted=wanted, store=store)


def as_planned(path: Path, boundaries: Path, *, hints: bool) -> Proposal:
    """The boundaries as the file has them, with a word if the code has changed since."""
    proposal = proposal_of(path, boundaries, hints=hints)
    if gone := len(proposal.since.gone):
        what = f"{boundaries} has {counted(gone, 'line')} that the code has no more"
        console.warn(f"{what}: bring it up to date with `mscli migrate plan {path}`")
    return proposal


def _facts(path: Path) -> Facts:
    if path.is_file():
        from mscli.migrate.facts_file import read

        return read(path)
    from mscli.migrate.scan import scan as scan_folder

    return scan_folder(path)


def warn_of(facts: Facts) -> None:
    """Say what the scan warned of."""
    for warning in facts.warnings:
        console.warn(warning)
