"""What a handler needs, symbol by symbol, and why it cannot go where it cannot."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.pieces import Piece, Pieces, Sources
from mscli.migrate.index import ModuleSymbol, Project

APPLICATIONS = frozenset(["FastAPI", "Flask", "Starlette"])
ENGINE = "create_engine"
NOT_MOVED = {
    "create_async_engine": "an engine that is asynchronous is not moved by this version",
    "async_engine_from_config": "an engine that is asynchronous is not moved by this version",
    "engine_from_config": "where its engine comes from is not known",
}
FURTHEST = 20


@dataclass(slots=True)
class Closure:
    """Pieces by module, the packages that they import, and every reason against moving them."""

    pieces: dict[str, set[int]] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)

    def add(self, other: Closure) -> None:
        """Take in what another needs, too."""
        for module, found in other.pieces.items():
            self.pieces.setdefault(module, set()).update(found)
        self.packages |= other.packages


class Closing:
    """Follows names from module to module. `foreign` are dotted classes of other services."""

    def __init__(self, project: Project, sources: Sources, foreign: Set[str]) -> None:
        self.project = project
        self.sources = sources
        self.foreign = foreign

    def of(self, symbols: Iterable[str]) -> Closure:
        """All that dotted symbols need, themselves included."""
        found = Closure()
        seen: set[str] = set()
        rest = list(symbols)
        while rest:
            dotted = rest.pop()
            if dotted in seen:
                continue
            seen.add(dotted)
            if dotted in self.foreign:
                found.reasons.append(f"it uses {dotted}, which another service owns")
            elif place := self.find(dotted):
                rest += self._take(found, *place)
            else:
                found.reasons.append(f"what {dotted} is was not found")
        return found

    def find(self, dotted: str) -> tuple[ModuleSymbol, str] | None:
        """The module that declares a symbol, and its name there; a package may hand it on."""
        module_name, _, name = dotted.rpartition(".")
        for _ in range(FURTHEST):
            module = self.project.module(module_name)
            if module is None:
                return None
            if name in self.sources.of(module).by_name:
                return module, name
            if name not in module.imports:
                return None
            module_name, name = module.imports[name]
        return None

    def _take(self, found: Closure, symbol: ModuleSymbol, name: str) -> Iterator[str]:
        module = self.sources.of(symbol)
        if symbol.stars:
            found.reasons.append(f"{symbol.file} imports * from {symbol.stars[0]}")
        kept = found.pieces.setdefault(symbol.file, set())
        for piece in module.by_name[name]:
            if piece.first not in kept:
                kept.add(piece.first)
                yield from self._needed(found, module, piece)

    def _needed(self, found: Closure, module: Pieces, piece: Piece) -> Iterator[str]:
        """The symbols that a piece uses; an engine and an application are made in another way."""
        where = f"{module.symbol.file}:{piece.first}"
        if piece.makes in NOT_MOVED:
            found.reasons.append(f"{NOT_MOVED[piece.makes]} ({where})")
        if piece.makes == ENGINE or piece.makes in APPLICATIONS:
            return
        for use in sorted(piece.uses, key=lambda use: (use.name, use.attribute)):
            if use.name in module.by_name:
                yield f"{module.symbol.name}.{use.name}"
            elif use.name in module.symbol.imports:
                target, name = module.symbol.imports[use.name]
                yield from self._imported(found, target, name, use.attribute, where)
        for one in piece.imports:
            yield from self._imported(found, one.module, one.name, "", where)

    def _imported(
        self, found: Closure, target: str, name: str, attribute: str, where: str
    ) -> Iterator[str]:
        if self.project.module(target) is None and not self._is_ours(target):
            self._package(found, target)
            return
        whole = f"{target}.{name}" if name else target
        if self.project.module(whole) is None:
            yield whole
        elif attribute:
            yield f"{whole}.{attribute}"
        else:
            found.reasons.append(f"it uses the module {whole} as a whole ({where})")

    def _is_ours(self, target: str) -> bool:
        first = target.partition(".")[0]
        return any(module.name.partition(".")[0] == first for module in self.project.modules)

    def _package(self, found: Closure, target: str) -> None:
        first = target.partition(".")[0]
        if first and first not in sys.stdlib_module_names:
            found.packages.add(first)
