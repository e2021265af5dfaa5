"""What the system file names and the disk has not: folders of code and of templates.

Apart from the checks of the text, because its answers are kept by the text alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mscli.errors import Finding
from mscli.model.system import System
from mscli.systemfile.places import Fault, quoted


def missing(path: Path, file: str, system: System) -> tuple[Finding, ...]:
    """A finding for each folder that is not there; `file` is the name that findings show."""
    from mscli.systemfile.tree import Tree

    if not (faults := list(_faults(path.parent, system))):
        return ()
    tree = Tree(path.read_text(encoding="utf-8-sig"), file)
    return tuple(sorted(tree.places.finding(fault) for fault in faults))


def _faults(root: Path, system: System) -> Iterator[Fault]:
    for name, service in system.services.items():
        place = ("services", name)
        is_folder = service.template.startswith((".", "/"))
        if is_folder and not (root / service.template).is_dir():
            message = f"there is no folder {quoted(service.template)} with a template"
            yield Fault((*place, "template"), message, "write it from the folder of mscli.yaml")
        if not (root / service.path).is_dir():
            remedy = f"take it out, and mscli new service {name} writes both"
            yield Fault(place, f"there is no folder {quoted(service.path)} with its code", remedy)
