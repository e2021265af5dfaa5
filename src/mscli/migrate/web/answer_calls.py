"""Calls that ask rows for what an answer shows: pydantic's models that are made, `marshal(...)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.values import Atom, Outside, Type, Value
from mscli.migrate.web.marshalling import marshalled
from mscli.migrate.web.response_models import filled

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

MODELS = (".BaseModel", ".SQLModel", "ninja.Schema")
MARSHAL = (".marshal",)


class AnswerCalls(Semantics):
    """The meaning of such calls."""

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """Ask the rows; what the call gives is for others to say."""
        if isinstance(atom, Type) and call.kwargs and frame.engine.inherits(atom.cls, *MODELS):
            filled(frame, atom.cls, call)
        elif isinstance(atom, Outside) and atom.name.endswith(MARSHAL):
            marshalled(frame, call.arg(0, "data"), call.arg(1, "fields"), call.site)
        return None
