"""A folder that code names: below the monolith's own, as `media`, or from the root."""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence
from pathlib import PurePosixPath

from mscli.migrate.walk.project.index import ModuleSymbol, last_name

DEEPEST = 12
SAME = frozenset(
    ["Path", "PurePath", "abspath", "absolute", "normpath", "realpath", "resolve", "str"]
)
JOINING = frozenset(["join", "joinpath"])


def folder_of(node: ast.expr, module: ModuleSymbol, depth: int = 0) -> PurePosixPath | None:
    """What an expression at the top of a module means, if its text says it.

    `Path(__file__).parent / "media"` is `shop/media`; a plain name hangs on the monolith's folder,
    which it is started in.
    """
    if depth > DEEPEST:
        return None
    match node:
        case ast.Constant(value=str(text)):
            return PurePosixPath(os.path.normpath(text)) if text else PurePosixPath()
        case ast.Name(id="__file__"):
            return PurePosixPath(module.file)
        case ast.Name(id=name):
            given = _assigned(module, name)
            return folder_of(given, module, depth + 1) if given is not None else None
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined([left, right], module, depth)
        case ast.Attribute(value=value, attr="parent"):
            return _parent(folder_of(value, module, depth + 1))
        case ast.Subscript(
            value=ast.Attribute(value=value, attr="parents"), slice=ast.Constant(value=int(place))
        ):
            found = folder_of(value, module, depth + 1)
            for _ in range(place + 1):
                found = _parent(found)
            return found
        case ast.Call():
            return _called(node, module, depth)
    return None


def _called(call: ast.Call, module: ModuleSymbol, depth: int) -> PurePosixPath | None:
    name = last_name(call.func) or getattr(call.func, "attr", "")
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    parts = list(call.args)
    if owner is not None and (name == "joinpath" or (name in SAME and not parts)):
        parts = [owner, *parts]
    if name == "dirname" and len(parts) == 1:
        return _parent(folder_of(parts[0], module, depth + 1))
    if name in JOINING or (name in SAME and parts):
        return _joined(parts, module, depth)
    return None


def _joined(parts: Sequence[ast.expr], module: ModuleSymbol, depth: int) -> PurePosixPath | None:
    found = [folder_of(part, module, depth + 1) for part in parts]
    known = [part for part in found if part is not None]
    if len(known) < len(found):
        return None
    return PurePosixPath(os.path.normpath(PurePosixPath(*known)))


def _parent(path: PurePosixPath | None) -> PurePosixPath | None:
    """Nothing is known of what is above the monolith's own folder."""
    return path.parent if path is not None and path.name not in ("", "..") else None


def _assigned(module: ModuleSymbol, name: str) -> ast.expr | None:
    """What a name is given once, at the top of a module."""
    found = [
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and node.value is not None
        and any(isinstance(t, ast.Name) and t.id == name for t in _targets(node))
    ]
    return found[0] if len(found) == 1 else None


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]
