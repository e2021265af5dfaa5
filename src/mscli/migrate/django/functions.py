"""Functions of Django that code calls by their names: short cuts, the registry of applications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscli.migrate.django import logging_in
from mscli.migrate.django.installed import is_app
from mscli.migrate.django.rows import rules
from mscli.migrate.walk.graph.nodes import Call, Confidence, Emitted
from mscli.migrate.walk.values.values import (
    Items,
    Known,
    Object,
    Outside,
    Row,
    Rows,
    Text,
    Type,
    Value,
    join,
    last,
    text,
    texts,
)

if TYPE_CHECKING:
    from mscli.migrate.django.calls import DjangoCalls
    from mscli.migrate.walk.statements.frame import Frame

MODEL = "django.db.models.Model"


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a function that goes by this dotted name."""

    calls: DjangoCalls
    frame: Frame
    name: str
    call: Call


def _label(it: Called) -> Value:
    """`swapper`'s `get_model_name`: the label of a model that settings may replace."""
    return (Text(".".join(text(arg) or "{}" for arg in it.call.args[:2])),)


def _order(it: Called) -> Value | None:
    """What a model of a package inherits from."""
    of = it.name.removesuffix(".mro")
    known = of in it.calls.schema.outside
    return (Items(tuple((Outside(entry),) for entry in (of, MODEL))),) if known else None


def _is_installed(it: Called) -> Value:
    there = it.calls.reader.installed.knows(text(it.call.arg(0)) or "")
    return (Known(there),) if there is not None else ()


def _models(it: Called) -> Value | None:
    if not it.name.endswith("apps.get_models"):
        return None
    models = (m.cls for m in it.calls.schema.by_class.values() if m.framework == "django")
    return (Items(tuple((Type(cls),) for cls in models if cls is not None)),)


def _app_config(it: Called) -> Value:
    engine, wanted = it.frame.engine, text(it.call.arg(0))
    if not wanted:
        return ()
    fitting = [cls for cls in engine.project.classes if is_app(engine, cls, wanted)]
    installed = texts(engine.setting("INSTALLED_APPS"))
    found = [cls for cls in fitting if cls.id in installed] or [
        cls for cls in fitting if not any(cls in engine.order(c)[1:] for c in fitting)
    ]
    if not found:
        return ()
    it.calls.mounted.add(wanted)
    return (Object(found[0]),)


def _app_configs(it: Called) -> Value | None:
    """The configurations of the project's applications that are installed, where a module asks on
    import. In a function somebody looks for what others may have registered: not known is that.
    """
    if not it.name.endswith("apps.get_app_configs") or it.frame.fn is not None:
        return None
    engine, installed = it.frame.engine, it.calls.reader.installed
    configs = [cls for cls in engine.project.classes if engine.inherits(cls, "AppConfig")]
    above = {entry for cls in configs for entry in engine.order(cls)[1:]}
    there = [cls for cls in configs if cls not in above and not installed.leaves_out(cls.module)]
    return (Items(tuple((Object(cls),) for cls in there)),)


def _get_or_404(it: Called) -> Value:
    found: list[Value] = []
    for atom in it.call.arg(0):
        model = it.calls.rows.model_of(atom)
        rows = Rows(model) if model else atom
        if isinstance(rows, Rows):
            it.calls.rows.query(it.frame, rows, "get", Call((), it.call.kwargs, it.call.site))
            row: Value = (Row(rows.model, kept=True),)
            found.append((Items((row,)),) if "list" in last(it.name) else row)
    return join(*found)


def _user_model(it: Called) -> Value | None:
    user = it.calls.reader.user
    if user is None:
        return None
    return (Type(user.cls),) if user.cls else (Outside(user.owner),)


def _render(it: Called) -> None:
    for arg in it.call.args[:2]:
        for template in texts(arg):
            it.frame.node.renders[(template, it.call.site)] = None
    if not it.frame.node.renders:
        it.frame.node.renders[("", it.call.site)] = None


def _login(it: Called) -> Value | None:
    user = it.calls.reader.user
    if user is None or "auth" not in it.name:
        return None
    it.frame.write(user.table, "login", it.call.site, Confidence.LIKELY)
    it.frame.node.emitted[Emitted("user_logged_in", "", it.call.site, it.frame.regions)] = None
    return ()


def _authenticate(it: Called) -> Value | None:
    user = it.calls.reader.user
    if user is None or "auth" not in it.name:
        return None
    return logging_in.ask(it.frame, user, it.call.site)


def _test(it: Called) -> Value | None:
    """`rules.has_perm("shop.change_book", user, book)`, `rules.test_rule(...)`."""
    if not it.name.startswith(rules.PACKAGE):
        return None
    kinds = rules.RULES if last(it.name) == "test_rule" else rules.PERMISSIONS
    rules.ask(it.frame, it.call.arg(0, "name"), it.call.args[1:], it.call.site, kinds)
    return ()


FUNCTIONS: Mapping[str, Callable[[Called], Value | None]] = {
    "get_model_name": _label,
    "mro": _order,
    "is_installed": _is_installed,
    "get_models": _models,
    "get_app_config": _app_config,
    "get_app_configs": _app_configs,
    "get_user_model": _user_model,
    **dict.fromkeys(("get_object_or_404", "aget_object_or_404", "get_list_or_404"), _get_or_404),
    **dict.fromkeys(("render", "render_to_string", "render_to_response"), _render),
    "TemplateResponse": _render,
    "login": _login,
    "authenticate": _authenticate,
    **dict.fromkeys(("has_perm", "test_rule"), _test),
}
"""What each does, by the last part of its name; None, where another one of that name is meant."""
