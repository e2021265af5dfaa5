"""Names of templates that Django's class-based views make by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.django_settings import Settings
from mscli.migrate.apply.moving.page_names import ATTRIBUTE, attributes
from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.apply.moving.url_names import meaning_of
from mscli.migrate.walk.index import ModuleSymbol, expression_name

GENERIC = "django.views.generic"
ENDINGS = {
    "CreateView": "_form",
    "DeleteView": "_confirm_delete",
    "DetailView": "_detail",
    "ListView": "_list",
    "UpdateView": "_form",
}
NAMED = frozenset(["FormView", "TemplateView"])


def implied(module: ModuleSymbol, piece: Piece, settings: Settings) -> Iterator[str]:
    """Of a view with a model `library/book_list.html`; of one without, what nobody knows."""
    for node in piece.body:
        if not isinstance(node, ast.ClassDef):
            continue
        said = attributes(node)
        for base in node.bases:
            meaning = meaning_of(base, module, piece)
            kind = meaning.rpartition(".")[2] if meaning.startswith(GENERIC) else ""
            if ATTRIBUTE not in said and kind in {*ENDINGS, *NAMED}:
                yield _made(said.get("model", []), ENDINGS.get(kind, ""), module, settings)


def _made(model: list[ast.expr], ending: str, module: ModuleSymbol, settings: Settings) -> str:
    name = expression_name(model[0]) if len(model) == 1 else ""
    home = ".".join(filter(None, module.imports.get(name, (module.name, name))))
    if not name or not ending:
        return ""
    label = settings.app_of(home.rpartition(".")[0]).label
    return f"{label}/{name.lower()}{ending}.html"
