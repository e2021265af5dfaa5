"""What Django does before the first request: applications say that they are ready."""

from __future__ import annotations

from mscli.migrate.walk.engine import Engine

READY = "ready"


def set_up(engine: Engine) -> None:
    """Walk what each of the project's applications does then, as part of the import."""
    for cls in engine.project.classes:
        if READY in cls.methods and engine.inherits(cls, "AppConfig"):
            with engine.instances.importing():
                engine.enter(cls.methods[READY], (), {})
