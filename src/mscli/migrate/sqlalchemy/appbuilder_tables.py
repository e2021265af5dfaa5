"""The tables that Flask-AppBuilder brings along, and the columns that its mix-ins give to others.

As Flask-AppBuilder 5 has them.
"""

from __future__ import annotations

from typing import NamedTuple

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.schema import Model, Relation, Schema
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Made, Outside, Site, Text, Value
from mscli.migrate.words import words

PACKAGE = "flask_appbuilder"
MODELS = f"{PACKAGE}.security.sqla.models"
USER, ROLE, GROUP = "ab_user", "ab_role", "ab_group"
PERMISSION, MENU, GRANT = "ab_permission", "ab_view_menu", "ab_permission_view"
TABLES = {
    "User": USER,
    "Role": ROLE,
    "Group": GROUP,
    "Permission": PERMISSION,
    "ViewMenu": MENU,
    "PermissionView": GRANT,
    "RegisterUser": "ab_register_user",
}


class Between(NamedTuple):
    """A table between two: what each end calls the other."""

    table: str
    ends: tuple[str, str]
    names: tuple[str, str]


BETWEEN = {
    "assoc_user_role": Between("ab_user_role", (USER, ROLE), ("roles", "user")),
    "assoc_user_group": Between("ab_user_group", (USER, GROUP), ("groups", "users")),
    "assoc_group_role": Between("ab_group_role", (GROUP, ROLE), ("roles", "groups")),
    "assoc_permissionview_role": Between(
        "ab_permission_view_role", (ROLE, GRANT), ("permissions", "role")
    ),
}
KEYS = {
    "permission": (GRANT, PERMISSION),
    "view_menu": (GRANT, MENU),
    "created_by": (USER, USER),
    "changed_by": (USER, USER),
}
EAGER = frozenset(["permission", "view_menu"])
AUDIT = f"{PACKAGE}.models.mixins.AuditMixin"
STAMPS, PEOPLE = words("created_on changed_on"), words("created_by changed_by")


def is_used(engine: Engine) -> bool:
    """Whether a project imports anything of the package."""
    return any(
        name.partition(".")[0] == PACKAGE
        for module in engine.project.modules
        for name, _ in module.import_lines
    )


def add(schema: Schema) -> dict[str, Model]:
    """Take them in, with what leads from one to another; by table."""
    found: dict[str, Model] = {}
    names = TABLES | {name: between.table for name, between in BETWEEN.items()}
    for name, table in names.items():
        model = Model(name, table, "sqlalchemy", None, owner=PACKAGE, origin="framework")
        schema.outside[f"{MODELS}.{name}"] = found[table] = model
    site = Site("", 0)
    for name, (table, target) in KEYS.items():
        _relate(found[table], found[target], name, site)
    for between in BETWEEN.values():
        for one, other, name in zip(between.ends, between.ends[::-1], between.names, strict=True):
            found[one].relations[name] = Relation(
                "many-to-many",
                name,
                found[one],
                found[other],
                site,
                through=found[between.table],
                collection=True,
            )
    return found


def _relate(model: Model, target: Model, name: str, site: Site) -> None:
    key = Relation("foreign-key", f"{name}_id", model, target, site)
    model.relations[key.name] = key
    model.relations[name] = Relation("relationship", name, model, target, site, eager=name in EAGER)


def mixed_in(engine: Engine, cls: ClassSymbol) -> dict[str, Value]:
    """The columns and relationships of a mix-in of the package: who made and changed a row."""
    if AUDIT not in engine.outsiders(cls):
        return {}
    site = Site(cls.module.file, cls.node.lineno)
    found: dict[str, Value] = {name: (Made("Column", site, (name,)),) for name in STAMPS}
    for name in PEOPLE:
        key = Made("ForeignKey", site, (name,), ((Text(f"{USER}.id"),),))
        found[f"{name}_fk"] = (Made("Column", site, (f"{name}_fk",), ((key,),)),)
        user: Value = (Outside(f"{MODELS}.User"),)
        found[name] = (Made("relationship", site, (name,), (user,)),)
    return found
