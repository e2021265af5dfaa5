"""Libraries of Django's tags and filters: the project's own, and what each piece registers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.django.settings.loaders import Loaders
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.index import ModuleSymbol, last_name

REGISTERS = frozenset(["filter", "inclusion_tag", "simple_block_tag", "simple_tag", "tag"])


def library(
    name: str, loaders: Loaders, settings: Settings, closing: Closing
) -> ModuleSymbol | None:
    """The module of a library of the project's."""
    if name in loaders.libraries:
        return closing.project.module(loaders.libraries[name])
    names = (f"{app.package}.templatetags.{name}" for app in settings.apps)
    return next((module for n in names if (module := closing.project.module(n))), None)


def registered(piece: Piece) -> Iterator[str]:
    """The names of tags and filters that a piece registers."""
    for each in (*piece.decorators, *piece.calls):
        function = each.func if isinstance(each, ast.Call) else each
        kind = function.attr if isinstance(function, ast.Attribute) else ""
        if kind not in REGISTERS:
            continue
        given = each if isinstance(each, ast.Call) else ast.Call(function, [], [])
        said = [k.value for k in given.keywords if k.arg == "name"]
        said += given.args[:1] if kind != "inclusion_tag" else []
        texts = [str(value.value) for value in said if isinstance(value, ast.Constant)]
        functions = [last_name(value) for value in said]
        yield from texts or [*filter(None, functions), *piece.binds]
