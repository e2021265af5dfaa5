"""The opinions that boundaries are compared with: whole, and of the same tables."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from migrate import opinions, score


def test_every_public_application_was_drawn_by_others() -> None:
    """The readers' file names the applications that the truth has, examples aside."""
    assert opinions.opinions().keys() == score.boundary_truths().keys() - {"examples"}


def test_every_opinion_places_each_table_once() -> None:
    drawn = json.loads((score.HERE / "opinions.json").read_text())
    for name, by in opinions.opinions().items():
        assert len({frozenset(owners) for owners in by.values()}) == 1, name
        for services in drawn[name].values():
            tables = Counter(table for placed in services.values() for table in placed)
            assert set(tables.values()) == {1}, name


def test_agreement_is_of_pairs_and_of_tables_that_both_place() -> None:
    one = {"a": "x", "b": "x", "c": "y"}
    assert opinions.agreement(one, {"a": "1", "b": "1", "c": "2", "d": "2"}) == 1.0
    assert opinions.agreement(one, {"a": "1", "b": "1", "c": "1"}) == 0.5
