"""Listeners: functions that run when rows of a moved model change, and so are moved with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.pieces.uses import Definition
from mscli.migrate.apply.moving.placing import registering
from mscli.migrate.store import SHARED, Store
from mscli.migrate.walk.project.imports import bind_import, meaning
from mscli.migrate.walk.project.index import FunctionNode, ModuleSymbol, expression_name, last_name
from mscli.migrate.walk.project.scopes import statements

Statement = tuple[ModuleSymbol, Piece]
BY_PLACE = frozenset(["listens_for", "listen"])
BY_SENDER = frozenset(["receiver", "connect"])
OF_ROWS = frozenset(
    ["m2m_changed", "post_delete", "post_init", "post_save", "pre_delete", "pre_init", "pre_save"]
)
"""Signals of Django's that rows send; who says no sender hears all of them."""
OF_SIGNALS = frozenset(["dispatch_uid", "sender"])
"""What nobody says but to a signal."""
OF_MAPPINGS = frozenset(["items", "keys", "values"])
OF_SESSIONS = frozenset(["Mapper", "Session", "mapper", "scoped_session", "sessionmaker"])
"""What of SQLAlchemy's every row goes through."""
OF_ENGINES = frozenset(["Engine", "Pool", "create_async_engine", "create_engine"])
"""What of SQLAlchemy's a connection comes from: what one database is told is wrong for another."""


USERS = "django.contrib.auth.models.User"
"""Those who log in, whoever they are: on a database of its own a service writes none."""
OF_USERS = (USERS, "settings.AUTH_USER_MODEL", "get_user_model")


@dataclass(frozen=True, slots=True)
class Listener:
    """A statement at the top of a module that listens to models; without any, to all of them."""

    statement: Statement
    models: frozenset[str] = frozenset()


