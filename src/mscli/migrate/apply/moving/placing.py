"""Where a route is declared: what each framework's reader answers, and what all of them share."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Protocol

from mscli.migrate.apply.moving.around import Around
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.pages.told import Pages
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.written import Written
from mscli.migrate.facts import RouteFact
from mscli.migrate.walk.project.index import ModuleSymbol, Project
from mscli.migrate.walk.project.scopes import statements

_CONVERTER = re.compile(r"\{(\w+):\w+\}")


@dataclass(frozen=True, slots=True, order=True)
class Mount:
    """A router (FastAPI), blueprint (Flask) or list of patterns (Django), and its prefix."""

    module: str
    router: str
    prefix: str
    dependencies: tuple[Written, ...] = ()
    """What every route of it depends on (FastAPI), the outermost first."""
    rules: tuple[str, ...] = ()
    """The prefix as Django's rules have it, from the outermost in: `path:<slug:event>/`."""


@dataclass(frozen=True, slots=True)
class Placed:
    """How a route is declared.

    Its mount, the symbols and the statements that go along with it, and its elements of lists
    where the statements have those of others, too (Django). `module` registers it when imported.
    """

    mount: Mount
    module: str
    symbols: tuple[str, ...] = ()
    statements: tuple[tuple[ModuleSymbol, Piece], ...] = ()
    elements: tuple[ast.expr, ...] = ()
    around: tuple[Around, ...] = ()
    """What its application does around it, and the service's has to do, too."""
    against: tuple[str, ...] = ()
    """What its application does around it that is not moved."""
    packages: frozenset[str] = frozenset()
    """Packages that what is around it needs."""


class Framework(Protocol):
    """What differs from framework to framework when code is moved."""

    @property
    def packages(self) -> frozenset[str]:
        """Packages, by the names of their modules, without which no route of it works."""
        ...

    @property
    def has_every_page(self) -> bool:
        """Whether all templates go along where one's name is not known."""
        ...

    def settle(self, is_clean: Callable[[Closure], bool]) -> None:
        """Decide what of all that is around routes goes along with each, by who judges code."""
        ...

    def placed(self, route: RouteFact) -> Placed | None:
        """Where a route is declared; None where that cannot be taken apart."""
        ...

    def asked(self, table: str) -> bool:
        """Whether reads of another's table go on in a service: by asking where it is."""
        ...

    def also(self, closure: Closure) -> tuple[str, ...]:
        """Symbols that code needs beside those that it names."""
        ...

    def shown(self, closure: Closure) -> Pages:
        """The pages that code renders."""
        ...

    def against(self, closure: Closure, models: Closure, placed: Placed | None) -> Iterator[str]:
        """Why code of a route works only in the monolith; `models` are needed anyway."""
        ...


def plain(path: str) -> str:
    """A path without converters, as facts have it."""
    return _CONVERTER.sub(r"{\1}", path)


def prefix_of(whole: str, own: str) -> str | None:
    """What stands before a route's own path; None where it does not end so."""
    return whole[: len(whole) - len(own)] if whole.endswith(own) else None


def module_in(project: Project, file: str) -> ModuleSymbol | None:
    """The module of a file."""
    return next((module for module in project.modules if module.file == file), None)


def registering(project: Project, names: Set[str]) -> Iterator[ModuleSymbol]:
    """Modules in which something at the top is registered by one of these names.

    To take a module apart costs a hundred times as much as this.
    """
    for module in project.modules:
        if any(_last(called) in names for node in module.tree.body for called in _calls(node)):
            yield module


def _calls(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.decorator_list
    return [part.value for part in statements([node]) if isinstance(part, ast.Expr)]


def _last(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def statement_at(module: ModuleSymbol, line: int) -> ast.stmt | None:
    """The statement at the top of a module that has a line, its decorators included."""
    for node in module.tree.body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        if first <= line <= (node.end_lineno or node.lineno):
            return node
    return None
