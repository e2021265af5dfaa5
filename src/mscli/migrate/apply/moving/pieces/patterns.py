"""Lists of URLs (Django): where they stand, and the ways from the project's own to a route."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mscli.migrate import paths
from mscli.migrate.walk.project.index import last_name
from mscli.migrate.walk.project.scopes import statements

URLS = "urlpatterns"
READ = {"path": paths.from_converters, "re_path": paths.from_regex, "url": paths.from_regex}
BY_LANGUAGE = "i18n_patterns"
WITH_SUFFIX = "format_suffix_patterns"
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Step:
    """An element of a list of URLs with its statement, or the name of another list there.

    `path` is what an element says of it: None, if no text does. `view` is what it leads to.
    """

    statement: ast.stmt
    node: ast.expr
    path: str | None = ""
    is_element: bool = False
    view: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The elements by which a route is reached in its module, its own one the last."""

    steps: tuple[Step, ...]
    by_language: bool = False

    @property
    def rules(self) -> int:
        """How many rules they are."""
        return sum(step.is_element for step in self.steps)

    @property
    def path(self) -> str | None:
        """What they say of its path, all together."""
        own = [step.path for step in self.steps]
        return None if None in own else "".join(filter(None, own))


def ways_to(tree: ast.Module, line: int) -> list[Way]:
    """Every way to the route whose element begins at a line."""
    found = _Lists(tree)
    return [way for way in found.ways(URLS) if way.steps[-1].node.lineno == line]


class _Lists:
    """The lists of URLs of a module, by name: each with its statements, in their order."""

    def __init__(self, tree: ast.Module) -> None:
        self.top = set(tree.body)
        self.named: dict[str, list[tuple[ast.stmt, ast.expr]]] = {}
        for node in statements(tree.body):
            value: ast.expr | None = getattr(node, "value", None)
            is_list = patterns_in(node) is not None or isinstance(value, ast.Name)
            if value is not None and is_list:
                for name in _targets(node):
                    self.named.setdefault(name, []).append((node, value))

    def ways(
        self, name: str, before: tuple[Step, ...] = (), *, by_language: bool = False
    ) -> Iterator[Way]:
        """Those to the routes of a list; `before` are the elements that include it."""
        inside = before[-1].statement if before else None
        for statement, value in self._made_of(name, inside) if len(before) < DEEPEST else ():
            yield from self._of(value, statement, before, by_language)

    def _made_of(self, name: str, inside: ast.stmt | None) -> list[tuple[ast.stmt, ast.expr]]:
        """What a list is made of: of one that includes itself, what it was before that statement.

        One that is put below a path which no text says, under a condition, is left as it was.
        """
        every = self.named.get(name, [])
        place = next((n for n, (node, _) in enumerate(every) if node is inside), len(every))
        found: list[tuple[ast.stmt, ast.expr]] = []
        for node, value in every[:place]:
            is_anew = not isinstance(node, ast.AugAssign)
            if is_anew and node in self.top and _asks(value, name):
                found = [(node, value)]
            elif not (is_anew and node not in self.top and _is_below_a_variable(value)):
                found.append((node, value))
        return found

    def _of(
        self, value: ast.expr, statement: ast.stmt, before: tuple[Step, ...], by_language: bool
    ) -> Iterator[Way]:
        for group in _groups(value):
            inner = by_language or _last(group) == BY_LANGUAGE
            if isinstance(group, ast.Name):
                step = Step(statement, group)
                yield from self.ways(group.id, (*before, step), by_language=inner)
            for element in _elements(group):
                yield from self._element(element, statement, before, inner)

    def _element(
        self, element: ast.expr, statement: ast.stmt, before: tuple[Step, ...], by_language: bool
    ) -> Iterator[Way]:
        if isinstance(element, ast.Starred):
            yield from self._of(element.value, statement, before, by_language)
        elif isinstance(element, ast.Call) and _is_pattern(element):
            view, path = next(iter(_views(element)), None), _own_path(element)
            step = Step(statement, element, path, is_element=True, view=view)
            steps = (*before, step)
            inner = included(element)
            if inner is None:
                yield Way(steps, by_language)
            elif isinstance(inner, ast.List | ast.Name):
                yield from self._of(inner, statement, steps, by_language)


def _asks(value: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))


def _is_below_a_variable(value: ast.expr) -> bool:
    elements = [element for group in _groups(value) for element in _elements(group)]
    calls = [each for each in elements if isinstance(each, ast.Call)]
    return bool(calls) and all(_own_path(call) is None for call in calls)


def patterns_in(node: ast.stmt | None) -> list[ast.expr] | None:
    """The elements of the lists of URLs that a statement adds up: `urlpatterns = [...] + more`."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
        return None
    groups = list(_groups(node.value))
    found = [element for group in groups for element in _elements(group)]
    is_whole = bool(found) and all(map(_is_pattern, found))
    return found if groups and (is_whole or URLS in _targets(node)) else None


def _groups(value: ast.expr) -> Iterator[ast.expr]:
    """The lists that are added up, and names of others; what is something else is left out."""
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from (*_groups(left), *_groups(right))
        case ast.Call(args=[first, *_]) if _last(value) == WITH_SUFFIX:
            yield from _groups(first)
        case ast.List() | ast.Name():
            yield value
        case ast.Call() if _last(value) == BY_LANGUAGE:
            yield value


def _elements(group: ast.expr) -> Sequence[ast.expr]:
    match group:
        case ast.List(elts=elements):
            return elements
        case ast.Call(args=elements):
            return elements
    return ()


def included(element: ast.expr) -> ast.expr | None:
    """What an element includes: `include([...])`, `include((more, "shop"))`; None for a view."""
    view = next(iter(_views(element)), None)
    if isinstance(view, ast.Call) and _last(view) == "include":
        view = view.args[0] if view.args else view
    elif not isinstance(view, ast.Tuple):
        return None
    return view.elts[0] if isinstance(view, ast.Tuple) and view.elts else view


def _views(element: ast.expr) -> Iterator[ast.expr]:
    if isinstance(element, ast.Call):
        yield from (*element.args[1:2], *(k.value for k in element.keywords if k.arg == "view"))


def _own_path(call: ast.Call) -> str | None:
    """The path that an element gives what it leads to."""
    given = [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("route", "regex"))]
    if not given or not isinstance(given[0], ast.Constant):
        return None
    return READ[_last(call)](str(given[0].value))


def lists_in(node: ast.stmt) -> list[ast.stmt]:
    """The statements that make lists of URLs, those under a condition included."""
    return [each for each in statements([node]) if patterns_in(each) is not None]


def _is_pattern(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred) or _last(node) in READ


@lru_cache(maxsize=1 << 14)
def is_listing(body: tuple[ast.stmt, ...]) -> bool:
    """Whether statements make lists of URLs, or add to the project's."""
    adding = (each for each in statements(list(body)) if isinstance(each, ast.AugAssign))
    is_added = any(URLS in _targets(each) for each in adding)
    return is_added or any(patterns_in(each) is not None for each in statements(list(body)))


def _targets(node: ast.stmt) -> list[str]:
    many = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in many if isinstance(target, ast.Name)]


def _last(node: ast.expr) -> str:
    return last_name(node.func) if isinstance(node, ast.Call) else ""
