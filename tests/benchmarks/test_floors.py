"""What a scan finds in four small public applications is no less than it was.

Their code comes from the package registry, as `benchmarks/migrate/score.py --truth NAME` has it,
and is only read. The floors are a little under what is reached, so that what is lost without a word
(a kind of route, the tables of a package) is told the same day. Who finds more may raise them.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from migrate.measured import Comparison

SCORE = Path(__file__).parents[2] / "benchmarks" / "migrate" / "score.py"
WHOLE = {
    f"{measure} of {kind}": 0.99
    for measure in ("recall", "precision")
    for kind in ("routes", "tables", "relations")
}
FLOORS = {
    "django-helpdesk": {
        "routes": 151,
        "reads": 1500,
        "writes": 280,
        "recall of reads": 0.95,
        "precision of reads": 0.81,
        "recall of writes": 0.95,
        "precision of writes": 0.74,
        "recall of transactions": 0.9,
        "precision of transactions": 0.78,
    },
    "ihatemoney": {
        "routes": 64,
        "reads": 162,
        "writes": 114,
        "recall of reads": 0.84,
        "precision of reads": 0.78,
        "recall of writes": 0.95,
        "precision of writes": 0.85,
        "recall of transactions": 0.9,
        "precision of transactions": 0.93,
    },
    "fief": {
        "routes": 220,
        "reads": 1100,
        "writes": 235,
        "recall of reads": 0.97,
        "precision of reads": 0.86,
        "recall of writes": 0.97,
        "precision of writes": 0.92,
        "recall of transactions": 0.95,
        "precision of transactions": 0.54,
    },
    "quetz": {
        "routes": 83,
        "reads": 285,
        "writes": 90,
        "recall of reads": 0.94,
        "precision of reads": 0.79,
        "recall of writes": 0.98,
        "precision of writes": 0.79,
        "recall of transactions": 0.9,
        "precision of transactions": 0.9,
    },
}

pytestmark = pytest.mark.programs


@pytest.fixture(scope="module")
def score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("migrate_score", SCORE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measures(found: Comparison) -> dict[str, float]:
    """Counts of facts, and the recall and precision of each kind."""
    kinds = Counter(access.kind for access in found.facts.accesses)
    counts = {"routes": len(found.facts.routes), "reads": kinds["read"], "writes": kinds["write"]}
    recalls = {f"recall of {kind}": scores[0] for kind, scores in found.scores.items()}
    precisions = {f"precision of {kind}": scores[1] for kind, scores in found.scores.items()}
    return {**counts, **recalls, **precisions}


@pytest.mark.parametrize("name", FLOORS)
def test_a_scan_finds_no_less_than_it_did(score: ModuleType, name: str) -> None:
    try:
        found = score.comparison(name)
    except SystemExit as out_of_reach:
        pytest.fail(str(out_of_reach))
    has, floors = measures(found), {**WHOLE, **FLOORS[name]}
    fallen = {what: round(has[what], 3) for what in floors if has[what] < floors[what]}
    assert not fallen, f"{name} is below { ({what: floors[what] for what in fallen}) }"


def test_a_registry_out_of_reach_is_said(tmp_path: Path) -> None:
    """With the package's name, and without a traceback."""
    done = subprocess.run(
        [sys.executable, str(SCORE), "--truth", "ihatemoney"],
        env={"PIP_INDEX_URL": "http://127.0.0.1:9/simple/", "PIP_CONFIG_FILE": "/dev/null"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("ihatemoney==7.2.1 could not be had from the package registry")
    assert "Traceback" not in done.stderr
