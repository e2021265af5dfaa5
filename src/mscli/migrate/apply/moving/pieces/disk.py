"""Files that code reads and writes: a service in another folder, or elsewhere, has others."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from mscli.migrate.apply.moving.pieces.own_files import OWN
from mscli.migrate.walk.project.index import FunctionNode, expression_name, last_name

ONE = (
    "aiofiles.open", "aiosqlite.connect", "io.open", "open",
    "os.listdir", "os.makedirs", "os.mkdir", "os.path.exists",
    "os.path.getmtime", "os.path.getsize", "os.path.isdir", "os.path.isfile", "os.remove",
    "os.scandir", "os.stat", "os.unlink", "os.walk", "shutil.rmtree", "sqlite3.connect",
)  # fmt: skip
TWO = (
    "os.rename", "os.replace", "shutil.copy", "shutil.copyfile", "shutil.copytree", "shutil.move",
)  # fmt: skip
"""What is given a path first, or two of them."""
BY_PATH = frozenset([*ONE, *TWO, "FileResponse", "send_file", "send_from_directory"])
OF_PATH = frozenset(
    ["is_dir", "is_file", "iterdir", "read_bytes", "rglob", "unlink", "write_bytes", "write_text"]
)
"""What a path has; `read_text` is that of a resource, too."""
OF_A_PATH = frozenset(["exists", "glob", "mkdir", "stat", "touch"])
"""What other things have, too, such as rows."""
UPLOADED = frozenset(["files", "secure_filename"])
SAVE = "save"
TEMPORARY = frozenset(
    ["BytesIO", "NamedTemporaryFile", "SpooledTemporaryFile", "StringIO", "TemporaryDirectory",
     "TemporaryFile", "gettempdir", "mkdtemp", "mkstemp", "mktemp"]
)  # fmt: skip
JOINING = frozenset(["Path", "PurePath", "abspath", "expanduser", "join", "realpath"])
"""What makes a path of its first argument."""
CONFIG = "config"
ENVIRONMENT = frozenset(["environ", "getenv"])
FURTHEST = 8
NOWHERE = (":memory:", "file:")
"""How names of databases of SQLite begin that are no paths."""
SHARED = frozenset(["MEDIA_ROOT", "static_folder"])
"""Django's folder of uploads, which a service shares, and Flask's for browsers, which it has."""


class Names(Protocol):
    """What names and keys of a configuration are, as a module has them."""

    def meaning(self, chain: str) -> Meant | None:
        """What a chain of names is at the top of a module."""

    def configured(self, key: str) -> Sequence[Meant]:
        """Everything that a key of the configuration is set to."""


Meant = tuple[ast.expr, Names]
"""An expression, and what the names in it are."""


def files_of(body: tuple[ast.stmt, ...], names: Names) -> Iterator[str]:
    """Calls, as code, that open files of the folder in which the monolith runs."""
    for call, path, own in files_in(body):
        if _is_here(path, names, own):
            yield call


def _is_here(
    path: ast.expr, names: Names, own: Mapping[str, ast.expr] = {}, depth: int = 0
) -> bool:
    """Whether a path begins in the folder of who runs, or where nothing is said of it.

    `own` is what local names are.
    """
    match path:
        case ast.Constant(value=str(text)):
            return not text.startswith(("/", "~", *NOWHERE))
        case ast.JoinedStr(values=[first, *_]):
            return _is_here(first, names, own, depth)
        case ast.FormattedValue(value=value) | ast.BinOp(left=value):
            return _is_here(value, names, own, depth)
        case ast.BoolOp(values=parts):
            return any(_is_here(part, names, own, depth) for part in parts)
        case ast.IfExp(body=one, orelse=other):
            return _is_here(one, names, own, depth) or _is_here(other, names, own, depth)
        case ast.Subscript() if key := _key(path):
            return _is_set_here(key, names, depth)
        case ast.Call(func=ast.Name(id=name)) if name == OWN:
            return False
        case ast.Call() if key := _key(path):
            return _is_set_here(key, names, depth)
        case ast.Name() | ast.Attribute() if depth < FURTHEST:
            return _is_named_here(path, names, own, depth + 1)
        case ast.Call(func=function, args=[_, default, *_]) if _is_of_environment(function):
            return _is_here(default, names, own, depth)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr not in JOINING:
            return not isinstance(value, ast.Constant) and _is_here(value, names, own, depth)
        case ast.Call(args=[first, *_]):
            return _is_here(first, names, own, depth)
    return False


def _key(node: ast.Subscript | ast.Call) -> str | None:
    """The key of `app.config["UPLOADS"]` or `app.config.get("UPLOADS")`."""
    match node:
        case ast.Subscript(value=of, slice=ast.Constant(value=str(key))):
            pass
        case ast.Call(
            func=ast.Attribute(value=of, attr="get"), args=[ast.Constant(value=str(key)), *_]
        ):
            pass
        case _:
            return None
    return key if last_name(of) == CONFIG else None


def _is_of_environment(function: ast.expr) -> bool:
    return not ENVIRONMENT.isdisjoint(expression_name(function).split("."))


def _is_set_here(key: str, names: Names, depth: int) -> bool:
    """Whether a key may be set to such a path; one that nobody sets comes from elsewhere."""
    found = names.configured(key) if depth < FURTHEST else ()
    return not found or any(_is_here(value, own, {}, depth + 1) for value, own in found)


def _is_named_here(
    path: ast.Name | ast.Attribute, names: Names, own: Mapping[str, ast.expr], depth: int
) -> bool:
    chain = expression_name(path)
    if chain in own:
        return _is_here(own[chain], names, {k: v for k, v in own.items() if k != chain}, depth)
    found = names.meaning(chain) if chain else None
    if found is None and isinstance(path, ast.Attribute):  # what a path has: `folder.parent`
        return _is_here(path.value, names, own, depth)
    if found is None and chain.isupper():  # as a class of the configuration has it
        return any(_is_here(value, other, {}, depth) for value, other in names.configured(chain))
    return found is not None and _is_here(*found, {}, depth)


@lru_cache(maxsize=1 << 14)
def files_in(
    body: tuple[ast.stmt, ...],
) -> tuple[tuple[str, ast.expr, Mapping[str, ast.expr]], ...]:
    """Calls, as code, that work with files, each with the path, and what local names are."""
    return tuple(_files(body))


def _files(body: tuple[ast.stmt, ...]) -> Iterator[tuple[str, ast.expr, Mapping[str, ast.expr]]]:
    for statement in body:
        temporary = _temporary(statement)
        own = {
            target.id: node.value
            for node in ast.walk(statement)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        saves = any(
            {getattr(n, "attr", ""), getattr(n, "id", "")} & UPLOADED for n in ast.walk(statement)
        )
        for node in ast.walk(statement):
            path = _path(node, saves=saves) if isinstance(node, ast.Call) else None
            if path is not None and not _is_anywhere(path, temporary):
                yield ast.unparse(node), path, own


def _path(call: ast.Call, *, saves: bool) -> ast.expr | None:
    """The path that a call opens, if it opens one."""
    name = expression_name(call.func)
    last = name.rpartition(".")[2]
    if name in BY_PATH or (name != last and last in BY_PATH and last != "open"):
        named = (k.value for k in call.keywords if k.arg in ("path", "directory"))
        return next(iter(call.args), next(named, None))
    if not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr in OF_PATH and not call.args[1:]:
        return call.func.value
    if call.func.attr in OF_A_PATH and _is_path(call.func.value):
        return call.func.value
    is_saved = call.func.attr == SAVE and len(call.args) == 1 and not call.keywords
    return call.args[0] if is_saved and (saves or _is_joined(call.args[0])) else None


def _is_path(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) == "Path"


def _is_joined(path: ast.expr) -> bool:
    return isinstance(path, ast.Call) and expression_name(path.func).endswith("path.join")


def _is_anywhere(path: ast.expr, temporary: set[str]) -> bool:
    """Whether a path is the same wherever code runs: a temporary file, what is in memory."""
    names = {part.id for part in ast.walk(path) if isinstance(part, ast.Name)}
    attributes = {part.attr for part in ast.walk(path) if isinstance(part, ast.Attribute)}
    return bool((names | attributes) & (temporary | TEMPORARY | SHARED))


def _temporary(statement: ast.stmt) -> set[str]:
    """Names that are bound to something temporary, or to what is made of it."""
    found: set[str] = set()
    for node in ast.walk(statement):
        bound: list[tuple[ast.expr, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            bound = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.With | ast.AsyncWith):
            bound = [(item.context_expr, item.optional_vars) for item in node.items]
            bound = [(target, value) for value, target in bound if target is not None]
        elif isinstance(node, FunctionNode):
            found.update(name for name in _parameters(node) if name.startswith(("tmp", "temp")))
        for target, value in bound:
            if value is not None and _is_anywhere(value, found):
                found |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    return found


def _parameters(node: FunctionNode) -> list[str]:
    return [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
