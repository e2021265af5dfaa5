"""Where a migration that a template brings joins those that a service has already."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from mscli.errors import MscliError
from mscli.model.system import Service

STATED = ("revision", "down_revision")


def migrations_after(
    folder: Path, service: Service, known: Mapping[str, object], answers: Mapping[str, object]
) -> dict[str, str]:
    """For each migration that is new, the one that it follows: the newest, or a new one.

    One that is there already, of a saga that has gone, has its place and keeps it.
    """
    owned, knew = (
        any(isinstance(saga, dict) and saga["owner"] == service.name for saga in sagas)
        for sagas in (_list(answers["choreographies"]), _list(known.get("choreographies")))
    )
    asked = (
        ("steps_after", "saga_steps", answers["steps"], known.get("steps")),
        ("events_after", "events", answers["choreographies"], known.get("choreographies")),
        ("log_after", "saga_log", owned, knew),
    )
    versions = _versions(folder, service.package)
    after: dict[str, str] = {}
    newest = ""
    for question, revision, wanted, had in asked:
        if wanted and not had and not (versions / f"{revision}.py").exists():
            after[question] = newest or newest_migration(folder, service.package)
            newest = revision
    return after


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _versions(folder: Path, package: str) -> Path:
    return folder / "src" / package / "storage/migrations/versions"


def newest_migration(folder: Path, package: str) -> str:
    """The Alembic revision that no other follows: what a migration of ours comes after."""
    follows = dict(_stated(file) for file in sorted(_versions(folder, package).glob("*.py")))
    heads = sorted(follows.keys() - {name for before in follows.values() for name in before})
    if len(heads) > 1:
        raise MscliError(
            f"{package} has several newest migrations: {', '.join(heads)}",
            "merge them first: uv run alembic merge heads",
        )
    return heads[0] if heads else "0001"


def _stated(file: Path) -> tuple[str, tuple[str, ...]]:
    """A migration's name, and what it follows: nothing, one, or, where it joins them, several."""
    stated = {}
    try:
        for line in ast.parse(file.read_bytes()).body:
            match line:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ) if name in STATED:
                    stated[name] = ast.literal_eval(value)
        before = stated.get("down_revision") or ()
        return stated["revision"], (before,) if isinstance(before, str) else tuple(before)
    except (SyntaxError, ValueError, KeyError) as error:
        raise MscliError(
            f"{file} is no migration that can be read: {error}",
            "it states `revision` and `down_revision` as texts",
        ) from error
