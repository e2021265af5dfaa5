"""Where code shows a template: short cuts of Django and Flask, Starlette's responses, Jinja."""

from __future__ import annotations

from collections.abc import Mapping

from mscli.migrate.templates.rendering import Rendering, pairs_of
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Made,
    Member,
    Outside,
    Site,
    Text,
    Value,
    dotted,
    last,
    texts,
)
from mscli.migrate.words import words

SHOWING = frozenset(
    words(
        "render render_to_string render_to_response TemplateResponse SimpleTemplateResponse "
        "render_template render_theme_template stream_template render_template_async"
    )
)
LOADING = frozenset(["get_template", "select_template", "get_or_select_template"])


class TemplateCalls(Semantics):
    """Notes what is shown, and leaves the call to others."""

    def __init__(self, rendering: Rendering) -> None:
        self.rendering = rendering

    def unknown(self, frame: Frame, source: str, name: str, call: Call) -> Value | None:
        """`templates.TemplateResponse(...)` where nobody knows what `templates` is."""
        del source
        if name in SHOWING and name != "render":
            self._show(frame, call)
        return None

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """One call of something from outside."""
        if not isinstance(atom, Outside | Made | Member):
            return None
        name = dotted(atom)
        tail = last(name)
        if tail == "render" and isinstance(atom, Member) and isinstance(atom.of, Made):
            if last(atom.of.name) in LOADING:
                self._each(frame, atom.of.args[:1], self._context(call), call.site)
        elif tail in SHOWING and not isinstance(getattr(atom, "of", None), Text):
            self._show(frame, call)
        return None

    def _show(self, frame: Frame, call: Call) -> None:
        self._each(frame, call.args[:2], self._context(call), call.site)
        named = [
            value for key, value in call.kwargs if key in ("template", "template_name", "name")
        ]
        self._each(frame, tuple(named), self._context(call), call.site)

    @staticmethod
    def _context(call: Call) -> dict[str, Value]:
        found = dict(call.kwargs)
        for value in (*call.args[:4], *(v for k, v in call.kwargs if k == "context")):
            found.update(pairs_of(value))
        return found

    def _each(
        self,
        frame: Frame,
        names: tuple[Value, ...],
        context: Mapping[str, Value],
        site: Site,
    ) -> None:
        for value in names:
            for name in texts(tuple(a for a in value if isinstance(a, Text | Items))):
                if "." in name.rpartition("/")[2]:
                    frame.node.renders[(name, site)] = None
                    self.rendering.show(frame, name, context, site)
