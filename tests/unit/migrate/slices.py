"""A small monolith of books and authors, cut into `library` and `people`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from mscli.migrate.apply.part import Part
from mscli.migrate.apply.parts import Parts
from mscli.migrate.apply.required import packages_of
from mscli.migrate.boundaries.propose import Decided, propose
from mscli.migrate.scan import scan
from mscli.migrate.store import Store


def part_of(folder: Path, files: Mapping[str, str], store: Store = "own") -> Part:
    """The service of the tables `books` and `loans`, and of the routes below a path with books."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(dedent(content))
    facts = scan(folder)
    routes = {
        f"{r.method} {r.path}": "library" if "books" in r.path else "people" for r in facts.routes
    }
    owners = {
        fact.table: "library" if fact.table in ("books", "loans") else "people"
        for fact in facts.tables
        if fact.origin != "framework"
    }
    proposal = propose(facts, Decided(owners, routes, {}), store=store)
    return Parts(proposal, folder, packages_of(folder)).part("library")


def reasons(found: Part) -> str:
    """Every reason against every route; there has to be a route."""
    assert found.fates
    return "; ".join(reason for fate in found.fates for reason in fate.reasons)
