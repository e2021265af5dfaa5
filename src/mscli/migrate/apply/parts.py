"""What becomes of each boundary: its tables, and of each route whether its code can be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mscli.migrate import sources
from mscli.migrate.apply.judging import Fate, Judge, Known
from mscli.migrate.apply.moving.closure import Closing, Closure
from mscli.migrate.apply.moving.cutting import Foreign
from mscli.migrate.apply.moving.django_identity import can_ask
from mscli.migrate.apply.moving.django_settings import settings_of
from mscli.migrate.apply.moving.frameworks import frameworks
from mscli.migrate.apply.moving.pieces import Piece, Sources
from mscli.migrate.apply.moving.placing import Mount
from mscli.migrate.apply.moving.slices import Slice, Taken, slice_of
from mscli.migrate.apply.moving.url_names import Urls
from mscli.migrate.apply.packages import Packages
from mscli.migrate.apply.tables.reading import tables_of
from mscli.migrate.apply.tables.writing import Owned
from mscli.migrate.boundaries.moves import MONOLITH
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.facts import Facts, TableFact
from mscli.migrate.walk.index import Project


@dataclass(frozen=True, slots=True)
class Part:
    """One service that is to be made: tables, routes, the code that moves, and its packages."""

    name: str
    owned: Owned
    fates: tuple[Fate, ...]
    slice: Slice = field(default_factory=Slice)
    requirements: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """The service's name as an identifier in code."""
        return self.name.replace("-", "_")

    @property
    def modules(self) -> Mapping[str, str]:
        """The modules with moved code, by path."""
        return self.slice.modules

    @property
    def cuts(self) -> tuple[str, ...]:
        """What was taken out of moved code."""
        return self.slice.cuts

    @property
    def environment(self) -> tuple[str, ...]:
        """What a person has to give it before it answers as the monolith: variables, and why."""
        read = ", ".join(f"`{name}`" for name in self.slice.environment)
        found = [f"{read}: moved code reads this; give what the monolith has"] if read else []
        if self.slice.django.identity:
            text = "`MONOLITH_DATABASE_URL`: users and sessions are read in the monolith's database"
            found.append(text)
        if self.slice.django.identity or self.slice.signs:
            found.append("`SECRET_KEY`: the monolith's own, which signs its sessions")
        return tuple(found)

    @property
    def unread(self) -> tuple[str, ...]:
        """What of its tables' declarations was not understood."""
        return tuple(text for table in self.owned.tables for text in table.unknown)


class Parts:
    """Makes parts of a proposal; the monolith's code is in `root`."""

    def __init__(self, proposal: Proposal, root: Path, packages: Packages) -> None:
        self.proposal = proposal
        self.facts = proposal.facts
        self.root = root
        self.packages = packages
        self.project = Project(sources.read(root))
        self.tables = tables_of(self.facts, self.project)
        self.owners = proposal.boundaries.tables
        self.settings = settings_of(self.project)
        self.pieces: dict[tuple[str, int], Piece] = {}

    def part(self, name: str) -> Part:
        """The service of this name."""
        mine = by_owner(self.owners, name)
        owned = Owned([self.tables[t] for t in mine if t in self.tables], self.owners)
        routes = by_owner(self.proposal.boundaries.routes, name)
        facts = [r for r in self.facts.routes if f"{r.method} {r.path}" in routes]
        code = Sources(self.root, self._foreign(name), shared=self.pieces)
        closing = Closing(self.project, code, self._classes(name).keys(), self.settings.modules)
        models = closing.of(self._models(mine))
        readers = frameworks(self.project, closing, self.settings, self.facts.urls)
        known = Known(self.facts, self.owners, self.tables, self.packages)
        judge = Judge(name, known, closing, models, readers)
        fates = judge.fates(facts)
        moved = [fate for fate in fates if fate.is_moved]
        if not moved:
            return Part(name, owned, fates)
        whole = Closure()
        for closure in (models, judge.listening, *(judge.closures[f.route] for f in moved)):
            whole.add(closure)
        package, framework = name.replace("-", "_"), moved[0].route.framework
        placed, shown = [f.placed for f in moved if f.placed], readers[framework].shown(whole)
        taken = Taken(placed, _paths(moved), whole, models, judge.listeners, shown)
        made = slice_of(package, framework, taken, closing, self.settings)
        urls = Urls(framework, self.facts.urls)
        made = replace(made, elsewhere=urls.elsewhere(closing.kept(whole), shown.needs.urls))
        return Part(name, owned, fates, made, tuple(self.packages.needed(whole.packages)))

    def _models(self, mine: Sequence[str]) -> list[str]:
        """The models of the service's tables, as dotted names."""
        found = (self._symbol(fact) for fact in self.facts.tables if fact.table in mine)
        return [symbol for symbol in found if symbol]

    def _symbol(self, fact: TableFact) -> str:
        """The dotted name of a model, or of the variable that holds a plain table."""
        if fact.origin != "table" or fact.evidence is None:
            return fact.model if fact.origin == "model" else ""
        for module in self.project.modules:
            if module.file == fact.evidence.file:
                for node in module.tree.body:
                    if node.lineno <= fact.evidence.line <= (node.end_lineno or node.lineno):
                        targets = getattr(node, "targets", [getattr(node, "target", None)])
                        return f"{module.name}.{getattr(targets[0], 'id', '')}"
        return ""

    def _classes(self, name: str) -> dict[str, str]:
        return {
            fact.model: owner
            for fact in self.facts.tables
            if fact.origin == "model" and (owner := self._owner(fact)) != name
        }

    def _owner(self, fact: TableFact) -> str:
        return self.owners.get(fact.table, MONOLITH)

    def _foreign(self, name: str) -> Foreign:
        classes = {m.rpartition(".")[2]: owner for m, owner in self._classes(name).items()}
        tables = {t: o for t, o in self.owners.items() if o != name}
        types = {
            f"{table.name}.{column.name}": column.type
            for table in self.tables.values()
            for column in table.columns
        }
        own = {
            fact.model.rpartition(".")[2]: {c.name: c.type for c in self.tables[fact.table].columns}
            for fact in self.facts.tables
            if fact.table in self.tables and self._owner(fact) == name
        }
        users = self._users(name)
        return Foreign(classes, tables, types, own, users, can_ask(self.settings))

    def _users(self, name: str) -> str:
        """Who owns the model of those who log in; nobody, where it is this service."""
        model = str(self.settings.values.get("AUTH_USER_MODEL", "auth.User"))
        last = model.rpartition(".")[2]
        own = [fact for fact in self.facts.tables if fact.model.rpartition(".")[2] == last]
        owner = self._owner(own[0]) if own else MONOLITH
        return "" if owner == name else owner


def _paths(moved: Sequence[Fate]) -> dict[Mount, set[str]]:
    """The paths of each mount's routes."""
    paths: dict[Mount, set[str]] = {}
    for fate in moved:
        if fate.mount:
            paths.setdefault(fate.mount, set()).add(fate.route.path)
    return paths


def ambient_of(facts: Facts) -> list[str]:
    """Code that runs on every request of the monolith, and in no new service."""
    return [f"{found.kind} {found.name} ({found.evidence})" for found in facts.ambient]
