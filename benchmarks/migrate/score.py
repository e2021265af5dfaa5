"""Scores `mscli migrate scan` and `plan` against truths that were written by hand.

    python benchmarks/migrate/score.py                 the three examples, one truth for all
    python benchmarks/migrate/score.py --public NAME   a public application, from a wheel
    python benchmarks/migrate/score.py --public all    every one that boundaries.json knows
    python benchmarks/migrate/score.py --truth NAME    against what it did while it ran
    python benchmarks/migrate/score.py --truth all     every one in truths/ but those held out
    python benchmarks/migrate/score.py --truth all --held-out    those, too

The three examples are one shop in three frameworks, so `truth.json`, written by hand from the code,
holds for all: recall and precision of every kind of fact. A public application is downloaded as a
package into a temporary folder, unpacked and only read. `truth.py` has taken the truth about some
of them while they ran: recall and precision of every kind (measured.py says how), and with
`--missing KIND` what was missed. Boundaries are compared with `boundaries.json`: pair-F1 (of all
pairs of tables, which are in one service), with the application's structure as a hint, without it,
and for the baseline "one part of the code, one service"; "N" is told how many services there are.
Those marked `held_out` were looked at by nobody who tuned the method.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.propose import propose
from mscli.migrate.facts import Facts
from mscli.migrate.scan import scan

sys.path.insert(0, str(Path(__file__).parents[1]))
from migrate.projects import project, unpacked, with_prefix
from migrate.runs import about

if TYPE_CHECKING:
    from migrate.measured import Comparison

Kind = dict[str, tuple[float, float]]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KINDS = {True: ("hints", "hints, N"), False: ("no hints", "no hints, N")}
"""By the method alone, and when it is told how many services the truth has (`--services N`)."""
EXAMPLES = ("monolith-django", "monolith-flask", "monolith-fastapi")


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
    jobs = {job.handler: f"job {job.name.rpartition('.')[2]}" for job in facts.jobs}
    pairs: dict[str, set[tuple[str, str]]] = {"read": set(), "write": set()}
    for access in facts.accesses:
        names = [route.name for route in facts.routes if access.is_of(route)]
        names += [jobs[access.handler]] if access.handler in jobs else []
        pairs[access.kind] |= {(name, access.table) for name in names}
    return {
        "routes": {route.name for route in facts.routes},
        "tables": {table.table for table in facts.tables},
        "relations": {f"{r.source} -> {r.target}" for r in facts.relations},
        "reads": pairs["read"],
        "writes": pairs["write"],
        "transactions": {t.tables for t in facts.transactions},
    }


def score(facts: Facts, truth: dict[str, Any]) -> Kind:
    """Recall and precision of each kind. Some frameworks read what a cascade deletes."""
    wanted, found = truth_sets(truth), found_sets(facts)
    accesses = {**truth["routes"], **{f"job {k}": v for k, v in truth["jobs"].items()}}
    neither = {(k, t) for k, v in accesses.items() for t in v.get("may_read", ())}
    found["reads"] -= neither - wanted["reads"]
    return {
        kind: (_share(wanted[kind], found[kind]), _share(found[kind], wanted[kind]))
        for kind in wanted
    }


def _share(of: set[Any], found_in: set[Any]) -> float:
    return len(of & found_in) / len(of) if of else 1.0


def examples() -> dict[str, Facts]:
    """Every example with its facts."""
    return {name: scan(ROOT / "examples" / name) for name in EXAMPLES}


def boundary_truths() -> dict[str, Any]:
    """The boundaries that were written by hand, by application."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "boundaries.json").read_text())
    return found


def true_services(facts: Facts, truth: Mapping[str, Any]) -> dict[str, str]:
    """Table -> service, by the first pattern that fits."""
    patterns = [(p, name) for name, all_of in truth["services"].items() for p in all_of]
    found = {}
    for table in Monolith(facts).tables:
        owner = next((name for p, name in patterns if fnmatch.fnmatchcase(table, p)), None)
        if owner is not None:
            found[table] = owner
    return found


def pair_f1(found: Mapping[str, str], truth: Mapping[str, str]) -> float:
    """F1 over pairs of tables that are in one service; 1.0 where nobody puts two together."""

    def together(owners: Mapping[str, str]) -> set[tuple[str, str]]:
        return {(a, b) for a, b in combinations(sorted(truth), 2) if owners[a] == owners[b]}

    mine, theirs = together(found), together(truth)
    if not mine and not theirs:
        return 1.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def boundaries(facts: Facts, truth: Mapping[str, Any]) -> dict[str, float]:
    """Pair-F1 with hints, without, both told the number of services, and of the baseline."""
    wanted, homes = true_services(facts, truth), Monolith(facts).homes
    baseline = {table: homes.of_table.get(table, "") for table in wanted}
    number = len(set(wanted.values()))
    found = {
        kind: pair_f1(propose(facts, hints=hints, wanted=count).boundaries.tables, wanted)
        for hints in (True, False)
        for kind, count in zip(KINDS[hints], (0, number), strict=True)
    }
    return {**found, "baseline": pair_f1(baseline, wanted)}


