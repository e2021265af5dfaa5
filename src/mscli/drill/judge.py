"""The judge: what has become of the world, held against what must be true of it.

Built in: every saga could be started, and has ended or is visibly stuck; participants and sagas
agree on what was done; no step was done twice; no outbox holds anything back. Declared: the
invariants of the system file.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mscli.drill.world import ENDED, VISIBLE, Row, SagaState, StepFact, World
from mscli.errors import MscliError
from mscli.model.invariants import Invariant
from mscli.model.system import Saga

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that must be true, whether it is, and what was found."""

    name: str
    holds: bool
    found: str
    examples: tuple[str, ...] = ()


def verdict(name: str, violations: Sequence[str], found: str) -> Verdict:
    """Holds where nothing violates it."""
    said = f"{len(violations)} violations" if violations else found
    return Verdict(name, not violations, said, tuple(violations[:MOST_EXAMPLES]))


def judge(
    world: World, saga: Saga, invariants: Iterable[Invariant], accepted: Collection[str]
) -> list[Verdict]:
    """All verdicts on a quiet world; `accepted` are the sagas that were started."""
    states = world.sagas()
    facts = [fact for fact in world.steps() if fact.saga_id in accepted]
    outbox = world.outbox()
    verdicts = [ended(states, accepted), agree(saga, states, facts, accepted), once(facts)]
    if outbox:
        verdicts.append(sent(outbox))
    return [*verdicts, *(hold(world, invariant) for invariant in invariants)]


def started(accepted: Collection[str], refused: Sequence[str]) -> Verdict:
    """Every saga was accepted in the end; `refused` tells why not. To start none is no pass."""
    wrong = list(refused) if accepted or refused else ["none was started"]
    return verdict("every saga could be started", wrong, f"{len(accepted)} sagas")


def ended(states: Mapping[str, SagaState], accepted: Collection[str]) -> Verdict:
    """Every saga that was started is known, and has ended or is visibly stuck."""
    wrong: list[str] = []
    for saga_id in sorted(accepted):
        state = states[saga_id].state if saga_id in states else "lost"
        if state not in ENDED | VISIBLE:
            wrong.append(f"{saga_id} is {state}")
    return verdict("every saga has ended or is visibly stuck", wrong, f"{len(accepted)} sagas")


def agree(
    saga: Saga,
    states: Mapping[str, SagaState],
    facts: Iterable[StepFact],
    accepted: Collection[str],
) -> Verdict:
    """Of a completed saga every step is done; of a compensated one none is."""
    done: dict[str, set[tuple[str, str]]] = {}
    for fact in facts:
        if fact.outcome == "done":
            done.setdefault(fact.saga_id, set()).add((fact.service, fact.step))
    whole = {(step.service, step.action) for step in saga.steps}
    wrong: list[str] = []
    for saga_id in sorted(accepted):
        state = states[saga_id].state if saga_id in states else ""
        expected = {"completed": whole, "compensated": set[tuple[str, str]]()}.get(state)
        found = done.get(saga_id, set())
        if expected is not None and found != expected:
            names = ", ".join(sorted(f"{service}:{step}" for service, step in expected ^ found))
            wrong.append(f"{saga_id} is {state}, and not so {names}")
    return verdict("sagas and participants agree", wrong, f"{len(done)} sagas with steps done")


def once(facts: Iterable[StepFact]) -> Verdict:
    """No step was done, or undone, more than once."""
    known = list(facts)
    wrong = [
        f"{fact.saga_id}: {fact.service}:{fact.step} acted {fact.acted} and was undone "
        f"{fact.undone} times"
        for fact in known
        if fact.acted > 1 or fact.undone > fact.acted
    ]
    return verdict("no step was done twice", wrong, f"{len(known)} steps")


def sent(outbox: Mapping[str, int]) -> Verdict:
    """No event waits in an outbox."""
    wrong = [f"{service} has {count} events left" for service, count in outbox.items() if count]
    return verdict("no outbox holds anything back", wrong, f"{len(outbox)} outboxes")


def hold(world: World, invariant: Invariant) -> Verdict:
    """A declared invariant. Raises MscliError, naming it, for a query that cannot be run."""
    try:
        rows = world.ask(invariant.query)
        if invariant.within is not None:
            return _among(invariant.name, rows, world.ask(invariant.within))
    except MscliError as error:
        raise MscliError(f"invariants.{invariant.name}: {error.message}", error.hint) from error
    return _equal(invariant.name, rows, json.loads(invariant.expect))


def _equal(name: str, rows: Sequence[Row], expected: object) -> Verdict:
    if len(rows) != 1 or len(rows[0]) != 1:
        shape = f"{len(rows)} rows" if len(rows) != 1 else f"{len(rows[0])} columns"
        return Verdict(name, holds=False, found=f"one value was expected, not {shape}")
    (value,) = rows[0]
    same = value == expected and isinstance(value, bool) == isinstance(expected, bool)
    wanted = "" if same else f", not {_text(expected)}"
    return Verdict(name, same, f"{_text(value)}{wanted}")


def _among(name: str, each: Sequence[Row], within: Sequence[Row]) -> Verdict:
    missing = sorted({_text(row) for row in each} - {_text(row) for row in within})
    return verdict(name, missing, f"{len(each)} of {len(within)}")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
