"""What `boundaries.yaml` says that each service is to own, without the monolith's facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mscli.errors import MscliError, SystemFileError, UsageError
from mscli.migrate.store import OWN, SHARED
from mscli.migrate.strangler.standing import Part
from mscli.systemfile.places import Fault
from mscli.systemfile.tree import Plain, Tree

FIELDS = ("tables", "routes", "written by")
PLACES = ("boundaries.yaml", "migration/boundaries.yaml")


def found(root: Path, named: Path | None) -> Path | None:
    """The file of boundaries: the one that is named, else the first of the usual places."""
    if named is not None:
        return named
    return next((root / place for place in PLACES if (root / place).is_file()), None)


def read(path: Path) -> Mapping[str, Part]:
    """Services with their tables and routes. Raises SystemFileError with every finding."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'it cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise MscliError(f"{path}:1: not UTF-8 text", "save it as UTF-8") from error
    tree = Tree(text, path.name)
    parts: dict[str, Part] = {}
    data = tree.data if tree.readable else None
    services = data.get("services") if isinstance(data, dict) else None
    if tree.readable and not isinstance(services, dict):
        tree.report(Fault(("services",), "no services", "write it with: mscli migrate plan"))
    for name, service in services.items() if isinstance(services, dict) else ():
        if not isinstance(service, dict):
            tree.report(Fault(("services", name), "no mapping", "give it 'tables' or 'routes'"))
            continue
        lists = {field: _names(tree, name, field, service.get(field)) for field in FIELDS}
        store = SHARED if service.get("database") == SHARED else OWN
        owned = (lists["tables"], lists["routes"], store, lists["written by"])
        parts[name] = Part(*owned, languages=_languages(data))
    if tree.findings:
        raise SystemFileError(tuple(sorted(set(tree.findings))), f"mend {path.name}")
    return parts


def staying(path: Path) -> Part:
    """What no service is to own; nothing in a file that does not say it."""
    data = Tree(path.read_text(encoding="utf-8-sig"), path.name).data
    stays = data.get("stays") if isinstance(data, dict) else None
    routes = stays.get("routes") if isinstance(stays, dict) else None
    found = tuple(map(str, routes)) if isinstance(routes, list) else ()
    return Part(routes=found, languages=_languages(data))


def _languages(data: Plain) -> tuple[str, ...]:
    """What paths may begin with, where the file says it."""
    listed = data.get("languages") if isinstance(data, dict) else None
    return tuple(map(str, listed)) if isinstance(listed, list) else ()


def _names(tree: Tree, service: str, field: str, items: Plain) -> tuple[str, ...]:
    if items is None:
        return ()
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        tree.report(Fault(("services", service, field), "no list of names"))
        return ()
    return tuple(str(item) for item in items)
