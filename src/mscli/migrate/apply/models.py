"""The models that go along with a service's code, and which routes one that cannot keeps back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.implied.listeners import Statement
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.instead import MAKING
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.facts import Facts
from mscli.migrate.walk.project.index import ModuleSymbol, last_name

OF_OTHERS = frozenset(["add_resource", "add_url_rule", "connect", "listen", "register_blueprint"])
EVERY = ""
"""What is against every route, whatever its tables."""


@dataclass(slots=True)
class Models:
    """What models need, and why a route that touches a table has to stay, by table."""

    closure: Closure = field(default_factory=Closure)
    against: dict[str, list[str]] = field(default_factory=dict)
    against_writes: dict[str, list[str]] = field(default_factory=dict)
    declaring: frozenset[str] = frozenset()
    """The modules that declare them."""


def own_models(symbols: Mapping[str, str], closing: Closing) -> Models:
    """Those of a service with its own tables: all of them, or no route; symbols by table."""
    closure = closing.of(symbols.values())
    found = {EVERY: list(closure.reasons)} if closure.reasons else {}
    return Models(closure, found, declaring=_modules(symbols.values(), closing))


Against = Callable[[Closure], Iterable[str]]
"""Why no service could import what a closure has, beside the closure's own reasons."""


def every_model(
    symbols: Mapping[str, str], closing: Closing, facts: Facts, against: Against
) -> Models:
    """All of the monolith, for relations lead anywhere; but what cannot move, and what names it.

    A row may only be written where all models that refer to it are known: they are what a delete
    takes along.
    """
    closures = {table: closing.of([symbol]) for table, symbol in symbols.items()}
    every = {table: [*c.reasons, *against(c)] for table, c in closures.items()}
    stuck = {table: reasons for table, reasons in every.items() if reasons}
    named = {table: _texts(closing, closures[table]) for table in closures if table not in stuck}
    growing = True
    while growing:
        names = {symbols[table].rpartition(".")[2]: table for table in stuck}
        more = {t: sorted(n & names.keys()) for t, n in named.items() if n & names.keys()}
        for table, hits in more.items():
            del named[table]
            text = f"the model of {table} names {hits[0]}, which cannot be moved"
            stuck[table] = [text, *stuck[names[hits[0]]][:1]]
        growing = bool(more)
    found = Models(against=stuck, declaring=_modules((symbols[t] for t in named), closing))
    for table in named:
        found.closure.add(closures[table])
    for statement in _called_beside(found.declaring, closing):
        closure = closing.of((), [statement])
        found.closure.add(closure)
        if reasons := [*closure.reasons, *against(closure)]:
            found.against.setdefault(EVERY, []).extend(reasons)
    for relation in facts.relations:
        if relation.source in stuck and relation.target not in stuck:
            target = relation.target or "a table that is not known"
            text = f"rows of {relation.source} refer to {target}, and its model stays"
            reasons = [text, *stuck[relation.source][:1]]
            found.against_writes.setdefault(relation.target, reasons)
    return found


def mapped_by_calls(facts: Facts) -> dict[str, list[str]]:
    """What is against classes that a call maps to a plain table: no service makes that call."""
    return {
        fact.table: [f"a call maps `{fact.model}` to its table, when it starts ({fact.evidence})"]
        for fact in facts.tables
        if fact.origin == "table" and fact.model != fact.table
    }


def _called_beside(names: Iterable[str], closing: Closing) -> Iterator[Statement]:
    """Calls at the top of modules that declare models: what they set up, models may rely on.

    Django has none such: applications are set up by their configuration.
    """
    modules = (closing.project.module(name) for name in sorted(names))
    for module in (each for each in modules if each is not None and not _is_of_django(each)):
        for piece in closing.sources.of(module).pieces:
            called = [last_name(call.func) for call in piece.calls]
            if called and MAKING.isdisjoint(called) and not _registers(called):
                yield module, piece


def _is_of_django(module: ModuleSymbol) -> bool:
    return any(target.partition(".")[0] == "django" for target, _ in module.imports.values())


def _registers(called: Iterable[str]) -> bool:
    """Whether a call is about routes or rows, which have rules of their own."""
    return not OF_OTHERS.isdisjoint(called)


def _texts(closing: Closing, closure: Closure) -> frozenset[str]:
    """The last words of the dotted names in its texts: relations name their targets so."""
    texts = (text for _, piece in closing.kept(closure) for text in piece.texts)
    return frozenset(text.rpartition(".")[2] for text in texts)


def _modules(symbols: Iterable[str], closing: Closing) -> frozenset[str]:
    places = (closing.find(symbol) for symbol in symbols)
    return frozenset(place[0].name for place in places if place)


def made_in(kept: Iterable[tuple[ModuleSymbol, Piece]]) -> Iterator[str]:
    """What in code makes tables."""
    for module, piece in kept:
        for chain in sorted(c for c in piece.attributes if c.rpartition(".")[2] in MAKING):
            where = f"({module.file}:{piece.first})"
            yield f"`{chain}` makes tables, as only the monolith does {where}"
