"""From groups of tables to services: names, and the routes, jobs and modules that go with them."""

from __future__ import annotations

import keyword
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mscli.migrate.boundaries.homes import Homes
from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.facts import Facts
from mscli.migrate.store import OWN, Store
from mscli.systemfile.checks.names import LIBRARIES, label_fault

LONGEST_NAME = 40
Owners = Mapping[str, str]
"""Something by its name -> the service that it is in."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Who owns what. `modules` are derived; what has no owner stays in the monolith."""

    tables: Owners
    routes: Owners
    jobs: Owners
    modules: Owners
    stores: Mapping[str, Store] = field(default_factory=dict)
    """Service -> where its rows are; what is not said is in a database of its own."""

    @property
    def services(self) -> tuple[str, ...]:
        """Every service, by name."""
        named = {*self.tables.values(), *self.routes.values(), *self.jobs.values()}
        return tuple(sorted(named))

    def store(self, service: str) -> Store:
        """Where the rows of a service are."""
        return self.stores.get(service, OWN)


def named(groups: Owners) -> Owners:
    """Groups under names that a service may have: DNS labels, no keyword, no standard module."""
    names: dict[str, str] = {}
    for group in sorted(set(groups.values())):
        last = _label(group.rpartition(".")[2])
        names[group] = last if last not in names.values() else _label(group.replace(".", "-"))
    taken: set[str] = set()
    for group, name in names.items():
        free = name
        for number in range(2, len(names) + 2):
            if free not in taken:
                break
            free = f"{name[: LONGEST_NAME - 4]}-{number}"
        taken.add(free)
        names[group] = free
    return {thing: names[group] for thing, group in sorted(groups.items())}


def _label(text: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[: LONGEST_NAME - 8].strip("-")
    name = name if name[:1].isalpha() else f"part-{name}".strip("-")
    return name if not service_name_fault(name) else f"{name}-service"


def service_name_fault(name: str) -> str:
    """Why a service cannot have a name; empty if it can."""
    package = name.replace("-", "_")
    if problem := label_fault(name):
        return problem
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return f"'{name}' is a word of Python"
    if package in sys.stdlib_module_names | {"test", "tests"} | LIBRARIES:
        return f"'{name}' is a module that the service would hide"
    return ""


def services(monolith: Monolith, tables: Owners) -> Boundaries:
    """The whole of the boundaries, when it is known who owns which table."""
    homes = monolith.homes
    owner_of_home = _home_owners(homes, tables)
    routes: dict[str, str] = {}
    jobs: dict[str, str] = {}
    for entry in monolith.entries:
        homes_of_entry = (
            homes.of_name(entry.handler.removeprefix("job:")),
            homes.of_file(entry.file),
        )
        home = next((owner_of_home[h] for h in homes_of_entry if h in owner_of_home), "")
        owner = _owner(entry.tables, tables, home)
        if owner:
            (routes if entry.kind == "route" else jobs)[entry.name] = owner
    return Boundaries(tables, routes, jobs, _modules(monolith, owner_of_home))


def _home_owners(homes: Homes, tables: Owners) -> Mapping[str, str]:
    """Home -> the service that most of its tables went to; a service's own name is a home too."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for table, owner in tables.items():
        counts[homes.of_table.get(table, "")][owner] += 1
    found = {name: name for name in tables.values()}
    for home, owners in counts.items():
        if home:
            found[home] = min(owners, key=lambda owner: (-owners[owner], owner))
    return found


def _owner(touched: Mapping[str, float], tables: Owners, home: str) -> str:
    """Where most of the work is; the part that the code is in has the benefit of the doubt."""
    scores: dict[str, float] = defaultdict(float)
    for table, weight in touched.items():
        if table in tables:
            scores[tables[table]] += weight
    if home:
        scores[home] += 0.5 + sum(scores.values()) / 2
    return min(scores, key=lambda owner: (-scores[owner], owner)) if scores else ""


def _modules(monolith: Monolith, owners: Mapping[str, str]) -> Owners:
    found = {}
    for name in sorted(module_names(monolith.facts)):
        owner = owners.get(monolith.homes.of_name(name), "")
        if owner:
            found[name] = owner
    return found


def by_owner(owners: Owners, service: str) -> list[str]:
    """What a service owns, sorted."""
    return sorted(thing for thing, owner in owners.items() if owner == service)


def module_names(facts: Facts) -> set[str]:
    """The project's modules, as far as imports tell of them."""
    return {i.importer for i in facts.imports} | {i.imported for i in facts.imports}


def packages(owners: Owners, service: str, known: Iterable[str]) -> list[str]:
    """The modules of a service, with whole packages written as one: `shop.orders.*`.

    `known` are the project's modules: one without an owner is nobody's, and so is its package.
    """
    below: dict[str, list[str]] = defaultdict(list)
    for module in {*owners, *known}:
        for package in _prefixes(module):
            below[package].append(owners.get(module, ""))
    found: dict[str, None] = {}
    for module in by_owner(owners, service):
        whole = next(p for p in _prefixes(module) if len(set(below[p])) == 1 or p == module)
        is_package = len(below[whole]) > 1 and len(set(below[whole])) == 1
        found[f"{whole}.*" if is_package else whole] = None
    return list(found)


def _prefixes(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:cut]) for cut in range(1, len(parts) + 1)]
