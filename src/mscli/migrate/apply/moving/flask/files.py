"""Flask: files beside the code that go along: catalogues of texts, and what code reads itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from mscli.migrate.apply.code import LEFT_OUT
from mscli.migrate.apply.moving.flask.making import static_folder
from mscli.migrate.apply.moving.needs.closed import Closure, Outside
from mscli.migrate.apply.moving.needs.closure import Closing

CATALOGUES = "LC_MESSAGES"
OF_GETTEXT = (".mo", ".po")
STATIC = "static_folder"
WRITING = frozenset(
    ["copy", "makedirs", "mkdir", "move", "remove", "rename", "save", "unlink", "write",
     "write_bytes", "write_text", "writelines"]
)  # fmt: skip


def reads_files(used: Outside, closure: Closure, closing: Closing) -> bool:
    """Whether code asks where static files are only to read one, so that they may go along."""
    if used.attribute != STATIC or static_folder(closing.project) is None:
        return False
    pieces = [
        piece
        for module, piece in closing.kept(closure)
        if used.where == f"{module.file}:{piece.first}"
    ]
    nodes = [n for p in pieces for statement in p.body for n in ast.walk(statement)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    opened = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "open"]
    named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return bool(opened) and all(map(_only_reads, opened)) and named.isdisjoint(WRITING)


def _only_reads(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
    return all(
        isinstance(mode, ast.Constant) and str(mode.value) in ("r", "rb", "rt") for mode in modes
    )


def catalogues(root: Path) -> Iterator[str]:
    """The paths of texts in other languages, as gettext has them."""
    for path in sorted(below(root)):
        if path.parent.name == CATALOGUES and path.suffix in OF_GETTEXT:
            yield path.relative_to(root).as_posix()


def uncompiled(paths: Iterable[str]) -> Iterator[str]:
    """Texts that only an application shows whose deployment has compiled them."""
    every = set(paths)
    for path in sorted(every):
        if path.endswith(".po") and f"{path[:-3]}.mo" not in every:
            yield f"`{path}` is not compiled: `pybabel compile`, as for the monolith"


def files_in(root: Path, folder: str) -> Iterator[str]:
    """The paths of all files in a folder."""
    here = root / folder
    for path in sorted(below(here)) if here.is_dir() else ():
        yield path.relative_to(root).as_posix()


def below(folder: Path) -> Iterator[Path]:
    """Every file that may be the monolith's."""
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            if path.name not in LEFT_OUT and not (path / "pyvenv.cfg").exists():
                yield from below(path)
        else:
            yield path
