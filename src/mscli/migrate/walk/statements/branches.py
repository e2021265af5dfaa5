"""The branches of an `if` that the walk cannot decide: both are walked, and what each does is kept.

What a request decides is done in a node of its own, so that a route can leave it out, and so is
what is off unless a setting says otherwise. Where one branch ends (`return`), what follows it
belongs to the other.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Confidence, Edge, Node
from mscli.migrate.walk.graph.requests import When
from mscli.migrate.walk.statements import asking, switches, variables
from mscli.migrate.walk.values import newness
from mscli.migrate.walk.values.values import Site, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.statements.frame import Frame
    from mscli.migrate.walk.statements.switches import Default


def both(frame: Frame, node: ast.If, before: dict[str, Value], asked_for: Value) -> bool:
    """Walk both branches, the second from `before`; whether what follows is never reached.

    `asked_for` is what the condition may be.
    """
    asked, doubt = asking.question(frame, node.test), newness.asks(frame, node.test)
    default = switches.asked(frame, node.test, asked_for)
    rare = frame.is_module and (
        variables.is_off(frame, node.test) if default is None else not default.holds
    )
    frame.doubts += doubt
    outer = frame.node
    if asked is not None:
        frame.node = apart(frame, When(asked, outcome=True), frame.site(node.body[0]))
    settled(frame, default, outcome=True, site=frame.site(node.body[0]))
    ended = frame.run(node.body)
    frame.node = outer
    if ended or node.orelse:
        if asked is not None:
            frame.node = apart(frame, When(asked, outcome=False), frame.site(node.test))
        settled(frame, default, outcome=False, site=frame.site(node.test))
    never = frame.other(before, node.orelse, ended=ended, rather=rare)
    if not ended:
        frame.node = outer
    frame.doubts -= doubt
    return never


def apart(frame: Frame, when: When, site: Site) -> Node:
    """The node of what only some requests lead to, and the way to it."""
    key = ("when", frame.node.key, when, site)
    found = _node(frame, key)
    edge = Edge(found, site, frame.regions, Confidence.CERTAIN, "call", when)
    frame.node.edges[edge] = None
    return found


def settled(frame: Evaluation, default: Default | None, *, outcome: bool, site: Site) -> None:
    """Go on apart, where settings say by default that a condition comes out otherwise."""
    if default is None or default.holds is outcome:
        return
    found = _node(frame, ("only if", frame.node.key, default.otherwise, site))
    told = (Confidence.POSSIBLE, "call", None, default.otherwise)
    frame.node.edges[Edge(found, site, frame.regions, *told)] = None
    frame.node = found


def _node(frame: Evaluation, key: tuple[object, ...]) -> Node:
    if key not in frame.engine.nodes:
        frame.engine.nodes[key] = Node(frame.node.symbol, key)
    return frame.engine.nodes[key]
