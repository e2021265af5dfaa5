"""Packages as Pipenv and Poetry list them, as requirements (PEP 508), and what their locks pin."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mscli.errors import MscliError

PIPFILE, PIPFILE_LOCK, POETRY_LOCK = "Pipfile", "Pipfile.lock", "poetry.lock"
ELSEWHERE = ("git", "path", "file", "url", "hg", "svn")
"""Keys of what is from no index."""
_RELEASE = re.compile(r"([\^~]?)\s*(\d+(?:\.\d+)*)")


def pipfile(root: Path) -> tuple[list[str], str]:
    """The lines that requirements.txt would have, and what `requires-python` would say.

    Raises MscliError where it is no TOML.
    """
    document = _toml(root / PIPFILE)
    packages: dict[str, object] = document.get("packages", {})
    lines = [line for name, said in packages.items() for line in _lines(name, said)]
    asked = document.get("requires", {}).get("python_version", "")
    return lines, f"~={asked}.0" if asked else ""


def poetry(document: Mapping[str, Any]) -> tuple[list[str], str]:
    """The same of `[tool.poetry.dependencies]`; no lines where there is none."""
    said = dict(document.get("tool", {}).get("poetry", {}).get("dependencies", {}))
    python = said.pop("python", "")
    kept = {name: text for name, text in said.items() if not _is_optional(text)}
    lines = [line for name, text in kept.items() for line in _lines(name, text)]
    return lines, ",".join(_versions(python)) if isinstance(python, str) else ""


def pinned(root: Path) -> list[str]:
    """The versions that a lock beside them pins: what the monolith runs with."""
    if (root / PIPFILE_LOCK).is_file():
        try:
            default = json.loads((root / PIPFILE_LOCK).read_text(encoding="utf-8"))["default"]
        except (ValueError, KeyError):
            return []
        return [name + each["version"] for name, each in default.items() if "version" in each]
    if (root / POETRY_LOCK).is_file():
        packages = _toml(root / POETRY_LOCK).get("package", [])
        times = Counter(each["name"] for each in packages)
        once = [each for each in packages if times[each["name"]] == 1 and "source" not in each]
        return [f"{each['name']}=={each['version']}" for each in once]
    return []


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise MscliError(f"{path}: {error}", "mend it") from error


def _is_optional(said: object) -> bool:
    return isinstance(said, dict) and bool(said.get("optional"))


def _lines(name: str, said: object) -> Iterator[str]:
    """A package as requirements: one, or one for each of several conditions."""
    if isinstance(said, list):
        for each in said:
            yield from _lines(name, each)
    elif isinstance(said, dict):
        if where := next((key for key in ELSEWHERE if key in said), ""):
            yield f"{name} @ {where}: {said[where]}"
            return
        extras = f"[{','.join(said['extras'])}]" if said.get("extras") else ""
        marker = "; ".join(["", *_markers(said)[:1]])
        yield f"{name}{extras}{','.join(_versions(str(said.get('version', '*'))))}{marker}"
    else:
        yield f"{name}{','.join(_versions(str(said)))}"


def _markers(said: Mapping[str, Any]) -> list[str]:
    """Its condition, written out or by keys such as `python` and `sys_platform`."""
    found = [str(said["markers"])] if "markers" in said else []
    if isinstance(said.get("python"), str):
        found += [" and ".join(_condition(each) for each in _versions(said["python"]))]
    for key in ("sys_platform", "platform_system", "python_version", "os_name"):
        if key in said:
            found.append(f"{key} {said[key]}")
    return [" and ".join(found)] if found else []


def _condition(version: str) -> str:
    operator, number = re.match(r"([<>=!~]+)(.*)", version).groups()  # type: ignore[union-attr]
    return f"python_version {operator} '{number}'"


def _versions(said: str) -> list[str]:
    """What versions may be, as PEP 440 says it: `^1.2` is `>=1.2,<2`."""
    found: list[str] = []
    for part in filter(None, (each.strip() for each in said.split(","))):
        release = _RELEASE.fullmatch(part)
        if part == "*":
            continue
        if release is None or not release[1]:
            found.append(f"=={part}" if part[0].isdigit() else part)
            continue
        numbers = [int(number) for number in release[2].split(".")]
        found += [f">={release[2]}", f"<{_next(release[1], numbers)}"]
    return found


def _next(sign: str, numbers: list[int]) -> str:
    """The first version that is too new: `^` keeps the first number that is not 0."""
    if sign == "~":
        place = min(1, len(numbers) - 1)
    else:
        place = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(str(number) for number in [*numbers[:place], numbers[place] + 1])
