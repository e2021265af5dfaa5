"""The templates that code renders, by their names as code says them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mscli.migrate.apply.moving.pages.callers import Callers, Given, Place
from mscli.migrate.apply.moving.pages.url_names import meaning_of
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.index import ModuleSymbol, expression_name, last_name

PLACES = {
    "django.shortcuts.render": 1,
    "django.template.loader.get_template": 0,
    "django.template.loader.render_to_string": 0,
    "django.template.loader.select_template": 0,
    "django.template.response.SimpleTemplateResponse": 0,
    "django.template.response.TemplateResponse": 1,
    "flask.render_template": 0,
    "flask.stream_template": 0,
}
"""Which argument of a call is the template's name."""
GIVEN = frozenset(["name", "template", "template_name", "template_name_or_list"])
OF_FEEDS = frozenset(["description_template", "title_template"])
ANY = "**"
"""In the place of a name: a text may include whichever template it likes."""
FROM_TEXT = "django.template.base.Template"
NAMES = "get_template_names"
DEEPEST = 6
ATTRIBUTE = "template_name"
"""Of a class-based view, and of what `as_view` is given."""


@dataclass(frozen=True, slots=True)
class _Within:
    """Where a name is said, and who knows what parameters are given there."""

    place: Place
    callers: Callers
    depth: int = 0


@lru_cache(maxsize=1 << 14)
def rendered(module: ModuleSymbol, piece: Piece, callers: Callers) -> tuple[str, ...]:
    """Names of templates; the empty one is put together."""
    return tuple(_rendered(module, piece, _Within(Place(module, piece.body), callers)))


def _rendered(module: ModuleSymbol, piece: Piece, within: _Within) -> Iterator[str]:
    for statement in piece.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                if _is_of_a_text(node, module, piece):
                    yield ANY
                for name in _named(node, module, piece):
                    yield from _texts(name, within)
            elif isinstance(node, ast.ClassDef):
                for value in _templates(attributes(node)):
                    yield from () if _is_column(value) else _texts(value, within)
                for value in _answered(node):
                    yield from _texts(value, within)


def _is_of_a_text(call: ast.Call, module: ModuleSymbol, piece: Piece) -> bool:
    """Whether it makes a template of Django's out of a text."""
    name = expression_name(call.func) or getattr(call.func, "attr", "")
    return name.rpartition(".")[2] == "from_string" or (
        meaning_of(call.func, module, piece) in ("django.template.Template", FROM_TEXT)
    )


def _templates(said: dict[str, list[ast.expr]]) -> Iterator[ast.expr]:
    """What a class calls `template_name`, or `email_template_name`."""
    for name, values in said.items():
        yield from values if name.endswith(ATTRIBUTE) or name in OF_FEEDS else ()


def _answered(cls: ast.ClassDef) -> Iterator[ast.expr]:
    """What a view's `get_template_names` returns."""
    methods = [part for part in cls.body if getattr(part, "name", "") == NAMES]
    for part in (part for method in methods for part in ast.walk(method)):
        if isinstance(part, ast.Return) and part.value is not None:
            yield part.value


def _is_column(node: ast.expr) -> bool:
    """`template_name = models.CharField(...)` is of a table."""
    is_called = isinstance(node, ast.Call) and expression_name(node.func).endswith("Field")
    return is_called or expression_name(getattr(node, "func", node)).endswith("olumn")


def attributes(cls: ast.ClassDef) -> dict[str, list[ast.expr]]:
    """What a class sets, by name."""
    found: dict[str, list[ast.expr]] = {}
    for node in cls.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) and node.value else targets
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign):
                found.setdefault(target.id, []).extend([node.value] if node.value else [])
    return found


def _named(call: ast.Call, module: ModuleSymbol, piece: Piece) -> list[ast.expr]:
    last = last_name(call.func)
    place = PLACES.get(meaning_of(call.func, module, piece), -1)
    keywords = GIVEN if place >= 0 else frozenset[str]()
    if last == "as_view":
        keywords = frozenset(k.arg for k in call.keywords if k.arg and k.arg.endswith(ATTRIBUTE))
    elif last == "inclusion_tag":
        place, keywords = 0, frozenset(["filename"])
    elif last == "TemplateResponse" and place < 0:  # Starlette's: the request before it, or not
        keywords = GIVEN
        place = 0 if call.args and isinstance(call.args[0], ast.Constant) else 1
    found = [k.value for k in call.keywords if k.arg in keywords]
    return found or (call.args[place : place + 1] if place >= 0 else [])


def _texts(node: ast.expr, within: _Within) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Constant(value=None):
            pass
        case ast.List() | ast.Tuple():
            for part in node.elts:
                yield from _texts(part, within)
        case ast.IfExp():
            yield from (*_texts(node.body, within), *_texts(node.orelse, within))
        case ast.Attribute(value=ast.Name(id="self"), attr="template_name"):
            pass  # what the class says
        case ast.Attribute(value=ast.Name(id="self"), attr=name) if known := _of_classes(
            name, within
        ):
            for value in known:
                yield from _texts(value, within)
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")))):
            pass  # what those above it say
        case ast.BinOp(left=ast.List() as left, op=ast.Add(), right=right):
            yield from (*_texts(left, within), *_texts(right, within))
        case ast.Name() if values := _assigned(node.id, within.place.body):
            for value in values:
                yield from _texts(value, within)
        case ast.Name() if values_at := _given(node, within):
            for value, place in values_at:
                yield from _texts(value, _Within(place, within.callers, within.depth + 1))
        case _:
            yield _pattern(node)


def _of_classes(name: str, within: _Within) -> list[ast.expr]:
    """What classes say of an attribute, if each says a text and nothing changes it later."""
    callers = within.callers
    said = [v for cls in callers.project.classes for v in attributes(cls.node).get(name, ())]
    is_known = not callers.is_stored(name) and all(isinstance(v, ast.Constant) for v in said)
    return said if is_known else []


def _given(node: ast.Name, within: _Within) -> list[Given] | None:
    """What a parameter is given by those who call its function."""
    return within.callers.given(node, within.place) if within.depth < DEEPEST else None


def _pattern(node: ast.expr) -> str:
    """What a name that is put together begins with and ends on: `mails/*.txt`; else nothing."""
    found = re.sub(r"\*+", "*", _wild(node))
    return found if found.strip("*/.") else ""


def _wild(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_wild, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _wild(left) + _wild(right)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return re.sub(r"%(\(\w+\))?[sd]", "*", text)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return re.sub(r"\{[^}]*\}", "*", text)
        case ast.Call(args=parts) if expression_name(node.func).endswith("path.join"):
            return "/".join(map(_wild, parts))
    return "*"


def _assigned(name: str, body: Sequence[ast.stmt]) -> list[ast.expr]:
    """What statements assign to a name, where each is a text; nothing where one is not."""
    values = [
        node.value
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    ]
    stored = sum(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for statement in body
        for node in ast.walk(statement)
    )
    arguments = {
        node.arg for statement in body for node in ast.walk(statement) if isinstance(node, ast.arg)
    }
    is_known = len(values) == stored and name not in arguments
    return values if is_known and all(map(_is_said, values)) else []


def _is_said(node: ast.expr) -> bool:
    """Whether it is a text, or one of two: `"a.html" if short else "b.html"`."""
    if isinstance(node, ast.IfExp):
        return _is_said(node.body) and _is_said(node.orelse)
    return isinstance(node, ast.Constant)
