"""Blueprints that register others where they are registered: a `register` of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import Atom, Member, Object, Pairs, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

REGISTERING, OWN = "register_blueprint", "register"


class Registering(Semantics):
    """Flask calls the method of the blueprint, with itself and the options."""

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """Enter it; the call is noted all the same."""
        if isinstance(atom, Member) and atom.name == REGISTERING:
            for part in flat(call.arg(0)):
                if isinstance(part, Object) and frame.engine.inherits(part.cls, "Blueprint"):
                    given = Call(((atom.of,), (Pairs(()),)), (), call.site)
                    frame.apply(frame.attribute((part,), OWN, call.site), given)
        return None
