"""Django: what answers errors of a whole project, by its own views and pages."""

from __future__ import annotations

import ast

from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name

HANDLERS = ("handler400", "handler403", "handler404", "handler500")
PAGES = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html")
"""What Django shows where a project has it."""


def handlers_of(project: Project, closing: Closing, settings: Settings) -> dict[str, str]:
    """The views that the root's URLs name, as dotted symbols of the project."""
    root = project.module(str(settings.values.get("ROOT_URLCONF", "")))
    if root is None:
        return {}
    said = {name: _said(root, name) for name in HANDLERS}
    return {name: dotted for name, dotted in said.items() if dotted and closing.find(dotted)}


def _said(root: ModuleSymbol, name: str) -> str:
    for node in root.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=own)], value=ast.Constant(value=str(text))):
                if own == name:
                    return text
            case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                said = expression_name(value)
                return meaning(root, said) if said else ""
    return meaning(root, name) if name in root.imports or name in root.functions else ""
