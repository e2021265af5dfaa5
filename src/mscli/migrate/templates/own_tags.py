"""The tags, filters and globals that a project gives to its templates."""

from __future__ import annotations

from mscli.migrate.templates.rendering import pairs_of
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.values import Function, Made, Member, Type, Value, last, text
from mscli.migrate.words import words

KINDS = frozenset(words("simple_tag inclusion_tag filter tag simple_block_tag assignment_tag"))
FILTERS = frozenset(words("template_filter app_template_filter add_template_filter"))
GLOBALS = frozenset(words("template_global app_template_global add_template_global template_test"))
PROCESSORS = frozenset(["context_processor", "app_context_processor"])


class OwnTags:
    """Found among the calls that the walk has met."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tags: dict[str, tuple[str, Value, Made | None]] = {}
        self.filters: dict[str, Value] = {}
        self.shared: dict[str, Value] = {}
        names = {name for module in engine.project.modules for name, _ in module.import_lines}
        roots = {name.partition(".")[0] for name in names}
        self.languages = roots & {"django", "flask", "jinja2", "fastapi", "starlette"}
        for call in list(engine.outside):
            self._django(call)
            self._jinja(call)

    def _django(self, call: OutsideCall) -> None:
        made = call.callee if isinstance(call.callee, Made) else None
        kind = last(call.name.removesuffix("()"))
        if kind not in KINDS or "Library" not in call.name:
            return
        function = self._functions(call.arg(0)) or self._functions(call.arg(1))
        if not function:
            return
        named = text(call.arg(0)) if made is None else text(made.arg(-1, "name"))
        named = named or (text(made.arg(0)) if made is not None and kind != "inclusion_tag" else "")
        atom = function[0]
        name = named or (atom.fn.name if isinstance(atom, Function) else "")
        if kind == "filter":
            self.filters[name] = function
        else:
            self.tags[name] = (kind, function, made)

    def _jinja(self, call: OutsideCall) -> None:
        kind = last(call.name.removesuffix("()"))
        if kind in FILTERS | GLOBALS:
            made = call.callee if isinstance(call.callee, Made) else None
            into = self.filters if kind in FILTERS else self.shared
            for atom in self._functions(call.arg(0)):
                if isinstance(atom, Function):
                    named = text(made.arg(0, "name")) if made is not None else text(call.arg(1))
                    into[named or atom.fn.name] = (atom,)
        elif kind in PROCESSORS:
            for atom in self._functions(call.arg(0)):
                if isinstance(atom, Function):
                    self.shared.update(pairs_of(self._returned(atom.fn)))
        elif kind == "update" and isinstance(call.callee, Member):
            if ".filters" in call.name:
                self.filters.update(pairs_of(call.arg(0)))
            elif ".globals" in call.name:
                self.shared.update(pairs_of(call.arg(0)))
                self.shared.update(dict(call.kwargs))

    def _returned(self, fn: FunctionSymbol) -> Value:
        return self.engine.enter(fn, (), {}).returns

    @staticmethod
    def _functions(value: Value) -> Value:
        return tuple(atom for atom in value if isinstance(atom, Function | Type))
