"""Bringing a system's generated code up to this version of mscli and of its templates.

What is yours is left alone: rendered files are written anew, merged ones by a three-way merge of
yours, the pristine copy and the new one (as Copier's update and git do), scaffolded ones only where
the system file says something else of the service.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from mscli import systemfile
from mscli.errors import UsageError
from mscli.scaffold.copying import Produced
from mscli.scaffold.editing import editing
from mscli.scaffold.events import update_events
from mscli.scaffold.placing import Outcome
from mscli.scaffold.rendering import place_target, rendered_before
from mscli.scaffold.services import update_service
from mscli.scaffold.systems import SCHEMA
from mscli.text import json_text


def update(
    root: Path,
    names: Collection[str] = (),
    *,
    trust: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Update the services `names`, or all, the schema, and committed files that targets made.

    A merge that conflicts leaves git's markers in the file and its path in `conflicts`. Raises
    UsageError for an unknown service.
    """
    with editing(root, lambda text: text, force=force, dry_run=dry_run) as change:
        for name in names:
            if name not in change.system.services:
                raise UsageError(f"there is no service '{name}'", "see mscli config")
        schema = Produced(SCHEMA, json_text(systemfile.schema()).encode())
        change.placing.place("", [schema], lambda _: "rendered")
        for name in names or change.system.services:
            update_service(change, name, trust=trust, scaffolded=False)
        update_events(change)
        for target in rendered_before(root):
            place_target(change.placing, change.system, target)
        return change.close()
