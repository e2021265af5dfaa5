"""`boundaries.yaml`: the part that a person edits, and what mscli says about it."""

from __future__ import annotations

from collections.abc import Mapping

from mscli.migrate.boundaries.costs.cuts import Cut
from mscli.migrate.boundaries.costs.measures import Measures, Step
from mscli.migrate.boundaries.propose import Edit, Proposal
from mscli.migrate.boundaries.services import by_owner, module_names, packages
from mscli.migrate.facts import RouteFact
from mscli.migrate.paths import LANGUAGE
from mscli.migrate.store import OWN
from mscli.text.yaml import yaml_text
from mscli.wording import counted

VERSION = 1
WRITTEN_BY = "written by"
HEAD = """\
# Written by `mscli migrate plan`. `services` is yours: move tables, routes and jobs between
# services, rename services, make new ones. Run the command again: what `services` says holds, what
# it does not say is proposed anew, and everything else in this file is written again.
"""
APPLIED = """\
# Rendered by `mscli migrate apply`: the boundaries that it was given; edit the file that
# `mscli migrate plan` wrote. `mscli migrate status` and `route` read this one.
"""
NOTES = {
    "services": "# Yours to edit. A table, route or job that you take out is proposed anew.\n"
    "# `database: shared` is the monolith's, until you take the line out: code first, then data.",
    "edits": "# What `services` says otherwise than mscli would, and what it costs more (points).",
    "modules": "# Where the code lives that belongs to each service. Derived.",
    "order": "# Which service to take out first: leaves first, identity last. Derived.",
    "cut": "# Every edge that is severed, with evidence and price in points. Derived.",
    "alternatives": "# Other boundaries, by the same figures. Derived.",
}


def as_document(proposal: Proposal) -> dict[str, object]:
    """The whole as plain data, in the order of the file; `--json` prints it."""
    facts, b = proposal.facts, proposal.boundaries
    known = module_names(facts)
    return {
        "version": VERSION,
        "monolith": {
            "frameworks": list(facts.frameworks),
            "lines": facts.counts.get("lines", 0),
            "tables": len(b.tables),
            "routes": len(facts.routes),
        },
        "verdict": {
            "advice": proposal.verdict.advice,
            "because": list(proposal.verdict.because),
            "first": proposal.verdict.first,
            "leaves": list(proposal.verdict.leaves),
        },
        "numbers": _numbers(proposal.measures),
        "services": {name: _service(proposal, name) for name in b.services},
        "stays": _stays(proposal),
        **_languages(proposal),
        "edits": [_edit(edit) for edit in proposal.edits],
        "order": [_step(step) for step in proposal.steps],
        "modules": {name: packages(b.modules, name, known) for name in b.services},
        "cut": [_cut(cut) for cut in proposal.cuts],
        "alternatives": [
            {"name": other.name, **_numbers(other.measures)} for other in proposal.alternatives
        ],
    }


def text(document: Mapping[str, object]) -> str:
    """The file. The same document gives the same bytes."""
    parts = [HEAD]
    for key, value in document.items():
        note = f"{NOTES[key]}\n" if key in NOTES else ""
        parts.append(f"{note}{yaml_text({key: value})}")
    return "\n".join(parts)


def as_applied(proposal: Proposal) -> str:
    """The file in a system that was made from boundaries: who is to own what, and no more."""
    b, stays = proposal.boundaries, _stays(proposal)
    admin = {f"{r.method} {r.path}" for r in proposal.facts.routes if r.is_of_admin}
    services = {}
    for name in b.services:
        own = [route for route in by_owner(b.routes, name) if route not in admin]
        made = {"routes": own, WRITTEN_BY: writers(proposal, name)}
        services[name] = {**_service(proposal, name), **made}
    stays["routes"] = sorted({*stays["routes"], *(admin & set(b.routes))})
    said = ({"version": VERSION}, {"services": services}, {"stays": stays}, _languages(proposal))
    return "\n".join([APPLIED, *map(yaml_text, filter(None, said))])


def _languages(proposal: Proposal) -> dict[str, object]:
    """What the paths that have `{language}` may begin with."""
    facts = proposal.facts
    is_asked = any(route.path.startswith(f"/{LANGUAGE}/") for route in facts.routes)
    return {"languages": list(facts.languages)} if is_asked and facts.languages else {}


def writers(proposal: Proposal, name: str) -> list[str]:
    """Routes and jobs that write tables of a service, as `POST /orders/ writes stock`."""
    facts, owners = proposal.facts, proposal.boundaries.tables
    routes: dict[str, list[RouteFact]] = {}
    for route in facts.routes:
        routes.setdefault(route.handler, []).append(route)
    jobs = {job.handler: [job.name] for job in facts.jobs}
    found: dict[str, set[str]] = {}
    for access in facts.accesses:
        if access.kind == "write" and owners.get(access.table) == name:
            writing = [r.name for r in routes.get(access.handler, ()) if access.is_of(r)]
            for each in (*writing, *jobs.get(access.handler, ())):
                found.setdefault(each, set()).add(access.table)
    return [f"{each} writes {', '.join(sorted(found[each]))}" for each in sorted(found)]


def _service(proposal: Proposal, name: str) -> dict[str, object]:
    b = proposal.boundaries
    return {
        **({"database": b.store(name)} if b.store(name) != OWN else {}),
        "tables": by_owner(b.tables, name),
        "routes": by_owner(b.routes, name),
        "jobs": by_owner(b.jobs, name),
    }


def _stays(proposal: Proposal) -> dict[str, list[str]]:
    """What no service owns: routes and jobs that touch no table, tables of the framework."""
    facts, b = proposal.facts, proposal.boundaries
    return {
        "routes": sorted({f"{r.method} {r.path}" for r in facts.routes} - set(b.routes)),
        "jobs": sorted({job.name for job in facts.jobs} - set(b.jobs)),
        "framework tables": [t.table for t in facts.tables if t.origin == "framework"],
    }


def _numbers(measured: Measures) -> dict[str, object]:
    return {
        "services": measured.services,
        "cost": measured.cost,
        "routes within one service": f"{measured.routes_within} of {measured.routes}",
        "split transactions": f"{measured.transactions_split} of {measured.transactions}",
    }


def _edit(edit: Edit) -> dict[str, object]:
    return {
        edit.kind: edit.what,
        "in": edit.service,
        "proposed": edit.proposed or None,
        "cost": edit.cost,
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "service": step.service,
        "cost": step.cost,
        "why": why(step),
    }


def why(step: Step) -> str:
    """One sentence on a place in the order."""
    if step.last:
        return "it is what is left of the monolith"
    if step.identity:
        return "it knows who is logged in, and all others ask it"
    units = counted(step.transactions, "transaction") if step.transactions else "no transaction"
    split = f"splits {units}"
    needed = f"others need it for {step.inbound:g} points, it needs others for {step.outbound:g}"
    return f"{split}; {needed}"


def _cut(cut: Cut) -> dict[str, object]:
    return {
        "kind": cut.kind,
        "between": list(cut.between),
        "what": cut.what,
        "cost": round(cut.cost, 2),
        "evidence": [str(site) for site in cut.evidence],
    }
