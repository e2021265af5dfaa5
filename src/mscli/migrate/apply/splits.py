"""Transactions that the boundaries split: each a saga, where all who take part are services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from mscli.migrate.boundaries.cuts import Cut
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.sagas import saga_of

FOLLOWED = ("cascade", "signal")
"""What runs after the fact: an outbox and a call that is repeated, no saga."""


@dataclass(frozen=True, slots=True)
class Split:
    """One unit of work over several services; `saga` is its name, if it is one."""

    what: str
    evidence: str
    services: tuple[str, ...]
    saga: str = ""
    why_none: str = ""

    @property
    def owner(self) -> str:
        """The service that begins it."""
        return self.services[0]

    @property
    def steps(self) -> list[dict[str, str]]:
        """The others first, each with its compensation; the owner's own step decides."""
        others = [
            {"service": name, "action": self.saga, "compensation": f"undo-{self.saga}"}
            for name in self.services[1:]
        ]
        return [*others, {"service": self.owner, "action": self.saga}]

    @property
    def unwritten(self) -> list[str]:
        """The compensations that a person has to write."""
        return [f"{s['service']}:{s['compensation']}" for s in self.steps if "compensation" in s]


def splits_of(
    proposal: Proposal, made: Set[str], existing: Mapping[str, object]
) -> Iterator[Split]:
    """Every split unit of work; `made` are the services that have a database here."""
    taken: set[str] = set(existing)
    for cut in proposal.cuts:
        if cut.kind == "transaction":
            yield _split(cut, made, taken)


def _split(cut: Cut, made: Set[str], taken: set[str]) -> Split:
    kind, _, rest = cut.what.partition(": ")
    function = rest.partition(" writes ")[0]
    evidence = str(cut.evidence[0]) if cut.evidence else ""
    services = tuple(dict.fromkeys(cut.between))
    missing = [name for name in services if name not in made]
    if kind in FOLLOWED:
        why = f"a {kind} follows the write: an outbox, and a call that is repeated"
        return Split(cut.what, evidence, services, why_none=why)
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        why = f"{' and '.join(missing)} {verb} in the monolith, which takes no step of a saga"
        return Split(cut.what, evidence, services, why_none=why)
    name = _free(saga_of(function), taken)
    return Split(cut.what, evidence, services, name)


def _free(name: str, taken: set[str]) -> str:
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name}-{number}", number + 1
    taken.add(chosen)
    return chosen
