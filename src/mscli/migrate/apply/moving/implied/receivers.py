"""Who hears signals that code sends itself: those of the project's own, and those of a login."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mscli.migrate.apply.moving.implied.listeners import Statement, dotted_in
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.placing import module_in
from mscli.migrate.walk.project.index import ModuleSymbol, expression_name, last_name

CONNECTING = frozenset(["connect", "connect_via"])
HEARING = CONNECTING | {"receiver"}
OWN_SIGNALS = frozenset(["Signal", "signal"])
LOGIN = frozenset(["user_logged_in", "user_logged_out", "user_login_failed"])
"""Signals of Django's that are sent when somebody logs in."""
LOGGING_IN = frozenset(["LoginView", "LogoutView", "authenticate", "login", "logout"])
Place = tuple[str, int]
"""The file and line of a piece."""
AT_LOGIN: Place = ("django.contrib.auth", 0)


@dataclass(frozen=True, slots=True)
class Connecting:
    """A line of a function that connects somebody to a signal."""

    signal: Place
    line: Place


Receivers = Mapping[Place, list[Statement]]


def grown(closing: Closing, closure: Closure, receivers: Receivers) -> Closure:
    """A closure with those who hear what it sends, and all that these need."""
    while heard := unheard(closure, receivers):
        found = closing.of((), heard)
        closure.add(found)
        closure.reasons += found.reasons
    return closure


def unheard(closure: Closure, receivers: Receivers) -> list[Statement]:
    """Receivers of signals in a closure that are not in it yet."""
    return [(m, p) for m, p in heard(closure, receivers) if not has(closure, (m.file, p.first))]


def heard(closure: Closure, receivers: Receivers) -> Iterable[Statement]:
    """Receivers of what a closure sends."""
    return [each for place, found in receivers.items() if has(closure, place) for each in found]


def goes_along(line: Place, closure: Closure, closing: Closing) -> bool:
    """Whether the code at a line is in a closure."""
    module = module_in(closing.project, line[0])
    pieces = closing.sources.of(module).pieces if module else ()
    around = [piece for piece in pieces if piece.first <= line[1] <= piece.last]
    return all(has(closure, (line[0], piece.first)) for piece in around)


def has(closure: Closure, place: Place) -> bool:
    """Whether a piece is in a closure; or whether it lets somebody log in."""
    if place == AT_LOGIN:
        package, names = AT_LOGIN[0], {used.name for used in closure.outside}
        names |= {f"{used.name}.{used.attribute}" for used in closure.outside}
        return any(n.startswith(package) and n.rpartition(".")[2] in LOGGING_IN for n in names)
    return place[1] in closure.pieces.get(place[0], ())


def receivers_of(closing: Closing) -> tuple[dict[Place, list[Statement]], list[Connecting]]:
    """Who hears the project's own signals, by the signal's piece; and whom something else connects.

    Those are connected inside of functions: a moved signal reaches them if these go along.
    """
    found: dict[Place, list[Statement]] = {}
    hidden: list[Connecting] = []
    for module in closing.project.modules:
        if not any(
            isinstance(n, ast.Call) and last_name(n.func) in HEARING for n in ast.walk(module.tree)
        ):
            continue
        for piece in closing.sources.of(module).pieces:
            for call in (*piece.decorators, *piece.calls):
                for place in _own_signals(call, module, closing):
                    found.setdefault(place, []).append((module, piece))
        top = {part for node in module.tree.body for part in _at_top(node)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and node not in top:
                for place in _own_signals(node, module, closing):
                    hidden.append(Connecting(place, (module.file, node.lineno)))
    return found, hidden


def _at_top(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.decorator_list
    return [node.value] if isinstance(node, ast.Expr) else []


def _own_signals(call: ast.expr, module: ModuleSymbol, closing: Closing) -> Iterator[Place]:
    """The pieces of the project's signals that a call, or `@signal.connect`, connects."""
    function = call.func if isinstance(call, ast.Call) else call
    last = last_name(function)
    if last in CONNECTING and isinstance(function, ast.Attribute):
        signals: list[ast.expr] = [function.value]
    elif last == "receiver" and isinstance(call, ast.Call):
        signals = call.args[:1]
    else:
        return
    for signal in signals:
        for part in signal.elts if isinstance(signal, ast.List | ast.Tuple) else [signal]:
            dotted = dotted_in(expression_name(part), module)
            if last_name(part) in LOGIN:
                yield AT_LOGIN
            place = closing.find(dotted) if dotted else None
            for piece in closing.sources.of(place[0]).by_name[place[1]] if place else ():
                if place and piece.makes in OWN_SIGNALS:
                    yield place[0].file, piece.first
