"""A new system: its file, and what editors and git need beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mscli import systemfile
from mscli.model.files import File, FileClass
from mscli.scaffold import disk
from mscli.scaffold.ledger import Entry, Ledger
from mscli.scaffold.placing import Outcome
from mscli.scaffold.root import check_root, create_root
from mscli.scaffold.transaction import Change
from mscli.text.quoting import json_text
from mscli.text.render import render

SCHEMA = ".mscli/schema.json"
_FILES: tuple[tuple[str, str, FileClass], ...] = (
    ("README.md", "README.md.jinja", "scaffolded"),
    (".gitignore", "gitignore", "scaffolded"),
    (".gitattributes", "gitattributes", "scaffolded"),
    (".editorconfig", "editorconfig", "scaffolded"),
)


def new_system(
    destination: Path,
    name: str,
    *,
    port: int | None = None,
    of_monolith: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Make the system `name` in `destination`, which appears at once, whole, or not at all."""
    text = systemfile.new_text(name, port=port)
    systemfile.read_text(text)
    files = tuple(_files(name, text, of_monolith=of_monolith))
    check_root(destination)
    if dry_run:
        return Outcome(tuple(sorted(Change(file.path, "create") for file in files)))
    return Outcome(create_root(destination, files))


def _files(name: str, text: str, *, of_monolith: bool) -> Iterator[File]:
    entries = {}
    yield File(systemfile.FILE_NAME, text)
    context: dict[str, object] = {"name": name, "of_monolith": of_monolith}
    ours = [
        File(path, render(f"system/{template}", context), kind) for path, template, kind in _FILES
    ]
    for file in (*ours, File(SCHEMA, json_text(systemfile.schema()))):
        entries[file.path] = Entry(file.kind, disk.digest(file.content.encode()))
        yield file
    yield Ledger(entries).file()
