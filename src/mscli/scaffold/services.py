"""New services from templates, and services that go."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from mscli import systemfile
from mscli.errors import MscliError
from mscli.model.system import NO_TEMPLATE, Prefix, Service, System
from mscli.scaffold.answers import answers_of, known_answers
from mscli.scaffold.classes import read_classes
from mscli.scaffold.copying import ANSWERS, rendered
from mscli.scaffold.editing import Editing, editing
from mscli.scaffold.events import schemas_in, update_events
from mscli.scaffold.following import follow
from mscli.scaffold.migrations import migrations_after
from mscli.scaffold.placing import Outcome
from mscli.scaffold.running import read_running
from mscli.scaffold.sources import opened
from mscli.scaffold.tailoring import Tailored
from mscli.wording import counted


@dataclass(frozen=True, slots=True)
class NewService:
    """What is asked for; `template` (see `sources.named`) and `path` are as mscli.yaml has them."""

    name: str
    template: str = "python"
    database: str | None = None
    calls: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    prefix: Prefix = "strip"
    port: int | None = None
    command: str = ""
    path: str = ""
    health: str = ""
    migrate: str = ""
    shares: tuple[str, ...] = ()
    trust: bool = field(default=False, kw_only=True)


def new_service(
    root: Path, wanted: NewService, *, force: bool = False, dry_run: bool = False
) -> Outcome:
    """Add a service to the system at `root` and scaffold its code, or change nothing."""
    wanted = _as_its_template_runs(root, wanted)

    def edit(text: str) -> str:
        text = systemfile.add_service(
            text,
            wanted.name,
            template=wanted.template,
            database=wanted.database,
            calls=wanted.calls,
            port=wanted.port,
            command=wanted.command,
            path=wanted.path or None,
            health=wanted.health or None,
            migrate=wanted.migrate,
            shares=wanted.shares,
        )
        for path in wanted.routes:
            text = systemfile.add_route(text, path, wanted.name, wanted.prefix)
        return text

    with editing(root, edit, force=force, dry_run=dry_run) as change:
        make_service(change, wanted.name, trust=wanted.trust)
        return change.close()


def _as_its_template_runs(root: Path, wanted: NewService) -> NewService:
    """The same, with what the template says of how it runs where nobody says anything else."""
    if wanted.template == NO_TEMPLATE:
        return wanted
    said = read_running(opened(wanted.template, root).folder)
    return replace(
        wanted,
        command=wanted.command or said.command,
        migrate=wanted.migrate or (said.migrate if wanted.database == "postgres" else ""),
        health=wanted.health or said.health,
    )


def make_service(
    change: Editing, name: str, *, trust: bool = False, tailored: Tailored | None = None
) -> None:
    """Scaffold the code of a service that the changed system file has and the disk has not.

    A service from no template has its code already, and gets none.
    """
    service = change.system.services[name]
    if service.template == NO_TEMPLATE:
        _check_there(change.root, service.path)
        return
    if _is_taken(change.root / service.path):
        raise MscliError(
            f"the folder {service.path} exists already", "choose another name, or move it away"
        )
    change.placing.forget_folder(service.path)  # of one that a hand has removed
    if tailored is None:
        _render(change, service, trust=trust, purge=False, scaffolded=True)
        return
    source = opened(service.template, change.root)
    answers = {**answers_of(change.system, service), **tailored.answers}
    answers |= migrations_after(change.root / service.path, service, {}, answers)
    files = rendered(source, answers, trust=trust)
    kind_of = read_classes(source.folder).of
    change.placing.place(service.path, tailored.kept(files), kind_of)
    change.placing.leave_out(service.path, tailored.left_out(files), kind_of)
    change.placing.place("", schemas_in(files), lambda _: "scaffolded")
    for file in files:
        if edit := tailored.edits.get(file.path):
            text = edit(file.content.decode())
            change.placing.transaction.write_bytes(f"{service.path}/{file.path}", text.encode())


def remove_service(
    root: Path,
    name: str,
    *,
    purge: bool = False,
    trust: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Take a service and its routes out of the system; `purge` removes its folder as well.

    Without `force` a service that is called by others stays; with it the calls go too.
    """

    def edit(text: str) -> str:
        return systemfile.remove_service(text, name, force=force)

    with editing(root, edit, force=force, dry_run=dry_run) as change:
        path = change.before.services[name].path
        if purge:
            _check_alone(path, change.system)
        change.placing.drop_folder(path, purge=purge)
        for caller, service in change.system.services.items():
            if change.before.services[caller].calls.keys() != service.calls.keys():
                update_service(change, caller, trust=trust, purge=purge)
        update_events(change, purge=purge)
        return change.close()


def update_service(
    change: Editing, name: str, *, trust: bool, purge: bool = False, scaffolded: bool = True
) -> None:
    """Bring the files of a service up to date with the changed system; `purge` removes the rest.

    Without `scaffolded` only what is rendered or merged is looked at, and what is new or otherwise
    because the system file has changed. A service whose code no
    template of mscli has made is left alone, with a warning.
    """
    service = change.system.services[name]
    if not service.is_made:
        return
    if change.placing.made_below(service.path):
        _render(change, service, trust=trust, purge=purge, scaffolded=scaffolded)
    else:
        change.placing.warnings.append(
            f"the code in {service.path} is not made by mscli: change its clients by hand"
        )


def _render(
    change: Editing, service: Service, *, trust: bool, purge: bool, scaffolded: bool
) -> None:
    source = opened(service.template, change.root)
    known = known_answers(change.root / service.path / ANSWERS)
    answers = {**known, **answers_of(change.system, service)}
    answers |= migrations_after(change.root / service.path, service, known, answers)
    files = rendered(source, answers, trust=trust)
    classes = read_classes(source.folder)
    kind_of = classes.of
    # What the system file says since the last time, such as a step of a saga, has files of its own.
    before = files if known in ({}, answers) else rendered(source, known, trust=trust)
    old = {file.path: file.content for file in before}
    own = [file for file in files if kind_of(file.path) == "scaffolded"]
    placed = follow(change.placing, service.path, old, own)
    if scaffolded:
        change.placing.place(service.path, files, kind_of)
        change.placing.place("", schemas_in(files), lambda _: "scaffolded")
    else:
        ours = [file for file in files if file not in own or file.path not in old]
        change.placing.place(service.path, ours, kind_of)
    if scaffolded or placed:
        gone = sorted(f"{service.path}/{path}" for path in old.keys() - {f.path for f in files})
        left = change.placing.drop(service.path, gone, classes, purge=purge)
        if left and not scaffolded:
            change.placing.warnings.append(
                f"{service.path}: nothing uses {counted(len(left), 'file')} of yours any more, "
                f"such as {left[-1]}: remove what you do not need"
            )


def _is_taken(folder: Path) -> bool:
    return os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir()))


def _check_there(root: Path, path: str) -> None:
    if not (root / path).is_dir():
        raise MscliError(
            f"there is no folder {path}, and template none makes no code",
            "say with --path where the code is, or choose another template",
        )


def _check_alone(path: str, system: System) -> None:
    inside = [s.name for s in system.services.values() if f"{s.path}/".startswith(f"{path}/")]
    if inside:
        raise MscliError(
            f"the folder {path} cannot be removed: {', '.join(inside)} is in it",
            "remove it by hand, or leave --purge out",
        )
