"""Runs a public application in its own environment: its routes are visited, or its tests run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migrate import documents
from migrate.sdists import sdist
from mscli.migrate.tracing.hook_folder import hook_folder
from mscli.migrate.tracing.seen import Seen, seen

HERE = Path(__file__).parent
APPLICATIONS = HERE / "applications"
LONGEST = 9000


def about(name: str) -> dict[str, Any]:
    """The description: package, version, Python, framework, its own modules, its tests."""
    found: dict[str, Any] = json.loads((APPLICATIONS / name / "about.json").read_text())
    return found


def visited(name: str, place: Path, seconds: float) -> documents.Document:
    """Run the application; the truth by what it says of itself, and by visits."""
    python = _environment(name, place)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(name, python, "inside", Path(folder), Path(folder))
        handled = run.watched(seconds)
        registry, told = run.written("registry"), run.written("executed")
    return documents.made(name, about(name)["version"], registry, handled, told)


def tested(name: str, place: Path, seconds: float, known: documents.Document) -> documents.Document:
    """Run the application's own tests; the truth that is known, and what their requests did."""
    described = about(name)
    suite = described.get("suite") or sys.exit(f"{name} has no tests in {APPLICATIONS / name}")
    python = _environment(name, place)
    _installed(python, suite["with"], ".tests")
    package = described["package"].partition("[")[0]
    source = sdist(package, described["version"], place / "sdists")
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "code"
        shutil.copytree(source, code, symlinks=True)
        where = code / suite.get("folder", ".")
        search = (code / suite.get("code", "."),)
        environment = suite.get("environment", {})
        run = Run(name, python, "inside.suite", Path(folder), where, search, environment)
        handled = run.watched(seconds)
        return documents.added(known, handled, run.written("executed"))


@dataclass(frozen=True)
class Run:
    """One process of the application's, with the hook and `inside` beside it."""

    name: str
    python: Path
    module: str
    folder: Path  # what it writes
    where: Path
    search: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def watched(self, seconds: float) -> list[Seen]:
        """Run it to its end; what its requests did."""
        with hook_folder() as hook:
            search = [*self.search, hook, HERE, APPLICATIONS / self.name]
            settings = {
                "PYTHONPATH": os.pathsep.join(map(str, search)),
                "MSCLI_TRACE": str(hook / "trace"),
                "MSCLI_PLACE": str(self.folder),
                "HOME": str(self.folder),
                **self.environment,
            }
            described = str(APPLICATIONS / self.name / "about.json")
            command = [str(self.python), "-m", self.module, described, str(self.folder)]
            done = subprocess.run(
                [*command, str(seconds)],
                check=False,
                cwd=self.where,
                env={**os.environ, **settings},
                timeout=LONGEST,
            )
            if done.returncode:
                place = self.python.parent.parent
                sys.exit(f"{self.name} did not run in {place} (exit code {done.returncode})")
            return seen(hook / "trace")

    def written(self, what: str) -> dict[str, Any]:
        """What the process has left."""
        found: dict[str, Any] = json.loads((self.folder / f"{what}.json").read_text())
        return found


def _environment(name: str, place: Path) -> Path:
    """The interpreter of an environment that has the application, made if it is not there."""
    what = about(name)
    python = place / name / "bin" / "python"
    if not (place / name / ".installed").exists():
        interpreter = shutil.which(f"python{what['python']}") or sys.executable
        subprocess.run([interpreter, "-m", "venv", "--clear", str(place / name)], check=True)
    wanted = [f"{what['package']}=={what['version']}", *what["with"]]
    _installed(python, wanted, ".installed")
    return python


def _installed(python: Path, wanted: Iterable[str], mark: str) -> None:
    done = python.parent.parent / mark
    if not done.exists():
        subprocess.run([str(python), "-m", "pip", "install", "-q", *wanted], check=True)
        done.touch()
