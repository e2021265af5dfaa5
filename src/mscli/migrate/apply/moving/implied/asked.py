"""Middleware: whether what it is put around is asked in any case, and its answer handed back."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mscli.migrate.walk.project.index import FunctionNode, expression_name, last_name

NEXT = frozenset(["app", "application", "call_next", "get_response", "wsgi_app"])
"""What hands a request on."""
EVERY_ERROR = frozenset(["", "BaseException", "Exception"])
LOOKS_ON, ALTERS, GUARDS = 0, 1, 2
"""It hands on and back; it gives another answer; it may answer without asking the next one."""


def asked(function: FunctionNode) -> int:
    """What a function with a request, or with `scope`, `receive` and `send`, does with it."""
    names = [each.arg for each in function.args.args]
    if {"scope", "receive", "send"} <= set(names):
        calls = (node for node in _own(function.body) if isinstance(node, ast.Call))
        return GUARDS if any(map(_sends, calls)) else LOOKS_ON
    path = _Path(_handed(function))
    path.follow(function.body, was_asked=False)
    return path.worst


@dataclass(slots=True)
class _Path:
    """Statement by statement, with what the next one answered by its names."""

    handed: frozenset[str]
    worst: int = LOOKS_ON

    def follow(self, body: Iterable[ast.stmt], *, was_asked: bool) -> bool:
        """Whether the next one was asked by whoever gets to the end."""
        for node in body:
            if isinstance(node, ast.Return | ast.Raise):
                self._leaves(node, was_asked=was_asked)
                return True
            was_asked = self._step(node, was_asked=was_asked)
        return was_asked

    def _step(self, node: ast.stmt, *, was_asked: bool) -> bool:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                before = was_asked or _asks(test)
                one = self.follow(body, was_asked=before)
                return self.follow(orelse, was_asked=before) and one
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                after = self.follow(body, was_asked=was_asked)
                for handler in handlers:
                    self._handler(handler, was_asked=was_asked or any(map(_asks, body)))
                return self.follow([*orelse, *final], was_asked=after)
            case ast.With(body=body) | ast.AsyncWith(body=body):
                return self.follow(body, was_asked=was_asked)
            case ast.For(body=body) | ast.While(body=body) | ast.AsyncFor(body=body):
                self.follow(body, was_asked=was_asked)
                return was_asked
            case ast.Match(cases=cases):
                for case in cases:
                    self.follow(case.body, was_asked=was_asked)
                return was_asked
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return was_asked
        return was_asked or _asks(node)

    def _handler(self, handler: ast.ExceptHandler, *, was_asked: bool) -> None:
        """What answers any error of the next one is as what answers errors of a service."""
        kind = expression_name(handler.type) if handler.type else ""
        if not was_asked or kind not in EVERY_ERROR:
            self.follow(handler.body, was_asked=was_asked)

    def _leaves(self, node: ast.Return | ast.Raise, *, was_asked: bool) -> None:
        value = node.value if isinstance(node, ast.Return) else node.exc
        is_raised_again = isinstance(node, ast.Raise) and (value is None or was_asked)
        is_answer = isinstance(value, ast.Name) and value.id in self.handed
        if not (is_raised_again or is_answer or _is_next(value)):
            is_late = was_asked or (value is not None and _asks(value))
            self.worst = max(self.worst, ALTERS if is_late else GUARDS)


def _handed(function: FunctionNode) -> frozenset[str]:
    """Names that are nothing else than what the next one answers."""
    answers: set[str] = set()
    others: set[str] = set()
    for node in _own(function.body):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    (answers if _is_next(node.value) else others).add(target.id)
    return frozenset(answers - others)


def _sends(call: ast.Call) -> bool:
    """Whether a call sends an answer: `send(...)`, or `response(scope, receive, send)`."""
    last = last_name(call.func)
    names = [arg.id for arg in call.args if isinstance(arg, ast.Name)]
    return last == "send" or ("send" in names and last not in NEXT)


def _asks(node: ast.AST) -> bool:
    return any(_is_next(part) for part in ast.walk(node))


def _is_next(node: ast.AST | None) -> bool:
    call = node.value if isinstance(node, ast.Await) else node
    if not isinstance(call, ast.Call):
        return False
    return last_name(call.func) in NEXT


def _own(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """The parts of a function, but not those of functions in it."""
    rest: list[ast.AST] = list(body)
    while rest:
        part = rest.pop(0)
        yield part
        if not isinstance(part, FunctionNode | ast.ClassDef | ast.Lambda):
            rest += ast.iter_child_nodes(part)
