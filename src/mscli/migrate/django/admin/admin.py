"""Django's admin site: five routes for each registered model, six where its history is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mscli.migrate import paths
from mscli.migrate.django.admin import admin_actions
from mscli.migrate.django.admin.admin_fields import columns, fields, inlines
from mscli.migrate.django.calls import DjangoCalls
from mscli.migrate.django.forms import validating
from mscli.migrate.django.forms.forms import about
from mscli.migrate.django.requests import REQUEST
from mscli.migrate.django.rows import permissions, rules
from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries, Route
from mscli.migrate.walk.graph.nodes import Call, Confidence, Edge, Node, OutsideCall
from mscli.migrate.walk.graph.requests import IS, METHOD, Asked, When
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol
from mscli.migrate.walk.statements import branches
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import Known, Made, Object, Row, Rows, Site, Text, Type, Value

Pages = tuple[tuple[str, str, str], ...]
"""Method, the rest of the path and action of each."""
PAGES: Pages = (
    ("ANY", "", "changelist"),
    ("ANY", "add/", "add"),
    ("ANY", "{object_id}/change/", "change"),
    ("ANY", "{object_id}/delete/", "delete"),
    ("ANY", "{object_id}/history/", "history"),
)
OF_HISTORY = ("ANY", "{}/history/{}/", "simple_history")
"""A page more of django-simple-history's admin class: what a row was, and to make it so again."""
CHANGES = ("add", "change", "delete", OF_HISTORY[2])
FORMS = ("add", "change", OF_HISTORY[2])

KINDS = ("view", "add", "change", "delete")
OF_ROWS = {"change": ("view", "change", "delete"), "delete": ("delete",), "history": KINDS[::2]}
"""What a page asks of one row; the list of each page asks of none."""
OF_NONE: Value = (Known(None),)

SENT = When(Asked(METHOD, IS, ("POST",)), outcome=True)
SITE = (
    ("index", ""),
    ("login", "login/"),
    ("logout", "logout/"),
    ("password_change", "password_change/"),
    ("password_change_done", "password_change/done/"),
    ("jsi18n", "jsi18n/"),
    ("view_on_site", "r/<path:content_type_id>/<path:object_id>/"),
    ("auth_user_password_change", "auth/user/<path:id>/password/"),
)
OF_AUTH = (("auth", "user"), ("auth", "group"))


def routes(
    engine: Engine,
    calls: DjangoCalls,
    entries: Entries,
    prefix: str,
    only_if: tuple[str, ...] = (),
) -> None:
    """Every model that is registered with the admin site, below a prefix."""
    for module in engine.project.modules:
        if module.name.endswith("admin") or ".admin." in module.name:
            engine.module_globals(module)
    done: set[str] = set()
    for model, admin, call in list(_registered(engine, calls)):
        if model.table in done:
            continue
        done.add(model.table)
        for method, tail, action in _pages(engine, admin):
            path = paths.joined(prefix, f"{model.owner}/{model.name.lower()}/", tail)
            module, site = call.owner.module, call.site
            if admin is not None and action == OF_HISTORY[2]:  # its class has it, not Django's
                site = Site(admin.module.file, admin.node.lineno)
            node = _page(engine, calls, model, admin, action, module=module, site=site)
            handler = f"{admin.id if admin else 'django.contrib.admin.ModelAdmin'}:{action}"
            told = (f"{handler}:{model.table}", site, "django", node)
            entries.routes.append(Route(method, path, *told, only_if=only_if))


def names(engine: Engine, calls: DjangoCalls) -> Iterator[tuple[str, str]]:
    """The names of its URLs within its namespace, and the rule of each."""
    yield from SITE
    pages: dict[tuple[str, str], Pages] = dict.fromkeys(OF_AUTH, PAGES)
    for found, admin, _ in _registered(engine, calls):
        pages.setdefault((found.owner, found.name.lower()), _pages(engine, admin))
    for (label, model), each in pages.items():
        for _, tail, action in each:
            yield f"{label}_{model}_{action}", f"{label}/{model}/{_rule(tail)}"


def _rule(tail: str) -> str:
    ids = iter(("object_id", "history_id"))
    return re.sub(r"\{\w*\}", lambda _: f"<path:{next(ids)}>", tail)


def _pages(engine: Engine, admin: ClassSymbol | None) -> Pages:
    keeps = admin is not None and engine.inherits(admin, "SimpleHistoryAdmin")
    return (*PAGES, OF_HISTORY) if keeps else PAGES


