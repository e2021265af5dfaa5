"""Who is asked for before a view runs: decorators and mix-ins that look at the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.index import ClassSymbol
from mscli.migrate.walk.nodes import Call, Confidence
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import Atom, Function, Made, Site, Value, dotted, last
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame

DECORATORS = frozenset(
    words("login_required user_passes_test permission_required staff_member_required")
)
MIXINS = (
    "LoginRequiredMixin",
    "UserPassesTestMixin",
    "PermissionRequiredMixin",
    "AccessMixin",
    "APIView",
    "ViewSet",
)


def note(atom: Atom, call: Call) -> None:
    """A function that is handed to one of the decorators is guarded from then on."""
    if last(dotted(atom).removesuffix("()")) not in DECORATORS:
        return
    for part in call.arg(0):
        if isinstance(part, Function):
            part.fn.guarded = True


def is_guard(atom: Atom) -> bool:
    """Whether a value is a view behind one of the decorators: `login_required(view)`."""
    return isinstance(atom, Made) and bool(set(atom.name.replace("()", "").split(".")) & DECORATORS)


def is_guarded_class(engine: Engine, cls: ClassSymbol) -> bool:
    """Whether a class-based view looks at the user before it answers."""
    return engine.inherits(cls, *MIXINS)


def ask(frame: Frame, user: Model | None, site: Site) -> None:
    """Looking at the user reads his row."""
    if user is not None:
        frame.read(user.table, "request.user", site, Confidence.LIKELY)


def wrapped_view(atom: Function) -> Value:
    """The view inside a wrapper of the project's own: `protect(view)` gives a function over it."""
    closure = atom.fn.closure or {}
    views = [
        part
        for value in closure.values()
        for part in value
        if (isinstance(part, Function) and part.fn is not atom.fn)
        or (isinstance(part, Made) and part.name == "as_view")
    ]
    return (views[0],) if len(views) == 1 else ()
