"""Who logs in is looked up by backends: Django's own, and those of the project in its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.requests import REQUEST
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.values.values import Object, Row, Site, Type, Value, texts

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

BACKENDS, ASKED = "AUTHENTICATION_BACKENDS", "authenticate"


def ask(frame: Frame, user: Model, site: Site) -> Value:
    """Ask every backend; who is found is a row of the users'."""
    frame.read(user.table, ASKED, site, Confidence.LIKELY)
    for backend in texts(frame.engine.setting(BACKENDS)):
        for cls in (a.cls for a in frame.engine.dotted_name(backend) if isinstance(a, Type)):
            if frame.engine.method(cls, ASKED) is not None and cls is not frame.cls:
                value = frame.attribute((Object(cls),), ASKED, site)
                frame.apply(value, Call((REQUEST,), (), site))
    return (Row(user, kept=True),)
