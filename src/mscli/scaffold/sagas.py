"""Sagas: lines of the system file, and code in the owner and in every participant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mscli import systemfile
from mscli.errors import UsageError
from mscli.scaffold.editing import Editing, editing
from mscli.scaffold.events import update_events
from mscli.scaffold.placing import Outcome
from mscli.scaffold.services import update_service


@dataclass(frozen=True, slots=True)
class NewSaga:
    """What is asked for; `steps` are as `steps_from` makes them."""

    name: str
    owner: str
    steps: Sequence[dict[str, str]]
    style: str = "orchestration"


def steps_from(text: str) -> list[dict[str, str]]:
    """Steps out of `inventory:reserve/release,payments:charge`. Raises UsageError."""
    return [_step(part.strip()) for part in text.split(",") if part.strip()]


def _step(text: str) -> dict[str, str]:
    service, _, rest = text.partition(":")
    action, slash, compensation = rest.partition("/")
    if not (service and action and bool(slash) == bool(compensation)):
        raise UsageError(
            f"'{text}' is no step", "write service:action/compensation, or service:action"
        )
    step = {"service": service, "action": action}
    return step | {"compensation": compensation} if slash else step


def new_saga(
    root: Path,
    wanted: NewSaga,
    *,
    trust: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Add a saga: files are added, wiring is merged, nothing that a person wrote is lost."""

    def edit(text: str) -> str:
        return systemfile.add_saga(
            text, wanted.name, owner=wanted.owner, steps=wanted.steps, style=wanted.style
        )

    with editing(root, edit, force=force, dry_run=dry_run) as change:
        for service in change.system.sagas[wanted.name].members:
            update_service(change, service, trust=trust)
            _check_application(change, service)
        update_events(change)
        return change.close()


def remove_saga(
    root: Path,
    name: str,
    *,
    purge: bool = False,
    trust: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Take a saga out; the code of its steps goes only with `purge`."""

    def edit(text: str) -> str:
        return systemfile.remove_saga(text, name)

    with editing(root, edit, force=force, dry_run=dry_run) as change:
        for service in change.before.sagas[name].members:
            update_service(change, service, trust=trust, purge=purge)
        update_events(change, purge=purge)
        return change.close()


def _check_application(change: Editing, name: str) -> None:
    """Warn where a service of an older version would not show what has been added."""
    service = change.system.services[name]
    path = f"{service.path}/src/{service.package}/app.py"
    file = change.root / path
    if file.is_file() and "add_sagas(" not in file.read_text(encoding="utf-8"):
        change.placing.warnings.append(
            f"{path} is older than sagas: call add_sagas(app) of {service.package}.sagas in it, "
            "and keep the opened database in app.state.database"
        )
