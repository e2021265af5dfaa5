"""Contracts for import-linter that freeze the boundaries inside the monolith."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner, packages


def contracts(proposal: Proposal) -> Iterator[str]:
    """Lines of `.importlinter`: no service's modules import another's, but for today's edges."""
    b, imports = proposal.boundaries, proposal.facts.imports
    yield "[importlinter]"
    yield "root_packages ="
    yield from (f"    {root}" for root in sorted({n.partition(".")[0] for n in b.modules}))
    owned = {name: _modules(proposal, name) for name in b.services}
    for name in b.services:
        others = sorted(m for other, modules in owned.items() if other != name for m in modules)
        if not owned[name] or not others:
            continue
        yield ""
        yield f"[importlinter:contract:{name}]"
        yield f"name = {name} imports no other service"
        yield "type = forbidden"
        yield "allow_indirect_imports = True"
        yield "source_modules ="
        yield from (f"    {module}" for module in owned[name])
        yield "forbidden_modules ="
        yield from (f"    {module}" for module in others)
        crossing = sorted(
            f"    {i.importer} -> {i.imported}"
            for i in imports
            if b.modules.get(i.importer) == name and b.modules.get(i.imported, name) != name
        )
        if crossing:
            yield "ignore_imports ="
            yield from crossing


def _modules(proposal: Proposal, name: str) -> list[str]:
    found = packages(by_owner(proposal.boundaries.modules, name), proposal.boundaries.modules)
    return [module.removesuffix(".*") for module in found]
