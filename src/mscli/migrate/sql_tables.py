"""Tables that only SQL declares or names: those of code that uses no mapper, or goes beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec

from mscli.migrate.sources import Sources
from mscli.migrate.statements import Declared, declared_in, tables_of
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.values.values import Site, Text

CREATED = re.compile(r"\bcreate\s+(\w+\s+)?table\b.*?(;|\Z)", re.IGNORECASE | re.DOTALL)
LARGEST = 1_000_000


def add(engine: Engine, found: Sources) -> None:
    """Put what statements touch, and no model declares, among the tables of the application."""
    named = _named(engine)
    created = [*_executed(engine), *(_in_files(found) if named else ())]
    used = {site.file for site, one in created if one.name.casefold() in named}
    own = {}
    for site, one in created:
        if site.file in used and not _is_known(engine, one.name):
            own[one.name.casefold()] = one
            _model(engine, one.name, site, one.columns, Confidence.CERTAIN)
    # Where others are mapped, one that is only named may be another database's.
    mapped = any(model.origin == "model" for model in engine.schema.by_table.values())
    sure = Confidence.POSSIBLE if mapped else Confidence.LIKELY
    for site in named.values():
        if not _is_known(engine, site[0]):
            _model(engine, *site, (), sure)
    for one in own.values():
        _relate(engine, one)


def _named(engine: Engine) -> dict[str, tuple[str, Site]]:
    """The tables that statements read or write, and where the first of these is."""
    found: dict[str, tuple[str, Site]] = {}
    for node in engine.nodes.values():
        for statement in node.statements:
            known = statement.sql and Text(statement.sql) not in engine.samples
            for name in sorted({*sum(tables_of(statement.sql or ""), ())} if known else ()):
                key, here = name.casefold(), (name, statement.site)
                found[key] = min(found.get(key, here), here, key=lambda each: each[1])
    return found


def _executed(engine: Engine) -> Iterator[tuple[Site, Declared]]:
    for node in engine.nodes.values():
        for statement in node.statements:
            if statement.sql and CREATED.search(statement.sql):
                yield from ((statement.site, one) for one in declared_in(statement.sql))


def _in_files(found: Sources) -> Iterator[tuple[Site, Declared]]:
    """What the project's files of SQL declare."""
    for name in found.other if find_spec("sqlglot") else ():
        path = found.root / name
        if not name.endswith(".sql") or not path.is_file() or path.stat().st_size > LARGEST:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for each in CREATED.finditer(text):
            site = Site(name, text.count("\n", 0, each.start()) + 1)
            yield from ((site, one) for one in declared_in(each[0]))


def _is_known(engine: Engine, name: str) -> bool:
    schema = engine.schema
    known = (*schema.by_table, *(model.table for model in schema.outside.values()))
    return name.casefold() in {each.casefold() for each in known}


def _model(
    engine: Engine, name: str, site: Site, columns: tuple[str, ...], sure: Confidence
) -> None:
    fields = tuple(sorted(columns))
    model = Model(name, name, "sql", site, None, "", "sql", fields, confidence=sure)
    engine.schema.add(model)


def _relate(engine: Engine, one: Declared) -> None:
    tables = {name.casefold(): model for name, model in engine.schema.by_table.items()}
    source = tables[one.name.casefold()]
    for key in one.keys:
        target = tables.get(key.target.casefold())
        if target is not None and source.site is not None and key.columns:
            name = "_".join(key.columns)
            relation = Relation(
                "foreign-key", name, source, target, source.site, on_delete=key.on_delete
            )
            engine.schema.relate(relation)
