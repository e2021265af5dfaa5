"""Reads an edited `boundaries.yaml`; every fault with its line, place and remedy, all at once.

The code may have changed since the file was written, and so may the analyser: what it no longer
has is left out and told, and is no fault. A table that is close to one that the file has nowhere
is a slip of the hand, and is one; so is a file that has nothing of this code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mscli.errors import MscliError, SystemFileError
from mscli.migrate.boundaries.document.document import VERSION
from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.propose import Decided
from mscli.migrate.boundaries.services import service_name_fault
from mscli.migrate.boundaries.since import Gone, followed
from mscli.migrate.facts import Facts
from mscli.migrate.store import OWN, SHARED, STORES, Store
from mscli.systemfile.checks.names import suggestion
from mscli.systemfile.places import Fault, Place, did_you_mean
from mscli.systemfile.tree import Tree

SECTIONS = (
    "version", "monolith", "verdict", "numbers", "services", "stays", "languages", "edits", "order",
    "modules", "cut", "alternatives",
)  # fmt: skip
DATABASE = "database"
KINDS = {"tables": "table", "routes": "route", "jobs": "job"}


def read(path: Path, facts: Facts) -> Decided:
    """What a person decided. Raises SystemFileError with every finding."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MscliError(f"{path}: {error.strerror}", "choose another file") from error
    except UnicodeDecodeError as error:
        raise MscliError(f"{path}:1: not UTF-8 text", "save it as UTF-8, or say --fresh") from error
    return read_text(content, path.name, facts)


def read_text(content: str, file: str, facts: Facts) -> Decided:
    """As `read`, from text; `file` is the name that findings show."""
    tree = Tree(content, file)
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    gone: list[Gone] = []
    stores: Mapping[str, Store] = {}
    if tree.readable:
        checker = _Checker(tree, facts, found)
        checker.check()
        gone, stores = checker.gone(), checker.stores
    findings = tuple(sorted(set(tree.findings)))
    if findings:
        raise SystemFileError(findings, "mend the file, or start again with --fresh")
    return Decided(found["tables"], found["routes"], found["jobs"], stores, tuple(gone))


class _Checker:
    """One walk over the document; what is sound goes into `found`."""

    def __init__(self, tree: Tree, facts: Facts, found: dict[str, dict[str, str]]) -> None:
        self.tree = tree
        self.found = found
        self.stores: dict[str, Store] = {}
        monolith = Monolith(facts)
        ways_in = monolith.entries
        self.known: Mapping[str, frozenset[str]] = {
            "tables": frozenset(monolith.tables),
            "routes": frozenset(e.name for e in ways_in if e.kind == "route"),
            "jobs": frozenset(e.name for e in ways_in if e.kind == "job"),
        }
        self.framework = {t.table for t in facts.tables if t.origin == "framework"}
        self.places: dict[tuple[str, str], Place] = {}
        self.missing: dict[tuple[str, str], tuple[Place, str]] = {}

    def check(self) -> None:
        data = self.tree.data
        if not isinstance(data, dict):
            self._fault((), "no mapping", "it begins with 'version: 1'")
            return
        if data.get("version") != VERSION:
            self._fault(("version",), f"not version {VERSION}", f"write 'version: {VERSION}'")
        self._unknown((), data, SECTIONS)
        services = data.get("services")
        if services == {}:
            return  # what has no tables has no services either
        if not isinstance(services, dict):
            self._fault(("services",), "no services", "name at least one, or say --fresh")
            return
        for name, service in services.items():
            self._service(("services", name), name, service)

    def gone(self) -> list[Gone]:
        """What the code no longer has; a route follows its path. Call it after `check`."""
        found = []
        for (kind, item), (place, service) in self.missing.items():
            unplaced = self.known[kind] - self.found[kind].keys()
            if kind == "tables" and (near := did_you_mean(item, unplaced)):
                self._fault(place, f"no table '{item}'", near)
            now = followed(item, unplaced) if kind == "routes" else ()
            self.found[kind].update(dict.fromkeys(now, service))
            found.append(Gone(KINDS[kind], item, service, now))
        if found and not self.places and not self.tree.findings:
            remedy = "is it another application's? choose another file"
            self._fault(("services",), "nothing of it is in this code", remedy)
        return found

    def _service(self, place: Place, name: str, service: object) -> None:
        if problem := service_name_fault(name):
            self._fault(
                place,
                problem,
                suggestion(name) if "no name" in problem else f"use '{name}-service'",
            )
        if not isinstance(service, dict):
            self._fault(place, "no mapping", "give it 'tables', 'routes' or 'jobs'")
            return
        self._unknown(place, service, (*KINDS, DATABASE))
        self._store((*place, DATABASE), name, service.get(DATABASE, OWN))
        if not any(service.get(kind) for kind in KINDS):
            self._fault(place, "owns nothing", "give it a table, a route or a job, or remove it")
        for kind in KINDS:
            items = service.get(kind)
            if items is None:
                continue
            if not isinstance(items, list):
                self._fault((*place, kind), "no list", "write one entry a line, each after '- '")
                continue
            for index, item in enumerate(items):
                self._item((*place, kind, index), kind, name, item)

    def _store(self, place: Place, service: str, said: object) -> None:
        if store := next((each for each in STORES if each == said), None):
            self.stores[service] = store
            return
        near = did_you_mean(str(said), STORES) if isinstance(said, str) else ""
        remedy = f"write '{SHARED}' for the monolith's; without the line it has its own"
        self._fault(place, f"'{said}' is no database of a service", near or remedy)

    def _item(self, place: Place, kind: str, service: str, item: object) -> None:
        what = KINDS[kind]
        if not isinstance(item, str):
            self._fault(place, f"a {what} is text", "put it in quotes")
        elif kind == "tables" and item in self.framework:
            self._fault(
                place,
                f"'{item}' is a table of the framework",
                "remove it: each service has its own",
            )
        elif item not in self.known[kind]:
            self.missing.setdefault((kind, item), (place, service))
        elif (kind, item) in self.places:
            earlier = self.tree.places.line(self.places[kind, item])
            self._fault(
                place, f"{what} '{item}' is in line {earlier} too", "leave it in one service"
            )
        else:
            self.places[kind, item] = place
            self.found[kind][item] = service

    def _unknown(self, place: Place, data: Mapping[str, object], known: Iterable[str]) -> None:
        names = tuple(known)
        for key in data:
            if key not in names:
                near = did_you_mean(key, names)
                self._fault((*place, key), f"'{key}' is not known here", near or "remove it")

    def _fault(self, place: Place, message: str, remedy: str) -> None:
        self.tree.report(Fault(place, message, remedy))
