"""Reading: find mscli.yaml, read it, and report every fault in it at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mscli.errors import Finding, SystemFileError, no_system
from mscli.model.system import System
from mscli.systemfile import kept
from mscli.text.collection import without_collection

FILE_NAME = "mscli.yaml"
EVERY_FIELD = "`mscli schema` describes every field; editors read it from .mscli/schema.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """A sound system file: the system, what it warns of, and the text it was read from."""

    system: System
    warnings: tuple[Finding, ...] = ()
    text: str = field(default="", repr=False)


def find(start: Path) -> Path:
    """The nearest mscli.yaml in `start` or a folder above it."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        path = candidate / FILE_NAME
        if path.is_file():
            return path
    raise no_system(start)


def read(path: Path) -> Reading:
    """The system that the file at `path` declares; SystemFileError carries every finding."""
    shown = _shown(path)
    text, findings = _text(path, shown)
    if text is None:
        raise SystemFileError(findings)
    if known := kept.find(text, shown):
        return Reading(*known, text)
    reading = read_text(text, shown)
    kept.keep(text, shown, (reading.system, reading.warnings))
    return reading


def read_text(text: str, file: str = FILE_NAME) -> Reading:
    """As `read`, from text that may not be a file yet; `file` is the name that findings show."""
    system, findings = _inspect_text(text, file)
    if system is None:
        raise SystemFileError(findings, EVERY_FIELD)
    return Reading(system, findings, text)


def inspect(path: Path) -> tuple[System | None, tuple[Finding, ...]]:
    """Every finding of the file at `path`, and the system unless one of them is an error."""
    shown = _shown(path)
    text, findings = _text(path, shown)
    if text is None:
        return None, findings
    if known := kept.find(text, shown):
        return known
    system, findings = _inspect_text(text, shown)
    if system is not None:
        kept.keep(text, shown, (system, findings))
    return system, findings


def inspect_whole(path: Path) -> tuple[System | None, tuple[Finding, ...]]:
    """As `inspect`, and every folder that the file names has to be there."""
    from mscli.systemfile.on_disk import missing

    system, findings = inspect(path)
    gone = missing(path, _shown(path), system) if system is not None else ()
    return (None, tuple(sorted((*findings, *gone)))) if gone else (system, findings)


def _shown(path: Path) -> str:
    """The file as findings name it: from the working folder if it is below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return path.name


def _text(path: Path, shown: str) -> tuple[str | None, tuple[Finding, ...]]:
    """The file's text without a byte order mark, or the reason why there is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        return None, (Finding(shown, 1, "", f"the file cannot be read: {reason}"),)
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        last = max(1, len(content.decode("latin-1").splitlines()))
        message, remedy = "the file is not UTF-8", "save it as UTF-8"
        return None, (Finding(shown, min(line, last), "", message, remedy),)


def _inspect_text(text: str, file: str) -> tuple[System | None, tuple[Finding, ...]]:
    from mscli.systemfile import build, checks, not_yet, shape, short_forms
    from mscli.systemfile.tree import Tree

    with without_collection():
        tree = Tree(text.removeprefix("\ufeff"), file)
    system = None
    if tree.readable:
        short_forms.expand(tree)
        tree.report(*not_yet.take_out(tree.data))
        document = shape.document(tree)
        if document is not None:
            system = build.system(document)
            tree.report(*checks.faults(system))
    findings = tuple(sorted(set(tree.findings)))
    wrong = any(finding.severity == "error" for finding in findings)
    return (None if wrong else system), findings
