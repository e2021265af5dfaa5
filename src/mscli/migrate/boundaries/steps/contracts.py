"""Contracts for import-linter that freeze the boundaries inside the monolith."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import module_names, packages


def contracts(proposal: Proposal) -> list[str]:
    """Lines of `.importlinter`: no service's modules import another's, but for today's edges.

    None, where no two services have modules of their own.
    """
    b = proposal.boundaries
    owned = {name: found for name in b.services if (found := _modules(proposal, name))}
    if len(owned) < 2:  # noqa: PLR2004 - one alone has no boundary
        return []
    roots = sorted({name.partition(".")[0] for name in b.modules})
    lines = ["[importlinter]", "root_packages =", *(f"    {root}" for root in roots)]
    for name, modules in owned.items():
        others = sorted(m for other, theirs in owned.items() if other != name for m in theirs)
        lines += ["", *_contract(name, modules, others), *_crossing(proposal, name)]
    return lines


def _contract(name: str, modules: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    yield f"[importlinter:contract:{name}]"
    yield f"name = {name} imports no other service"
    yield "type = forbidden"
    yield "allow_indirect_imports = True"
    yield "source_modules ="
    yield from (f"    {module}" for module in modules)
    yield "forbidden_modules ="
    yield from (f"    {module}" for module in others)


def _crossing(proposal: Proposal, name: str) -> Iterator[str]:
    """What crosses today, by name."""
    owners = proposal.boundaries.modules
    crossing = sorted(
        f"    {i.importer} -> {i.imported}"
        for i in proposal.facts.imports
        if owners.get(i.importer) == name and owners.get(i.imported, name) != name
    )
    if crossing:
        yield "ignore_imports ="
        yield from crossing


def _modules(proposal: Proposal, name: str) -> list[str]:
    """What a contract may name: a package there is all that is in it, so one of several is not."""
    known = module_names(proposal.facts)
    above = {module.rpartition(".")[0] for module in known}
    found = packages(proposal.boundaries.modules, name, known)
    return [m.removesuffix(".*") for m in found if m.endswith(".*") or m not in above]
