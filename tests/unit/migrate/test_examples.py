"""The three examples are one shop: what a scan finds in them is what was written by hand."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from mscli.migrate.facts import Facts, json_parts
from mscli.migrate.scan import scan

ROOT = Path(__file__).parents[3]
NAMES = ("monolith-django", "monolith-flask", "monolith-fastapi")


def scorer() -> ModuleType:
    place = ROOT / "benchmarks" / "migrate" / "score.py"
    spec = importlib.util.spec_from_file_location("migrate_score", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=NAMES)
def facts(request: pytest.FixtureRequest) -> Facts:
    return scan(ROOT / "examples" / request.param)


def test_routes_tables_relations_and_writes_are_found_without_a_miss(facts: Facts) -> None:
    truth = json.loads((ROOT / "benchmarks/migrate/truth.json").read_text())
    found = scorer().score(facts, truth)
    for kind in ("routes", "tables", "relations", "writes", "transactions"):
        assert found[kind] == (1.0, 1.0), kind
    recall, precision = found["reads"]
    assert recall == 1.0
    assert precision >= 0.9


def test_every_fact_has_a_place_in_a_file_that_exists(facts: Facts) -> None:
    places = [fact.evidence for fact in facts.routes]
    places += [fact.evidence for fact in facts.relations]
    places += [fact.evidence for fact in facts.accesses]
    places += [fact.evidence for fact in facts.transactions]
    assert all(place.line > 0 and place.file.endswith(".py") for place in places)


def test_the_same_input_gives_the_same_bytes(facts: Facts) -> None:
    name = {"django": NAMES[0], "flask": NAMES[1], "fastapi": NAMES[2]}[facts.frameworks[0]]
    again = scan(ROOT / "examples" / name)
    assert list(json_parts(again)) == list(json_parts(facts))


def test_a_write_by_a_signal_says_that_it_is_one(facts: Facts) -> None:
    found = [
        access.through
        for access in facts.accesses
        if access.table == "profiles" and access.handler.endswith("register")
    ]
    assert any(through.startswith("signal") for through in found)


def test_what_runs_on_every_request_is_named(facts: Facts) -> None:
    assert [each.scope for each in facts.ambient if each.scope != "render"] == ["request"]
    assert all(
        "isit" in access.through
        for access in facts.accesses
        if access.table == "visits" and not access.handler.startswith("ambient:")
    )
