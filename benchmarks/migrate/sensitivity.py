"""How much the boundaries hang on the chances and thresholds by which they are found.

    mscli migrate scan CODE -o facts/NAME.json     for each application of boundaries.json
    python benchmarks/migrate/sensitivity.py facts

Every constant is made a quarter smaller and a quarter larger, one at a time, and the mean pair-F1
of the applications that are not held out is taken anew. Then each application is left out in turn:
the setting that is best for all others is used for it. If that mean is near the one of the settings
as they are, they are not fitted to the applications.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from mscli.migrate import facts_file
from mscli.migrate.boundaries.groups import grouping, halves, merging
from mscli.migrate.boundaries.groups.grouping import by_data, grouped
from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.ties import coupling as added_up
from mscli.migrate.boundaries.ties import evidence
from mscli.migrate.boundaries.ties.coupling import coupling

sys.path.insert(0, str(Path(__file__).parents[1]))
from migrate.score import EXAMPLES, boundary_truths, examples, pair_f1, true_services

CONSTANTS: tuple[tuple[ModuleType, tuple[str, ...]], ...] = (
    (
        evidence,
        (
            "THROUGH", "NOT_CASCADING", "FAMOUS", "STEEP", "FIRST_WORD", "IDENTITY_WORDS",
            "IDENTITY_PARTS", "WAYS", "REQUESTS", "TRANSACTIONS", "IMPORTERS", "CODE",
        ),
    ),
    (added_up, ("FAINT",)),
    (halves, ("APART",)),
    (grouping, ("HARDLY", "HINTED", "LARGE", "FEWEST")),
    (merging, ("LIKELY",)),
)  # fmt: skip
Case = tuple[Monolith, dict[str, str]]


@contextmanager
def changed(module: ModuleType, name: str, factor: float) -> Iterator[None]:
    """A constant times a factor, for a while; a chance stays below 1."""
    before = getattr(module, name)
    after = before * factor
    setattr(module, name, min(after, 0.98) if before < 1 else after)
    try:
        yield
    finally:
        setattr(module, name, before)


def scores(cases: Sequence[Case]) -> list[tuple[float, float]]:
    """Pair-F1 of each application, with hints and without."""
    found = []
    for monolith, truth in cases:
        weights = coupling(monolith)
        hinted, plain = grouped(monolith, weights), by_data(weights, monolith.facts)
        found.append((pair_f1(hinted, truth), pair_f1(plain, truth)))
    return found


def mean(values: Sequence[float]) -> float:
    """The mean."""
    return sum(values) / len(values)


def cases(folder: Path) -> list[Case]:
    """The examples, and the applications with facts in the folder that are not held out."""
    truths = boundary_truths()
    facts_of = {name: (facts, "examples") for name, facts in examples().items()}
    for name, truth in truths.items():
        file = folder / f"{name}.json"
        if file.exists() and not truth.get("held_out"):
            facts_of[name] = (facts_file.read(file), name)
    print(f"{len(facts_of) - len(EXAMPLES)} applications, {len(EXAMPLES)} examples")
    return [(Monolith(facts), true_services(facts, truths[of])) for facts, of in facts_of.values()]


def main(folder: Path) -> None:
    """Every setting with its means, then the mean where each application is left out."""
    known = cases(folder)
    table = {"as they are": scores(known)}
    for module, names in CONSTANTS:
        for name in names:
            for factor in (0.75, 1.25):
                with changed(module, name, factor):
                    table[f"{name} x {factor}"] = scores(known)
    for setting, found in table.items():
        hinted, plain = (mean([score[kind] for score in found]) for kind in (0, 1))
        print(f"{setting:<24} hints {hinted:.3f}  no hints {plain:.3f}")
    for kind, title in enumerate(("hints", "no hints")):
        left_out = []
        for place in range(len(known)):
            others = {
                setting: mean([s[kind] for at, s in enumerate(found) if at != place])
                for setting, found in table.items()
            }
            best = max(others, key=lambda setting: others[setting])
            left_out.append(table[best][place][kind])
        print(f"one left out, {title:<10} {mean(left_out):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
