"""Which module declares a name, and which ones only hand it on: by imports, and by stars."""

from __future__ import annotations

from mscli.migrate.apply.moving.pieces.pieces import Sources
from mscli.migrate.walk.project.index import ModuleSymbol, Project

FURTHEST = 20
Handed = tuple[ModuleSymbol, str]


class Handing:
    """Follows names from module to module."""

    def __init__(self, project: Project, sources: Sources) -> None:
        self.project = project
        self.sources = sources
        self.taken_whole = frozenset[str]()
        """Packages whose modules may be taken in by a star: nothing of theirs is made otherwise."""
        self._tops = {module.name.partition(".")[0] for module in project.modules}
        parts = [module.name.split(".") for module in project.modules]
        self.folders = {".".join(each[:end]) for each in parts for end in range(1, len(each))}
        """What modules are in, also where that is no module itself (a namespace)."""

    def find(
        self, dotted: str, handed: dict[str, set[str]] | None = None
    ) -> tuple[ModuleSymbol, str] | None:
        """The module that declares a symbol, and its name there.

        A package may hand it on; such are noted in `handed`.
        """
        module_name, _, name = dotted.rpartition(".")
        passed: list[tuple[str, str]] = []
        for _ in range(FURTHEST):
            module = self.project.module(module_name)
            if module is None:
                return None
            if name in self.sources.of(module).by_name:
                if handed is not None:
                    for file, given in passed:
                        handed.setdefault(file, set()).add(given)
                return module, name
            passed.append((module.file, name))
            step = module.imports.get(name) or self.by_star(module, name)
            if step is None:
                return None
            module_name, name = step
        return None

    def by_star(self, module: ModuleSymbol, name: str, depth: int = 0) -> tuple[str, str] | None:
        """`from .orders import *` in a package hands on what that module declares."""
        for star in module.stars if depth < FURTHEST else ():
            target = self.project.module(star)
            if target is None or target is module:
                continue
            is_there = name in self.sources.of(target).by_name or name in target.imports
            if is_there or self.by_star(target, name, depth + 1):
                return star, name
        return None

    def is_of_package(self, star: str) -> bool:
        """Whether a star is one of a package that may be taken in so, and is here, too."""
        return star.partition(".")[0] in self.taken_whole

    def is_blind(self, star: str) -> bool:
        """Whether it is not known which names a star brings: a package's, or a list of them."""
        target = self.project.module(star)
        if target is None:
            return not self.is_ours(star)  # one of its own that is not there is caught
        return "__all__" in target.assigned

    def named(self, symbol: ModuleSymbol, name: str) -> tuple[str, int] | None:
        """The file and line of what a name means in a module."""
        dotted = ".".join(filter(None, symbol.imports.get(name, (symbol.name, name))))
        place = self.find(dotted)
        if place is None:
            return None
        module, own = place
        return module.file, self.sources.of(module).by_name[own][0].first

    def handed_on(self, dotted: str) -> list[Handed]:
        """The modules that hand a name on which the last of them has from a package."""
        module_name, _, name = dotted.rpartition(".")
        passed: list[Handed] = []
        for _ in range(FURTHEST):
            module = self.project.module(module_name)
            step = module.imports.get(name) or self.by_star(module, name) if module else None
            if module is None or step is None:
                return []
            passed.append((module, name))
            module_name, name = step
            if self.project.module(module_name) is None:
                return [] if self.is_ours(module_name) else passed
        return []

    def is_ours(self, target: str) -> bool:
        """Whether a dotted name begins as the project's modules do."""
        return target.partition(".")[0] in self._tops
