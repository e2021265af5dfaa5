"""What becomes of each boundary: its tables, and of each route whether its code can be moved."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from mscli.migrate import sources
from mscli.migrate.apply.judging import Fate, Judge, Known
from mscli.migrate.apply.models import EVERY, Models, every_model, own_models
from mscli.migrate.apply.moving.django.requests.identity import can_ask
from mscli.migrate.apply.moving.django.settings.packages import with_stars
from mscli.migrate.apply.moving.django.settings.settings import Settings, settings_of, texts
from mscli.migrate.apply.moving.flask.left_out import left_out
from mscli.migrate.apply.moving.flask.setup import set_up_by
from mscli.migrate.apply.moving.frameworks import frameworks
from mscli.migrate.apply.moving.implied.filling import filled_in, filling
from mscli.migrate.apply.moving.implied.memory import State, states_of
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing, Filling
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.pieces.cutting import Foreign
from mscli.migrate.apply.moving.pieces.instead import Instead
from mscli.migrate.apply.moving.pieces.pieces import Piece, Sources
from mscli.migrate.apply.moving.placing import Framework, Mount
from mscli.migrate.apply.moving.sliced import Django
from mscli.migrate.apply.moving.slices import slice_of
from mscli.migrate.apply.moving.taken import Taken
from mscli.migrate.apply.packages import Packages
from mscli.migrate.apply.part import Part
from mscli.migrate.apply.tables.reading import tables_of
from mscli.migrate.apply.tables.writing import Owned
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.boundaries.steps.moves import MONOLITH
from mscli.migrate.databases import main_of
from mscli.migrate.facts import RouteFact, TableFact
from mscli.migrate.store import OWN, SHARED
from mscli.migrate.walk.project.index import Project

MYSQL = ("mysqlclient", "pymysql", "mysql-connector-python", "aiomysql", "asyncmy")


class Parts:
    """Makes parts of a proposal; the monolith's code is in `root`."""

    def __init__(self, proposal: Proposal, root: Path, packages: Packages) -> None:
        self.proposal = proposal
        self.facts = proposal.facts
        self.root = root
        self.packages = packages
        self.project = Project(sources.read(root))
        aware = self.packages.allows("sqlmodel", "0.0.99")
        self.tables = tables_of(self.facts, self.project, aware=aware)
        self.owners = proposal.boundaries.tables
        self.settings = settings_of(self.project)
        self.pieces: dict[tuple[str, int], Piece] = {}

    def part(self, name: str) -> Part:
        """The service of this name."""
        mine = by_owner(self.owners, name)
        store = self.proposal.boundaries.store(name)
        made = mine if store == OWN else []
        owned = Owned([self.tables[t] for t in made if t in self.tables], self.owners)
        routes = by_owner(self.proposal.boundaries.routes, name)
        facts = [r for r in self.facts.routes if _is_among(r, routes)]
        main = main_of(self.facts.databases)
        said = frozenset(each.name for each in main.variables) if main else frozenset[str]()
        part = Part(name, owned, (), store=store, tables=tuple(mine), addresses=said)
        return self._moved(part, facts, *(self._own(name, mine) if store == OWN else self._shared))

    def _drivers(self, part: Part) -> set[str]:
        """The monolith's own drivers of MySQL, which no service of the template has."""
        main = main_of(self.facts.databases)
        is_mysql = part.store == SHARED and main is not None and main.kind == "mysql"
        return self.packages.among(MYSQL) if is_mysql else set()

    def _moved(
        self, part: Part, routes: list[RouteFact], closing: Closing, models: Models, known: Known
    ) -> Part:
        if part.store == SHARED:
            known = replace(known, owners=dict.fromkeys(self._reached, part.name))
        settings, is_shared = replace(self.settings, store=part.store), part.store == SHARED
        readers = self._shared_readers if is_shared else self._readers(closing, settings)
        judge = Judge(part.name, known, closing, models, readers, lambda: self._states)
        fates = judge.fates(routes)
        moved = [fate for fate in fates if fate.is_moved]
        if not moved:
            return replace(part, fates=fates)
        whole, listening = Closure(), judge.listening
        for each in (models.closure, listening.closure, *(judge.closures[f.route] for f in moved)):
            whole.add(each)
        framework = moved[0].route.framework
        placed, shown = [f.placed for f in moved if f.placed], readers[framework].shown(whole)
        heard = [*listening.statements, *judge.heard_with(whole), *filled_in(closing, whole)]
        taken = Taken(placed, _paths(moved), whole, models.closure, heard, shown, models.declaring)
        made = slice_of(part.package, framework, taken, closing, settings)
        urls = Urls(framework, self.facts.urls, self.project, with_packages=is_shared)
        named = urls.elsewhere(closing.kept(whole), shown.needs.urls)
        installed = {name.partition(".")[0] for name in made.django.installed}
        installed |= self.packages.named_in(_said(made.django, closing, settings, whole))
        needed = tuple(self.packages.needed(whole.packages | installed | self._drivers(part)))
        made = replace(made, elsewhere=named)
        return replace(
            part, fates=fates, slice=made, requirements=needed, python=self.packages.python
        )

    @cached_property
    def _states(self) -> list[State]:
        """What code keeps in memory: the same for each service."""
        return states_of(self.project)

    @cached_property
    def _filling(self) -> Filling:
        """What fills names from elsewhere: the same for each service."""
        return filling(self.project, self.settings.modules)

    def _own(self, name: str, mine: Sequence[str]) -> tuple[Closing, Models, Known]:
        """Code as it is with the tables of the service alone."""
        code = Sources(self.root, self._foreign(name), shared=self.pieces)
        closing = Closing(
            self.project, code, self._classes(name).keys(), self.settings.modules, self._filling
        )
        known = Known(self.facts, self.owners, self.tables, self.packages)
        return closing, own_models(self._models(mine), closing), known

    @cached_property
    def _shared(self) -> tuple[Closing, Models, Known]:
        """Code as it is with every table of the monolith: the same for each such service."""
        has_flask = set_up_by(self.project)
        instead = Instead(left_out(self.project), is_reached=True) if has_flask else None
        code = Sources(self.root, Foreign(), instead=instead)
        closing = Closing(self.project, code, frozenset(), self.settings.modules, self._filling)
        closing.handing.taken_whole = with_stars(self.settings)
        models = every_model(self._models(list(self.owners)), closing, self.facts, self._against)
        if (users := self._users_table()) in models.against:
            models.against[EVERY] = models.against[users]
        return closing, models, Known(self.facts, {}, {}, self.packages, SHARED)

    def _readers(self, closing: Closing, settings: Settings) -> dict[str, Framework]:
        return frameworks(self.project, closing, settings, self.facts)

    @cached_property
    def _shared_readers(self) -> dict[str, Framework]:
        """What frameworks do is the same where the code is."""
        return self._readers(self._shared[0], replace(self.settings, store=SHARED))

    def _against(self, closure: Closure) -> Iterator[str]:
        """Packages of a model that are not known."""
        yield from self.packages.against(closure.packages, closure.inside)

    @cached_property
    def _reached(self) -> frozenset[str]:
        """Every table of the monolith's database."""
        facts = self.facts
        return frozenset([*(t.table for t in facts.tables), *(a.table for a in facts.accesses)])

    def _models(self, mine: Sequence[str]) -> dict[str, str]:
        """The models of tables, as dotted names."""
        found = {f.table: self._symbol(f) for f in self.facts.tables if f.table in mine}
        return {table: symbol for table, symbol in found.items() if symbol}

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
        owner = self.owners.get(self._users_table(), MONOLITH)
        return "" if owner == name else owner

    def _users_table(self) -> str:
        model = str(self.settings.values.get("AUTH_USER_MODEL", "auth.User"))
        last = model.rpartition(".")[2]
        own = [f.table for f in self.facts.tables if f.model.rpartition(".")[2] == last]
        return own[0] if own else ""


def _said(made: Django, closing: Closing, settings: Settings, whole: Closure) -> Iterator[str]:
    """The texts of Django's settings, which may name what is in a package."""
    yield from texts([made.settings, made.engine, made.jinja, made.middleware])
    for module, piece in closing.kept(whole):
        yield from piece.texts if module.name in settings.modules else ()


def _paths(moved: Sequence[Fate]) -> dict[Mount, set[str]]:
    """The paths of each mount's routes."""
    paths: dict[Mount, set[str]] = {}
    for fate in moved:
        if fate.mount:
            paths.setdefault(fate.mount, set()).add(fate.route.path)
    return paths


def _is_among(route: RouteFact, routes: Container[str]) -> bool:
    """Whether a service is to have a route; the pages of an admin site nobody has."""
    return f"{route.method} {route.path}" in routes and not route.is_of_admin
