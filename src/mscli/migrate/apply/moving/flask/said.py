"""Flask: what is said to objects at the top of any module: who loads a user, which language."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set

from mscli.migrate.apply.moving.flask.left_out import PACKAGES, left_at_top
from mscli.migrate.apply.moving.implied.listeners import Statement
from mscli.migrate.apply.moving.implied.receivers import CONNECTING
from mscli.migrate.apply.moving.implied.scripts import scripts
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.facts import Facts, JobFact, RouteFact
from mscli.migrate.walk.project.index import FunctionNode, ModuleSymbol, Project, expression_name
from mscli.migrate.walk.project.scopes import statements, targets

OF_ALL = frozenset(
    ["add_app_template_filter", "add_app_template_global", "add_app_template_test",
     "after_app_request", "app_context_processor", "app_errorhandler", "app_template_filter",
     "app_template_global", "app_template_test", "app_url_defaults", "app_url_value_preprocessor",
     "before_app_first_request", "before_app_request", "record", "record_once",
     "register_blueprint", "teardown_app_request"]
)  # fmt: skip
"""What a blueprint says for the whole application."""
HANDED = "()"
"""What is said by a call that is given an object: `Talisman(app)`."""
HOOKS = OF_ALL | frozenset(
    ["after_request", "before_request", "context_processor", "errorhandler",
     "register_error_handler", "teardown_request", "url_defaults", "url_value_preprocessor"]
)  # fmt: skip
"""What it says for its own routes, too."""


class Said:
    """Statements that are about objects; what registers a route or a job is none of them."""

    def __init__(self, project: Project, closing: Closing, facts: Facts) -> None:
        self.project = project
        self.closing = closing
        own: list[RouteFact | JobFact] = [*facts.routes, *facts.jobs]
        self.places = {(fact.evidence.file, fact.evidence.line) for fact in own}
        self.handlers = {fact.handler for fact in own}
        self._about: list[tuple[Statement, tuple[str, int], str]] | None = None

    def to(self, closure: Closure, of_blueprints: Set[str] = OF_ALL) -> Iterator[Statement]:
        """The statements about objects that are in a closure, and about signals of packages."""
        objects = {
            (module.file, piece.first): piece.makes
            for module, piece in self.closing.kept(closure)
            if piece.makes and not _is_of_monolith(module, piece)
        }
        for statement, place, last in self._every():
            made = objects.get(place)
            is_handed = last == HANDED and made != "Flask"
            if made and not is_handed and (made != "Blueprint" or last in of_blueprints):
                yield statement
        yield from self._connected()

    def _every(self) -> list[tuple[Statement, tuple[str, int], str]]:
        """Each statement that is about an object: where that is, and the last name in it."""
        if self._about is None:
            self._about = [
                ((module, self.closing.sources.at(module, node.lineno)), place, rest[-1])
                for module in self.project.modules
                for node in ([] if self._is_script(module) else module.tree.body)
                for first, *rest in (expression_name(each).split(".") for each in _named(node))
                if rest and not self._is_route(module, node) and not self._is_left(module, node)
                if (place := self._place(module, first, rest)) is not None
            ]
        return self._about

    def _is_script(self, module: ModuleSymbol) -> bool:
        """Whether it is for somebody to start, and no route is in it."""
        has_routes = any(file == module.file for file, _ in self.places)
        return module.name in scripts(self.project) and not has_routes

    def _connected(self) -> Iterator[Statement]:
        for module in self.project.modules:
            for node in module.tree.body:
                for first, *rest in (expression_name(each).split(".") for each in _named(node)):
                    package = module.imports.get(first, ("", ""))[0]
                    if rest and rest[-1] in CONNECTING and package.startswith("flask"):
                        yield module, self.closing.sources.at(module, node.lineno)

    def _place(self, module: ModuleSymbol, first: str, rest: list[str]) -> tuple[str, int] | None:
        """The piece of an object: `login`, or `extensions.login`."""
        place = self.closing.named(module, first)
        target = ".".join(filter(None, module.imports.get(first, ())))
        if place is None and target and len(rest) > 1:
            inner = self.closing.find(f"{target}.{rest[0]}")
            if inner is not None:
                return inner[0].file, self.closing.sources.of(inner[0]).by_name[inner[1]][0].first
        return place

    def _is_route(self, module: ModuleSymbol, node: ast.stmt) -> bool:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        lines = range(first, (node.end_lineno or node.lineno) + 1)
        is_said = any((module.file, line) in self.places for line in lines)
        return is_said or f"{module.name}.{getattr(node, 'name', '')}" in self.handlers

    def _is_left(self, module: ModuleSymbol, node: ast.stmt) -> bool:
        return (module.file, node.lineno) in left_at_top(self.project)


def _is_of_monolith(module: ModuleSymbol, piece: Piece) -> bool:
    first = expression_name(piece.value).partition(".")[0] if piece.value else ""
    return module.imports.get(first, ("", ""))[0].partition(".")[0] in PACKAGES


def _named(node: ast.stmt) -> Iterable[ast.expr]:
    """What a statement says something to: by a decorator, a call, or an attribute that it sets."""
    if isinstance(node, FunctionNode | ast.ClassDef):
        return [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    if isinstance(node, ast.If | ast.Try | ast.With | ast.For):
        return [each for inner in statements([node]) if inner is not node for each in _named(inner)]
    found = [_whole(each) for each in targets(node)]
    value = getattr(node, "value", None)
    if isinstance(node, ast.Expr | ast.Assign) and isinstance(value, ast.Call):
        given = [*value.args, *(keyword.value for keyword in value.keywords)]
        found += [ast.Attribute(each, HANDED) for each in given if isinstance(each, ast.Name)]
        found += [value.func] if isinstance(node, ast.Expr) else []
    return [each for each in found if isinstance(each, ast.Attribute)]


def _whole(target: ast.expr) -> ast.expr:
    """`app.config` of `app.config["SIZE"]`."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target
