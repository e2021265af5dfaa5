"""A whole new folder that appears at once."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mscli.errors import MscliError
from mscli.model.files import File
from mscli.scaffold import disk
from mscli.scaffold.lock import LOCAL, locked
from mscli.scaffold.transaction import Change, Transaction, recover, writing


def create_root(destination: Path, files: Iterable[File]) -> tuple[Change, ...]:
    """Make `destination` with `files` in it; the changes made.

    It is missing (and then appears, with missing parents, by one rename) or an empty folder.
    """
    recover(destination)
    check_root(destination)
    with disk.errors_in_words():
        if destination.is_dir():
            with writing(destination) as transaction:
                return _written(transaction, files)
        return _renamed_into_place(destination.absolute(), files)


@contextmanager
def whole(destination: Path) -> Iterator[Path]:
    """A folder to make a system in, which becomes `destination` at once if the block ends well."""
    check_root(destination)
    place = destination.absolute()
    there = next(parent for parent in place.parents if parent.is_dir())
    _sweep(there / place.name)
    stage = there / f".{place.name}.mscli-new-{secrets.token_hex(4)}"
    try:
        yield stage
        with disk.errors_in_words():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(place / ".mscli", ignore_errors=True)
            stage.rename(place)
            disk.sync_folders([place.parent])
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def check_root(destination: Path) -> None:
    """Refuse a place where something is already."""
    with disk.errors_in_words():
        if destination.is_dir():
            taken = any(not _is_ours(entry) for entry in destination.iterdir())
        else:
            taken = os.path.lexists(destination)
    if taken:
        raise MscliError(f"{destination} exists already and is not empty", "choose another name")


def _is_ours(entry: Path) -> bool:
    """Whether it is only what a killed `new system` left: `.mscli` with nothing but `local`."""
    if entry.name != ".mscli" or not entry.is_dir():
        return False
    return all(child.name == "local" for child in entry.iterdir())


def _written(transaction: Transaction, files: Iterable[File]) -> tuple[Change, ...]:
    for file in files:
        transaction.write(file)
    return transaction.commit()


def _renamed_into_place(destination: Path, files: Iterable[File]) -> tuple[Change, ...]:
    top = destination
    while not top.parent.exists():
        top = top.parent
    _sweep(top)
    stage = top.with_name(f".{top.name}.mscli-new-{secrets.token_hex(4)}")
    try:
        with locked(stage):
            root = stage / destination.relative_to(top)
            root.mkdir(parents=True, exist_ok=True)
            changes = _written(Transaction(root), files)
            if root != stage:
                shutil.rmtree(stage / LOCAL)
                (stage / LOCAL).parent.rmdir()
        stage.rename(top)
        disk.sync_folders([top.parent])
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    return changes


def _sweep(top: Path) -> None:
    """Remove what killed commands staged for the same place."""
    for stage in top.parent.glob(f".{top.name}.mscli-new-*"):
        try:
            with locked(stage, seconds=0):
                shutil.rmtree(stage, ignore_errors=True)
        except MscliError:
            continue
