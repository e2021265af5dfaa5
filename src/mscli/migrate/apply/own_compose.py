"""What the monolith's own Compose file and Procfile say that is kept, and that runs beside it.

Of a Compose file those services count that are built from the monolith's folder: one answers
requests, the others (workers, schedulers) are told to a person, for the system does not run them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mscli.migrate.apply.code import LEFT_OUT
from mscli.model.system import WORKDIR
from mscli.systemfile.checks.names import ENGINES
from mscli.systemfile.checks.services import KEPT_FOLDERS, KEPT_VOLUMES
from mscli.systemfile.naming import NAME_PATTERN

FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
DOCKERFILE, PROCFILE = "Dockerfile", "Procfile"
_PREPARING = re.compile(r"\b(migrate|upgrade|collectstatic|compilemessages)\b")
_WORKDIR = re.compile(r"(?im)^\s*WORKDIR\s+(\S+)")
_WEB = frozenset({"web", "release"})


@dataclass(slots=True)
class Beside:
    """Volumes of what answers requests, by name, and what else runs: its file, name and line."""

    volumes: dict[str, str] = field(default_factory=dict)
    others: list[tuple[str, str, str]] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    """What it is told there and not in the system."""

    @property
    def warnings(self) -> Iterator[str]:
        """What a person has to look at."""
        yield from self.untold
        if self.others:
            said = ", ".join(f"{name} (`{line}`)" for _, name, line in self.others)
            files = ", ".join(dict.fromkeys(where for where, _, _ in self.others))
            yield (
                f"{files}: {said}: what answers no requests is not run by the system;"
                " docs/migrate.md says what to write for it"
            )


def beside_of(root: Path) -> Beside:
    """What is said in a monolith's folder."""
    found = Beside()
    for name, line in _procfile(root):
        found.others.append((PROCFILE, name, line))
    file = next((root / name for name in FILES if (root / name).is_file()), None)
    if file is not None:
        _read(found, file)
    return found


def workdir_of(root: Path) -> str:
    """Where the monolith's image has its code: as its own Dockerfile says, if it has one."""
    file = root / DOCKERFILE
    if not file.is_file():
        return WORKDIR
    said: list[str] = _WORKDIR.findall(file.read_text(encoding="utf-8", errors="replace"))
    return said[-1] if said and said[-1].startswith("/") else WORKDIR


def _procfile(root: Path) -> Iterator[tuple[str, str]]:
    if (root / PROCFILE).is_file():
        for entry in (root / PROCFILE).read_text(encoding="utf-8", errors="replace").splitlines():
            name, colon, line = (part.strip() for part in entry.partition(":"))
            if colon and line and name not in _WEB and not name.startswith("#"):
                yield name, line


def _read(found: Beside, file: Path) -> None:
    import yaml

    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8", errors="replace"))
    except yaml.YAMLError:
        found.untold.append(f"{file.name}: it is no YAML: not read")
        return
    services = document.get("services") if isinstance(document, dict) else None
    if not isinstance(services, dict):
        return
    ours = _built_here({name: one for name, one in services.items() if isinstance(one, dict)})
    web = next((name for name, one in ours.items() if "ports" in one or "expose" in one), "")
    known = {line for _, _, line in found.others}
    for name, one in ours.items():
        line = _line(one.get("command"))
        if name != web and line and line not in known and not _PREPARING.search(line):
            found.others.append((file.name, str(name), line))
    if web:
        found.volumes |= _volumes(ours[web], document.get("volumes"))
        found.untold += _untold(f"{file.name}: services.{web}", ours[web])


def _built_here(services: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Those whose image is built from the folder, or is what another one builds there."""
    built = {name: one for name, one in services.items() if _context(one) in (".", "./")}
    images = {one["image"] for one in built.values() if "image" in one}
    return {
        name: one
        for name, one in services.items()
        if name in built or ("build" not in one and one.get("image") in images)
    }


def _context(service: Mapping[str, Any]) -> object:
    build = service.get("build")
    return build.get("context", ".") if isinstance(build, dict) else build


def _line(command: object) -> str:
    if isinstance(command, list):
        return shlex.join(map(str, command))
    return " ".join(command.split()) if isinstance(command, str) else ""


def _volumes(service: Mapping[str, Any], declared: object) -> dict[str, str]:
    """Its named volumes, and where each is; folders of the machine are none."""
    known = declared if isinstance(declared, dict) else {}
    found: dict[str, str] = {}
    for each in service.get("volumes") or ():
        if isinstance(each, dict):
            name, path = str(each.get("source", "")), str(each.get("target", ""))
        else:
            name, _, rest = str(each).partition(":")
            path = rest.partition(":")[0]
        tidy = name.lower().replace("_", "-")
        path = path.rstrip("/")
        is_left = path in KEPT_FOLDERS or path.rpartition("/")[2] in LEFT_OUT
        if name in known and path.startswith("/") and not is_left:
            tidy = f"{tidy}-files" if tidy in KEPT_VOLUMES | ENGINES else tidy
            if re.fullmatch(NAME_PATTERN, tidy):
                found[tidy] = path
    return found


def _untold(where: str, service: Mapping[str, Any]) -> Iterator[str]:
    """A word about variables that it is given there."""
    given = service.get("environment") or {}
    names = [str(each).partition("=")[0] for each in given]
    files = service.get("env_file") or []
    files = [files] if isinstance(files, str | dict) else files
    names += [str(each.get("path")) if isinstance(each, dict) else str(each) for each in files]
    if names:
        yield (
            f"{where} is told {', '.join(names)}: write what of it the monolith needs into `env`"
            " of services.monolith, and keys into `secrets`"
        )
