"""What is kept for a request or a process, and found again by whoever asks for it by its name.

`request.state.db`, `app.state.sessions`, `app.extensions["mailer"]`, a `ContextVar`, and what a
`LocalProxy` or a lazy object stands for.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.merging import bounded, merged
from mscli.migrate.walk.values.values import Atom, Made, Member, Site, Value, last, vague

if TYPE_CHECKING:
    from mscli.migrate.walk.engine import Engine
    from mscli.migrate.walk.expressions.evaluate import Evaluation

CONVERTERS = "url_map.converters."
OWNERS = {
    "request": "request",
    "req": "request",
    "websocket": "request",
    "app": "app",
    "application": "app",
}

LAZY = ("SimpleLazyObject", "LazyObject", "LocalProxy")


def put(engine: Engine, name: str, value: Value) -> None:
    """Keep one more value under a name."""
    engine.on_requests[name] = bounded(merged(engine.on_requests.get(name, ()), vague(value)))


def state(node: ast.Attribute) -> str:
    """The name of `request.state.db` or `app.state.sessions`; empty, where it is neither."""
    match node.value:
        case ast.Attribute(attr="state", value=ast.Name(id=owner) | ast.Attribute(attr=owner)):
            return f"{OWNERS[owner]}.state.{node.attr}" if owner in OWNERS else ""
    return ""


def extension(node: ast.expr, key: str | None) -> str:
    """The name of `app.extensions["mailer"]`; empty, where it is none."""
    is_one = isinstance(node, ast.Attribute) and node.attr == "extensions" and key
    return f"app.extensions.{key}" if is_one else ""


def converter(node: ast.Attribute, key: str) -> str:
    """The name of `app.url_map.converters["item"]`; empty, where it is none."""
    inner = node.value
    if node.attr != "converters" or not isinstance(inner, ast.Attribute) or not key:
        return ""
    return f"{CONVERTERS}{key}" if inner.attr == "url_map" else ""


def variable(frame: Evaluation, atom: Member, call: Call) -> Value | None:
    """`set` and `get` of a `ContextVar`."""
    made = atom.of
    if not isinstance(made, Made) or last(made.name) != "ContextVar":
        return None
    key, known = (made, "value"), frame.engine.on_made
    if atom.name == "set":
        known[key] = bounded(merged(known.get(key, ()), vague(call.arg(0, "value"))))
    found = known.get(key, ()) if atom.name == "get" else ()
    return found or (vague(call.arg(0) or made.arg(-1, "default")) if atom.name == "get" else ())


def behind(frame: Evaluation, value: Value, site: Site) -> Value:
    """The value, and instead of a proxy what it stands for.

    What is made when somebody asks for it is not by who made it lazy, who knows if it is.
    """
    if not [atom for atom in value if isinstance(atom, Made)]:
        return value
    found: list[Atom] = []
    for atom in value:
        if isinstance(atom, Made) and _is_proxy(frame, atom):
            found.extend(frame.apply(atom.args[0], Call((), (), site)))
        else:
            found.append(atom)
    return tuple(found)


def is_proxy(atom: Made) -> bool:
    """Whether it stands for whatever a function gives when it is asked."""
    return last(atom.name) == "LocalProxy" and bool(atom.args)


def _is_proxy(frame: Evaluation, atom: Made) -> bool:
    if last(atom.name) not in LAZY or not atom.args:
        return False
    return last(atom.name) == "LocalProxy" or atom.site.file != frame.module.file
