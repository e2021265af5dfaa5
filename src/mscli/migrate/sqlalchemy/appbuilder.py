"""What Flask-AppBuilder's security manager does with its tables, for whoever asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.sqlalchemy.appbuilder_tables import (
    GRANT,
    GROUP,
    MENU,
    MODELS,
    PACKAGE,
    PERMISSION,
    ROLE,
    USER,
)
from mscli.migrate.sqlalchemy.values import emit, read_rows
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Member,
    Object,
    Outside,
    Row,
    Site,
    Value,
    dotted,
    last,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

HOLDERS = frozenset(["AppBuilder", "appbuilder"])
MANAGER = f"{PACKAGE}.security.sqla.manager.SecurityManager"
KINDS = (f"{PACKAGE}.security.manager.BaseSecurityManager", MANAGER)
CLASSES = {
    "user_model": "User",
    "role_model": "Role",
    "group_model": "Group",
    "permission_model": "Permission",
    "viewmenu_model": "ViewMenu",
    "permissionview_model": "PermissionView",
    "registeruser_model": "RegisterUser",
}
"""The manager's attributes that are models."""

OF_USER = (USER, "ab_user_role", ROLE, "ab_user_group", GROUP, "ab_group_role")
OF_ROLE = ("ab_permission_view_role", GRANT, PERMISSION, MENU)
ALLOWED = (*OF_USER, *OF_ROLE)
"""What is read to know whether somebody may do something."""
GRANTED = (GRANT, PERMISSION, MENU)
READS = {
    "has_access": ALLOWED,
    "is_item_public": (ROLE, *OF_ROLE),
    "find_user": (USER,),
    "get_user_by_id": (USER,),
    "get_all_users": (USER,),
    "count_users": (USER,),
    "load_user": (USER,),
    "auth_user_db": (USER,),
    "get_user_roles": OF_USER,
    "get_user_permissions": ALLOWED,
    "get_user_menu_access": ALLOWED,
    "find_role": (ROLE,),
    "get_all_roles": (ROLE,),
    "get_public_role": (ROLE,),
    "find_group": (GROUP,),
    "find_permission": (PERMISSION,),
    "find_view_menu": (MENU,),
    "find_permission_view_menu": GRANTED,
    "find_permissions_view_menu": GRANTED,
    "find_roles_permission_view_menus": (ROLE, *OF_ROLE),
    "exist_permission_on_roles": (ROLE, *OF_ROLE),
    "get_all_permissions": (PERMISSION,),
}
WRITES = {
    "auth_user_db": (USER,),
    "update_user_auth_stat": (USER,),
    "reset_password": (USER,),
    "add_user": (USER, "ab_user_role", "ab_user_group"),
    "update_user": (USER,),
    "del_user": (USER, "ab_user_role", "ab_user_group"),
    "add_role": (ROLE,),
    "update_role": (ROLE,),
    "add_permission": (PERMISSION,),
    "add_view_menu": (MENU,),
    "add_permission_view_menu": GRANTED,
    "add_permission_role": ("ab_permission_view_role",),
    "del_permission": (PERMISSION,),
    "del_permission_role": ("ab_permission_view_role",),
    "del_permission_view_menu": (GRANT,),
    "del_view_menu": (MENU,),
    "add_register_user": ("ab_register_user",),
    "del_register_user": ("ab_register_user",),
}


class AppBuilder(Semantics):
    """The meaning of such attributes and calls."""

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """`appbuilder.sm`, `security_manager.user_model`, `security_manager.current_user`."""
        if name == "sm" and last(dotted(atom)) in HOLDERS:
            return _manager(frame, site)
        if not _is_manager(frame, atom):
            return None
        if isinstance(atom, Object) and _is_written(frame, atom, name):
            return None
        if name in CLASSES:
            return (Outside(f"{MODELS}.{CLASSES[name]}"),)
        if name in ("get_session", "session"):
            return (Made("sqlalchemy.orm.Session", site, ()),)
        return _user(frame, site) if name == "current_user" else None

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """`security_manager.find_user(...)`, and what the project's own manager leaves to it."""
        if not isinstance(atom, Member) or not _is_manager(frame, atom.of):
            return None
        reads, writes = READS.get(atom.name, ()), WRITES.get(atom.name, ())
        for table in reads:
            frame.read(table, atom.name, call.site, Confidence.LIKELY)
        for table in writes:
            frame.write(table, atom.name, call.site, Confidence.LIKELY)
        first = (*writes, *reads)[:1]
        known = _tables(frame)
        if not first or first[0] not in known:
            return None
        if writes:
            emit(frame, "delete" if "del_" in atom.name else "update", known[first[0]], call.site)
        return (Row(known[first[0]], kept=True),)


def _tables(frame: Frame) -> dict[str, Model]:
    return {m.table: m for m in frame.engine.schema.outside.values() if m.owner == PACKAGE}


def _is_manager(frame: Frame, atom: Atom) -> bool:
    if isinstance(atom, Object):
        return frame.engine.inherits(atom.cls, *KINDS)
    return isinstance(atom, Made) and atom.name == MANAGER


def _is_written(frame: Frame, atom: Object, name: str) -> bool:
    """Whether a project's own manager says so itself."""
    engine = frame.engine
    return bool(engine.method(atom.cls, name) or engine.class_attribute(atom.cls, name))


def _manager(frame: Frame, site: Site) -> Value:
    """The project's own, the one that inherits most, or the package's."""
    engine = frame.engine
    own = [cls for cls in engine.project.classes if engine.inherits(cls, *KINDS)]
    own.sort(key=lambda cls: (-len(engine.lineage(cls)), cls.id))
    return (Object(own[0]) if own else Made(MANAGER, site, ()),)


def _user(frame: Frame, site: Site) -> Value:
    user = frame.engine.schema.logged_in
    if user is None:
        return ()
    read_rows(frame, user, "current_user", site, Confidence.LIKELY)
    return (Row(user, kept=True),)
