"""What the default database is told besides where it is: `ATOMIC_REQUESTS`, `OPTIONS` and the like.

Read are `DATABASES = {...}`, what is set on it afterwards, and what dj-database-url and
django-environ are told.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from mscli.migrate.apply.moving.django.settings.families import SECRET
from mscli.migrate.store import SHARED, Store

KEPT = (
    "ATOMIC_REQUESTS", "AUTOCOMMIT", "CONN_HEALTH_CHECKS", "CONN_MAX_AGE",
    "DISABLE_SERVER_SIDE_CURSORS", "OPTIONS", "TIME_ZONE",
)  # fmt: skip
OF_ITS_OWN = frozenset(["CONN_HEALTH_CHECKS", "CONN_MAX_AGE"])
"""What a service may have otherwise: nobody sees it in an answer or a row."""
ELSEWHERE = frozenset(
    ["passfile", "pool", "read_default_file", "service", "ssl", "sslcert", "sslkey", "sslrootcert"]
)
"""Options that name files of the monolith's machine, or need a package of their own."""
NOT_SAID = ...
Connection = dict[str, Any]
"""By key; `...` where no text says the value, and a mapping for OPTIONS."""


def note(node: ast.stmt, known: Connection, assigned: Mapping[str, list[ast.expr]]) -> None:
    """What a statement of the settings says of it; `assigned` is what names have been given."""
    match node:
        case (
            ast.Assign(targets=[target], value=value)
            | ast.AnnAssign(target=target, value=ast.expr() as value)
        ):
            path = _path(target)
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=changed, attr="update"), args=args) as call
        ):
            path = _path(changed)
            value = ast.Dict([*_names(call), None], [*(k.value for k in call.keywords), *args[:1]])
        case _:
            return
    match path:
        case []:
            known.clear()
            _whole(value, known, assigned)
        case ["default"]:
            _default(value, known, assigned)
        case ["default", "OPTIONS", option]:
            known["OPTIONS"] = {**_options(known), option: _value(value)}
        case ["default", key] if key in KEPT:
            known[key] = _value(value)


def either(one: Connection, other: Connection) -> Connection:
    """What is said before and after a statement under a condition; nobody knows which holds."""
    keys = {**one, **other}
    same = {k: one[k] if k in one and one[k] == other.get(k, ...) else NOT_SAID for k in keys}
    return same if one else other


def kept(known: Connection) -> Connection:
    """What goes along: whatever text says. A request is one transaction if it may be one."""
    found = {key: value for key, value in known.items() if value is not NOT_SAID}
    if options := {k: v for k, v in _options(known).items() if _is_kept(k, v)}:
        found["OPTIONS"] = options
    else:
        found.pop("OPTIONS", None)
    return found | ({"ATOMIC_REQUESTS": True} if known.get("ATOMIC_REQUESTS") is NOT_SAID else {})


def left(known: Connection, store: Store) -> Iterator[str]:
    """What does not go along though it may matter, as `OPTIONS.pool`.

    Options are those of one database: a service on another has its own.
    """
    for key, value in known.items():
        if value is NOT_SAID and key not in {*OF_ITS_OWN, "ATOMIC_REQUESTS"}:
            yield key
    for option, value in _options(known).items():
        if store != SHARED or not _is_kept(option, value):
            yield f"OPTIONS.{option}"


def _options(known: Connection) -> Mapping[str, object]:
    said = known.get("OPTIONS")
    return said if isinstance(said, dict) else {}


def _is_kept(option: str, value: object) -> bool:
    is_elsewhere = option in ELSEWHERE or SECRET.search(option.upper())
    if isinstance(value, dict):
        return not is_elsewhere and all(_is_kept(str(key), each) for key, each in value.items())
    return value is not NOT_SAID and not is_elsewhere


def _path(node: ast.expr) -> list[str] | None:
    """The keys below DATABASES; None for anything else."""
    match node:
        case ast.Name(id="DATABASES"):
            return []
        case ast.Subscript(value=inner, slice=ast.Constant(value=str(key))):
            above = _path(inner)
            return None if above is None else [*above, key]
    return None


def _names(call: ast.Call) -> list[ast.expr | None]:
    return [ast.Constant(each.arg) if each.arg else None for each in call.keywords]


def _whole(node: ast.expr, known: Connection, assigned: Mapping[str, list[ast.expr]]) -> None:
    for key, value in (
        zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    ):
        if isinstance(key, ast.Constant) and key.value == "default":
            _default(value, known, assigned)


def _default(
    node: ast.expr, known: Connection, assigned: Mapping[str, list[ast.expr]], depth: int = 3
) -> None:
    match node:
        case ast.Name(id=name) if depth:
            for value in assigned.get(name, [])[-1:]:
                _default(value, known, assigned, depth - 1)
        case ast.Call(keywords=keywords):
            said = {(each.arg or "").upper(): each.value for each in keywords}
            known |= {key: _value(said[key]) for key in KEPT if key in said}
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    _default(value, known, assigned, depth - 1)
                elif isinstance(key, ast.Constant) and key.value in KEPT:
                    known[str(key.value)] = _value(value)


def _value(node: ast.expr) -> object:
    """What a text says; of a mapping key by key."""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        keys = (key.value for key in node.keys if isinstance(key, ast.Constant))
        return dict(zip(keys, map(_value, node.values), strict=True))
    try:
        value: object = ast.literal_eval(node)
    except (TypeError, ValueError):
        return NOT_SAID
    return value
