"""Which applications the settings install: the others register nothing, and have no tables."""

from __future__ import annotations

from functools import cached_property

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol
from mscli.migrate.walk.values.values import text, texts


class Installed:
    """Asks the settings; where they name none of the project's applications, all are there."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @cached_property
    def names(self) -> frozenset[str]:
        """What all settings modules together install, or name in a list that may be put in."""
        return frozenset(
            name
            for module in self.engine.project.modules
            if "INSTALLED_APPS" in module.assigned
            for listed in sorted(module.assigned)
            if listed.endswith("APPS")
            for name in texts(self.engine.module_globals(module).get(listed, ()))
        )

    @cached_property
    def _packages(self) -> dict[str, bool]:
        """The packages of the project's applications, and whether they are installed."""
        engine, found = self.engine, dict[str, bool]()
        for cls in engine.project.classes:
            if engine.inherits(cls, "AppConfig"):
                package = cls.module.name.rpartition(".")[0]
                names = {package, text(engine.class_attribute(cls, "name")) or package, cls.id}
                found[package] = found.get(package, False) or bool(names & self.names)
        return found if any(found.values()) else {}

    def knows(self, name: str) -> bool | None:
        """Whether an application of the project is installed; None if it is not the project's."""
        return self._packages.get(name)

    def leaves_out(self, module: ModuleSymbol) -> bool:
        """Whether a module is of an application that is not installed."""
        package = module.name
        while package and package not in self._packages:
            package = package.rpartition(".")[0]
        return not self._packages.get(package, True)


def is_app(engine: Engine, cls: ClassSymbol, name: str) -> bool:
    """Whether a class is the configuration of the application that a name means."""
    if not engine.inherits(cls, "AppConfig"):
        return False
    label = text(engine.class_attribute(cls, "label"))
    full = text(engine.class_attribute(cls, "name")) or ""
    return name in (label, full, full.rpartition(".")[2])
