"""What was started and what was completed, kept from one command to the next.

`running.json` holds each process as it was started, so that the next `up` can say what changed.
A task's completion lies in the volume that it worked on: where the data is gone, so is the record.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from mscli.model.process import Process
from mscli.runtimes.processes.place import Place

FILE = "running.json"
COMPLETED = "completed.json"
IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules", "tests", "dist", "build"})
_DATABASES = tuple(
    f".{kind}{part}"
    for kind in ("db", "sqlite", "sqlite3")
    for part in ("", "-journal", "-wal", "-shm")
)
WRITTEN = (".pyc", ".swp", ".swx", "~", ".tmp", ".new", ".log", ".pid", *_DATABASES)
"""How files end that a program or an editor writes beside the code, and that are none."""


@dataclass(frozen=True, slots=True)
class Record:
    """One process as it was started; `code` is the stamp of its source files then."""

    fingerprint: str
    code: str
    environment: Mapping[str, str]
    argv: tuple[str, ...]
    settings: Mapping[str, str]


def record_of(process: Process) -> Record:
    """The record to keep of a process that is started now."""
    return Record(
        process.fingerprint(),
        code_stamp(process),
        process.environment,
        process.argv,
        process.settings,
    )


def read_running(place: Place) -> dict[str, Record]:
    """The records of all processes that were started and not removed since."""
    try:
        document = json.loads(place.file(FILE).read_text())
    except (OSError, ValueError):
        return {}
    return {
        name: Record(**{**entry, "argv": tuple(entry["argv"])}) for name, entry in document.items()
    }


def write_running(place: Place, records: Mapping[str, Record]) -> None:
    """Replace the records, all or nothing."""
    _write(place.file(FILE), {name: asdict(record) for name, record in records.items()})


def is_completed(task: Process) -> bool:
    """Whether the task has completed on the data that is there, with the same code and inputs."""
    return _completions(task).get(task.name) == _task_stamp(task)


def complete(task: Process) -> None:
    """Remember that the task has completed."""
    for folder in task.volumes[:1]:
        _write(Path(folder) / COMPLETED, {**_completions(task), task.name: _task_stamp(task)})


def forget_completion(task: Process) -> None:
    """Let the task run again with the next `up`."""
    for folder in task.volumes[:1]:
        kept = {name: stamp for name, stamp in _completions(task).items() if name != task.name}
        _write(Path(folder) / COMPLETED, kept)


def _completions(task: Process) -> dict[str, str]:
    try:
        document = json.loads((Path(task.volumes[0]) / COMPLETED).read_text())
    except (OSError, ValueError, IndexError):
        return {}
    return document if isinstance(document, dict) else {}


def _task_stamp(task: Process) -> str:
    digest = hashlib.sha256(task.fingerprint().encode())
    for path in task.inputs:
        for file in sorted(_files(Path(path))):
            digest.update(file.as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def code_stamp(process: Process) -> str:
    """A hash of names, sizes and times of the source files that the process runs."""
    folder = Path(process.folder)
    digest = hashlib.sha256()
    for file in sorted(source_files(folder)) if process.kind.value == "service" else ():
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def source_files(folder: Path) -> Iterator[Path]:
    """The files of a service whose change needs a restart to be seen."""
    return _files(folder / "src") if (folder / "src").is_dir() else _files(folder)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [f for f in folders if f not in IGNORED_FOLDERS and not f.startswith(".")]
        yield from (Path(folder, name) for name in names if not name.endswith(WRITTEN))


def _write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.new")
    staged.write_text(json.dumps(document))
    staged.replace(path)
