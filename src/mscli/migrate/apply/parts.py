"""What becomes of each boundary: its tables, and of each route whether its code can be moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mscli.migrate import sources
from mscli.migrate.apply.moving.closure import Closing, Closure
from mscli.migrate.apply.moving.cutting import Foreign
from mscli.migrate.apply.moving.mounting import Mount, guarded, mount_of
from mscli.migrate.apply.moving.pieces import Sources
from mscli.migrate.apply.moving.writing import home_of, modules_of
from mscli.migrate.apply.packages import Packages
from mscli.migrate.apply.tables.reading import tables_of
from mscli.migrate.apply.tables.table import Table
from mscli.migrate.apply.tables.writing import Owned
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.boundaries.services import by_owner
from mscli.migrate.boundaries.steps import MONOLITH
from mscli.migrate.facts import Facts, RouteFact, TableFact
from mscli.migrate.index import Project

MOVABLE = "fastapi"
TEMPLATE_HAS = frozenset(["fastapi", "pydantic", "sqlalchemy", "starlette", "typing_extensions"])


@dataclass(frozen=True, slots=True)
class Fate:
    """One route: moved (mounted at a place), or not, with every reason."""

    route: RouteFact
    mount: Mount | None = None
    reasons: tuple[str, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether its code is in the new service."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Part:
    """One service that is to be made: tables, routes, modules with moved code, and notes."""

    name: str
    owned: Owned
    fates: tuple[Fate, ...]
    modules: Mapping[str, str] = field(default_factory=dict)
    requirements: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    has_models: bool = False

    @property
    def package(self) -> str:
        """The service's name as an identifier in code."""
        return self.name.replace("-", "_")

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
        self.guarded = guarded(self.project)

    def part(self, name: str) -> Part:
        """The service of this name."""
        mine = by_owner(self.owners, name)
        owned = Owned([self.tables[t] for t in mine if t in self.tables], self.owners)
        routes = by_owner(self.proposal.boundaries.routes, name)
        facts = [r for r in self.facts.routes if f"{r.method} {r.path}" in routes]
        sources = Sources(self.root, self._foreign(name))
        closing = Closing(self.project, sources, self._classes(name).keys())
        models, whole = self._models(closing, mine)
        closures = {route: closing.of([route.handler]) for route in facts}
        fates = tuple(self._fate(route, name, closures[route], models, sources) for route in facts)
        moved = [fate for fate in fates if fate.is_moved]
        if not moved:
            return Part(name, owned, fates)
        for fate in moved:
            whole.add(closures[fate.route])
        whole.add(self._listeners(closing, whole))
        package = name.replace("-", "_")
        home = home_of(package, [module.name for module in self.project.modules])
        return Part(
            name,
            owned,
            fates,
            modules_of(whole.pieces, sources, self.project, home),
            tuple(self._requirements(whole)),
            tuple(_cuts(whole, sources, self.project)),
            has_models=not models.reasons,
        )

    def _fate(
        self, route: RouteFact, name: str, closure: Closure, models: Closure, sources: Sources
    ) -> Fate:
        if route.framework != MOVABLE:
            text = f"a handler of {route.framework} is written anew: only FastAPI's are moved"
            return Fate(route, reasons=(text, *self._accesses(route, name)))
        mount = mount_of(route, self.project)
        reasons = [
            *self._accesses(route, name),
            *closure.reasons,
            *models.reasons,
            *self._unresolved(closure, sources),
            *self._unknown(route, name),
            *(f"the package of `{p}` is not known" for p in self._unnamed(closure)),
            *self.guarded,
        ]
        if mount is None:
            reasons.append("how its router is included could not be taken apart")
        return Fate(route, mount, tuple(dict.fromkeys(reasons)))

    def _accesses(self, route: RouteFact, name: str) -> Iterator[str]:
        """Tables of others that the handler itself touches; what runs on every request stays."""
        ambient = {f"{found.kind} {found.name}" for found in self.facts.ambient}
        for access in self.facts.accesses:
            owner = self.owners.get(access.table, MONOLITH)
            if access.handler == route.handler and owner != name and access.through not in ambient:
                verb = "writes" if access.kind == "write" else "reads"
                yield f"it {verb} {access.table}, which {owner} owns ({access.evidence})"

    def _unresolved(self, closure: Closure, sources: Sources) -> Iterator[str]:
        by_file = {module.file: module for module in self.project.modules}
        for lost in self.facts.unresolved:
            file, line = lost.evidence.file, lost.evidence.line
            kept = closure.pieces.get(file, set())
            for piece in sources.of(by_file[file]).pieces if kept else ():
                if piece.first in kept and piece.first <= line <= piece.last:
                    yield f"`{lost.what}` could not be followed ({lost.evidence})"

    def _unknown(self, route: RouteFact, name: str) -> Iterator[str]:
        touched = {a.table for a in self.facts.accesses if a.handler == route.handler}
        for table in sorted(touched):
            if self.owners.get(table) == name:
                yield from self.tables[table].unknown if table in self.tables else ()

    def _models(self, closing: Closing, mine: Sequence[str]) -> tuple[Closure, Closure]:
        """What the models of the service's tables need; and the same again, to grow."""
        found = [self._symbol(fact) for fact in self.facts.tables if fact.table in mine]
        symbols = [symbol for symbol in found if symbol]
        return closing.of(symbols), closing.of(symbols)

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

    def _listeners(self, closing: Closing, whole: Closure) -> Closure:
        """Functions that listen to events of models that are moved."""
        import ast

        found = []
        for module in self.project.modules:
            kept = whole.pieces.get(module.file, set())
            for piece in closing.sources.of(module).pieces if kept else ():
                for decorator in piece.decorators:
                    listens = isinstance(decorator, ast.Call) and ast.unparse(
                        decorator.func
                    ).endswith("listens_for")
                    if listens and isinstance(decorator, ast.Call):
                        target = ast.unparse(decorator.args[0]).partition(".")[0]
                        places = closing.sources.of(module).by_name.get(target, [])
                        if any(place.first in kept for place in places):
                            found += [f"{module.name}.{name}" for name in piece.binds]
        return closing.of(found)

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
        return Foreign(classes, tables, types)

    def _requirements(self, closure: Closure) -> Iterator[str]:
        for package in sorted(closure.packages - TEMPLATE_HAS):
            yield self._requirement(package)

    def _unnamed(self, closure: Closure) -> list[str]:
        return sorted(p for p in closure.packages - TEMPLATE_HAS if not self._requirement(p))

    def _requirement(self, module: str) -> str:
        """The monolith's own requirement for an imported module, where the names agree."""
        name = module.replace("_", "-").lower()
        return next((r for r in self.packages.requirements if _named(r) == name), "")


def _named(requirement: str) -> str:
    from packaging.requirements import Requirement

    return Requirement(requirement).name.replace("_", "-").lower()


def _cuts(whole: Closure, sources: Sources, project: Project) -> Iterator[str]:
    for module in project.modules:
        kept = whole.pieces.get(module.file, set())
        for piece in sources.of(module).pieces if kept else ():
            if piece.first in kept:
                yield from (f"{module.file}:{piece.first}: {said}" for said in piece.cuts)


def ambient_of(facts: Facts) -> list[str]:
    """Code that runs on every request of the monolith, and in no new service."""
    return [f"{found.kind} {found.name} ({found.evidence})" for found in facts.ambient]


def table_names(tables: Sequence[Table]) -> list[str]:
    """Their names, in order."""
    return sorted(table.name for table in tables)
