"""From groups of tables to services: names, and the routes, jobs and modules that go with them."""

from __future__ import annotations

import keyword
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mscli.migrate.boundaries.coupling import direct
from mscli.migrate.boundaries.homes import Homes
from mscli.migrate.facts import Facts
from mscli.systemfile.checks.names import LIBRARIES, label_fault

LONGEST_NAME = 40
TOUCHED = {"write": 2.0, "read": 1.0}
Owners = Mapping[str, str]
"""Something by its name -> the service that it is in."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Who owns what. `modules` are derived; what has no owner stays in the monolith."""

    tables: Owners
    routes: Owners
    jobs: Owners
    modules: Owners

    @property
    def services(self) -> tuple[str, ...]:
        """Every service, by name."""
        named = {*self.tables.values(), *self.routes.values(), *self.jobs.values()}
        return tuple(sorted(named))


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in: a route or a job, by its name in the file, and its handler in the facts."""

    kind: str
    name: str
    handler: str
    file: str
    tables: Mapping[str, float] = field(default_factory=dict)


def entries(facts: Facts) -> tuple[Entry, ...]:
    """Every route and job, each name once, with the tables it touches and how much."""
    touched: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for access in direct(facts):
        touched[access.handler][access.table] += TOUCHED[access.kind]
    found: dict[tuple[str, str], Entry] = {}
    for r in facts.routes:
        name = f"{r.method} {r.path}"
        entry = Entry("route", name, r.handler, r.evidence.file, touched.get(r.handler, {}))
        found.setdefault(("route", name), entry)
    for job in facts.jobs:
        entry = Entry("job", job.name, job.handler, job.evidence.file, touched.get(job.handler, {}))
        found.setdefault(("job", job.name), entry)
    return tuple(found[key] for key in sorted(found))


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


def services(facts: Facts, homes: Homes, tables: Owners) -> Boundaries:
    """The whole of the boundaries, when it is known who owns which table."""
    owner_of_home = _home_owners(homes, tables)
    routes: dict[str, str] = {}
    jobs: dict[str, str] = {}
    for entry in entries(facts):
        homes_of_entry = (
            homes.of_name(entry.handler.removeprefix("job:")),
            homes.of_file(entry.file),
        )
        home = next((owner_of_home[h] for h in homes_of_entry if h in owner_of_home), "")
        owner = _owner(entry.tables, tables, home)
        if owner:
            (routes if entry.kind == "route" else jobs)[entry.name] = owner
    return Boundaries(tables, routes, jobs, _modules(facts, homes, owner_of_home))


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


def _modules(facts: Facts, homes: Homes, owners: Mapping[str, str]) -> Owners:
    names = {i.importer for i in facts.imports} | {i.imported for i in facts.imports}
    found = {}
    for name in sorted(names):
        owner = owners.get(homes.of_name(name), "")
        if owner:
            found[name] = owner
    return found


def by_owner(owners: Owners, service: str) -> list[str]:
    """What a service owns, sorted."""
    return sorted(thing for thing, owner in owners.items() if owner == service)


def packages(modules: Iterable[str], owners: Owners) -> list[str]:
    """Modules with whole packages written as one: `shop.orders.*`."""
    below: dict[str, list[str]] = defaultdict(list)
    for module, owner in owners.items():
        for package in _prefixes(module):
            below[package].append(owner)
    found: dict[str, None] = {}
    for module in sorted(modules):
        whole = next(p for p in _prefixes(module) if len(set(below[p])) == 1 or p == module)
        is_package = len(below[whole]) > 1 and len(set(below[whole])) == 1
        found[f"{whole}.*" if is_package else whole] = None
    return list(found)


def _prefixes(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:cut]) for cut in range(1, len(parts) + 1)]