def listeners_of(closing: Closing, models: Closure, store: Store) -> list[Listener]:
    """Every listener to moved models; each is moved with its module."""
    of_all = OF_SESSIONS | (OF_ENGINES if store == SHARED else frozenset())
    return [
        Listener((module, piece), heard)
        for module in registering(closing.project, BY_PLACE | BY_SENDER)
        for piece in closing.sources.of(module).pieces
        if (heard := _heard(piece, module, closing, models, of_all)) is not None
        and (store == SHARED or heard != {USERS})
    ]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a function connects, which is not moved for that: the models, or none for all; why.

    `place` is the file and line of the function, in which it is where that goes along.
    """

    models: frozenset[str]
    reason: str
    place: tuple[str, int]


def hidden_listeners(closing: Closing, models: Closure, store: Store) -> Iterator[Hidden]:
    """Those that something connects elsewhere than at the top of a module."""
    of_all = OF_SESSIONS | (OF_ENGINES if store == SHARED else frozenset())
    for module in closing.project.modules:
        for function in (n for n in ast.walk(module.tree) if isinstance(n, FunctionNode)):
            for call in _inside(function):
                heard = _hearing(call, function.body, module, closing, models, of_all)
                if heard is not None:
                    text = f"`{ast.unparse(call)}` connects a listener inside of a function"
                    where = f"({module.file}:{call.lineno})"
                    yield Hidden(heard, f"{text} {where}", (module.file, call.lineno))


def _inside(function: FunctionNode) -> Iterator[ast.Call]:
    """Calls in a function, and not in one that is in it, whose decorators are."""
    rest: list[ast.AST] = list(function.body)
    while rest:
        node = rest.pop()
        if isinstance(node, ast.Call):
            yield node
        is_function = isinstance(node, FunctionNode)
        rest += node.decorator_list if is_function else ast.iter_child_nodes(node)  # type: ignore[attr-defined]


def _hearing(
    call: ast.Call,
    body: list[ast.stmt],
    module: ModuleSymbol,
    closing: Closing,
    models: Closure,
    of_all: Set[str],
) -> frozenset[str] | None:
    """The moved models that a call listens to; nothing for all of them, None for no such one."""
    if last_name(call) in BY_PLACE and _is_of_all(call, body, module, closing, of_all):
        return frozenset()
    if last_name(call) not in BY_PLACE | {"connect"}:
        return None
    heard: set[str] = set()
    for target in _targets(call):
        every = each_of(target, call, body, module, closing)
        is_untold = every is None or any(_is_untold(t, place, closing) for t, place in every)
        if is_untold and _hears_rows(call, body, module, closing):
            return frozenset()
        heard |= {m for t, place in every or () if (m := _moved(t, place, closing, models))}
    return frozenset(heard) or None


def _heard(
    piece: Piece, module: ModuleSymbol, closing: Closing, models: Closure, of_all: Set[str]
) -> frozenset[str] | None:
    """The moved models that a piece listens to; nothing for all of them, None for no such one."""
    heard: set[str] = set()
    body = list(piece.body)
    for call in (*piece.decorators, *_calls(piece)):
        if not isinstance(call, ast.Call) or last_name(call) not in BY_PLACE | BY_SENDER:
            continue
        if _is_of_all(call, body, module, closing, of_all):
            return frozenset()
        for target in _targets(call):
            every = each_of(target, call, body, module, closing)
            if every is None:
                return frozenset()
            heard |= {m for t, place in every if (m := _moved(t, place, closing, models))}
    return frozenset(heard) or None


def _calls(piece: Piece) -> list[ast.Call]:
    """Calls that are statements, those in loops and under conditions included."""
    if any(isinstance(node, Definition) for node in piece.body):
        return []
    found = (part.value for part in statements(list(piece.body)) if isinstance(part, ast.Expr))
    return [call for call in found if isinstance(call, ast.Call)]


def each_of(
    target: ast.expr,
    call: ast.Call,
    body: list[ast.stmt],
    module: ModuleSymbol,
    closing: Closing,
) -> list[tuple[ast.expr, ModuleSymbol]] | None:
    """What a name is in the rounds of a loop around a call, with its module; None if not known."""
    for loop in statements(body) if isinstance(target, ast.Name) else ():
        if not isinstance(loop, ast.For) or all(part is not call for part in ast.walk(loop)):
            continue
        names = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
        at = [getattr(name, "id", "") for name in names]
        if target.id not in at:  # type: ignore[attr-defined]
            continue
        listed, place = _listed(loop.iter, module, closing)
        if listed is None:
            return None
        index = at.index(target.id)  # type: ignore[attr-defined]
        parts = [e.elts[index] if isinstance(e, ast.Tuple) and len(at) > 1 else e for e in listed]
        return [(part, place) for part in parts]
    return [(target, module)]


def _listed(
    node: ast.expr, module: ModuleSymbol, closing: Closing
) -> tuple[list[ast.expr] | None, ModuleSymbol]:
    """The elements of a list that stands here, or that a name means; `.items()` of a mapping."""
    taken = ""
    match node:
        case ast.Call(func=ast.Attribute(value=of, attr=taken), args=[]) if taken in OF_MAPPINGS:
            node = of
    found = closing.find(dotted_in(expression_name(node), module)) if _is_name(node) else None
    if found is not None:
        pieces = closing.sources.of(found[0]).by_name[found[1]]
        node, module = (pieces[0].value or node) if len(pieces) == 1 else node, found[0]
    match node:
        case ast.List(elts=parts) | ast.Set(elts=parts) | ast.Tuple(elts=parts) if not taken:
            return parts, module
        case ast.Dict(keys=keys, values=values) if all(keys):
            pairs = [ast.Tuple([key, each]) for key, each in zip(keys, values, strict=True) if key]
            parts = {"items": pairs, "values": values}.get(taken, keys)  # type: ignore[assignment]
            return list(parts), module
    return None, module


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and bool(expression_name(node))


def _targets(call: ast.Call) -> Iterator[ast.expr]:
    """The models that a call names."""
    if last_name(call) in BY_PLACE:
        yield from call.args[:1]
    else:
        for keyword in call.keywords:
            if keyword.arg == "sender":
                is_list = isinstance(keyword.value, ast.List | ast.Tuple)
                yield from keyword.value.elts if is_list else [keyword.value]  # type: ignore[attr-defined]


def _is_of_all(
    call: ast.Call,
    body: list[ast.stmt],
    module: ModuleSymbol,
    closing: Closing,
    of_all: Set[str],
) -> bool:
    """Whether it hears what happens to rows of any model."""
    if last_name(call) in BY_PLACE:
        target = expression_name(call.args[0]) if call.args else ""
        place = closing.find(dotted_in(target, module)) if target else None
        made = [p.makes for p in closing.sources.of(place[0]).by_name[place[1]]] if place else []
        return not of_all.isdisjoint([target.rpartition(".")[2] * (place is None), *made])
    is_of_rows = _hears_rows(call, body, module, closing)
    return is_of_rows and all(k.arg != "sender" for k in call.keywords)


def _hears_rows(
    call: ast.Call, body: list[ast.stmt], module: ModuleSymbol, closing: Closing
) -> bool:
    """Whether it connects to a signal of Django's that rows send; or who knows to which."""
    is_connected = last_name(call) == "connect" and isinstance(call.func, ast.Attribute)
    signals = [call.func.value] if is_connected else call.args[:1]  # type: ignore[attr-defined]
    parts = [
        part
        for signal in signals
        for part in (signal.elts if isinstance(signal, ast.List | ast.Tuple) else [signal])
    ]
    every = [each_of(part, call, body, module, closing) for part in parts]
    known = [pair for each in every for pair in each or ()]
    is_untold = None in every or any(_is_untold(part, place, closing) for part, place in known)
    says_so = not OF_SIGNALS.isdisjoint(keyword.arg for keyword in call.keywords)
    return any(last_name(part) in OF_ROWS for part, _ in known) or (is_untold and says_so)


