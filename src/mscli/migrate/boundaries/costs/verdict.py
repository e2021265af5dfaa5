"""Whether to cut at all: an advice with its numbers, which may be to stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mscli.migrate.boundaries.costs.measures import Measures, Step
from mscli.migrate.facts import Facts

STAY, EXTRACT, SPLIT = "stay a modular monolith", "extract the leaves", "split"
SMALL_LINES, SMALL_TABLES, FEWEST = 10_000, 30, 3
GOOD_WITHIN, FAIR_WITHIN, GOOD_SPLIT, FAIR_SPLIT = 0.7, 0.5, 0.25, 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """The advice, why, and the service to take out first if any is taken out."""

    advice: str
    because: tuple[str, ...]
    first: str
    leaves: tuple[str, ...]


def verdict(facts: Facts, measured: Measures, steps: Sequence[Step]) -> Verdict:
    """Judge by size, by what stays within one service, and by what is split."""
    leaves = tuple(s.service for s in steps if not (s.transactions or s.identity or s.last))
    first = steps[0].service if len(steps) > 1 else ""
    advice, opening = _advice(facts, measured, leaves)
    within, of = measured.routes_within, measured.routes
    split, units = measured.transactions_split, measured.transactions
    because = [
        opening,
        f"routes that need one service's tables only: {within} of {of} ({measured.within:.0%})",
        f"transactions over several tables, split: {split} of {units} ({measured.split:.0%})",
        f"what is cut costs {measured.cost:g} points",
    ]
    if facts.unresolved:
        lost = len(facts.unresolved)
        because.append(f"{lost} places could not be followed, so the true price is higher")
    return Verdict(advice, tuple(because), first, leaves)


def _advice(facts: Facts, measured: Measures, leaves: Sequence[str]) -> tuple[str, str]:
    lines, tables = facts.counts.get("lines", 0), len(facts.tables)
    if measured.services < 2:  # noqa: PLR2004
        return STAY, "there is one part only: neither the structure nor the data shows a boundary"
    if lines < SMALL_LINES and tables < SMALL_TABLES:
        return STAY, (
            f"{lines} lines and {tables} tables are few enough for one team: services would cost"
            " more than they give, unless a part must scale or be released on its own"
        )
    good = measured.within >= GOOD_WITHIN and measured.split <= GOOD_SPLIT
    if good and measured.services >= FEWEST:
        return SPLIT, "most requests and transactions stay within one service"
    if measured.within >= FAIR_WITHIN and measured.split <= FAIR_SPLIT and leaves:
        return EXTRACT, f"these split no transaction when they go: {', '.join(leaves)}"
    return STAY, "too many requests or transactions cross the boundaries: tidy them inside first"
