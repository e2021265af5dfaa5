"""Where the template of a service comes from: ours, a folder, or a pinned commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from mscli.errors import MissingProgram, MscliError, UsageError
from mscli.model.system import NO_TEMPLATE
from mscli.scaffold.disk import digest
from mscli.text.templates import built_in

BUILT_IN: Mapping[str, str] = {"python": "service-python"}
_URL = re.compile(r"(?:git\+)?(?:https?|ssh|git|file)://.*|[\w.-]+@[\w.-]+:.*|(?:gh|gl):.*")
_PINNED = re.compile(r"(?P<url>.+)@(?P<commit>[0-9a-f]{40})")
_HOSTS = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}


@dataclass(frozen=True, slots=True)
class Source:
    """A template: `name` is how mscli.yaml has it, `folder` where it is on this machine.

    `origin` and `commit` go into the answers file; neither is an absolute path.
    """

    name: str
    folder: Path
    origin: str
    commit: str = ""
    overrides: Path | None = None


def named(template: str, ref: str, root: Path, start: Path) -> str:
    """The template as mscli.yaml has it, from what was typed in the folder `start`."""
    if template in BUILT_IN or template == NO_TEMPLATE:
        if ref:
            raise UsageError(f"template {template!r} has no --ref")
        return template
    if _URL.fullmatch(template):
        pinned = f"{template}@{ref}" if ref else template
        if not _PINNED.fullmatch(pinned):
            raise UsageError(
                f"template {template} is not pinned to a commit",
                "add @ and the commit's 40 hex digits, or give them with --ref",
            )
        return pinned
    if ref:
        raise UsageError(f"template {template!r} is a folder and has no --ref")
    folder = (start / template).resolve()
    if not folder.is_dir():
        raise UsageError(
            f"there is no template {template!r}", "use python, a folder, URL@COMMIT, or none"
        )
    relative = Path(os.path.relpath(folder, root.resolve())).as_posix()
    return relative if relative.startswith("..") else f"./{relative}"


def opened(template: str, root: Path) -> Source:
    """The template that mscli.yaml of the system at `root` names, ready to be rendered."""
    if template in BUILT_IN:
        name = BUILT_IN[template]
        own = root / ".mscli/templates" / name
        overrides = own if own.is_dir() else None
        return Source(template, built_in() / name, f"mscli:{name}", version("mscli"), overrides)
    if pinned := _PINNED.fullmatch(template):
        url, commit = pinned["url"], pinned["commit"]
        return Source(template, _fetched(_expanded(url), commit), url, commit)
    folder = root / template
    if not folder.is_dir():
        raise MscliError(f"there is no folder {template} with a template", "restore the folder")
    return Source(template, folder.resolve(), template)


def _expanded(url: str) -> str:
    for short, host in _HOSTS.items():
        if url.startswith(short):
            return f"{host}{url.removeprefix(short).removesuffix('.git')}.git"
    return url.removeprefix("git+")


def _fetched(url: str, commit: str) -> Path:
    """The folder of a commit, from the cache or the network. A commit never changes."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mscli/templates"
    folder = home / f"{digest(url.encode())[:12]}-{commit}"
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        checkout = Path(scratch, "template")
        checkout.mkdir()
        _git(checkout, "init", "--quiet")
        fetch = ("fetch", "--quiet", "--no-tags")
        if _git(checkout, *fetch, "--depth=1", "--", url, commit, check=False):
            every = ("+refs/heads/*:refs/heads/all/*", "+refs/tags/*:refs/tags/*")
            _git(checkout, *fetch, "--", url, *every)
        _git(checkout, "checkout", "--quiet", "--detach", commit)
        shutil.rmtree(checkout / ".git")
        if not folder.is_dir():
            checkout.rename(folder)
    return folder


def _git(folder: Path, *arguments: str, check: bool = True) -> int:
    command = ["git", "-c", "protocol.ext.allow=never", "-c", "core.autocrlf=false", *arguments]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    try:
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise MissingProgram(
            "git is needed for a template from a URL", "install git, such as: apt install git"
        ) from error
    if check and result.returncode:
        last = "\n".join(result.stderr.decode(errors="replace").strip().splitlines()[-5:])
        shown = " ".join(["git", *arguments])
        raise MscliError(
            f"the template cannot be fetched: {shown} ended with {result.returncode}\n{last}"
        )
    return result.returncode
