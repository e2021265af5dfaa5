"""What asking for a permission reads: nothing for a superuser, for others what they may.

Django's own backend asks once for what a user has, and once for what his groups have. Backends of
the project's own are asked, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.nodes import Call, Confidence
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import Object, Row, Site, Type, texts

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame

PERMISSIONS, GROUPS = "auth_permission", "auth_group"
TABLES = (PERMISSIONS, "django_content_type", "auth_group_permissions", GROUPS)
OF_USERS = {"user_permissions": "auth_user_user_permissions", "groups": "auth_user_groups"}
BACKEND, OWN = "ModelBackend", "has_perm"
REST = ("DjangoModelPermissions", "DjangoModelPermissionsOrAnonReadOnly", "DjangoObjectPermissions")
READING = frozenset(["get", "list", "retrieve"])
"""What REST framework's classes ask no permission for."""


def ask(frame: Frame, user: Model | None, site: Site, *, about: bool = False) -> None:
    """Somebody is asked for a permission; Django's backend knows none that is `about` an object."""
    if user is None:
        return
    names = texts(frame.engine.setting("AUTHENTICATION_BACKENDS"))
    asks = not names
    for name in names:
        own = [a.cls for a in frame.engine.dotted_name(name) if isinstance(a, Type)]
        asks |= name.endswith(BACKEND) or any(frame.engine.inherits(c, BACKEND) for c in own)
        for cls in own:
            if frame.engine.method(cls, OWN) is not None and cls is not frame.cls:
                value = frame.attribute((Object(cls),), OWN, site)
                frame.apply(value, Call(((Row(user, kept=True),),), (), site))
    if asks and not about:
        _read(frame, user, site)


def _read(frame: Frame, user: Model, site: Site) -> None:
    for table in TABLES:
        frame.read(table, OWN, site, Confidence.LIKELY)
    relations = user.all_relations()
    for name, usual in OF_USERS.items():
        known = relations.get(name)
        through = known.through if known is not None else None
        frame.read(through.table if through is not None else usual, OWN, site, Confidence.LIKELY)
