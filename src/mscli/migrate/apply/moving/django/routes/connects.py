"""What an application of Django's does when it is ready: connect receivers, or more than that."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.walk.project.imports import bind_import, meaning
from mscli.migrate.walk.project.index import (
    FunctionNode,
    FunctionSymbol,
    ModuleSymbol,
    expression_name,
)

BY_LABEL = frozenset(["get_app_config", "get_app_configs", "get_model", "get_models"])
"""What asks for models by their names: all of them have to be there."""
CONNECTING = frozenset(["connect", "receiver"])
OF_LOGS = frozenset(["debug", "error", "exception", "getLogger", "info", "warning"])
CHANGING = frozenset(
    ["__import__", "compile", "delattr", "eval", "exec", "input", "open", "setattr"]
)
LOOKING_UP = frozenset(
    {"is_installed", "partial", *OF_LOGS, *dir(str), *dir(dict), *dir(list), *dir(set)}
    | {name for name in dir(builtins) if name.islower()} - CHANGING
)  # fmt: skip
"""What else such a function may call: it changes nothing but what is its own."""
DJANGO = "django"


@dataclass(slots=True)
class Did:
    """What a function does, with those that it calls."""

    connects: bool = False
    by_label: bool = False
    more: list[str] = field(default_factory=list)
    """Calls of what it does beside, and where."""


def done_by(fn: FunctionSymbol, closing: Closing) -> Did:
    """Whether it connects receivers, and what else it does."""
    found, seen, rest = Did(), {fn.id}, [fn]
    while rest:
        each = rest.pop()
        for node in ast.walk(each.node):
            inner = _read(node, each, closing, found) if isinstance(node, ast.Call) else None
            if inner is not None and inner.id not in seen:
                seen.add(inner.id)
                rest.append(inner)
    return found


def _read(
    call: ast.Call, fn: FunctionSymbol, closing: Closing, found: Did
) -> FunctionSymbol | None:
    """Note what a call does; a function of the project's, which it calls, is to be read."""
    names = names_in(fn.node, fn.module)
    dotted = meaning(fn.module, expression_name(call), names)
    inner = _function(call, dotted, fn, closing)
    called = call.func.attr if isinstance(call.func, ast.Attribute) else dotted.rpartition(".")[2]
    if inner is not None:
        return inner
    if called in CONNECTING and _is_of_signals(call, names, closing):
        found.connects = True
    elif called in BY_LABEL:
        found.by_label = True
    elif called not in LOOKING_UP or closing.find(dotted) is not None:
        found.more.append(f"`{ast.unparse(call)}` ({fn.module.file}:{call.lineno})")
    return None


def _function(
    call: ast.Call, dotted: str, fn: FunctionSymbol, closing: Closing
) -> FunctionSymbol | None:
    """The function of the project, or the method of the same object, that a call calls."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="self"), attr=name) if fn.owner is not None:
            return fn.owner.methods.get(name)
    place = closing.find(dotted) if dotted else None
    return place[0].functions.get(place[1]) if place else None


def _is_of_signals(call: ast.Call, names: Mapping[str, tuple[str, str]], closing: Closing) -> bool:
    """Whether it may be a signal that somebody is connected to: one of Django's, or the project's.

    The turn of a loop, or a parameter, may be one.
    """
    target = names.get(expression_name(call.func).partition(".")[0], ("", ""))[0]
    top = target.partition(".")[0]
    is_ours = bool(closing.project.module(target) or closing.project.module(top))
    return bool(call.args) and (top in ("", DJANGO) or is_ours)


def names_in(
    node: FunctionNode | ast.Lambda, module: ModuleSymbol
) -> Mapping[str, tuple[str, str]]:
    """What names mean in a function by imports, its own included."""
    names = dict(module.imports)
    for part in ast.walk(node):
        if isinstance(part, ast.stmt):
            bind_import(module, part, names)
    return names
