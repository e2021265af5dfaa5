"""Scores `mscli migrate scan` against a truth: recall and precision of every kind of fact.

    python benchmarks/migrate/score.py                 the three examples, one truth for all
    python benchmarks/migrate/score.py --public NAME   counts for a public application, from a wheel

The three examples are one shop in three frameworks, so `truth.json`, written by hand from the code,
holds for all. A public application is downloaded as a package into a temporary folder, unpacked and
only read; without a truth taken from the running application there are counts, not recall.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mscli.migrate.facts import Facts
from mscli.migrate.scan import scan

ROOT = Path(__file__).parents[2]
EXAMPLES = ("monolith-django", "monolith-flask", "monolith-fastapi")
Kind = dict[str, tuple[float, float]]


def truth_sets(truth: dict[str, Any]) -> dict[str, set[Any]]:
    """The truth as sets that can be compared."""
    accesses = {**truth["routes"], **{f"job {k}": v for k, v in truth["jobs"].items()}}
    return {
        "routes": set(truth["routes"]),
        "tables": set(truth["tables"]),
        "relations": set(truth["relations"]),
        "reads": {(k, t) for k, v in accesses.items() for t in v["reads"]},
        "writes": {(k, t) for k, v in accesses.items() for t in v["writes"]},
        "transactions": {tuple(tables) for tables in truth["split_transactions"]},
    }


def found_sets(facts: Facts) -> dict[str, set[Any]]:
    """The facts in the same form."""
    names: dict[str, list[str]] = {}
    for route in facts.routes:
        names.setdefault(route.handler, []).append(f"{route.method} {route.path}")
    for job in facts.jobs:
        names[job.handler] = [f"job {job.name.rpartition('.')[2]}"]
    pairs = {
        kind: {
            (name, access.table)
            for access in facts.accesses
            if access.kind == kind
            for name in names.get(access.handler, ())
        }
        for kind in ("read", "write")
    }
    return {
        "routes": {f"{route.method} {route.path}" for route in facts.routes},
        "tables": {table.table for table in facts.tables},
        "relations": {f"{r.source} -> {r.target}" for r in facts.relations},
        "reads": pairs["read"],
        "writes": pairs["write"],
        "transactions": {t.tables for t in facts.transactions},
    }


def score(facts: Facts, truth: dict[str, Any]) -> Kind:
    """Recall and precision of each kind."""
    wanted, found = truth_sets(truth), found_sets(facts)
    return {
        kind: (_share(wanted[kind], found[kind]), _share(found[kind], wanted[kind]))
        for kind in wanted
    }


def _share(of: set[Any], found_in: set[Any]) -> float:
    return len(of & found_in) / len(of) if of else 1.0


def examples() -> dict[str, Kind]:
    """Every example with its score."""
    truth = json.loads((Path(__file__).parent / "truth.json").read_text())
    return {name: score(scan(ROOT / "examples" / name), truth) for name in EXAMPLES}


def public(name: str) -> None:
    """Download a package without its dependencies, scan it, print counts."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, name]
        subprocess.run(command, check=True)
        wheel = next(place.glob("*.whl"))
        zipfile.ZipFile(wheel).extractall(place / "code")
        start = time.perf_counter()
        facts = scan(place / "code")
        seconds = time.perf_counter() - start
    handlers = {route.handler for route in facts.routes}
    touching = handlers & {access.handler for access in facts.accesses}
    kinds = Counter(access.kind for access in facts.accesses)
    print(f"{wheel.name}: {facts.counts['lines']} lines in {seconds:.1f} s")
    print(
        f"  {len(facts.routes)} routes, {len(facts.tables)} tables, "
        f"{len(facts.relations)} relations, {kinds['read']} reads, {kinds['write']} writes"
    )
    print(
        f"  {len(touching)} of {len(handlers)} handlers touch a table, "
        f"{len(facts.transactions)} transactions over tables, "
        f"{len(facts.unresolved)} places not resolved"
    )


def show(scores: Iterable[tuple[str, Kind]]) -> None:
    """One line an example and kind."""
    for name, kinds in scores:
        for kind, (recall, precision) in kinds.items():
            print(f"{name:<18} {kind:<13} recall {recall:.2f}  precision {precision:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", metavar="NAME", action="append", default=[])
    wanted = parser.parse_args().public
    if wanted:
        for package in wanted:
            public(package)
    else:
        show(examples().items())
