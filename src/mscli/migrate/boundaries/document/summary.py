"""The proposal for a person at a terminal: verdict, services, edits, the dearest cuts."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.boundaries.document.document import why
from mscli.migrate.boundaries.propose import Edit, Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.boundaries.since import told
from mscli.migrate.store import OWN
from mscli.wording import counted

SHOWN = 8


def summary(proposal: Proposal) -> str:
    """A readable account; the file has all of it."""
    return "\n".join(line for part in _parts(proposal) for line in (*part, "")).rstrip("\n")


def _parts(proposal: Proposal) -> Iterator[list[str]]:
    verdict = proposal.verdict
    yield [f"Verdict: {verdict.advice}", *(f"  {reason}" for reason in verdict.because)]
    yield ["Services, in the order in which they would come out", *_services(proposal)]
    if since := told(proposal.since):
        yield ["Since the file was written", *since]
    if proposal.edits:
        yield [
            "What the file says otherwise than mscli would, and what each costs",
            *map(_edit, proposal.edits[:SHOWN]),
        ]
    if proposal.cuts:
        dearest = sorted(proposal.cuts, key=lambda cut: -cut.cost)
        shown = [
            f"  {c.cost:5.2f}  {' - '.join(c.between)}  {c.what}  ({c.evidence[0]})"
            for c in dearest[:SHOWN]
        ]
        yield [f"The dearest of {len(dearest)} cuts", *shown]
    others = [
        f"  {other.name}: {counted(other.measures.services, 'service')},"
        f" {other.measures.cost:g} points,"
        f" {counted(other.measures.transactions_split, 'split transaction')}"
        for other in proposal.alternatives
    ]
    yield ["Other boundaries", *others]


def _services(proposal: Proposal) -> Iterator[str]:
    b = proposal.boundaries
    for place, step in enumerate(proposal.steps, start=1):
        name = step.service
        tables, routes, jobs = (by_owner(o, name) for o in (b.tables, b.routes, b.jobs))
        things = (counted(len(tables), "table"), counted(len(routes), "route"))
        counts = f"{', '.join(things)}, {counted(len(jobs), 'job')}"
        first = "" if b.store(name) == OWN else "; code first, on the monolith's database"
        yield f"  {place}. {name}: {counts}, {step.cost:g} points; {why(step)}{first}"


def _edit(edit: Edit) -> str:
    was = f" (mscli: {edit.proposed})" if edit.proposed else ""
    cost = f"  {edit.cost:+g} points" if edit.cost is not None else ""
    return f"  {edit.kind} {edit.what} in {edit.service}{was}{cost}"
