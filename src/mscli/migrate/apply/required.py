"""What the monolith's own files say that it asks for: a project, or a list of requirements."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from mscli.errors import MscliError
from mscli.migrate.apply import other_lists
from mscli.migrate.apply.packages import Packages

PLACES = (
    "requirements.txt", "requirements/production.txt", "requirements/prod.txt",
    "requirements/base.txt", "requirements.in",
)  # fmt: skip
MINORS = range(11, 40)
"""Versions of Python 3, from the template's own."""
_HASH = re.compile(r"\s--hash[= ]\S+")
_COMMENT = re.compile(r"(^|\s)#.*$")


def packages_of(root: Path) -> Packages:
    """What the monolith in a folder asks for. Raises MscliError where nothing says it."""
    found = Packages()
    if (own := root / "pyproject.toml").is_file():
        found.own = own.read_text(encoding="utf-8")
        if _of_a_project(found, root):
            return found
    for place in PLACES:
        if (root / place).is_file():
            found.source = place
            _read(found, root, root / place, set())
            return found
    if (root / other_lists.PIPFILE).is_file():
        return _listed(found, root, other_lists.PIPFILE, *other_lists.pipfile(root))
    raise MscliError(
        f"{root}: nothing says which packages it needs",
        f"write them down, such as: pip freeze > {root / PLACES[0]}",
    )


def _of_a_project(found: Packages, root: Path) -> bool:
    try:
        document = tomllib.loads(found.own)
    except tomllib.TOMLDecodeError as error:
        raise MscliError(f"{root / 'pyproject.toml'}: {error}", "mend it") from error
    project = document.get("project")
    if not isinstance(project, dict):
        lines, python = other_lists.poetry(document)
        if lines:
            _listed(found, root, "pyproject.toml, of Poetry", lines, python)
        return bool(lines)
    found.source = "pyproject.toml"
    found.python = _lowest(str(project.get("requires-python", "")))
    for text in project.get("dependencies", []):
        _take(found, str(text), "pyproject.toml")
    return True


def _listed(found: Packages, root: Path, source: str, lines: list[str], python: str) -> Packages:
    """Packages that Pipenv or Poetry lists, of the versions that their lock names."""
    found.source = source
    found.python = _lowest(python)
    for line in lines:
        _take(found, line, source)
    found.constraints += other_lists.pinned(root)
    return found


def _lowest(said: str) -> str:
    """The first version that `requires-python` allows, unless a service has it anyway."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        allowed = SpecifierSet(said)
    except InvalidSpecifier:
        return ""
    minor = next((m for m in MINORS if allowed.contains(f"3.{m}.99")), MINORS[0])
    return "" if minor == MINORS[0] else f"3.{minor}"


def _read(found: Packages, root: Path, path: Path, seen: set[Path]) -> None:
    if path in seen:
        return
    seen.add(path)
    shown = path.relative_to(root).as_posix()
    begun = ""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    for number, raw in enumerate(text.splitlines(), start=1):
        begun += raw.removesuffix("\\")
        if raw.endswith("\\"):
            continue
        line, begun = _HASH.sub("", _COMMENT.sub("", begun)).strip(), ""
        if line:
            _line(found, root, path, line, f"{shown}:{number}", seen)


def _line(found: Packages, root: Path, path: Path, line: str, where: str, seen: set[Path]) -> None:
    option, _, rest = line.partition(" ")
    if option in ("-r", "--requirement", "-c", "--constraint"):
        other = (path.parent / rest.strip()).resolve()
        if not other.is_file() or not other.is_relative_to(root.resolve()):
            found.warnings.append(f"{where}: there is no {rest.strip()} in the folder: left out")
            return
        inner = found if option in ("-r", "--requirement") else Packages()
        _read(inner, root.resolve(), other, seen)
        if inner is not found:
            found.constraints += inner.requirements
    elif line.startswith("-"):
        found.warnings.append(f"{where}: `{line}` is for pip alone: left out")
    else:
        _take(found, line, where)


def _take(found: Packages, text: str, where: str) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except InvalidRequirement:
        found.warnings.append(f"{where}: `{text}` is no package of an index: left out")
    else:
        found.requirements.append(text)
