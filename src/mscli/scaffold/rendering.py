"""Rendered files that are committed with the system: compose.yaml and its like.

They are written as one transaction, kept in the ledger, and compared with what the model renders.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mscli.errors import MscliError
from mscli.model.files import File
from mscli.model.system import System
from mscli.render import COMMITTED, TARGETS, committed_bindings, render_files
from mscli.scaffold import disk
from mscli.scaffold.copying import Produced
from mscli.scaffold.ledger import read_ledger
from mscli.scaffold.placing import Outcome, Placing, is_owned
from mscli.scaffold.transaction import Transaction, writing

DIGESTS = ".mscli/images.json"
"""Digests of images by reference, where a team has locked them."""
SHOWN = 5
"""Services that are named where the same is said of many."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A committed file that is not what the model renders; None is no file."""

    path: str
    found: str | None
    wanted: str | None

    def diff(self) -> str:
        """The difference as `diff -u` shows it, from what is there to what is rendered."""
        found = (self.found or "").splitlines(keepends=True)
        wanted = (self.wanted or "").splitlines(keepends=True)
        before = "/dev/null" if self.found is None else self.path
        after = "/dev/null" if self.wanted is None else self.path
        lines = difflib.unified_diff(found, wanted, before, after)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def rendered_before(root: Path) -> tuple[str, ...]:
    """The targets whose files the system at `root` has committed, in the order of `TARGETS`."""
    paths = [path for path, entry in read_ledger(root).entries.items() if entry.kind == "rendered"]
    return tuple(
        name for name in COMMITTED if any(is_owned(path, TARGETS[name].OWNS) for path in paths)
    )


def render_into(
    root: Path, system: System, target: str, *, force: bool = False, dry_run: bool = False
) -> Outcome:
    """Write the files of `target` into the system at `root`; those made no longer are removed.

    Raises MscliError for a file that a person has changed, without `force`.
    """
    with disk.errors_in_words():
        if dry_run:
            return _placed(Transaction(root), system, target, force=force, dry_run=True)
        with writing(root) as transaction:
            return _placed(transaction, system, target, force=force, dry_run=False)


def _placed(
    transaction: Transaction, system: System, target: str, *, force: bool, dry_run: bool
) -> Outcome:
    placing = Placing(transaction, force)
    place_target(placing, system, target)
    return placing.close(dry_run=dry_run)


def place_target(placing: Placing, system: System, target: str) -> None:
    """Place the files of `target`, and drop those that it makes no longer."""
    files = _files(placing.root, system, target)
    produced = (Produced(file.path, file.content.encode(), file.executable) for file in files)
    kept = placing.place("", produced, lambda _: "rendered")
    placing.drop_rendered(TARGETS[target].OWNS, kept)
    told = _not_to_be_built(placing.root, system)
    placing.warnings += [text for text in told if text not in placing.warnings]


def _not_to_be_built(root: Path, system: System) -> Iterator[str]:
    """A sentence about the services whose images nothing says how to build."""
    without = {
        service.path: name
        for name, service in system.services.items()
        if not (root / service.path / "Dockerfile").is_file()
    }
    if len(without) > SHOWN:
        few = ", ".join([*without][:SHOWN])
        yield f"{len(without)} services have no Dockerfile to build their images from: {few} ..."
    else:
        for path, name in without.items():
            yield f"{path} has no Dockerfile, from which the image of {name} is built"


def differences(root: Path, system: System, target: str) -> tuple[Difference, ...]:
    """Every committed file of `target` that is not what the model renders now."""
    return tuple(_differences(root, _files(root, system, target), target))


def _differences(root: Path, files: list[File], target: str) -> Iterator[Difference]:
    for file in files:
        found = _text(root / file.path)
        if found != file.content:
            yield Difference(file.path, found, file.content)
    made = {file.path for file in files}
    for path, entry in read_ledger(root).entries.items():
        if entry.kind == "rendered" and path not in made and is_owned(path, TARGETS[target].OWNS):
            found = _text(root / path)
            if found is not None:
                yield Difference(path, found, None)


def _text(path: Path) -> str | None:
    with disk.errors_in_words():
        try:
            return path.read_bytes().decode(errors="replace").replace("\r\n", "\n")
        except FileNotFoundError:
            return None


def _files(root: Path, system: System, target: str) -> list[File]:
    overrides = root / ".mscli" / "templates"
    bindings = committed_bindings(system, read_digests(root))
    return render_files(system, target, bindings, overrides if overrides.is_dir() else None)


def read_digests(root: Path) -> Mapping[str, str]:
    """The locked digests of images, by reference; none where nothing is locked."""
    try:
        document = json.loads((root / DIGESTS).read_bytes())
        return {str(name): str(digest) for name, digest in document["images"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MscliError(f"{DIGESTS} is damaged: {error}", "restore it from git") from error
