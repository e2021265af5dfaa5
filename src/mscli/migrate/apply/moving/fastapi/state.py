"""What code leaves on a request for others: `request.state.user = ...`, and who asks for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.index import expression_name

STATE = ("request.state", "websocket.state")
ANY = "*"
"""Whatever is there."""


def left(piece: Piece) -> Iterator[str]:
    """The names under which a piece leaves something."""
    for node in _of_state(piece):
        if isinstance(node.ctx, ast.Store):
            yield node.attr


def asked(piece: Piece) -> Iterator[str]:
    """The names that a piece asks for; `ANY`, where it does not say which."""
    parts = list(_of_state(piece))
    known = [node.value for node in parts]
    yield from (node.attr for node in parts if isinstance(node.ctx, ast.Load))
    for node in _nodes(piece):
        if isinstance(node, ast.Attribute) and _is_state(node) and node not in known:
            yield ANY


def _of_state(piece: Piece) -> Iterator[ast.Attribute]:
    for node in _nodes(piece):
        if isinstance(node, ast.Attribute) and _is_state(node.value):
            yield node


def _is_state(node: ast.expr) -> bool:
    return f".{expression_name(node)}".endswith(tuple(f".{name}" for name in STATE))


def _nodes(piece: Piece) -> Iterator[ast.AST]:
    return (node for statement in piece.body for node in ast.walk(statement))
