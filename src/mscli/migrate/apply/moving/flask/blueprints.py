"""Flask: where a handler's rule is, and what it takes from its application."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from mscli.migrate import paths
from mscli.migrate.apply.moving.around import Around
from mscli.migrate.apply.moving.flask.guards import Guards
from mscli.migrate.apply.moving.flask.objects import Objects
from mscli.migrate.apply.moving.implied.shared_tasks import against_threads
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.given import answering
from mscli.migrate.apply.moving.pages.jinja import JinjaPages
from mscli.migrate.apply.moving.pages.told import Pages
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.placing import (
    Mount,
    Placed,
    module_in,
    prefix_of,
    registering,
    statement_at,
)
from mscli.migrate.facts import RouteFact
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name, last_name

PARTS = frozenset(["Blueprint", "Flask"])
RULES = frozenset(["route", "get", "post", "put", "patch", "delete"])
HOOKS = frozenset(
    [
        "after_request", "before_request", "context_processor", "errorhandler",
        "register_error_handler", "teardown_request", "url_defaults", "url_value_preprocessor",
    ]
)  # fmt: skip
OF_BOTH = frozenset(["errorhandler", "register_error_handler"])
"""Hooks of an application that are moved, too: others run on every request of the monolith."""
NEEDS = {
    "flask.current_app": "the application's configuration",
    "flask.render_template_string": "a template",
}
HARMLESS = frozenset(["config", "logger", "name", "debug", "testing"])
"""Of `current_app`: what of its configuration is asked for, is looked at by key."""
FORMS = "flask_wtf"
"""Forms need the session alone, where nothing guards the whole application by it."""
SET_UP = frozenset(["flask_sqlalchemy"])
"""Extensions that the new application sets up."""
ANSWERS = frozenset(
    ["json", "json_encoder", "json_provider_class", "response_class", "request_class",
     "url_rule_class", "session_interface"]
)  # fmt: skip


class FlaskApplication:
    """Routes by decorators and by `add_url_rule`, at the top of a module."""

    packages = frozenset(["flask"])

    has_every_page = False

    def __init__(
        self, project: Project, closing: Closing, urls: Urls, stays: Sequence[str] = ()
    ) -> None:
        """`stays` is why the application does not go along as a whole."""
        self.project = project
        self.stays = stays
        self.urls = urls
        self.closing = closing
        self.guarded = _altered(project)
        self._answers = _answers(project)
        self._answering: dict[tuple[str, int], Around] | None = None
        self.pages = JinjaPages(project, closing, urls)
        self.objects = Objects(project, closing, self.pages)
        self._guards: Guards | None = None
        self._hooks: dict[tuple[str, int], list[tuple[ModuleSymbol, Piece]]] = {}

    def settle(self, is_clean: Callable[[Closure], bool]) -> None:
        """What is around routes goes with where they are declared."""

    def placed(self, route: RouteFact) -> Placed | None:
        """By the statement that registers it; its blueprint's hooks come along."""
        module = module_in(self.project, route.evidence.file)
        node = statement_at(module, route.evidence.line) if module else None
        call = _rule(node, route.evidence.line) if node else None
        if module is None or node is None or call is None:
            return None
        router, rule = call
        part = self._part(module, router)
        own_path = paths.joined(paths.from_converters(rule)) if rule else ""
        prefix = prefix_of(route.path, own_path)
        if part is None or prefix is None or "{" in prefix:
            return None
        home, name, piece = part
        handler = (f"{module.name}.{_name_of(node)}",) if not isinstance(node, ast.Expr) else ()
        statements = [] if handler else [(module, self.closing.sources.at(module, node.lineno))]
        hooks = self._hooks_of(home, piece)
        around = tuple(around for *_, around in self._for_all())
        answers = (symbol for each in around for symbol in each.symbols)
        return Placed(
            Mount(home.name, name, prefix),
            module.name,
            (*handler, f"{home.name}.{name}", *answers),
            (*statements, *hooks),
            around=around,
        )

    def asked(self, table: str) -> bool:
        """None is."""
        del table
        return False

    def also(self, closure: Closure) -> tuple[str, ...]:
        """What its pages are given, what it is configured with, and what fills `g`."""
        done = (*self.pages.of(closure).around, *self.objects.around(closure))
        return tuple(symbol for each in done for symbol in each.symbols)

    def shown(self, closure: Closure) -> Pages:
        """The pages that code renders, and what is around them."""
        found = self.pages.of(closure)
        around = [*self.objects.around(closure), *found.around]
        return replace(found, around=around, signs=self.objects.signs(closure))

    def against(self, closure: Closure, models: Closure, placed: Placed | None) -> Iterator[str]:
        """What it takes from the monolith's application, and extensions that nobody sets up."""
        guards = self._around(placed, closure) if placed else ()
        reasons = [*guards, *self._against(closure, models)]
        yield from reasons
        yield from self.stays if reasons else ()

    def _around(self, placed: Placed, closure: Closure) -> Iterator[str]:
        """What may refuse a request before the route is asked, and is not there in the service."""
        self._guards = self._guards or Guards(self.project, self.closing)
        done = (*placed.around, *self.objects.around(closure))
        yield from self._guards.against(placed.mount.module, placed.mount.router, done)

    def _against(self, closure: Closure, models: Closure) -> Iterator[str]:
        yield from self.guarded
        yield from self.pages.of(closure).reasons
        yield from self.objects.against(closure)
        yield from self.urls.against(self.closing.kept(closure))
        yield from against_threads(self.closing, closure)
        for used in sorted(closure.outside - models.outside):
            needs = NEEDS.get(used.name) or NEEDS.get(f"{used.name}.{used.attribute}")
            if needs and not (used.name == "flask.current_app" and used.attribute in HARMLESS):
                yield f"it uses {needs} ({used.where})"
            package = used.name.partition(".")[0]
            is_set_up = package in SET_UP or (package == FORMS and not self.objects.guards)
            if package.startswith("flask_") and not is_set_up:
                yield f"`{package}` is set up by the monolith's application ({used.where})"
        yield from self._answered_elsewhere(closure)

    def _part(self, module: ModuleSymbol, router: str) -> tuple[ModuleSymbol, str, Piece] | None:
        """The blueprint or application that a name means: its module, name there, and piece."""
        dotted = ".".join(filter(None, module.imports.get(router, (module.name, router))))
        place = self.closing.find(dotted)
        if place is None:
            return None
        home, name = place
        piece = self.closing.sources.of(home).by_name[name][0]
        return (home, name, piece) if piece.makes in PARTS else None

    def _hooks_of(self, home: ModuleSymbol, part: Piece) -> list[tuple[ModuleSymbol, Piece]]:
        key = (home.file, part.first)
        if key not in self._hooks:
            wanted = OF_BOTH if part.makes == "Flask" else HOOKS
            self._hooks[key] = [
                (module, piece)
                for module in registering(self.project, wanted)
                for piece in self.closing.sources.of(module).pieces
                for called in registrations(piece)
                if called.attr in wanted
                and isinstance(called.value, ast.Name)
                and self.closing.named(module, called.value.id) == key
            ]
        return self._hooks[key]

    def _for_all(self) -> Iterator[tuple[str, int, Around]]:
        """Answers of the application to errors that are not the project's own."""
        if self._answering is None:
            self._answering = answering(self.project, self.closing)
        for module, node, error in self._answers:
            around = self._answering.get((module.file, node.lineno))
            is_ours = self.closing.named(module, error) is not None
            if around and not is_ours and not self._is_of_a_blueprint(module, node):
                yield module.file, node.lineno, around

    def _answered_elsewhere(self, closure: Closure) -> Iterator[str]:
        """Errors of moved code, or of any, that the whole application turns into answers."""
        moved = {(file, line) for file, line, _ in self._for_all()}
        for module, node, error in self._answers:
            if (module.file, node.lineno) in moved:
                continue
            place = self.closing.named(module, error)
            if place is not None and place[1] not in closure.pieces.get(place[0], ()):
                continue
            if place is None and self._is_of_a_blueprint(module, node):
                continue
            here = statement_at(module, node.lineno)
            kept = closure.pieces.get(module.file, set())
            if not here or self.closing.sources.at(module, here.lineno).first not in kept:
                whose = "its error" if place else "the error"
                text = f"the application answers {whose} `{error}`"
                yield f"{text} ({module.file}:{node.lineno})"

    def _is_of_a_blueprint(self, module: ModuleSymbol, node: ast.Call) -> bool:
        """Whether only a blueprint's own errors are answered, which goes along with it."""
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr not in OF_BOTH:
            return False
        part = self._part(module, expression_name(function.value))
        return part is not None and part[2].makes == "Blueprint"


