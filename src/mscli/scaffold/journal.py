"""The journal of one transaction: what is to be renamed where, and how to take it back.

A transaction lives in `.mscli/local/journal/<id>/`:

    new/<n>      the new version of step n, complete and on the disk
    old/<n>      the old version of step n (a second name of it, or the removed thing itself)
    plan.json    the steps; from the moment it is there the transaction is finished, not undone
    undo.json    the same file under another name: the transaction is taken back

Without either of the two files nothing has been touched yet (or all is done), and the folder is
only rubbish. Every step can be repeated, forwards and backwards, so a process may be killed
between any two operations and the next one goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from mscli.scaffold import disk

JOURNAL = ".mscli/local/journal"
PLAN = "plan.json"
UNDO = "undo.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One path that changes. `before` and `after` are digests; None means that nothing is there.

    A removed folder has no digest: it is `removes` alone that says what happens.
    """

    number: int
    path: str
    before: str | None
    after: str | None
    removes: bool = False


@dataclass(frozen=True, slots=True)
class Journal:
    """A transaction on the disk: its folder, its steps, the folders that it makes and empties."""

    root: Path
    folder: Path
    steps: tuple[Step, ...]
    made: tuple[str, ...]

    def target(self, step: Step) -> Path:
        """Where the step's path is."""
        return self.root / step.path

    def new(self, step: Step) -> Path:
        """The step's new version, until it is applied."""
        return self.folder / "new" / str(step.number)

    def old(self, step: Step) -> Path:
        """The step's old version, until it is restored."""
        return self.folder / "old" / str(step.number)

    def seal(self) -> None:
        """Write the plan. From now on the transaction is finished by whoever comes next."""
        plan = {"steps": [asdict(step) for step in self.steps], "made": self.made}
        draft = self.folder / "draft.json"
        disk.write_new(draft, json.dumps(plan).encode(), 0o644)
        disk.sync_folders([self.folder / "new", self.folder / "old"])
        draft.rename(self.folder / PLAN)
        disk.sync_folders([self.folder, self.folder.parent])

    def finish(self) -> None:
        """Apply every step that is not applied yet, and forget the journal."""
        disk.make_folders(self.root / folder for folder in self.made)
        for step in self.steps:
            if step.removes:
                if os.path.lexists(self.target(step)) and not os.path.lexists(self.old(step)):
                    self.target(step).rename(self.old(step))
            elif self.new(step).exists():
                self.new(step).replace(self.target(step))
        disk.remove_empty(self._emptied())
        disk.sync_folders(self._parents())
        self._forget(PLAN)

    def undo(self) -> None:
        """Take back every step that was applied, and forget the journal.

        What somebody else has changed since is left as it is.
        """
        if (self.folder / PLAN).exists():
            (self.folder / PLAN).rename(self.folder / UNDO)
        for step in reversed(self.steps):
            target, old = self.target(step), self.old(step)
            if step.removes:
                if os.path.lexists(old) and not os.path.lexists(target):
                    disk.make_folders(reversed(self._ancestors(step)))
                    old.rename(target)
            elif disk.digest_at(target) == step.after and not self.new(step).exists():
                if old.exists():
                    old.replace(target)
                elif step.before is None:
                    target.unlink()
        disk.remove_empty(self.root / folder for folder in reversed(self.made))
        disk.sync_folders(self._parents())
        self._forget(UNDO)

    def is_undisturbed(self) -> bool:
        """Whether every step not applied yet finds the version that it was planned for."""
        waiting = (step for step in self.steps if not step.removes and self.new(step).exists())
        return all(disk.digest_at(self.target(step)) == step.before for step in waiting)

    def _forget(self, name: str) -> None:
        (self.folder / name).unlink()
        discard(self.folder)

    def _ancestors(self, step: Step) -> list[Path]:
        """Folders above a step's path, the nearest first, without the root."""
        parents = Path(step.path).parents
        return [self.root / parent for parent in parents if parent != Path()]

    def _emptied(self) -> Iterable[Path]:
        folders = {p for step in self.steps if step.removes for p in self._ancestors(step)}
        return sorted(folders, key=lambda folder: len(folder.parts), reverse=True)

    def _parents(self) -> Iterable[Path]:
        return sorted({self.target(step).parent for step in self.steps})


def read(root: Path, folder: Path) -> Journal | None:
    """The journal in `folder`; None if its transaction never got as far as a plan."""
    for name in (PLAN, UNDO):
        if (folder / name).exists():
            document = json.loads((folder / name).read_bytes())
            steps = tuple(Step(**step) for step in document["steps"])
            return Journal(root, folder, steps, tuple(document["made"]))
    return None


def is_being_undone(journal: Journal) -> bool:
    """Whether somebody already began to take the transaction back."""
    return (journal.folder / UNDO).exists()


def discard(folder: Path) -> None:
    """Remove a journal's folder; what cannot be removed now is rubbish for the next command."""
    shutil.rmtree(folder, ignore_errors=True)
