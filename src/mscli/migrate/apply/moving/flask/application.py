"""Flask, where the application goes along as a whole: routes by the statements that register them.

What an application gives to its routes is there then: extensions, answers to errors, hooks, what
pages are given, its configuration. So a statement and what it needs is all that a route takes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from mscli.migrate.apply.moving.flask.caches import against_caches
from mscli.migrate.apply.moving.flask.files import catalogues, files_in, uncompiled
from mscli.migrate.apply.moving.flask.guards import Guards
from mscli.migrate.apply.moving.flask.making import ROOT, STATIC, static_folder
from mscli.migrate.apply.moving.flask.places import against_places, places_in
from mscli.migrate.apply.moving.flask.said import HOOKS, Said
from mscli.migrate.apply.moving.flask.whole import Whole
from mscli.migrate.apply.moving.implied.listeners import Statement
from mscli.migrate.apply.moving.implied.shared_tasks import against_threads
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.jinja import JinjaPages
from mscli.migrate.apply.moving.pages.told import Pages
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.placing import Mount, Placed, module_in, statement_at
from mscli.migrate.facts import RouteFact
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import FunctionNode, ModuleSymbol, Project, expression_name
from mscli.migrate.walk.project.scopes import statements


class WholeApplication:
    """Routes of the blueprints and objects that the application is set up with."""

    packages = frozenset(["flask"])
    has_every_page = True

    def __init__(
        self, project: Project, closing: Closing, urls: Urls, whole: Whole, said: Said
    ) -> None:
        self.project = project
        self.closing = closing
        self.urls = urls
        self.whole = whole
        self.said = said
        self.pages = JinjaPages(project, closing, urls, is_whole=True)
        self._placed: dict[tuple[str, int], Placed | None] = {}
        self._guards: Guards | None = None

    def settle(self, is_clean: Callable[[Closure], bool]) -> None:
        """What is around routes goes with where they are declared."""

    def placed(self, route: RouteFact) -> Placed | None:
        """By the statement at the top of a module; what is said to its blueprint comes along."""
        module = module_in(self.project, route.evidence.file)
        node = statement_at(module, route.evidence.line) if module else None
        if module is None or node is None:
            return None
        key = (module.file, node.lineno)
        if key not in self._placed:
            self._placed[key] = self._place(module, node, route.evidence.line)
        return self._placed[key]

    def _place(self, module: ModuleSymbol, node: ast.stmt, line: int) -> Placed | None:
        mount = Mount(module.name, "routes", "")
        made = self.whole.made.symbols
        piece = self.closing.sources.at(module, node.lineno)
        if piece.first in self.whole.closure.pieces.get(module.file, ()):
            return Placed(mount, module.name, made, self.whole.statements)
        handing = self._registering(node, module, line)
        if handing is None:
            return None
        said = [(module, piece), *handing]
        closure = self.closing.of((), said)
        while found := [s for s in self.said.to(closure, HOOKS) if s not in said]:
            said += found
            closure.add(self.closing.of((), found))
        return Placed(mount, module.name, made, (*said, *self.whole.statements))

    def _registering(
        self, node: ast.stmt, module: ModuleSymbol, line: int
    ) -> list[Statement] | None:
        """What else is said so that a route is there; None where nothing is set up with it."""
        for each in _called(node, line):
            first = expression_name(each).partition(".")[0]
            closure = self.closing.of([meaning(module, first)]) if first else Closure()
            if self._is_set_up(closure):
                return []
            if handing := self._given(closure):
                return handing
        return None

    def _is_set_up(self, closure: Closure) -> bool:
        """Whether an object is one, or is of one, that the application is set up with."""
        return any(
            piece.makes and piece.first in self.whole.closure.pieces.get(home.file, ())
            for home, piece in self.closing.kept(closure)
        )

    def _given(self, closure: Closure) -> list[Statement]:
        """The statements that give an object to one that is set up: `api.add_namespace(books)`."""
        made = {(home.file, piece.first) for home, piece in self.closing.kept(closure)}
        return [
            statement
            for statement, to, place in self._handing
            if place in made and self._is_set_up(self.closing.of([to]))
        ]

    @cached_property
    def _handing(self) -> list[tuple[Statement, str, tuple[str, int]]]:
        """Statements at the top of modules that give an object to another: whom, and which."""
        return [
            (
                (module, self.closing.sources.at(module, node.lineno)),
                meaning(module, first),
                place,
            )
            for module in self.project.modules
            for node in module.tree.body
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            for first, *rest in [expression_name(node.value.func).split(".")]
            for given in (node.value.args if rest else ())
            if isinstance(given, ast.Name) and (place := self.closing.named(module, given.id))
        ]

    def asked(self, table: str) -> bool:
        """None is."""
        del table
        return False

    def also(self, closure: Closure) -> tuple[str, ...]:
        """Nothing: the application has it all."""
        del closure
        return ()

    def shown(self, closure: Closure) -> Pages:
        """The pages that code renders, and how the application is made."""
        places = places_in(closure, self.closing)
        root, static = self.closing.sources.root, static_folder(self.project)
        browsed = static if STATIC in places and ROOT not in places else None
        beside = [*catalogues(root), *(files_in(root, browsed) if browsed else ())]
        found = self.pages.of(closure)
        return replace(
            found,
            around=[],
            made=self.whole.made,
            given=(*self.whole.given, *uncompiled(beside)),
            beside=tuple(beside),
            places=places,
            signs=True,
        )

    def against(self, closure: Closure, models: Closure, placed: Placed | None) -> Iterator[str]:
        """What code takes of the application that is not the same in a service."""
        del models, placed
        self._guards = self._guards or Guards(self.project, self.closing)
        yield from self._guards.outside(closure)
        yield from against_places(closure, self.closing)
        yield from against_caches(closure, self.closing)
        yield from self.pages.of(closure).reasons
        yield from self.urls.against(self.closing.kept(closure))
        yield from against_threads(self.closing, closure)


def _called(node: ast.stmt, line: int) -> list[ast.expr]:
    """What a statement registers a route by: a decorator, a call, or one of a loop's."""
    if isinstance(node, FunctionNode | ast.ClassDef):
        return [d for d in node.decorator_list if d.lineno <= line <= (d.end_lineno or line)]
    inner = statements([node]) if isinstance(node, ast.For) else [node]
    calls = (each.value for each in inner if isinstance(each, ast.Expr))
    return [call.func for call in calls if isinstance(call, ast.Call)]
