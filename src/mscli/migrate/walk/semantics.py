"""What one framework means by attributes and calls; who reads it answers what he knows of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import Atom, Site, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.statements.frame import Frame


class Semantics:
    """The answers of one framework; None where it has no opinion, and the next one is asked."""

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """The value of an attribute."""

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """The value of a call, its effects noted in the frame."""

    def assign(self, frame: Frame, atom: Atom, name: str, value: Value, site: Site) -> None:
        """An attribute is set to a value; with no name, one that is not known."""

    def unknown(self, frame: Frame, source: str, name: str, call: Call) -> Value | None:
        """A method of a receiver that is not known; `source` is how the receiver is written."""

    def contains(self, frame: Evaluation, one: ast.expr, other: ast.expr) -> bool | None:
        """Whether one thing is in another, where a condition may hang on it."""
