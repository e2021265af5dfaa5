"""Who is asked for before a view runs: decorators and mix-ins that look at the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.rows import permissions
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Atom, Function, Made, Site, Value, dotted, last
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

PERMISSION, OWN = "permission_required", "django.contrib.auth"
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


def note(called: str, call: Call) -> None:
    """A function that is handed to one of the decorators is guarded from then on."""
    name = _guard(called)
    for part in call.arg(0) if name else ():
        if isinstance(part, Function):
            part.fn.guarded = strongest(part.fn.guarded, name)


def of_view(atom: Atom) -> str:
    """The decorator that a view is behind: `login_required(view)`; empty, if there is none."""
    found = set(atom.name.replace("()", "").split(".")) if isinstance(atom, Made) else set()
    return strongest(*(_named(dotted(atom), name) for name in sorted(found & DECORATORS)))


def of_decorator(atom: Atom) -> str:
    """The guard that a value is, if it is one: `login_required`, `permission_required("x")`."""
    return _guard(dotted(atom))


def _guard(whole: str) -> str:
    name = last(whole)
    return _named(whole, name) if name in DECORATORS else ""


def _named(whole: str, name: str) -> str:
    """A decorator by its name; one of a package asks for permissions in its own way."""
    return name if name != PERMISSION or OWN in whole else "user_passes_test"


def strongest(*names: str) -> str:
    """Of several guards the one that asks for most; empty, if there is none."""
    return PERMISSION if PERMISSION in names else next(filter(None, names), "")


def of_class(engine: Engine, cls: ClassSymbol) -> str:
    """What a class-based view inherits that looks at the user before it answers."""
    return "mixin" if engine.inherits(cls, *MIXINS) else ""


def ask(frame: Frame, user: Model | None, site: Site, guard: str) -> None:
    """Looking at the user reads his row; what he may is read, too, where that is asked."""
    if user is not None and guard:
        frame.read(user.table, "request.user", site, Confidence.LIKELY)
        if guard == PERMISSION:
            permissions.ask(frame, user, site)


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
