"""A template rendered by Copier, into memory: no questions, no network, no settings of the user."""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mscli.errors import MscliError
from mscli.scaffold.classes import FILES
from mscli.scaffold.sources import Source
from mscli.text.yaml import yaml_text

ANSWERS = ".copier-answers.yml"
_MIGRATIONS = re.compile(r"^_migrations\s*:(?!\s*\[\s*\])", re.MULTILINE)
_SUBDIRECTORY = re.compile(r"^_subdirectory\s*:", re.MULTILINE)
_COMPILED = ("__pycache__", "*.py[co]")
"""What an installer compiles beside the templates in a wheel is no part of them."""
_UNSAFE_HINT = "read the template, and if you trust it run the command again with --trust"


@dataclass(frozen=True, slots=True)
class Produced:
    """A file that a template made; `path` is relative to the service's folder."""

    path: str
    content: bytes
    executable: bool = False


def rendered(source: Source, answers: Mapping[str, object], *, trust: bool) -> list[Produced]:
    """The files that the template makes of `answers`, by path; same input, same bytes."""
    configuration = _configuration(source.folder)
    if _MIGRATIONS.search(configuration) and not trust:
        raise MscliError(f"template {source.name} uses unsafe features: migrations", _UNSAFE_HINT)
    exclude = [*_COMPILED, *([] if _SUBDIRECTORY.search(configuration) else [f"/{FILES}"])]
    with tempfile.TemporaryDirectory(prefix="mscli-render-") as scratch:
        destination = Path(scratch, "out")
        destination.mkdir()
        with _plain_folder(source, trust=trust) as folder:
            _run_copier(source, folder, destination, answers, exclude, trust=trust)
        return [_own_answers(source, file) for file in _collected(source, destination)]


def _configuration(folder: Path) -> str:
    files = (folder / name for name in ("copier.yml", "copier.yaml"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


@contextmanager
def _plain_folder(source: Source, *, trust: bool) -> Iterator[Path]:
    """The template without a repository and with the team's own files over ours.

    A trusted template may run tasks, which need git on their PATH, and with git Copier would take
    the latest tag of a repository instead of the folder as it is.
    """
    if source.overrides is None and not trust:
        yield source.folder
        return
    with tempfile.TemporaryDirectory(prefix="mscli-template-") as scratch:
        folder = Path(scratch, "template")
        ignore = shutil.ignore_patterns(".git")
        shutil.copytree(source.folder, folder, symlinks=True, ignore=ignore)
        if source.overrides is not None:
            shutil.copytree(source.overrides, folder, dirs_exist_ok=True)
        yield folder


def _run_copier(
    source: Source,
    folder: Path,
    destination: Path,
    answers: Mapping[str, object],
    exclude: list[str],
    *,
    trust: bool,
) -> None:
    import copier
    from copier.errors import CopierError, UnsafeTemplateError
    from jinja2 import TemplateError

    quiet: dict[str, Any] = {"defaults": True, "overwrite": True, "quiet": True}
    try:
        with warnings.catch_warnings(), nullcontext() if trust else _without_git():
            warnings.simplefilter("ignore")
            copier.run_copy(
                str(folder),
                destination,
                data=dict(answers),
                answers_file=ANSWERS,
                exclude=exclude,
                settings=copier.Settings(),
                unsafe=trust,
                **quiet,
            )
    except UnsafeTemplateError as error:
        features = re.sub(r"\s+", " ", str(error)).removeprefix("Template uses potentially ")
        features = features.partition(". ")[0]  # the rest tells of Copier's own command line
        raise MscliError(f"template {source.name} uses {features}", _UNSAFE_HINT) from error
    except (CopierError, TemplateError, ValueError, TypeError, UnicodeError) as error:
        where = f", line {error.lineno}" if hasattr(error, "lineno") else ""
        raise MscliError(f"template {source.name}{where} cannot be rendered: {error}") from error


def _without_git() -> AbstractContextManager[object]:
    """Copier asks git about every file that it writes; here there is never a repository."""
    from plumbum import local

    return local.env(PATH="")  # type: ignore[no-any-return,unused-ignore]


def _collected(source: Source, destination: Path) -> Iterator[Produced]:
    for file in sorted(destination.rglob("*")):
        path = file.relative_to(destination).as_posix()
        if file.is_symlink():
            raise MscliError(
                f"template {source.name} makes a symbolic link: {path}",
                "mscli writes files only: let the template copy what the link points to",
            )
        if file.is_file():
            yield Produced(path, file.read_bytes(), bool(file.stat().st_mode & 0o100))


def _own_answers(source: Source, file: Produced) -> Produced:
    """The answers file with the origin of the template instead of a path of this machine."""
    if file.path != ANSWERS:
        return file
    import yaml

    lines = file.content.decode().splitlines(keepends=True)
    header = [line for line in lines if line.startswith("#")]
    document = yaml.safe_load(file.content) or {}
    origin = {"_commit": source.commit, "_src_path": source.origin}
    rest = {key: value for key, value in document.items() if key not in origin}
    known = {key: value for key, value in origin.items() if value}
    return Produced(file.path, ("".join(header) + yaml_text({**known, **rest})).encode())
