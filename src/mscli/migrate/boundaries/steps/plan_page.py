"""`plan.md`: the steps for a person to read, and the contracts that freeze the boundaries."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.boundaries.costs.verdict import STAY
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.steps.contracts import contracts
from mscli.migrate.boundaries.steps.moves import Move, Phase
from mscli.migrate.boundaries.steps.steps import is_implemented, phases

HEAD = """\
<!-- Rendered by `mscli migrate plan`, and written again each time: do not edit. -->
# From monolith to services, step by step
"""
STAYING = """\
The advice is **not to split now**. The first phase is worth it all the same: it keeps the monolith
modular, and costs a day. The rest is for the day when a part has to go."""


def plan_page(proposal: Proposal) -> str:
    """The page. The same proposal gives the same bytes."""
    verdict = proposal.verdict
    lines = [HEAD, f"**Verdict: {verdict.advice}.**", ""]
    lines += [f"- {reason}" for reason in verdict.because]
    if verdict.advice == STAY:
        lines += ["", STAYING]
    if verdict.first:
        lines += ["", f"First to go, if any: **{verdict.first}**."]
    for number, phase in enumerate(phases(proposal), start=1):
        lines += ["", *_phase(number, phase)]
    lines += ["", *_contracts(proposal)]
    return "\n".join(lines) + "\n"


def _phase(number: int, phase: Phase) -> Iterator[str]:
    yield f"## {number}. {phase.title}"
    yield ""
    yield phase.why
    for place, move in enumerate(phase.moves, start=1):
        yield ""
        yield f"### {number}.{place} {move.title}"
        yield ""
        yield move.why
        yield ""
        yield from _move(move)


def _move(move: Move) -> Iterator[str]:
    have = [command for command in move.commands if is_implemented(command)]
    later = [command for command in move.commands if not is_implemented(command)]
    for command in have:
        yield f"- Command: `{command}`"
    for command in later:
        yield f"- Not in this version: `{command}`"
    if move.by_hand:
        yield f"- By hand: {move.by_hand}"
    yield f"- Check: {move.check}"
    yield f"- Rollback: {move.rollback}"


def _contracts(proposal: Proposal) -> Iterator[str]:
    yield "## The contracts"
    yield ""
    written = contracts(proposal)
    if not written:
        yield "None: no two services have modules of their own."
        return
    yield "For [import-linter](https://import-linter.readthedocs.io), in `.importlinter`:"
    yield ""
    yield "```ini"
    yield from written
    yield "```"
