"""Names of templates that Django's class-based views make by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.django.settings import Settings
from mscli.migrate.apply.moving.pages.names import ATTRIBUTE, attributes
from mscli.migrate.apply.moving.pages.url_names import meaning_of
from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.walk.index import ModuleSymbol, expression_name

GENERIC = "django.views.generic"
ENDINGS = {
    "CreateView": "_form",
    "DeleteView": "_confirm_delete",
    "DetailView": "_detail",
    "ListView": "_list",
    "UpdateView": "_form",
}
AUTH = "django.contrib.auth.views"
OF_AUTH = {
    "LoginView": "login",
    "LogoutView": "logged_out",
    "PasswordChangeDoneView": "password_change_done",
    "PasswordChangeView": "password_change_form",
    "PasswordResetCompleteView": "password_reset_complete",
    "PasswordResetConfirmView": "password_reset_confirm",
    "PasswordResetDoneView": "password_reset_done",
    "PasswordResetView": "password_reset_form",
}
"""Of those who log in; each is in `registration/`."""
NAMED = frozenset(["FormView", "TemplateView"])


def implied(module: ModuleSymbol, piece: Piece, settings: Settings) -> Iterator[str]:
    """Of a view with a model `library/book_list.html`; of one without, what nobody knows."""
    yield from _of_auth(module, piece, settings)
    for node in piece.body:
        if not isinstance(node, ast.ClassDef):
            continue
        said = attributes(node)
        for base in node.bases:
            meaning = meaning_of(base, module, piece)
            kind = meaning.rpartition(".")[2] if meaning.startswith(GENERIC) else ""
            if ATTRIBUTE not in said and kind in {*ENDINGS, *NAMED}:
                yield _made(said.get("model", []), ENDINGS.get(kind, ""), module, settings)


def _of_auth(module: ModuleSymbol, piece: Piece, settings: Settings) -> Iterator[str]:
    """Templates of Django's views of a login, where code names no others."""
    for node in _classes_and_calls(piece.body):
        match node:
            case ast.ClassDef(bases=bases):
                views, said = bases, set(attributes(node))
            case ast.Call(func=ast.Attribute(value=view, attr="as_view"), keywords=keywords):
                views, said = [view], {each.arg or "" for each in keywords}
            case _:
                continue
        for view in views:
            home, _, kind = meaning_of(view, module, piece).rpartition(".")
            if home != AUTH or kind not in OF_AUTH:
                continue
            goes_on = kind == "LogoutView" and (
                "next_page" in said or settings.values.get("LOGOUT_REDIRECT_URL")
            )
            if ATTRIBUTE not in said and not goes_on:
                yield f"registration/{OF_AUTH[kind]}.html"
            if kind == "PasswordResetView" and f"email_{ATTRIBUTE}" not in said:
                yield "registration/password_reset_email.html"


@lru_cache(maxsize=1 << 14)
def _classes_and_calls(body: tuple[ast.stmt, ...]) -> tuple[ast.AST, ...]:
    """What may be a view: every route asks this of all that it needs."""
    return tuple(
        node
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.ClassDef)
        or (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "as_view")
    )


def _made(model: list[ast.expr], ending: str, module: ModuleSymbol, settings: Settings) -> str:
    name = expression_name(model[0]) if len(model) == 1 else ""
    home = ".".join(filter(None, module.imports.get(name, (module.name, name))))
    if not name or not ending:
        return ""
    label = settings.app_of(home.rpartition(".")[0]).label
    return f"{label}/{name.lower()}{ending}.html"
