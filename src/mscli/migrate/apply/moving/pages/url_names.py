"""URLs that moved code asks for by a name: those of the monolith, which stay as they are.

All paths are below one gateway. So a service has to know the name and the rule of each URL, and
answers none of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.facts import UrlFact
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name

ASKING = {
    "django.shortcuts.redirect": "to",
    "django.shortcuts.resolve_url": "to",
    "django.urls.reverse": "viewname",
    "django.urls.reverse_lazy": "viewname",
    "flask.url_for": "endpoint",
    "rest_framework.reverse.reverse": "viewname",
    "rest_framework.reverse.reverse_lazy": "viewname",
}
"""What asks for a URL, and how its name is called."""
OR_A_PATH = frozenset(["django.shortcuts.redirect", "django.shortcuts.resolve_url"])
"""These are given a path, or an object that has one, as well."""
OF_AN_OBJECT = frozenset(["url_for", "url_path_for"])
"""Methods of a request, a router or an application (Starlette)."""
DEFAULTS, INCLUDE = "defaults", "include("
OF_APP = "@"
"""How the list of an application begins that is asked for by its label."""
CONVERTERS = {
    "django": ("<int:", "<str:", "<slug:", "<uuid:", "<path:"),
    "flask": ("<string:", "<string(", "<int:", "<int(", "<float:", "<float(", "<path:", "<any(",
              "<uuid:", "<default:"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A URL by its own name, below namespaces (Django); `parts` are its rules.

    In Flask one, and its defaults as code, if it has some.
    """

    name: str
    parts: tuple[str, ...]
    namespaces: tuple[tuple[str, str], ...] = ()
    """Each with the application's."""


class Urls:
    """The URLs of one framework."""

    def __init__(
        self,
        framework: str,
        facts: Sequence[UrlFact],
        project: Project,
        *,
        with_packages: bool = False,
    ) -> None:
        """`with_packages`: a service may have those that are known to a package alone."""
        self.framework = framework
        own = [fact for fact in facts if fact.framework == framework]
        lists = [fact for fact in own if _last(fact).startswith(INCLUDE)]
        self.facts = [_with_defaults(fact, project) for fact in own if fact not in lists]
        taken = [f for f in lists if with_packages and _is_known(f) and _is_sure(f, project)]
        self.packages = taken
        """Lists of packages, whatever they name."""
        unknown = {fact.name for fact in self.facts if not _is_known(fact)}
        self.names = {fact.name for fact in self.facts} - unknown - set(self._ambiguous())
        is_all = not unknown and len(taken) == len(lists)
        self.has_every_one = framework != "fastapi" and is_all and bool(self.names)
        """Whether a name may be put together: a service has all that there are."""

    def _ambiguous(self) -> Iterator[str]:
        """Of two of a name Starlette takes the first, and only it knows which that is."""
        seen: dict[str, tuple[str, ...]] = {}
        for fact in self.facts if self.framework == "fastapi" else ():
            if seen.setdefault(fact.name, fact.parts) != fact.parts:
                yield fact.name

    def against(self, kept: Iterable[tuple[ModuleSymbol, Piece]]) -> Iterator[str]:
        """Names that have no rule that is known."""
        for module, piece in kept:
            where = f"({module.file}:{piece.first})"
            for name in asked(module, piece):
                if not name and not self.has_every_one:
                    yield f"it puts the name of a URL together {where}"
                elif not self.knows(name):
                    yield f"the URL `{name}` is not known {where}"

    def knows(self, name: str) -> bool:
        """Whether a name has a rule; `.show` is of the blueprint that asks."""
        if not name:
            return self.has_every_one
        if name.startswith("."):
            return any(known.endswith(name) for known in self.names)
        if name in self.names:
            return True
        apps = {":".join((*f.apps, _last(f))) for f in self.facts if f.apps}
        return name in apps or any(_may_have(fact, name) for fact in self.packages)

    def packages_for(self, names: Iterable[str]) -> list[UrlFact]:
        """The lists of packages that may have some of these names."""
        asked = [name for name in names if name not in self.names]
        return [f for f in self.packages if any(not n or _may_have(f, n) for n in asked)]

    def asked_by(self, kept: Iterable[tuple[ModuleSymbol, Piece]], shown: Set[str]) -> set[str]:
        """The names that code and pages ask for."""
        return {*shown, *(name for module, piece in kept for name in asked(module, piece))}

    def elsewhere(
        self, kept: Iterable[tuple[ModuleSymbol, Piece]], shown: Set[str]
    ) -> tuple[Elsewhere, ...]:
        """All of them, if anything of these asks for one, or their pages do."""
        names = self.asked_by(kept, shown)
        if self.framework != "django" and not names:
            return ()
        own = [fact for fact in self.facts if fact.name in self.names]
        return tuple(_elsewhere(fact) for fact in (*own, *self.packages_for(names)))


