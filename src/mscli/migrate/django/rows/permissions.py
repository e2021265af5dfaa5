"""What asking for a permission reads: nothing for a superuser, for others what they may.

Django's own backend asks once for what a user has, and once for what his groups have. Backends of
the project's own are asked, too, and the predicates of `rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.rows import rules
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.values.values import Object, Row, Site, Type, Value, texts

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

PERMISSIONS, GROUPS = "auth_permission", "auth_group"
TABLES = (PERMISSIONS, "django_content_type", "auth_group_permissions", GROUPS)
OF_USERS = {"user_permissions": "auth_user_user_permissions", "groups": "auth_user_groups"}
BACKEND, OWN = "ModelBackend", "has_perm"


def ask(
    frame: Frame,
    user: Model | None,
    site: Site,
    names: Value = (),
    about: Value = rules.NOBODY,
) -> None:
    """Somebody is asked for permissions; Django's backend knows none that is about an object."""
    if user is None:
        return
    given: tuple[Value, ...] = ((Row(user, kept=True),), about)
    backends = texts(frame.engine.setting("AUTHENTICATION_BACKENDS"))
    asks, ruled = not backends, False
    for backend in backends:
        own = [a.cls for a in frame.engine.dotted_name(backend) if isinstance(a, Type)]
        asks |= backend.endswith(BACKEND) or any(frame.engine.inherits(c, BACKEND) for c in own)
        ruled |= backend == rules.BACKEND or any(
            frame.engine.inherits(c, rules.BACKEND) for c in own
        )
        for cls in own:
            if frame.engine.method(cls, OWN) is not None and cls is not frame.cls:
                value = frame.attribute((Object(cls),), OWN, site)
                frame.apply(value, Call((given[0], names, about), (), site))
    if ruled:
        rules.ask(frame, names, given, site)
    if asks and about == rules.NOBODY:
        _read(frame, user, site)


def _read(frame: Frame, user: Model, site: Site) -> None:
    for table in TABLES:
        frame.read(table, OWN, site, Confidence.LIKELY)
    relations = user.all_relations()
    for name, usual in OF_USERS.items():
        known = relations.get(name)
        through = known.through if known is not None else None
        frame.read(through.table if through is not None else usual, OWN, site, Confidence.LIKELY)