def _registered(
    engine: Engine, calls: DjangoCalls
) -> list[tuple[Model, ClassSymbol | None, OutsideCall]]:
    found: list[tuple[Model, ClassSymbol | None, OutsideCall]] = []
    for call in engine.outside.named("register"):
        if call.name.endswith(("admin.site.register", "AdminSite().register", "site.register")):
            admin = next((a.cls for a in call.arg(1, "admin_class") if isinstance(a, Type)), None)
            found.extend((model, admin, call) for model in _models(calls, call.arg(0)))
        elif call.name.endswith("admin.register()") and isinstance(call.callee, Made):
            admin = next((a.cls for a in call.arg(0) if isinstance(a, Type)), None)
            for arg in call.callee.args:
                found.extend((model, admin, call) for model in _models(calls, arg))
    return found


def _models(calls: DjangoCalls, value: Value) -> list[Model]:
    models = map(calls.rows.model_of, flat(value))
    return [model for model in models if model is not None and model.cls is not None]


def _page(
    engine: Engine,
    calls: DjangoCalls,
    model: Model,
    admin: ClassSymbol | None,
    action: str,
    *,
    module: ModuleSymbol,
    site: Site,
) -> Node:
    node = Node(module, ("admin", model, action))
    frame = Frame(engine, module, node, {})
    row = Row(model, kept=action != "add")
    frame.attribute(REQUEST, "user", site)
    node.edges[Edge(_listed(engine, calls, module), site, ())] = None
    frame.read("django_session", "admin", site)
    node.renders[(f"admin {action}", site)] = None
    if action != "add":
        calls.rows.query(frame, Rows(model), "filter", Call((), (), site))
        protocols.called(frame, (row,), "__str__", site)
    if action in FORMS:
        fields(frame, calls.rows, model, admin, site)
    if action in ("add", "change"):
        inlines(frame, calls.rows, admin, site)
    if action == OF_HISTORY[2]:
        for table in engine.schema.history.get(model.table, ()):
            frame.read(table, "history", site)
    if action == "changelist" and admin is not None:
        columns(frame, model, admin, site)
    asked = {f"has_{kind}_permission": (REQUEST, (row,)) for kind in OF_ROWS.get(action, ())}
    _hooks(frame, admin, {"get_queryset": (REQUEST,), **asked}, site)
    if action in CHANGES:
        frame.node = branches.apart(frame, SENT, site)
        _changed(frame, row, admin, action, site)
    elif action == "changelist" and admin is not None:
        frame.node = branches.apart(frame, SENT, site)
        admin_actions.run(frame, calls.rows, model, admin, site)
    return node


def _listed(engine: Engine, calls: DjangoCalls, module: ModuleSymbol) -> Node:
    """Each page lists what there is for who asks: of each model, what he may do with its rows."""
    key = ("admin", "every page")
    if key in engine.nodes:
        return engine.nodes[key]
    node = engine.nodes[key] = Node(module, key)
    for model, admin, call in _registered(engine, calls):
        frame = Frame(engine, call.owner.module, node, {})
        for kind in KINDS:
            hook = f"has_{kind}_permission"
            if admin is not None and engine.method(admin, hook):
                _hooks(frame, admin, {hook: (REQUEST, OF_NONE)}, call.site)
            else:
                _may(frame, calls, model, kind, call.site)
    return node


def _may(frame: Frame, calls: DjangoCalls, model: Model, kind: str, site: Site) -> None:
    permissions.ask(frame, calls.reader.user, site, (Text(rules.codename(model, kind)),))


def _changed(frame: Frame, row: Row, admin: ClassSymbol | None, action: str, site: Site) -> None:
    """What is done once the form of a page is sent."""
    done = "delete" if action == "delete" else "save"
    if done == "save":
        _checked(frame, row, admin, site)
    frame.apply(frame.attribute((row,), done, site), Call((), (), site))
    frame.write("django_admin_log", action, site)
    _hooks(
        frame,
        admin,
        {
            "save_model": (REQUEST, (row,), (), (Known(row.kept),)),
            "save_related": (REQUEST, (row,)),
            "delete_model": (REQUEST, (row,)),
        },
        site,
        done,
    )


def _checked(frame: Frame, row: Row, admin: ClassSymbol | None, site: Site) -> None:
    """The form that was sent is checked, one of the project's own by its own methods."""
    forms = frame.engine.class_attribute(admin, "form") if admin is not None else ()
    own = [about(frame, atom.cls, kept=row.kept) for atom in forms if isinstance(atom, Type)]
    for form in own:
        frame.apply(frame.attribute((form,), "is_valid", site), Call((), (), site))
    if not own and validating.is_unique(frame.engine, row.model):
        frame.read(row.model.table, validating.UNIQUE, site, Confidence.LIKELY)


def _hooks(
    frame: Frame,
    admin: ClassSymbol | None,
    hooks: Mapping[str, tuple[Value, ...]],
    site: Site,
    only: str = "",
) -> None:
    """Methods of the project's own class, those whose name begins so."""
    for hook, args in hooks.items():
        if admin is not None and hook.startswith(only) and frame.engine.method(admin, hook):
            frame.apply(frame.attribute((Object(admin),), hook, site), Call(args, (), site))