def _with_defaults(fact: UrlFact, project: Project) -> UrlFact:
    """The rule with its defaults as code, if they are written down there; else with no rule."""
    if DEFAULTS not in fact.parts:
        return fact
    modules = [module for module in project.modules if module.file == fact.evidence.file]
    calls = [node for m in modules for node in ast.walk(m.tree) if isinstance(node, ast.Call)]
    for call in (call for call in calls if call.lineno == fact.evidence.line):
        for keyword in call.keywords:
            if keyword.arg == DEFAULTS and _is_literal(keyword.value):
                return replace(fact, parts=(fact.parts[0], ast.unparse(keyword.value)))
    return replace(fact, parts=())


def _last(fact: UrlFact) -> str:
    return fact.name.rpartition(":")[2]


def package_of(fact: UrlFact) -> str:
    """The package of a list of its own."""
    return _last(fact).removeprefix(INCLUDE).rstrip(")").partition(".")[0]


def _may_have(fact: UrlFact, name: str) -> bool:
    """Whether a list of a package may have a name: it is in the same namespace, or below it."""
    spaces, apps = fact.name.split(":")[:-1], list(fact.apps)
    asked = name.split(":")[:-1]
    return any(asked[: len(above)] == above for above in (spaces, apps))


def _is_sure(fact: UrlFact, project: Project) -> bool:
    """Whether it is there under no condition."""
    module = next((m for m in project.modules if m.file == fact.evidence.file), None)
    line = fact.evidence.line
    around = (
        (n for n in module.tree.body if n.lineno <= line <= (n.end_lineno or line))
        if module
        else ()
    )
    return not any(isinstance(node, ast.If | ast.Try) for node in around)


def _is_literal(node: ast.expr) -> bool:
    try:
        return isinstance(ast.literal_eval(node), dict)
    except ValueError:
        return False


def _elsewhere(fact: UrlFact) -> Elsewhere:
    *spaces, name = fact.name.split(":") if fact.framework == "django" else [fact.name]
    return Elsewhere(name, fact.parts, tuple(zip(spaces, fact.apps, strict=False)))


def _is_known(fact: UrlFact) -> bool:
    """Whether its rule is known, with converters that every application has."""
    return bool(fact.parts) and are_known(fact.parts, fact.framework)


def are_known(parts: Iterable[str], framework: str = "django") -> bool:
    """Whether rules have no converters but those that every application has."""
    known = CONVERTERS.get(framework, ())
    rules = [part for part in parts if not part.startswith("re_path:")]
    for rule in rules if known else ():
        for begun in rule.split("<")[1:]:
            name = begun.partition(">")[0]
            if ":" in name and not f"<{begun}".startswith(known):
                return False
    return True


@lru_cache(maxsize=1 << 14)
def asked(module: ModuleSymbol, piece: Piece) -> tuple[str, ...]:
    """The names of URLs that a piece asks for; the empty one is not known."""
    return tuple(_asked(module, piece))


def _asked(module: ModuleSymbol, piece: Piece) -> Iterator[str]:
    for statement in piece.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                yield from _names(node, module, piece)
            elif isinstance(node, ast.ClassDef | ast.keyword):
                yield from _patterns(node)


def _names(call: ast.Call, module: ModuleSymbol, piece: Piece) -> Iterator[str]:
    meaning = meaning_of(call.func, module, piece)
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr in OF_AN_OBJECT
    if meaning not in ASKING and not is_method:
        return
    keyword = ASKING.get(meaning, "name")
    given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == keyword)]
    for each in _each(given[0]) if given else ():
        if not isinstance(each, ast.Constant):
            yield from () if meaning in OR_A_PATH else ("",)
        elif not (meaning in OR_A_PATH and ({"/", "."} & set(str(each.value)) or not each.value)):
            yield str(each.value)


def _patterns(node: ast.ClassDef | ast.keyword) -> Iterator[str]:
    """What a view of Django's redirects to: `pattern_name = "shelf"`."""
    inner = node.body if isinstance(node, ast.ClassDef) else [node]
    for part in inner:
        match part:
            case ast.Assign(targets=[ast.Name(id="pattern_name")], value=value):
                yield _text(value)
            case ast.keyword(arg="pattern_name", value=value):
                yield _text(value)


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _each(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from (*_each(node.body), *_each(node.orelse))
    else:
        yield node


def meaning_of(node: ast.expr, module: ModuleSymbol, piece: Piece) -> str:
    """The dotted name of what a name in a piece means by imports, also those inside of it."""
    first, _, rest = expression_name(node).partition(".")
    inside = {one.name: (one.module, one.name) for one in piece.imports if one.name}
    found = inside.get(first) or module.imports.get(first)
    return ".".join(filter(None, (*found, rest))) if found else ""