def _is_untold(target: ast.expr, module: ModuleSymbol, closing: Closing) -> bool:
    """Whether a sender is only known when the function runs: a turn of a loop, a parameter."""
    if isinstance(target, ast.Constant):
        return False
    name = expression_name(target)
    if isinstance(target, ast.Call) and not dotted_in(name, module).endswith(OF_USERS):
        return True
    first = name.partition(".")[0]
    return first not in _imports(module) and closing.find(f"{module.name}.{first}") is None


def _moved(target: ast.expr, module: ModuleSymbol, closing: Closing, models: Closure) -> str:
    """The model that an expression names, or whose rows of a relation (`Book.tags.through`)."""
    if isinstance(target, ast.Constant):
        return _by_label(str(target.value), closing, models)
    dotted = dotted_in(expression_name(target), module)
    if dotted.endswith(OF_USERS):
        return USERS
    found = None
    while dotted and found is None:
        found = closing.find(dotted)
        dotted = dotted.rpartition(".")[0]
    if found is None:
        return ""
    home, name = found
    kept = models.pieces.get(home.file, set())
    is_kept = any(piece.first in kept for piece in closing.sources.of(home).by_name[name])
    return f"{home.name}.{name}" if is_kept else ""


def _by_label(label: str, closing: Closing, models: Closure) -> str:
    """The model that a text such as `shop.Part` names."""
    app, _, name = label.rpartition(".")
    if f".{label}".endswith(".auth.User"):
        return USERS
    kept = closing.kept(models)
    found = (m.name for m, piece in kept if name in piece.binds and name in m.classes)
    return next((f"{home}.{name}" for home in found if app in home.split(".")), "")


def dotted_in(name: str, module: ModuleSymbol) -> str:
    """What a name means in a module, as a dotted one."""
    return meaning(module, name, _imports(module)) if name else ""


@lru_cache(maxsize=1 << 10)
def _imports(module: ModuleSymbol) -> Mapping[str, tuple[str, str]]:
    """What names mean by imports, those inside of functions included."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.stmt):
            bind_import(module, node, found)
    return found | module.imports
