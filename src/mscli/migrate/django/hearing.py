"""What a receiver of a signal is told: the row, and whether it is new.

A receiver that asks (`if created:`, `if instance.pk:`) is walked once for rows that are new, and
once for rows that were there before.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from mscli.migrate.django.requests import REQUEST
from mscli.migrate.trees import every
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.newness import KEYS
from mscli.migrate.walk.values.values import (
    Atom,
    Known,
    Made,
    Pairs,
    Row,
    Value,
    dotted,
    last,
    text,
)

SAVED = ("pre_save", "post_save")
SENDS = frozenset(["send", "send_robust", "asend", "asend_robust", "send_async"])
CREATED = "created"
ASKED = frozenset(["adding", *KEYS])


def signal_id(atom: Atom) -> str:
    """A name for a signal that is the same where it is sent and where it is received."""
    if isinstance(atom, Made):
        named = atom.name.startswith("blinker") and text(atom.arg(0, "name"))
        return f"{named}@blinker" if named else f"{last(atom.name)}@{atom.site}"
    return last(dotted(atom))


def is_signal(name: str) -> bool:
    """Whether something that is sent is a signal: Django's, or blinker's."""
    return "Signal" in name or name.startswith("blinker.")


def kinds(fn: FunctionSymbol, signal: str) -> tuple[bool | None, ...]:
    """The kinds of rows that a receiver tells apart: new ones (False), those that are kept."""
    return (False, True) if signal in SAVED and _asks(fn, signal) else (None,)


def given(
    fn: FunctionSymbol,
    signal: str,
    model: Model | None,
    kept: bool | None,
    sent: Mapping[str, Value],
) -> dict[str, Value]:
    """The parameters of a receiver that are known; `sent` is what is given with the signal."""
    names = [arg.arg for arg in (*fn.node.args.args, *fn.node.args.kwonlyargs)]
    found = {name: value for name, value in sent.items() if name in names}
    rest = tuple((name, value) for name, value in sent.items() if name not in names)
    if rest and fn.node.args.kwarg is not None:
        found[fn.node.args.kwarg.arg] = (Pairs(rest),)
    if model is not None:
        row = Row(model, kept=True if signal == "post_save" else kept)
        found |= {name: (row,) for name in names if name in ("instance", "obj")}
    if "request" in names:
        found["request"] = REQUEST
    if signal == "post_save" and kept is not None:
        created: Value = (Known(not kept),)
        if CREATED in names:
            found[CREATED] = created
        elif fn.node.args.kwarg is not None:
            found[fn.node.args.kwarg.arg] = (Pairs(((CREATED, created),)),)
    return found


def _asks(fn: FunctionSymbol, signal: str) -> bool:
    for part in every(fn.node):
        if signal == "post_save":
            if isinstance(part, ast.arg) and part.arg == CREATED:
                return True
            if isinstance(part, ast.Constant) and part.value == CREATED:
                return True
        elif isinstance(part, ast.Attribute) and part.attr in ASKED:
            return True
    return False
