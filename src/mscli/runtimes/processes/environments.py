"""A virtual environment for each service, made by uv, compiled once per set of packages.

`uv sync` links packages from its cache, but compiling their bytecode takes seconds. Services out of
one template depend on the same packages, so that a compiled environment is kept for each set of
them, and a service's own is hard-linked from it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from mscli import lock
from mscli.errors import MscliError, RuntimeFailed
from mscli.runtimes.processes import programs
from mscli.runtimes.processes.interpreters import Interpreter, interpreter_for

MARK = ".mscli-environment"
EXCERPT_LINES = 15
LAYOUT = "relocatable"
"""How compiled environments are made; another word is another set of them."""
_COMPILING = threading.Lock()
_MISLEADING = frozenset({"VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"})


def is_needed(folder: Path) -> bool:
    """Whether a service's folder is a Python project whose environment is ours to make."""
    return (folder / "pyproject.toml").is_file()


def is_current(folder: Path) -> bool:
    """Whether the environment was made for the project's files as they are now; costs two reads."""
    try:
        return (folder / ".venv" / MARK).read_text() == _fingerprint(folder)
    except OSError:
        return False


def prepare(folder: Path, system_id: str = "") -> bool:
    """Make the service's `.venv` current; whether there was anything to do.

    uv runs under `system_id`, so that it is found when mscli is killed. Raises RuntimeFailed with
    uv's last lines when a dependency cannot be resolved or installed.
    """
    with _alone(folder):
        return not is_current(folder) and _make(folder, system_id)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two copies of a system share a service's environment: one makes it, the other waits."""
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    locks = cache_folder() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with lock.locked(locks / name, lock.Wait(math.inf, f"is installing packages in {folder}")):
        yield


def _make(folder: Path, system_id: str) -> bool:
    python = interpreter_for(folder)
    uv = _Uv(str(programs.find("uv")), folder, python, {"MSCLI_STACK": system_id})
    if not (folder / "uv.lock").is_file() or not uv.succeeds("lock", "--check", "--offline"):
        uv.run("lock")
    environment = folder / ".venv"
    if not (environment / "bin" / "python").exists():
        shutil.rmtree(environment, ignore_errors=True)
        _link_tree(_template(uv), environment)
    # What is there already may hold what its owner has put into it: --inexact leaves it alone.
    uv.run("sync", "--frozen", "--no-dev", "--inexact", "--no-compile-bytecode")
    mark = environment / MARK
    mark.unlink(missing_ok=True)
    mark.write_text(_fingerprint(folder))
    return True


def cache_folder() -> Path:
    """Where compiled environments are kept between systems."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "mscli" / "environments"


def _fingerprint(folder: Path) -> str:
    """Of what the environment was made from; and for where, as a project is linked by its path."""
    digest = hashlib.sha256(f"{sys.version}\0{folder.resolve()}".encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _packages(folder: Path) -> list[str]:
    """The locked packages but the project itself, with version and source."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["name"]
    locked = tomllib.loads((folder / "uv.lock").read_text()).get("package", [])
    return sorted(
        json.dumps([p["name"], p.get("version"), p.get("source")], sort_keys=True)
        for p in locked
        if p["name"] != project
    )


def _template(uv: _Uv) -> Path:
    """The compiled environment for this set of packages, made if there is none yet."""
    made_of = [LAYOUT, uv.python.version, *_packages(uv.folder)]
    kept = cache_folder() / hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:24]
    with _COMPILING:  # services of one template want the same one, and compiling uses every core
        return kept if kept.is_dir() else _compile(uv, kept)


def _compile(uv: _Uv, kept: Path) -> Path:
    """Make the environment beside its place; its scripts find Python wherever it is linked to."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(kept.parent)
    staged = kept.with_name(f"{kept.name}.{os.getpid()}.new")
    there = replace(uv, environment={**uv.environment, "UV_PROJECT_ENVIRONMENT": str(staged)})
    there.run("venv", "--relocatable", "--no-project", str(staged))
    there.run("sync", "--frozen", "--no-dev", "--no-install-project", "--compile-bytecode")
    try:
        staged.rename(kept)
    except OSError:  # somebody else was quicker
        shutil.rmtree(staged, ignore_errors=True)
    return kept


def _remove_abandoned(folder: Path) -> None:
    """What a command that was killed has left half made."""
    for staged in folder.glob("*.new"):
        pid = staged.suffixes[-2].removeprefix(".")
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(staged, ignore_errors=True)


def _link_tree(template: Path, environment: Path) -> None:
    """Copy an environment by hard links, or really where the file systems differ."""
    staged = environment.with_name(".venv.new")
    shutil.rmtree(staged, ignore_errors=True)
    try:
        shutil.copytree(template, staged, symlinks=True, copy_function=os.link)
    except (OSError, shutil.Error):
        shutil.rmtree(staged, ignore_errors=True)
        shutil.copytree(template, staged, symlinks=True)
    _unshare(staged / "pyvenv.cfg")  # the one file that may be written into must not be shared
    staged.rename(environment)


def _unshare(path: Path) -> None:
    if path.is_file():
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)


@dataclass(frozen=True, slots=True)
class _Uv:
    """uv, run in a service's folder."""

    program: str
    folder: Path
    python: Interpreter
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> None:
        """Run a command of it. Raises RuntimeFailed with its last lines if it fails."""
        done = self._done(arguments)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines()[-EXCERPT_LINES:]
            raise RuntimeFailed(
                f"the environment of {self.folder.name} could not be made: `uv "
                f"{' '.join(arguments)}` ended with code {done.returncode}\n"
                + "\n".join(f"    {line}" for line in lines),
                f"mend {self.folder / 'pyproject.toml'}, or look whether the package index can be "
                "reached",
            )

    def succeeds(self, *arguments: str) -> bool:
        """Whether a command of it ends well."""
        return self._done(arguments).returncode == 0

    def _done(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if k not in _MISLEADING}
        kept |= {"UV_PYTHON": self.python.program, "UV_PYTHON_DOWNLOADS": "never"}
        kept |= self.environment
        command = [self.program, *arguments]
        try:
            return subprocess.run(
                command, cwd=self.folder, env=kept, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise MscliError(f"{self.program} cannot be run: {error}", programs.INSTALL) from error
