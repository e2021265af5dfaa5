"""Transactions that a cut splits: what each becomes, and by which name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from mscli.migrate.boundaries.costs.cuts import Cut
from mscli.migrate.boundaries.steps.moves import MONOLITH, Move

LONGEST = 32


def now(service: str, out: Set[str]) -> str:
    """Where a part is at this step: a service of its own, or still in the monolith."""
    return service if service in out else MONOLITH


def sagas(mine: Sequence[Cut], out: Set[str]) -> Iterator[Move]:
    """One for each unit of work that is split at this step and was whole before."""
    for cut in mine:
        if cut.kind != "transaction":
            continue
        kind, _, rest = cut.what.partition(": ")
        function, _, tables = rest.partition(" writes ")
        owner = now(cut.between[0], out)
        others = tuple(dict.fromkeys(now(other, out) for other in cut.between[1:]))
        others = tuple(other for other in others if other != owner)
        title = f"Split the {kind} transaction in `{function}` ({cut.evidence[0]})"
        text = f"It writes {tables}, which {_and(cut.between)} will own."
        undo = "put the parts back into one transaction: no table has moved so far"
        whole = MONOLITH not in (owner, *others)
        if kind in ("cascade", "signal"):
            made = "`mscli migrate apply` has made the events for it: " if whole else ""
            yield Move(
                title,
                text,
                (),
                f"{made}let {owner} do its own part and tell {_and(others)} by an event of the same"
                " transaction (an outbox), which is repeated until it succeeds",
                "stop the called service between the two: after its start both sides agree",
                undo,
            )
            continue
        label = saga_of(function)
        steps = ",".join(f"{other}:{label}/undo-{label}" for other in others)
        saga = f"mscli new saga {label} --owner {owner} --steps {steps},{owner}:{label}"
        made = "`mscli migrate apply` has made the saga: write its steps, and " if whole else ""
        yield Move(
            title,
            text,
            () if whole else (saga,),
            f"{made}name the compensation of each: what undoes it when a later one fails",
            "fail each step once in a test: every earlier one is undone",
            undo,
        )


def label_of(name: str) -> str:
    """The name of a function as that of a saga or a step."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "step"


def saga_of(function: str) -> str:
    """The name of the saga for what a function did: `place`, and `topic-hide` of a class.

    With `undo-` before it and a number after it, it still is a name.
    """
    *_, before, last = ("", *function.split("."))
    words = f"{before}-{last}" if before[:1].isupper() else last
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", words)
    return label_of(words)[:LONGEST].strip("-")


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
