"""Names of templates that Django's class-based views make by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.names import ATTRIBUTE, NAMES, attributes
from mscli.migrate.apply.moving.pages.url_names import meaning_of
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name, last_name

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
OF_FORMS = "django.forms."
DEEPEST = 12


def implied(
    module: ModuleSymbol, piece: Piece, settings: Settings, closing: Closing
) -> Iterator[str]:
    """Of a view with a model `library/book_list.html`; of one without, what nobody knows."""
    yield from _of_auth(module, piece, settings)
    for node in piece.body:
        if isinstance(node, ast.ClassDef):
            yield from _of_class(node, module, settings, closing)


def _of_class(
    node: ast.ClassDef, module: ModuleSymbol, settings: Settings, closing: Closing
) -> Iterator[str]:
    """What a view shows that says no template, nor has it of a class above.

    Of one that others are made of these say so, unless it has a model and is a view itself.
    """
    said: dict[str, tuple[ModuleSymbol, list[ast.expr]]] = {}
    kinds: list[str] = []
    for home, each in lineage(node, module, closing):
        if isinstance(each, str):
            last = each.rpartition(".")[2]
            kinds += [last] if each.startswith(GENERIC) and last in {*ENDINGS, *NAMED} else []
            continue
        methods = (part.name for part in each.body if isinstance(part, ast.FunctionDef))
        found = {**attributes(each), **{name: [] for name in methods if name == NAMES}}
        said = {name: (home, values) for name, values in found.items()} | said
    if not kinds or ATTRIBUTE in said or NAMES in said:
        return
    home, model = said.get("model", (module, []))
    is_shown = bool(model) and node.name in _used(closing.project)
    if is_shown or not _is_base(node.name, closing):
        yield _made(model, ENDINGS.get(kinds[0], ""), home, settings)


def names_a_part_of_a_form(module: ModuleSymbol, piece: Piece, closing: Closing) -> bool:
    """Whether a class that Django shows with a form has a template of the project's.

    What shows forms looks for it where applications have theirs, and a service has it with others.
    """
    classes = (node for node in piece.body if isinstance(node, ast.ClassDef))
    return any(
        isinstance(each, str) and each.startswith(OF_FORMS)
        for node in classes
        if any(name.startswith(ATTRIBUTE) for name in attributes(node))
        for _, each in lineage(node, module, closing)
    )


def _is_base(name: str, closing: Closing) -> bool:
    """Whether a class of the project's is made of it."""
    bases = (base for cls in closing.project.classes for base in cls.node.bases)
    return any(last_name(base) == name for base in bases)


@lru_cache(maxsize=4)
def _used(project: Project) -> frozenset[str]:
    """The last names of whatever code uses otherwise than as what a class is made of."""
    nodes = [node for module in project.modules for node in ast.walk(module.tree)]
    bases = {id(base) for node in nodes if isinstance(node, ast.ClassDef) for base in node.bases}
    used = (n for n in nodes if isinstance(n, ast.Name | ast.Attribute) and id(n) not in bases)
    return frozenset(map(last_name, used))


def lineage(
    node: ast.ClassDef, module: ModuleSymbol, closing: Closing, depth: int = 0
) -> Iterator[tuple[ModuleSymbol, ast.ClassDef | str]]:
    """A class and those above it, from left to right; of packages the dotted names."""
    yield module, node
    for base in node.bases if depth < DEEPEST else ():
        dotted = meaning(module, expression_name(base))
        place = closing.find(dotted)
        cls = place[0].classes.get(place[1]) if place else None
        if place and cls:
            yield from lineage(cls.node, place[0], closing, depth + 1)
        elif place is None:
            yield module, dotted


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
    said = expression_name(model[0]) if len(model) == 1 else ""
    if not said or not ending:
        return ""
    above, _, name = meaning(module, said).rpartition(".")
    return f"{settings.app_of(above).label}/{name.lower()}{ending}.html"