def comparison(name: str) -> Comparison:
    """Scan a public application, and compare with what it did while it ran."""
    from migrate.measured import Comparison, truth_of

    with tempfile.TemporaryDirectory() as folder:
        code = project(name, Path(folder))
        start = time.perf_counter()
        facts = scan(code)
        seconds = time.perf_counter() - start
        if prefix := about(name).get("prefix"):
            facts = with_prefix(facts, prefix)
        found = Comparison(facts, truth_of(name), code, about(name).get("on", ()))
    print(f"{name}: {facts.counts['lines']} lines in {seconds:.1f} s")
    return found


def against_truth(name: str, missing: Iterable[str]) -> Kind:
    """Tell what is missing and what was not seen; the scores."""
    found = comparison(name)
    for kind, judged in found.judged.items():
        print(
            f"  {kind} that requests took the way to: precision {judged.precision:.2f}"
            f" ({judged.open} of {judged.counted} not judged)"
        )
        print("    " + "; ".join(f"{count} {why.value}" for why, count in judged.reasons.items()))
    every = type(found)(found.facts, found.truth, Path(), every=True).scores
    for kind in (kind for kind in found.scores if every[kind] != found.scores[kind]):
        print(f"  {kind} with what settings turned off: precision {every[kind][1]:.2f}")
    for kind in missing:
        for what, these in (("missed", found.missed), ("extra", found.extra)):
            for one in sorted(these[kind], key=str):
                print(f"  {what} {kind}: {one}{found.why(kind, one)}")
    return found.scores


def truths(*, held_out: bool) -> list[str]:
    """Those that there is a truth about; the ones that are held out only if they are wanted."""
    found = []
    for path in sorted((HERE / "truths").glob("*.json")):
        described = about(path.stem)
        if held_out or not described["held_out"]:
            found.append(path.stem)
    return found


def public(name: str) -> dict[str, float]:
    """Scan and plan a public application, print counts; the scores of its boundaries."""
    truth = boundary_truths().get(name)
    with tempfile.TemporaryDirectory() as folder:
        code = unpacked(name, truth["version"] if truth else "", Path(folder))
        start = time.perf_counter()
        facts = scan(code)
        scanned = time.perf_counter()
        propose(facts)
        planned = time.perf_counter()
    handlers = {route.handler for route in facts.routes}
    touching = handlers & {access.handler for access in facts.accesses}
    kinds = Counter(access.kind for access in facts.accesses)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{name}: {facts.counts['lines']} lines, scan {scanned - start:.1f} s,"
        f" plan {planned - scanned:.1f} s, at most {memory} MB so far"
    )
    print(
        f"  {len(facts.routes)} routes, {len(facts.tables)} tables, "
        f"{len(facts.relations)} relations, {kinds['read']} reads, {kinds['write']} writes"
    )
    print(
        f"  {len(touching)} of {len(handlers)} handlers touch a table, "
        f"{len(facts.transactions)} transactions over tables, "
        f"{len(facts.unresolved)} places not resolved"
    )
    return boundaries(facts, truth) if truth else {}


def show_boundaries(scores: Mapping[str, Mapping[str, float]]) -> None:
    """One line an application, and the means."""
    truths = boundary_truths()
    for name, found in scores.items():
        held = "  (held out)" if truths.get(name, {}).get("held_out") else ""
        figures = "  ".join(f"{kind} {value:.2f}" for kind, value in found.items())
        print(f"{name:<18} boundaries    {figures}{held}")
    for kind in (*KINDS[True], *KINDS[False], "baseline"):
        values = [found[kind] for found in scores.values() if found]
        if values:
            print(f"mean of {len(values):<10} {kind:<11} {sum(values) / len(values):.2f}")


def show(scores: Iterable[tuple[str, Kind]]) -> None:
    """One line an example and kind."""
    for name, kinds in scores:
        for kind, (recall, precision) in kinds.items():
            print(f"{name:<18} {kind:<13} recall {recall:.2f}  precision {precision:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", metavar="NAME", action="append", default=[])
    parser.add_argument("--truth", metavar="NAME", action="append", default=[])
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--missing", metavar="KIND", action="append", default=[])
    given = parser.parse_args()
    wanted = given.public
    if given.truth:
        chosen = truths(held_out=given.held_out) if given.truth == ["all"] else given.truth
        show((name, against_truth(name, given.missing)) for name in chosen)
        sys.exit()
    if wanted == ["all"]:
        wanted = [name for name in boundary_truths() if name != "examples"]
    if wanted:
        show_boundaries({package: public(package) for package in wanted})
    else:
        truth = json.loads((Path(__file__).parent / "truth.json").read_text())
        facts_of = examples()
        show((name, score(facts, truth)) for name, facts in facts_of.items())
        of_shop = boundary_truths()["examples"]
        show_boundaries({name: boundaries(facts, of_shop) for name, facts in facts_of.items()})
