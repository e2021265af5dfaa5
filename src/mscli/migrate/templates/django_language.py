"""Django's template language: variables, filters, loops, includes, and a project's own tags."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mscli.migrate.templates.following import called, printed, step
from mscli.migrate.templates.own_tags import OwnTags
from mscli.migrate.templates.rendering import Rendering, pairs_of
from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import (
    Items,
    Known,
    Made,
    Object,
    Outside,
    Pairs,
    Site,
    Text,
    Type,
    Value,
    join,
    text,
)

TOKEN = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.DOTALL)
BIT = re.compile(r"""((?:[^\s'"]*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')[^\s'"]*)+|\S+)""")
PIPE = re.compile(r"""((?:[^|'"]|"[^"]*"|'[^']*')+)""")
NAMES = re.compile(r"^[A-Za-z_]\w*(\.\w+)*$")
ASKING = ("has_perm", "test_rule")
"""Tags of the package `rules`: a name, a user, and maybe an object."""
OPERATORS = frozenset(["and", "or", "not", "in", "is", "==", "!=", "<", ">", "<=", ">=", "as"])


class DjangoTemplate:
    """Walks one template in one context."""

    def __init__(self, rendering: Rendering, tags: OwnTags, frame: Frame, path: str) -> None:
        self.rendering = rendering
        self.tags = tags
        self.frame = frame
        self.path = path
        self.scopes: list[tuple[str, dict[str, Value]]] = []
        self.env = frame.env
        site = Site(path, 1)
        self.env.setdefault("request", (Made("django.http.HttpRequest", Site("", 0), ()),))
        self.site = site

    def walk(self, source: str) -> None:
        """Every tag and variable, in order."""
        line, skipped = 1, ""
        for token in TOKEN.split(source):
            self.site = Site(self.path, line)
            line += token.count("\n")
            content = token[2:-2].strip() if token.startswith(("{%", "{{")) else ""
            if skipped:
                skipped = "" if content.startswith(skipped) else skipped
            elif token.startswith("{{"):
                printed(self.frame, self.expression(content), self.site)
            elif token.startswith("{%") and content:
                name, *bits = BIT.findall(content)
                if name in ("comment", "verbatim"):
                    skipped = f"end{name}"
                else:
                    self._tag(name, bits)

    # -- tags --------------------------------------------------------------------------------

    def _tag(self, name: str, bits: list[str]) -> None:
        if name == "for" and "in" in bits:
            self._loop(bits)
        elif name == "with":
            self._push("with", self._given(bits))
        elif name in ("endfor", "endwith"):
            self._pop()
        elif name in ("include", "extends"):
            self._include(bits)
        elif name in self.tags.tags:
            self._own(name, bits)
        elif name in ASKING and name not in self.tags.tags:
            self._asked(name, bits)
        elif name == "regroup" and "as" in bits:
            self.env[bits[-1]] = self._grouped(bits)
        elif not name.startswith("end"):
            found = [self.expression(bit.partition("=")[2] or bit) for bit in bits]
            if "as" in bits[:-1]:
                self.env[bits[-1]] = join(*found[:1])

    def _asked(self, name: str, bits: list[str]) -> None:
        """`{% has_perm "shop.change_book" user book as may %}`."""
        given = tuple(self.expression(bit) for bit in bits[: 3 if "as" not in bits[:-1] else -2])
        asked: Value = (Outside(f"rules.{name}"),)
        if name == "has_perm" and len(given) > 1:
            asked = self.frame.attribute(given[1], name, self.site)
            given = (given[0], *given[2:])
        self.frame.apply(asked, Call(given, (), self.site))

    def _grouped(self, bits: list[str]) -> Value:
        """`{% regroup books by author.name as groups %}`."""
        rows = self.expression(bits[0])
        of = protocols.parts(self.frame, rows, self.site)
        for part in bits[2].split("|")[0].split(".") if len(bits) > 2 else ():  # noqa: PLR2004
            of = called(self.frame, step(self.frame, of, part, self.site), self.site)
        return (Items(((Pairs((("list", rows), ("grouper", of))),),)),)

    def _loop(self, bits: list[str]) -> None:
        place = bits.index("in")
        names = [name for name in " ".join(bits[:place]).replace(",", " ").split() if name]
        over = self.expression(" ".join(bits[place + 1 :]).removesuffix(" reversed"))
        turn = protocols.parts(self.frame, over, self.site)
        bound: dict[str, Value] = {}
        for place, name in enumerate(names):
            known = [a for a in turn if isinstance(a, Items) and len(a.items) == len(names)]
            bound[name] = known[0].items[place] if known and len(names) > 1 else turn
        self._push("for", bound)

    def _push(self, kind: str, bound: Mapping[str, Value]) -> None:
        self.scopes.append((kind, dict(self.env)))
        self.env.update(bound)

    def _pop(self) -> None:
        if self.scopes:
            _, before = self.scopes.pop()
            self.env.clear()
            self.env.update(before)

    def _given(self, bits: list[str]) -> dict[str, Value]:
        found = {}
        for bit in bits:
            name, equals, value = bit.partition("=")
            if equals:
                found[name] = self.expression(value)
        if len(bits) == 3 and bits[1] == "as":  # noqa: PLR2004
            found[bits[2]] = self.expression(bits[0])
        return found

    def _include(self, bits: list[str]) -> None:
        for name in _texts(self.expression(bits[0])) if bits else ():
            context = {} if "only" in bits else dict(self.env)
            self.rendering.show(self.frame, name, {**context, **self._given(bits[1:])}, self.site)

    def _own(self, name: str, bits: list[str]) -> None:
        """A tag of the project's: its function is called with what the tag is given."""
        kind, function, made = self.tags.tags[name]
        target = bits[-1] if len(bits) > 1 and bits[-2] == "as" else ""
        bits = bits[:-2] if target else bits
        keywords = tuple(self._given(bits).items())
        args = [self.expression(bit) for bit in bits if "=" not in bit]
        context: Value = (Pairs(tuple(self.env.items())),)
        if kind == "tag":
            self._compiled(function, context)
            return
        if _takes_context(function, made):
            args.insert(0, context)
        found = self.frame.apply(function, Call(tuple(args), keywords, self.site))
        if kind == "inclusion_tag" and made is not None:
            for shown in _texts(made.arg(0, "filename")):
                self.rendering.show(self.frame, shown, pairs_of(found), self.site)
        if target:
            self.env[target] = found

    def _compiled(self, function: Value, context: Value) -> None:
        made = self.frame.apply(function, Call(((), ()), (), self.site))
        for atom in (*made, *(Object(a.cls) for a in function if isinstance(a, Type))):
            if isinstance(atom, Object) and self.frame.engine.method(atom.cls, "render"):
                render = self.frame.attribute((atom,), "render", self.site)
                self.frame.apply(render, Call((context,), (), self.site))

    # -- expressions -------------------------------------------------------------------------

    def expression(self, source: str) -> Value:
        """What a variable with its filters may be."""
        parts = PIPE.findall(source.strip())
        if not parts:
            return ()
        value = self._variable(parts[0].strip())
        for part in parts[1:]:
            value = self._filtered(value, part.strip())
        return value

    def _variable(self, source: str) -> Value:
        if source[:1] in "'\"" and len(source) > 1:
            return (Text(source[1:-1]),)
        if source.startswith("_("):
            return ()
        if not NAMES.match(source) or source in OPERATORS:
            return ()
        name, *rest = source.split(".")
        value = self._named(name)
        value = called(self.frame, value, self.site)
        for part in rest:
            value = called(self.frame, step(self.frame, value, part, self.site), self.site)
        return value

    def _named(self, name: str) -> Value:
        if name in self.env:
            return self.env[name]
        if name in ("user", "perms"):
            user = self.frame.attribute(self.env["request"], "user", self.site)
            if name == "perms":
                asked = self.frame.attribute(user, "has_perm", self.site)
                self.frame.apply(asked, Call(((), (Known(None),)), (), self.site))
            return user
        return ()

    def _filtered(self, value: Value, part: str) -> Value:
        name, _, argument = part.partition(":")
        args = [value, self.expression(argument)] if argument else [value]
        if name in self.tags.filters:
            return self.frame.apply(self.tags.filters[name], Call(tuple(args), (), self.site))
        if name in ("first", "last"):
            return protocols.parts(self.frame, value, self.site)
        if name in ("length", "length_is"):
            protocols.called(self.frame, value, "__len__", self.site)
        return join(value, args[1]) if name == "default" and argument else value


def _texts(value: Value) -> list[str]:
    found = [atom.text for atom in value if isinstance(atom, Text)]
    for atom in value:
        if isinstance(atom, Items):
            found.extend(name for item in atom.items for name in [text(item)] if name)
    return found


def _takes_context(function: Value, made: Made | None) -> bool:
    """Whether a tag's function gets the whole context first."""
    if made is None or not any(name == "takes_context" for name, _ in made.kwargs):
        return False
    for atom in function:
        arguments = getattr(getattr(atom, "fn", None), "node", None)
        if arguments is not None and arguments.args.args:
            return bool(arguments.args.args[0].arg == "context")
    return False
