"""How far readers agree on boundaries: about the most that a method can be asked for.

    python benchmarks/migrate/opinions.py                the agreement of three opinions
    mscli migrate scan CODE -o facts/NAME.json           for each application of boundaries.json
    python benchmarks/migrate/opinions.py facts          and of the plan with each of them

The first opinion is the truth that everything is compared with (boundaries.json). The other two
(opinions.json) were drawn by readers who saw the models and the code of the seventeen public
applications, and neither the truth nor a plan. Pair-F1 of two opinions is what somebody reaches who
knows the code and has to guess how another one would cut: where it is below 1, a method gets there
by chance, or by knowing whose truth it is (agreement as a ceiling: Artstein and Poesio,
*Inter-Coder Agreement for Computational Linguistics*, 2008).
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

from mscli.migrate import facts_file
from mscli.migrate.boundaries.propose import propose

sys.path.insert(0, str(Path(__file__).parents[1]))
from migrate.score import HERE, boundary_truths, pair_f1

Owners = dict[str, str]


def opinions() -> dict[str, dict[str, Owners]]:
    """Application -> whose opinion -> table -> service; only of tables that the truth places."""
    others: dict[str, dict[str, dict[str, list[str]]]]
    others = json.loads((HERE / "opinions.json").read_text())
    found = {}
    for name, drawn in others.items():
        by = {who: _owners(services) for who, services in drawn.items()}
        tables = next(iter(by.values()))
        found[name] = {"truth": _placed(tables, boundary_truths()[name]["services"]), **by}
    return found


def agreement(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Pair-F1 over the tables that both place."""
    both = sorted(one.keys() & other.keys())
    return pair_f1({t: one[t] for t in both}, {t: other[t] for t in both})


def planned(facts: Path) -> dict[str, Owners]:
    """What the plan says of an application, with hints and without."""
    known = facts_file.read(facts)
    return {
        kind: dict(propose(known, hints=hints).boundaries.tables)
        for kind, hints in (("with hints", True), ("without", False))
    }


def _owners(services: Mapping[str, list[str]]) -> Owners:
    return {table: name for name, tables in services.items() for table in tables}


def _placed(tables: Mapping[str, str], services: Mapping[str, list[str]]) -> Owners:
    """By the first pattern that fits, as the truth is read elsewhere."""
    patterns = [(p, name) for name, all_of in services.items() for p in all_of]
    return {t: next(s for p, s in patterns if fnmatch.fnmatchcase(t, p)) for t in tables}


def compared(folder: Path | None) -> Iterator[tuple[str, dict[str, float]]]:
    """Each application with the agreement of every two opinions, and of the plan with each."""
    for name, known in opinions().items():
        pairs = {f"{a}-{b}": agreement(known[a], known[b]) for a, b in combinations(known, 2)}
        plans = planned(folder / f"{name}.json") if folder else {}
        for (kind, plan), (who, opinion) in ((p, o) for p in plans.items() for o in known.items()):
            pairs[f"{kind}-{who}"] = agreement(plan, opinion)
        yield name, pairs


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", type=Path, nargs="?")
    rows = dict(compared(parser.parse_args().facts))
    kinds = list(next(iter(rows.values())))
    rows["mean"] = {kind: sum(row[kind] for row in rows.values()) / len(rows) for kind in kinds}
    for name, row in rows.items():
        print(f"{name:<16}", "  ".join(f"{kind} {row[kind]:.2f}" for kind in kinds))
