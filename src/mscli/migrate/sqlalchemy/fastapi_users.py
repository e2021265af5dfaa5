"""What fastapi-users does with a project's users: who is logged in, and its manager's methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.sqlalchemy.packages import ACCOUNT, TOKEN, USER, model_begun
from mscli.migrate.sqlalchemy.values import delete, emit, read_rows
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import Atom, Made, Member, Object, Row, Site, Value, last

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

ASKING = "FastAPIUsers().current_user"
MANAGER = "BaseUserManager"
READ, CREATE, UPDATE, DELETE = "read", "create", "update", "delete"
METHODS = {
    "get": (READ,),
    "get_by_email": (READ,),
    "get_by_oauth_account": (READ,),
    "authenticate": (READ,),
    "create": (READ, CREATE, "on_after_register"),
    "update": (UPDATE, "on_after_update"),
    "delete": ("on_before_delete", DELETE, "on_after_delete"),
    "request_verify": ("on_after_request_verify",),
    "verify": (READ, UPDATE, "on_after_verify"),
    "forgot_password": ("on_after_forgot_password",),
    "reset_password": (READ, UPDATE, "on_after_reset_password"),
}
"""What a manager's methods do to a user's row, in order, and which hooks of a project they call."""


class FastApiUsers(Semantics):
    """The meaning of such calls."""

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """`Depends(fastapi_users.current_user())`, `await manager.create(...)`."""
        if isinstance(atom, Made) and atom.name.endswith(ASKING):
            return _logged_in(frame, atom, call.site)
        if not isinstance(atom, Member) or not isinstance(atom.of, Object):
            return None
        if atom.name not in METHODS or not frame.engine.inherits(atom.of.cls, MANAGER):
            return None
        model = _model(frame, USER.table)
        return None if model is None else _managed(frame, atom.of, atom.name, model, call)


def _model(frame: Frame, table: str) -> Model | None:
    return model_begun(frame.engine, frame.engine.schema, table)


def _logged_in(frame: Frame, asked: Made, site: Site) -> Value:
    """Who asks: the manager is made, and by each way to log in a row is looked for."""
    if isinstance(asked.of, Made):
        frame.apply(asked.of.arg(0, "get_user_manager"), Call((), (), site))
        for backend in flat(asked.of.arg(1, "auth_backends")):
            _by_strategy(frame, backend, site)
    model = _model(frame, USER.table)
    if model is None:
        return ()
    read_rows(frame, model, "current_user", site)
    return (Row(model, kept=True),)


def _by_strategy(frame: Frame, backend: Atom, site: Site) -> None:
    """Tokens are kept in a table, or nowhere."""
    given = backend.arg(2, "get_strategy") if isinstance(backend, Made) else ()
    kept = frame.apply(given, Call((), (), site))
    token = _model(frame, TOKEN.table)
    if token and any(isinstance(a, Made) and last(a.name) == "DatabaseStrategy" for a in kept):
        read_rows(frame, token, "current_user", site)


def _managed(frame: Frame, manager: Object, name: str, model: Model, call: Call) -> Value:
    """A method of the manager, step by step."""
    row = Row(model, kept=True)
    if name == "get_by_oauth_account" and (account := _model(frame, ACCOUNT.table)):
        read_rows(frame, account, name, call.site)
    for step in METHODS[name]:
        if step == READ:
            read_rows(frame, model, name, call.site)
        elif step == DELETE:
            delete(frame, model, call.site)
        elif step in (CREATE, UPDATE):
            frame.write(model.table, name, call.site)
            emit(frame, "insert" if step == CREATE else "update", model, call.site)
        else:
            hook = frame.attribute((manager,), step, call.site)
            frame.apply(hook, Call(((row,),), (), call.site))
    return (row,)
