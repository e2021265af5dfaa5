"""Jinja's template language, parsed by Jinja itself: nothing of it is ever run."""

from __future__ import annotations

from collections import Counter

import jinja2
from jinja2 import nodes

from mscli.migrate.templates.following import printed, step
from mscli.migrate.templates.own_tags import OwnTags
from mscli.migrate.templates.rendering import Rendering
from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.graph.nodes import Call, Unresolved
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import Items, Outside, Pairs, Site, Text, Value, join, text
from mscli.migrate.words import words

EXTENSIONS = ("jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols")
ONE = frozenset(["first", "last", "random", "max", "min"])
SAME = frozenset(
    words("list sort reverse unique safe e escape default d selectattr rejectattr select reject")
)
DEEPEST, OFTEN = 30, 40


class JinjaTemplate:
    """Walks one template in one context."""

    def __init__(self, rendering: Rendering, tags: OwnTags, frame: Frame, path: str) -> None:
        self.rendering = rendering
        self.tags = tags
        self.frame = frame
        self.path = path
        self.env = frame.env
        self.macros: dict[str, nodes.Macro] = {}
        self.depth = 0
        self.often: Counter[int] = Counter()
        self.called: dict[tuple[object, ...], nodes.Macro] = {}
        self.env.setdefault("current_user", (Outside("flask_login.current_user"),))

    def walk(self, source: str) -> None:
        """Every statement and expression, in order."""
        tree = self._parsed(source, self.path)
        if tree is not None:
            self._macros(tree)
            self._body(tree.body)

    def _parsed(self, source: str, path: str) -> nodes.Template | None:
        try:
            # Only parsed: what escapes what does not matter.
            return jinja2.Environment(extensions=EXTENSIONS, autoescape=True).parse(source)
        except (jinja2.TemplateSyntaxError, RecursionError) as error:
            site = Site(path, getattr(error, "lineno", 1) or 1)
            lost = Unresolved("template", f"{path} is not understood: {error}"[:120], site)
            self.rendering.engine.unresolved[lost] = None
            return None

    def _macros(self, tree: nodes.Template) -> None:
        for macro in tree.find_all(nodes.Macro):
            self.macros[macro.name] = macro

    def _site(self, node: nodes.Node) -> Site:
        return Site(self.path, node.lineno or 1)

    # -- statements --------------------------------------------------------------------------

    def _body(self, body: list[nodes.Node]) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: nodes.Node) -> None:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    printed(self.frame, self.value(part), self._site(node))
            case nodes.For():
                self._loop(node)
            case nodes.If():
                self.value(node.test)
                for branch in (node.body, node.elif_, node.else_):
                    self._body(list(branch))
            case nodes.Assign():
                self._bind(node.target, self.value(node.node))
            case nodes.With():
                for target, value in zip(node.targets, node.values, strict=False):
                    self._bind(target, self.value(value))
                self._body(node.body)
            case nodes.Include() | nodes.Extends():
                for name in _texts(self.value(node.template)):
                    self.rendering.show(self.frame, name, self.env, self._site(node))
            case nodes.FromImport() | nodes.Import():
                self._import(node)
            case nodes.Macro():
                pass  # walked where it is called
            case nodes.CallBlock():
                self.value(node.call)
                self._body(node.body)
            case nodes.ExprStmt():
                self.value(node.node)
            case _:
                self._body([child for child in node.iter_child_nodes() if _is_statement(child)])

    def _loop(self, node: nodes.For) -> None:
        before = dict(self.env)
        over = self.value(node.iter)
        self._bind(node.target, protocols.parts(self.frame, over, self._site(node)))
        if node.test is not None:
            self.value(node.test)
        self._body(node.body)
        self._body(node.else_)
        self.env.clear()
        self.env.update(before)

    def _bind(self, target: nodes.Node, value: Value) -> None:
        if isinstance(target, nodes.Name):
            self.env[target.name] = value
        elif isinstance(target, nodes.Tuple):
            known = [a for a in value if isinstance(a, Items) and len(a.items) == len(target.items)]
            for place, part in enumerate(target.items):
                self._bind(part, known[0].items[place] if known else elements(value))

    def _import(self, node: nodes.FromImport | nodes.Import) -> None:
        for name in _texts(self.value(node.template)):
            path = self.rendering.files.find(name, self.path)
            tree = self._parsed(self.rendering.files.text(path), path) if path else None
            if tree is not None:
                self._macros(tree)

    # -- expressions -------------------------------------------------------------------------

    def value(self, node: nodes.Node | None) -> Value:
        """What an expression may be."""
        match node:
            case None:
                return ()
            case nodes.Name():
                return self.env.get(node.name, ())
            case nodes.Const():
                return (Text(node.value),) if isinstance(node.value, str) else ()
            case nodes.Getattr():
                return step(self.frame, self.value(node.node), node.attr, self._site(node))
            case nodes.Getitem():
                return self._item(node)
            case nodes.Call():
                return self._call(node)
            case nodes.Filter():
                return self._filter(node)
            case nodes.CondExpr():
                self.value(node.test)
                return join(self.value(node.expr1), self.value(node.expr2))
            case nodes.List() | nodes.Tuple():
                return (Items(tuple(self.value(item) for item in node.items)),)
            case nodes.Dict():
                pairs = [(text(self.value(p.key)) or "", self.value(p.value)) for p in node.items]
                return (Pairs(tuple(pairs)),)
            case nodes.Or() | nodes.And():
                return join(self.value(node.left), self.value(node.right))
            case _:
                for child in node.iter_child_nodes():
                    self.value(child)
                return ()

    def _item(self, node: nodes.Getitem) -> Value:
        value, key = self.value(node.node), text(self.value(node.arg))
        if key is not None:
            return step(self.frame, value, key, self._site(node))
        return join(
            elements(value), *(inner for a in value if isinstance(a, Pairs) for _, inner in a.pairs)
        )

    def _call(self, node: nodes.Call) -> Value:
        args = tuple(self.value(arg) for arg in node.args)
        kwargs = tuple((pair.key, self.value(pair.value)) for pair in node.kwargs)
        name = getattr(node.node, "name", None) or getattr(node.node, "attr", None)
        if name in self.macros and self.depth < DEEPEST:
            self._macro(self.macros[name], args, kwargs)
            return ()
        callee = self.value(node.node)
        return self.frame.apply(callee, Call(args, kwargs, self._site(node)))

    def _macro(
        self, macro: nodes.Macro, args: tuple[Value, ...], kwargs: tuple[tuple[str, Value], ...]
    ) -> None:
        key = (id(macro), args, kwargs)
        # Macros that call macros that call macros: each once for what it is given, up to a bound.
        if key in self.called or self.often[id(macro)] >= OFTEN:
            return
        self.often[id(macro)] += 1
        self.called[key] = macro
        before = dict(self.env)
        names = [arg.name for arg in macro.args]
        self.env.update(dict.fromkeys(names, ()))
        self.env.update({**dict(zip(names, args, strict=False)), **dict(kwargs)})
        self.depth += 1
        self._body(macro.body)
        self.depth -= 1
        self.env.clear()
        self.env.update(before)

    def _filter(self, node: nodes.Filter) -> Value:
        value = self.value(node.node)
        args = [self.value(arg) for arg in node.args]
        if node.name in self.tags.filters:
            call = Call((value, *args), (), self._site(node))
            return self.frame.apply(self.tags.filters[node.name], call)
        if node.name in ONE:
            return elements(value)
        if node.name == "map":
            return self._mapped(node, value)
        return value if node.name in SAME else ()

    def _mapped(self, node: nodes.Filter, value: Value) -> Value:
        for pair in node.kwargs:
            if pair.key == "attribute":
                found = elements(value)
                for name in (text(self.value(pair.value)) or "").split("."):
                    found = step(self.frame, found, name, self._site(node))
                return (Items((found,)),)
        return ()


def _is_statement(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Stmt)


def _texts(value: Value) -> list[str]:
    return [atom.text for atom in value if isinstance(atom, Text)]
