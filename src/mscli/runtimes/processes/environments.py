"""A virtual environment for each service, made by uv, compiled once per set of packages.

`uv sync` links packages from its cache, but compiling their bytecode takes seconds. Services out of
one template depend on the same packages, so that a compiled environment is kept for each set of
them, and a service's own is hard-linked from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path

from mscli.errors import MscliError, RuntimeFailed
from mscli.runtimes.processes import programs

MARK = ".mscli-environment"
EXCERPT_LINES = 15
_COMPILING = threading.Lock()


def is_needed(folder: Path) -> bool:
    """Whether a service's folder is a Python project whose environment is ours to make."""
    return (folder / "pyproject.toml").is_file()


def is_current(folder: Path) -> bool:
    """Whether the environment was made for the project's files as they are now; costs two reads."""
    try:
        return (folder / ".venv" / MARK).read_text() == _fingerprint(folder)
    except OSError:
        return False


def prepare(folder: Path) -> bool:
    """Make the service's `.venv` current; whether there was anything to do.

    Raises RuntimeFailed with uv's last lines when a dependency cannot be resolved or installed.
    """
    if is_current(folder):
        return False
    uv = str(programs.find("uv"))
    if not (folder / "uv.lock").is_file() or not _lock_is_current(uv, folder):
        _run([uv, "lock"], folder)
    template = _template(uv, folder)
    environment = folder / ".venv"
    if not _is_copy_of(environment, template):
        shutil.rmtree(environment, ignore_errors=True)
        _link_tree(template, environment)
    _run([uv, "sync", "--frozen", "--no-dev", "--inexact", "--no-compile-bytecode"], folder)
    mark = environment / MARK
    mark.unlink(missing_ok=True)
    mark.write_text(_fingerprint(folder))
    return True


def cache_folder() -> Path:
    """Where compiled environments are kept between systems."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "mscli" / "environments"


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _lock_is_current(uv: str, folder: Path) -> bool:
    return _try([uv, "lock", "--check", "--offline"], folder).returncode == 0


def _packages(folder: Path) -> list[str]:
    """The locked packages but the project itself, with version and source."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]["name"]
    locked = tomllib.loads((folder / "uv.lock").read_text()).get("package", [])
    return sorted(
        json.dumps([p["name"], p.get("version"), p.get("source")], sort_keys=True)
        for p in locked
        if p["name"] != project
    )


def _template(uv: str, folder: Path) -> Path:
    """The compiled environment for this set of packages, made if there is none yet."""
    key = hashlib.sha256("\n".join([sys.version, *_packages(folder)]).encode()).hexdigest()[:24]
    kept = cache_folder() / key
    with _COMPILING:  # services of one template want the same one, and compiling uses every core
        return kept if kept.is_dir() else _compile(uv, folder, kept)


def _compile(uv: str, folder: Path, kept: Path) -> Path:
    staged = kept.with_name(f"{kept.name}.{os.getpid()}.new")
    staged.parent.mkdir(parents=True, exist_ok=True)
    arguments = ["--frozen", "--no-dev", "--no-install-project", "--compile-bytecode"]
    _run([uv, "sync", *arguments], folder, {"UV_PROJECT_ENVIRONMENT": str(staged)})
    try:
        staged.rename(kept)
    except OSError:  # somebody else was quicker
        shutil.rmtree(staged, ignore_errors=True)
    return kept


def _is_copy_of(environment: Path, template: Path) -> bool:
    """Whether the environment was linked from this template (its mark is the template's)."""
    try:
        origin = (environment / ".mscli-origin").read_text()
    except OSError:
        return False
    return origin == template.name


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
    (staged / ".mscli-origin").write_text(template.name)
    staged.rename(environment)


def _unshare(path: Path) -> None:
    if path.is_file():
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)


def _run(command: list[str], folder: Path, extra: Mapping[str, str] | None = None) -> None:
    done = _try(command, folder, extra)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()[-EXCERPT_LINES:]
        raise RuntimeFailed(
            f"the environment of {folder.name} could not be made: `{' '.join(command)}` ended "
            f"with code {done.returncode}\n" + "\n".join(f"    {line}" for line in lines),
            f"mend {folder / 'pyproject.toml'}, or look whether the package index can be reached",
        )


def _try(
    command: list[str], folder: Path, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {"UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never", **(extra or {})}
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise MscliError(f"{command[0]} cannot be run: {error}", programs.INSTALL) from error
