"""Which templates are shown with what: noted on the walk, walked when all code is known."""

from __future__ import annotations

from collections.abc import Mapping

from mscli.migrate.templates.files import TemplateFiles
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Confidence, Edge, Node, Unresolved
from mscli.migrate.walk.objects.kept import LAZY
from mscli.migrate.walk.project.index import ModuleSymbol
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.merging import bounded
from mscli.migrate.walk.values.values import (
    Items,
    Made,
    Member,
    Pairs,
    Row,
    Rows,
    Site,
    Text,
    Value,
)

FOLLOWED = ("Request", *LAZY)
CONTEXTS = 8  # in how many contexts one template is walked
MOST = 4000  # templates walked in all


class Rendering:
    """The templates of a project; `walk` is what reads one, by its language."""

    def __init__(self, engine: Engine, files: TemplateFiles) -> None:
        self.engine = engine
        self.files = files
        self.shared: dict[str, Value] = {}
        self._queue: list[tuple[str, Node, dict[str, Value]]] = []
        self._nodes: dict[str, dict[tuple[tuple[str, Value], ...], Node]] = {}

    def show(self, frame: Frame, name: str, context: Mapping[str, Value], site: Site) -> None:
        """Somebody shows a template."""
        path = self.files.find(name, frame.module.file)
        if path is None:
            if "{}" in name or not name:
                self._lost(f"a template whose name is not known: {name}", site)
            return
        node = self._node(frame.module, path, telling(context))
        frame.node.edges[Edge(node, site, frame.regions, Confidence.LIKELY)] = None

    def _node(self, module: ModuleSymbol, path: str, context: dict[str, Value]) -> Node:
        known = self._nodes.setdefault(path, {})
        key = tuple(sorted(context.items(), key=lambda pair: pair[0]))
        if key in known:
            return known[key]
        if len(known) >= CONTEXTS:
            return next(reversed(known.values()))
        node = known[key] = Node(module, ("template", path, len(known)), done=True)
        self.engine.nodes[node.key] = node
        self._queue.append((path, node, context))
        return node

    def finish(self) -> None:
        """Walk every template that is shown, and those that these show."""
        from mscli.migrate.templates.django_language import DjangoTemplate
        from mscli.migrate.templates.jinja_language import JinjaTemplate
        from mscli.migrate.templates.own_tags import OwnTags

        tags = OwnTags(self.engine)
        done = 0
        while self._queue and done < MOST:
            path, node, context = self._queue.pop()
            done += 1
            module = node.symbol
            assert isinstance(module, ModuleSymbol)  # noqa: S101
            frame = Frame(self.engine, module, node, {**self.shared, **tags.shared, **context})
            text = self.files.text(path)
            is_django = "django" in tags.languages and not path.endswith((".jinja", ".jinja2"))
            language = DjangoTemplate if is_django else JinjaTemplate
            language(self, tags, frame, path).walk(text)
        if self._queue:
            self._lost(f"{len(self._queue)} templates more than are walked", Site("", 1))

    def _lost(self, what: str, site: Site) -> None:
        self.engine.unresolved[Unresolved("template", what, site)] = None


def telling(context: Mapping[str, Value]) -> dict[str, Value]:
    """The context without what no template can follow: plain texts and things from outside."""
    found: dict[str, Value] = {}
    for name, value in context.items():
        kept = tuple(
            atom
            for atom in bounded(value)
            if not isinstance(atom, Text)
            and not (isinstance(atom, Member) and not isinstance(atom.of, Row | Rows))
            and not (isinstance(atom, Made) and not atom.name.endswith(FOLLOWED))
            and not (isinstance(atom, Items) and not any(atom.items))
        )
        if name and kept:
            found[name] = kept
    return found


def pairs_of(value: Value) -> dict[str, Value]:
    """Every name that a mapping may have, with what it may be."""
    return {name: inner for atom in value if isinstance(atom, Pairs) for name, inner in atom.pairs}
