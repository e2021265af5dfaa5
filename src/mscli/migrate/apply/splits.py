"""Transactions that the boundaries split: each a saga, where all who take part are services.

What one function commits is orchestrated, for a step may refuse and what came before it is undone.
What only follows a write, a cascade or a signal, cannot refuse: the service that writes tells it by
an event, out of the outbox of the same transaction, and the others act until they succeed. All that
follows the writes of one service is one saga, whose event says what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from mscli.migrate.boundaries.costs.cuts import Cut
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.steps.sagas import LONGEST, saga_of
from mscli.model.system import Saga, Style

FOLLOWED = ("cascade", "signal")
"""What runs after the fact."""


@dataclass(frozen=True, slots=True)
class Split:
    """One unit of work over several services; `saga` is the name of what takes its place, if any.

    `services` begin with the one that writes first.
    """

    what: str
    evidence: str
    services: tuple[str, ...]
    saga: str = ""
    style: Style = "orchestration"
    why_none: str = ""

    @property
    def unwritten(self) -> list[str]:
        """What a person has to write: each step and its compensation; of events what they do.

        A step that nobody has written is done, and does nothing.
        """
        owner, *others = self.services
        if self.style == "choreography":
            return [f"{name}:{self.saga}" for name in others]
        return [
            *(f"{name}:{self.saga}/undo-{self.saga}" for name in others),
            f"{owner}:{self.saga}",
        ]


@dataclass(frozen=True, slots=True)
class NewSaga:
    """A saga to be made: the owner's step decides; who follows an event cannot refuse."""

    name: str
    style: Style
    owner: str
    others: tuple[str, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """All who take part, the owner first."""
        return (self.owner, *self.others)

    @property
    def steps(self) -> list[dict[str, str]]:
        """As the system file has them."""
        if self.style == "choreography":
            return [{"service": name, "action": self.name} for name in self.others]
        others = [
            {"service": name, "action": self.name, "compensation": f"undo-{self.name}"}
            for name in self.others
        ]
        return [*others, {"service": self.owner, "action": self.name}]


def splits_of(
    proposal: Proposal,
    made: Set[str],
    existing: Mapping[str, Saga],
    shared: Set[str] = frozenset(),
) -> Iterator[Split]:
    """Every split unit of work.

    `made` are the services that have a database here, `shared` those on the monolith's.
    """
    cuts = [cut for cut in proposal.cuts if cut.kind == "transaction"]
    taken: set[str] = set()
    sagas: dict[str, str] = {}
    for cut in cuts:
        if _kind(cut) not in FOLLOWED and set(cut.between) <= made:
            name = _free(saga_of(_function(cut)), taken)
            sagas.setdefault(_function(cut), name)
            yield _split(cut, saga=name)
        elif _kind(cut) not in FOLLOWED:
            yield _split(cut, why_none=_none(cut, made, shared))
    for cut in cuts:
        if _kind(cut) in FOLLOWED:
            yield _followed(cut, made, sagas, existing, shared)


def _followed(
    cut: Cut,
    made: Set[str],
    sagas: Mapping[str, str],
    existing: Mapping[str, Saga],
    shared: Set[str],
) -> Split:
    if whole := sagas.get(_function(cut)):
        return _split(cut, saga=whole)
    if not set(cut.between) <= made:
        return _split(cut, why_none=_none(cut, made, shared))
    owner, *others = dict.fromkeys(cut.between)
    number = 1
    while True:
        name = f"{owner}-{_kind(cut)}"[:LONGEST] + (f"-{number}" if number > 1 else "")
        known = existing.get(name)
        if known is None or set(others) <= {step.service for step in known.steps}:
            return _split(cut, saga=name, style="choreography")
        number += 1


def new_sagas(
    splits: Iterable[Split], existing: Mapping[str, Saga], fresh: Set[str]
) -> Iterator[NewSaga]:
    """The sagas that are not there yet, and in which a service takes part that is new."""
    found: dict[str, NewSaga] = {}
    for split in splits:
        if not split.saga or split.saga in existing:
            continue
        known = found[split.saga].services if split.saga in found else ()
        owner, *others = dict.fromkeys((*known, *split.services))
        found[split.saga] = NewSaga(split.saga, split.style, owner, tuple(others))
    yield from (saga for saga in found.values() if not fresh.isdisjoint(saga.services))


def _split(
    cut: Cut, *, saga: str = "", style: Style = "orchestration", why_none: str = ""
) -> Split:
    evidence = str(cut.evidence[0]) if cut.evidence else ""
    services = tuple(dict.fromkeys(cut.between))
    return Split(cut.what, evidence, services, saga, style, why_none)


def _kind(cut: Cut) -> str:
    return cut.what.partition(": ")[0]


def _function(cut: Cut) -> str:
    return cut.what.partition(": ")[2].partition(" writes ")[0]


def _none(cut: Cut, made: Set[str], shared: Set[str]) -> str:
    if made.isdisjoint(cut.between) and not shared.isdisjoint(cut.between):
        return "it is one still, on the monolith's database; the saga comes with the data"
    missing = [name for name in dict.fromkeys(cut.between) if name not in made]
    where = "in the monolith" if shared.isdisjoint(missing) else "on the monolith's database"
    verb = "is" if len(missing) == 1 else "are"
    return f"{' and '.join(missing)} {verb} {where}, which takes no step of a saga"


def _free(name: str, taken: set[str]) -> str:
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name}-{number}", number + 1
    taken.add(chosen)
    return chosen
