"""Pages that views of Flask's extensions bring along, by the class that a view inherits from.

As Flask-Admin 2, Flask-AppBuilder 4 and Flask-Classful 0.16 have them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mscli.migrate.walk.values.values import last

PACKAGES = ("flask_admin", "flask_appbuilder", "flask_classful", "flask_classy")
FORM = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the method of the view, its rule, what it does to the view's table.

    `asks` are methods that a project may write itself, and that the page calls then.
    """

    name: str
    rule: str
    methods: tuple[str, ...] = ("GET",)
    does: str = ""
    asks: tuple[str, ...] = ()


_LISTED = ("get_query", "get_count_query", "get_list")
_FOUND = ("get_query", "get_one")
_CREATED = ("create_form", "on_form_prefill", "create_model", "on_model_change")
_CHANGED = (*_FOUND, "edit_form", "update_model", "on_model_change", "after_model_change")
_DELETED = (*_FOUND, "on_model_delete", "delete_model", "after_model_delete")

ADMIN_MODEL = (
    Page("index_view", "/", does="read", asks=_LISTED),
    Page("create_view", "/new/", FORM, "add", (*_CREATED, "after_model_change")),
    Page("edit_view", "/edit/", FORM, "change", _CHANGED),
    Page("details_view", "/details/", does="read", asks=_FOUND),
    Page("delete_view", "/delete/", ("POST",), "delete", _DELETED),
    Page("action_view", "/action/", ("POST",), "delete", _DELETED),
    Page("export", "/export/<export_type>/", does="read", asks=_LISTED),
    Page("ajax_lookup", "/ajax/lookup/"),
    Page("ajax_update", "/ajax/update/", ("POST",), "change", _CHANGED),
)
BUILDER_MODEL = (
    Page("list", "/list/", does="list"),
    Page("show", "/show/<pk>", does="show"),
    Page("add", "/add", FORM, "add", ("prefill_form", "pre_add", "post_add")),
    Page("edit", "/edit/<pk>", FORM, "change", ("prefill_form", "pre_update", "post_update")),
    Page("delete", "/delete/<pk>", FORM, "delete", ("pre_delete", "post_delete")),
    Page("download", "/download/<string:filename>"),
    Page("action", "/action/<string:name>/<pk>", FORM, "read"),
    Page("action_post", "/action_post", ("POST",), "read"),
)
BUILDER_REST = (
    Page("info", "/_info", asks=("info_headless",)),
    Page("get", "/<int:pk>", does="show", asks=("get_headless", "pre_get")),
    Page("get_list", "/", does="list", asks=("get_list_headless", "pre_get_list")),
    Page("post", "/", ("POST",), "add", ("post_headless", "pre_add", "post_add")),
    Page("put", "/<pk>", ("PUT",), "change", ("put_headless", "pre_update", "post_update")),
    Page(
        "delete", "/<pk>", ("DELETE",), "delete", ("delete_headless", "pre_delete", "post_delete")
    ),
)

OF_ROLES = (
    Page("list_role_permissions", "/<int:role_id>/permissions/"),
    Page("add_role_permissions", "/<int:role_id>/permissions", ("POST",)),
    Page("update_role_users", "/<int:role_id>/users", ("PUT",)),
    Page("update_role_groups", "/<int:role_id>/groups", ("PUT",)),
)
RESOURCES = {
    "RoleApi": "security/roles",
    "UserApi": "security/users",
    "GroupApi": "security/groups",
    "PermissionApi": "security/permissions",
    "ViewMenuApi": "security/resources",
    "PermissionViewMenuApi": "security/permissions-resources",
}
"""AppBuilder's own interfaces, which a security manager may have one of the project's for."""

AUTH = (Page("logout", "/logout/"),)

PAGES = {
    "builder.auth": AUTH,
    "admin.model": ADMIN_MODEL,
    "builder.model": BUILDER_MODEL,
    "builder.rest": BUILDER_REST,
    "builder.rest.roles": (*BUILDER_REST, *OF_ROLES),
}
VERBS = {
    "index": "GET", "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH",
    "delete": "DELETE",
}  # fmt: skip
"""Methods of Flask-Classful whose names say how they are asked."""


def kind_of(bases: Iterable[str]) -> str:
    """What a view is that inherits from these classes of packages; nothing if it is none.

    One that brings pages says more than one that brings none.
    """
    names = [name.removesuffix("()") for name in bases]
    kinds = [_kind(package, last(n)) for n in names if (package := n.partition(".")[0]) in PACKAGES]
    return next((kind for kind in kinds if kind in PAGES), next(iter(kinds), ""))


def _kind(package: str, base: str) -> str:
    if package == "flask_admin":
        return "admin.model" if base.endswith("ModelView") else "admin"
    if package == "flask_appbuilder":
        if base == "RoleApi":
            return "builder.rest.roles"
        if base == "ModelRestApi" or base in RESOURCES:
            return "builder.rest"
        if base.startswith("Auth") and base.endswith("View"):
            return "builder.auth"
        if base == "BaseApi":
            return "builder.api"
        return "builder.model" if base.endswith(("ModelView", "CRUDMixin")) else "builder"
    return "classful"
