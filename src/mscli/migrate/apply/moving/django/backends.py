"""Django: classes of the project's by whose names a session says how somebody logged in.

A session is read on both sides of the gateway, so these names stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from mscli.migrate.apply.moving.closed import Closure
from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.django.settings import Settings
from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.apply.moving.renaming import Home

SETTING = "AUTHENTICATION_BACKENDS"


def texts_kept(pieces: Iterable[Piece]) -> set[str]:
    """The texts of a module of settings that a session may have."""
    return {text for piece in pieces if SETTING in piece.binds for text in piece.texts}


def named_as_before(
    home: Home, closure: Closure, closing: Closing, settings: Settings
) -> dict[str, str]:
    """The modules of those that move: the name that each had, and its new one."""
    pieces = [p for m, p in closing.kept(closure) if m.name in settings.modules]
    found = {}
    for text in sorted(texts_kept(pieces)):
        place = closing.find(text)
        if place is not None:
            found[text.rpartition(".")[0]] = home.module(place[0].name)
    return found
