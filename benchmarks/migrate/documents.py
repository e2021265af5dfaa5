"""The truth about an application as it is written down: facts only, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from migrate import covered
from mscli.migrate import paths
from mscli.migrate.tracing.seen import Seen

Document = dict[str, Any]
LISTS, BY_FILE = ("routes", "handled"), ("started", "executed")


def made(
    name: str,
    version: str,
    registry: Mapping[str, Any],
    handled: Iterable[Seen],
    told: Mapping[str, Any],
) -> Document:
    """What an application says of itself, and what its requests did."""
    routes: dict[tuple[str, str], dict[str, Any]] = {}
    for route in registry["routes"]:
        path = _path(route["parts"])
        for method in route["methods"]:
            key = (path, method)
            routes.setdefault(
                key,
                {"method": method, "path": path, "handler": route["handler"], "own": route["own"]},
            )
    own = sorted(table for table, mine in registry["tables"].items() if mine)
    others = sorted(table for table, mine in registry["tables"].items() if not mine)
    relations = sorted(
        f"{ends[0]} {'<->' if len(ends) > 2 else '->'} {ends[1]}" for ends in registry["relations"]
    )
    every = list(handled)
    return {
        "application": name,
        "version": version,
        "tables": own,
        "tables_of_others": others,
        "relations": relations,
        "routes": [routes[key] for key in sorted(routes)],
        "handled": [_handled(one) for one in every],
        "started": covered.started(told),
        "executed": covered.kept(told, map(_key, every)),
    }


def added(document: Document, handled: Iterable[Seen], told: Mapping[str, Any]) -> Document:
    """With what others of its requests did. Routes and tables stay those of the application: its
    tests may run with other settings, and ask for methods that it refuses.
    """
    asked = {(route["method"], route["path"]) for route in document["routes"]}
    tables = {*document["tables"], *document["tables_of_others"]}
    every = {_key(one): one for one in map(_seen, document["handled"])}
    for one in handled:
        if not asked.isdisjoint(((one.method, one.path), ("ANY", one.path))):
            known = every.setdefault(_key(one), Seen(*_key(one)))
            known.succeeded |= one.succeeded
            known.reads |= one.reads & tables
            known.writes |= one.writes & tables
            known.together |= {kept for kept in _within(one.together, tables) if len(kept) > 1}
    order = sorted(every)
    lines = covered.joined(covered.told_by(document), told)
    return {
        **document,
        "handled": [_handled(every[key]) for key in order],
        "executed": covered.kept(lines, order),
    }


def text(document: Document) -> str:
    """As it stands in its file."""
    lines = [
        f" {json.dumps(key)}: {json.dumps(value)}"
        for key, value in document.items()
        if key not in (*LISTS, *BY_FILE)
    ]
    for key in LISTS:
        inner = ",\n".join("  " + json.dumps(item) for item in document[key])
        lines.append(f" {json.dumps(key)}: [\n{inner}\n ]")
    for key in filter(document.__contains__, BY_FILE):
        files = document[key]
        inner = ",\n".join(f"  {json.dumps(one)}: {json.dumps(files[one])}" for one in files)
        lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def summary(document: Document) -> str:
    """What there is, in a line."""
    good = [one for one in document["handled"] if one["succeeded"]]
    return (
        f"{document['application']}: {len(document['routes'])} routes,"
        f" {len(document['tables'])} tables, {len(document['handled'])} handled,"
        f" {len(good)} with success"
    )


def _path(parts: list[list[str]]) -> str:
    return paths.joined(
        *(
            paths.from_converters(text) if kind == "path" else paths.from_regex(text)
            for kind, text in parts
        )
    )


def _key(one: Seen) -> tuple[str, str, str]:
    return (one.handler, one.method, one.path)


def _within(groups: Iterable[tuple[str, ...]], tables: set[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(table for table in group if table in tables) for group in groups)


def _seen(one: Mapping[str, Any]) -> Seen:
    together = set(map(tuple, one["together"]))
    key = (one["handler"], one["method"], one["path"])
    return Seen(*key, one["succeeded"], set(one["reads"]), set(one["writes"]), together)


def _handled(one: Seen) -> dict[str, Any]:
    return {
        "method": one.method,
        "path": one.path,
        "handler": one.handler,
        "succeeded": one.succeeded,
        "reads": sorted(one.reads),
        "writes": sorted(one.writes),
        "together": sorted(map(list, one.together)),
    }
