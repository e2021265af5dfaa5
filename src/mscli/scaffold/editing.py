"""A change of a system: its file's text edited and checked, and the lock held meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mscli import systemfile
from mscli.errors import SystemFileError
from mscli.model.system import System
from mscli.scaffold.disk import errors_in_words
from mscli.scaffold.placing import Outcome, Placing
from mscli.scaffold.transaction import Transaction, writing


@dataclass(slots=True)
class Editing:
    """The system before and after, and where the change is collected."""

    placing: Placing
    before: System
    system: System
    dry_run: bool

    @property
    def root(self) -> Path:
        """The system's root."""
        return self.placing.root

    def close(self) -> Outcome:
        """Write everything, or only say what would be written."""
        return self.placing.close(dry_run=self.dry_run)


@contextmanager
def editing(
    root: Path, edit: Callable[[str], str], *, force: bool = False, dry_run: bool = False
) -> Iterator[Editing]:
    """Edit mscli.yaml of the system at `root`; a text that does not read clean is refused.

    A dry run takes no lock and writes nothing at all.
    """
    with errors_in_words():
        if dry_run:
            yield _edited(Transaction(root), edit, force=force, dry_run=True)
        else:
            with writing(root) as transaction:
                yield _edited(transaction, edit, force=force, dry_run=False)


def _edited(
    transaction: Transaction, edit: Callable[[str], str], *, force: bool, dry_run: bool
) -> Editing:
    root = transaction.root
    before = systemfile.read(root / systemfile.FILE_NAME)
    text = edit(before.text)
    after = _read_changed(text)
    placing = Placing(transaction, force)
    known = {(finding.path, finding.message) for finding in before.warnings}
    fresh = (f for f in after.warnings if (f.path, f.message) not in known)
    placing.warnings.extend(map(str, fresh))
    transaction.write_bytes(systemfile.FILE_NAME, text.encode())  # line ends stay as they are
    return Editing(placing, before.system, after.system, dry_run)


def _read_changed(text: str) -> systemfile.Reading:
    """A changed text that is no file yet; its faults say so, for they name lines."""
    try:
        return systemfile.read_text(text)
    except SystemFileError as error:
        hint = f"{systemfile.FILE_NAME} stays as it was; the lines are those it would have had"
        raise SystemFileError(error.findings, hint) from error
