"""What Django does before the first request: applications say that they are ready."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.values.values import Object

READY = "ready"


def set_up(engine: Engine) -> None:
    """Walk what each of the project's applications does then, as part of the import."""
    for cls in engine.project.classes:
        method = engine.method(cls, READY) if engine.inherits(cls, "AppConfig") else None
        if method is not None:
            with engine.instances.importing():
                engine.enter(method, (Object(cls),), {})
