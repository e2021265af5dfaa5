"""Watches the statements of Django and SQLAlchemy, and what is committed together."""

from __future__ import annotations

from typing import Any

from .records import current

# Patches take and give whatever the patched library does.
# ruff: noqa: ANN401


def _cursors(module: Any) -> None:
    """`django.db.backends.utils`: every statement of Django passes its cursor."""
    cursor = module.CursorWrapper
    for name in ("execute", "executemany"):
        _watched(cursor, name)


def _watched(cursor: Any, name: str) -> None:
    original = getattr(cursor, name)

    def watched(self: Any, sql: Any, *args: Any, **kwargs: Any) -> Any:
        record = current.get()
        if record is not None:
            record.note(sql, in_transaction=record.depth > 0)
        return original(self, sql, *args, **kwargs)

    setattr(cursor, name, watched)


def _atomic(module: Any) -> None:
    """`django.db.transaction`: the outermost atomic block of a request, whatever is around it."""
    enter, leave = module.Atomic.__enter__, module.Atomic.__exit__

    def entered(self: Any) -> Any:
        record = current.get()
        if record is not None:
            record.depth += 1
        return enter(self)

    def left(self: Any, kind: Any, error: Any, trace: Any) -> Any:
        record = current.get()
        if record is not None and record.depth > 0:
            record.depth -= 1
            if record.depth == 0:
                (record.commit if kind is None else record.rollback)()
        return leave(self, kind, error, trace)

    module.Atomic.__enter__, module.Atomic.__exit__ = entered, left


def _engines(module: Any) -> None:
    """`sqlalchemy`: the events of every engine."""
    from sqlalchemy import event  # type: ignore[import-not-found, unused-ignore]
    from sqlalchemy.engine import Engine  # type: ignore[import-not-found, unused-ignore]

    del module

    def execute(conn: Any, _cursor: Any, sql: Any, *_rest: Any) -> None:
        record = current.get()
        if record is not None:
            record.note(sql, in_transaction=True, connection=id(conn))

    def commit(conn: Any) -> None:
        record = current.get()
        if record is not None:
            record.commit(id(conn))

    def rollback(conn: Any) -> None:
        record = current.get()
        if record is not None:
            record.rollback(id(conn))

    event.listen(Engine, "before_cursor_execute", execute)
    event.listen(Engine, "commit", commit)
    event.listen(Engine, "rollback", rollback)


PATCHES = {
    "django.db.backends.utils": _cursors,
    "django.db.transaction": _atomic,
    "sqlalchemy": _engines,
}