@lru_cache(maxsize=1)
def _answers(project: Project) -> tuple[tuple[ModuleSymbol, ast.Call, str], ...]:
    """Every call that says who answers an error, with the error's name."""
    found = []
    for module in project.modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            error = expression_name(node.args[0]) or ast.unparse(node.args[0])
            last = last_name(node.func)
            if last in OF_BOTH | {"app_errorhandler"}:
                found.append((module, node, error))
    return tuple(found)


def registrations(piece: Piece) -> Iterator[ast.Attribute]:
    """What a piece is registered with: `@part.hook`, `@part.hook(...)`, `part.hook(...)`."""
    for each in (*piece.decorators, *piece.calls):
        function = each.func if isinstance(each, ast.Call) else each
        if isinstance(function, ast.Attribute):
            yield function


def _rule(node: ast.stmt, line: int) -> tuple[str, str] | None:
    """The name of the blueprint and the rule that a statement registers at a line."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        calls = [d for d in node.decorator_list if isinstance(d, ast.Call) and d.lineno == line]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        calls = [node.value]
    else:
        return None
    for call in calls:
        function = call.func
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "rule")]
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
            continue
        is_rule = function.attr in RULES or function.attr == "add_url_rule"
        if is_rule and given and isinstance(given[0], ast.Constant):
            return function.value.id, str(given[0].value)
    return None


def _name_of(node: ast.stmt) -> str:
    return str(getattr(node, "name", ""))


@lru_cache(maxsize=1)
def _altered(project: Project) -> tuple[str, ...]:
    """What the application does to every answer: a moved route would be without it."""
    found = []
    for module in project.modules:
        if not any(target == "flask" for target, _ in module.imports.values()):
            continue
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                name = expression_name(target)
                first, _, rest = name.partition(".")
                if first in ("app", "application") and rest.partition(".")[0] in ANSWERS:
                    text = f"the application sets `{name}` ({module.file}:{node.lineno})"
                    found.append(text)
    return tuple(found)
