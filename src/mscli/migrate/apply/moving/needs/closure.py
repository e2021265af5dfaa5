"""What a handler needs, symbol by symbol, and why it cannot go where it cannot."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from mscli.migrate.apply.moving.needs.by_text import found_by_text, makes_names, objects_in
from mscli.migrate.apply.moving.needs.closed import Closure, Outside
from mscli.migrate.apply.moving.needs.handing import Handed, Handing
from mscli.migrate.apply.moving.needs.hidden import HIDDEN
from mscli.migrate.apply.moving.needs.named import Names
from mscli.migrate.apply.moving.pieces.disk import files_of
from mscli.migrate.apply.moving.pieces.instead import APPLICATIONS, NOT_MOVED
from mscli.migrate.apply.moving.pieces.own_files import FILE
from mscli.migrate.apply.moving.pieces.patterns import URLS, is_listing
from mscli.migrate.apply.moving.pieces.pieces import Piece, Pieces, Sources
from mscli.migrate.apply.moving.pieces.uses import Use
from mscli.migrate.walk.project.index import ModuleSymbol, Project

ENGINES = {"create_engine": "open_engine", "create_async_engine": "open_async_engine"}
"""What makes an engine, and what opens the service's own instead."""
RENDERER = "Jinja2Templates"
"""Starlette's, which finds the service's own templates instead."""
Filling = Mapping[str, Sequence[tuple[ModuleSymbol, int]]]
"""Statements by the dotted symbol that they change."""


class Closing:
    """Follows names from module to module. `foreign` are dotted classes of other services."""

    def __init__(
        self,
        project: Project,
        sources: Sources,
        foreign: Set[str],
        texts_in: Set[str] = frozenset(),
        filling: Filling | None = None,
    ) -> None:
        """In the modules `texts_in` texts name symbols; `filling` goes along with its symbols."""
        self.project = project
        self.sources = sources
        self.foreign = foreign
        self.texts_in = texts_in
        self.handing = Handing(project, sources)
        self.filling = filling or {}
        self.keeps_applications = False
        """Whether an application is one, and not a router of the service's."""

    def of(
        self, symbols: Iterable[str], statements: Iterable[tuple[ModuleSymbol, Piece]] = ()
    ) -> Closure:
        """All that dotted symbols and statements need, themselves included."""
        found = Closure()
        seen: set[str] = set()
        rest = list(symbols)
        for module, piece in statements:
            found.pieces.setdefault(module.file, set()).add(piece.first)
            rest += self._needed(found, self.sources.of(module), piece)
        while rest:
            dotted = rest.pop()
            if dotted in seen:
                continue
            seen.add(dotted)
            place = self.find(dotted)
            declared = f"{place[0].name}.{place[1]}" if place else dotted
            if dotted in self.foreign or declared in self.foreign:
                found.reasons.append(f"it uses {declared}, which another service owns")
            elif place:
                self.find(dotted, found.handed)
                rest += self._take(found, *place)
            elif handed := self.handing.handed_on(dotted):
                rest += self._outside(found, handed)
            elif not self._is_missing(found, dotted):
                found.reasons.append(f"what {dotted} is was not found")
        return found

    def whole(self, names: Iterable[str]) -> Closure:
        """Modules as they are, with all that is in them and what that needs."""
        found = Closure()
        rest = [symbol for name in names for symbol in self._whole(found, name, name)]
        found.add(inner := self.of(rest))
        found.reasons += inner.reasons
        return found

    def is_made(self, piece: Piece) -> bool:
        """Whether what a piece makes is made in another way in a service."""
        is_application = piece.makes in APPLICATIONS and not self.keeps_applications
        return is_application or piece.makes in ENGINES or piece.makes == RENDERER

    def kept(self, closure: Closure) -> Iterator[tuple[ModuleSymbol, Piece]]:
        """The pieces of a closure, with their modules."""
        for module in self.project.modules:
            kept = closure.pieces.get(module.file)
            for piece in self.sources.of(module).pieces if kept else ():
                if piece.first in (kept or ()):
                    yield module, piece

    def find(
        self, dotted: str, handed: dict[str, set[str]] | None = None
    ) -> tuple[ModuleSymbol, str] | None:
        """The module that declares a symbol, and its name there."""
        return self.handing.find(dotted, handed)

    def named(self, symbol: ModuleSymbol, name: str) -> tuple[str, int] | None:
        """The file and line of what a name means in a module."""
        return self.handing.named(symbol, name)

    def _outside(self, found: Closure, passed: list[Handed]) -> Iterator[str]:
        """What a name of a package's needs, that modules of the project hand on."""
        for module, name in passed:
            found.handed.setdefault(module.file, set()).add(name)
        module, name = passed[-1]
        pieces = self.sources.of(module)
        if (branch := pieces.branches.get(name)) is not None:
            found.pieces.setdefault(module.file, set()).add(branch.first)
            yield from self._needed(found, pieces, branch)
        inside, where = name in pieces.guarded, module.file
        yield from self._imported(found, *module.imports[name], Use(name), where, inside=inside)
        for one in (one for piece in pieces.pieces for one in piece.imports if inside):
            if one.bound == name:  # each of the ways to have it
                yield from self._imported(
                    found, one.module, one.name, Use(name), where, inside=True
                )

    def _is_missing(self, found: Closure, dotted: str) -> bool:
        """Whether a module has no such name, nor a way to get it: it fails there as here."""
        before, _, name = dotted.rpartition(".")
        module = self.project.module(before)
        if module is None or module.stars or name in module.imports or makes_names(module):
            return False
        found.pieces.setdefault(module.file, set())
        return True

    def _take(self, found: Closure, symbol: ModuleSymbol, name: str) -> Iterator[str]:
        module = self.sources.of(symbol)
        for star in symbol.stars:
            if self.handing.is_of_package(star):
                self._package(star, found.packages)
            elif self.handing.is_blind(star):
                found.reasons.append(f"{symbol.file} imports * from {star}")
        kept = found.pieces.setdefault(symbol.file, set())
        for piece in module.by_name[name]:
            if piece.first not in kept:
                kept.add(piece.first)
                yield from self._needed(found, module, piece)
        for other, line in self.filling.get(f"{symbol.name}.{name}", ()):
            yield from self._filled(found, other, line)

    def _filled(self, found: Closure, symbol: ModuleSymbol, line: int) -> Iterator[str]:
        module, kept = self.sources.of(symbol), found.pieces.setdefault(symbol.file, set())
        for piece in module.pieces:
            if piece.first <= line <= piece.last and piece.first not in kept:
                kept.add(piece.first)
                yield from self._needed(found, module, piece)

    def _needed(self, found: Closure, module: Pieces, piece: Piece) -> Iterator[str]:
        """The symbols that a piece uses; an engine and an application are made in another way."""
        where = f"{module.symbol.file}:{piece.first}"
        found.reasons += self._against(module, piece, where)
        if self.is_made(piece):
            return
        for named in objects_in(piece.body):
            yield from self._configured(found, named)
        is_list = is_listing(piece.body)
        for use in sorted(piece.uses, key=lambda use: (use.name, use.attribute, use.rest)):
            if is_list and self._is_list(module, use.name):
                pass  # of lists of URLs only the elements go along that lead to a moved route
            elif use.name in module.by_name:
                yield f"{module.symbol.name}.{use.name}"
                yield from self._through_star(found, module, use.name)
            elif use.name in module.symbol.imports:
                target, name = module.symbol.imports[use.name]
                inside = use.name in module.guarded
                branch, kept = module.branches.get(use.name), found.pieces[module.symbol.file]
                if branch is not None and branch.first not in kept:
                    kept.add(branch.first)  # with the condition, which needs something, too
                    yield from self._needed(found, module, branch)
                yield from self._imported(found, target, name, use, where, inside=inside)
            else:
                yield from self._through_star(found, module, use.name)
        if module.symbol.name in self.texts_in:
            yield from (text for text in sorted(piece.texts) if "." in text and self.find(text))
        for one in piece.imports:
            uses = [use for use in piece.uses if use.name == one.bound] or [Use("")]
            for use in sorted(uses, key=lambda use: (use.attribute, use.rest)):
                yield from self._imported(found, one.module, one.name, use, where, inside=True)

    def _against(self, module: Pieces, piece: Piece, where: str) -> Iterator[str]:
        """Why a piece cannot go along as it is."""
        if piece.makes in NOT_MOVED:
            yield f"{NOT_MOVED[piece.makes]} ({where})"
        for call in found_by_text(piece.body, self.project):
            yield f"`{call}` finds it by a name that it has no more ({where})"
        names = Names(self.project, self.sources, self.handing, module.symbol)
        for call in files_of(piece.body, names):
            yield f"`{call}` works with files in the monolith's folder ({where})"
        for chain in sorted(piece.attributes):
            if chain.endswith(f".{FILE}") and self._is_ours(module.symbol, chain):
                yield f"it asks for `{chain}`, which is another file here ({where})"

    @staticmethod
    def _is_list(module: Pieces, name: str) -> bool:
        """Whether a name is a list of URLs."""
        known = module.by_name.get(name, ())
        return name == URLS or any(is_listing(piece.body) for piece in known)

    def _is_ours(self, symbol: ModuleSymbol, chain: str) -> bool:
        """Whether a chain of names may begin with a module of the project."""
        target = symbol.imports.get(chain.partition(".")[0], ("",))[0]
        return not target or self.handing.is_ours(target)

    def _through_star(self, found: Closure, module: Pieces, name: str) -> Iterator[str]:
        """What a star brings by a name; here it is imported by that name."""
        if step := self.handing.by_star(module.symbol, name):
            found.starred.setdefault(module.symbol.file, set()).add(name)
            yield ".".join(step)

    def _imported(
        self,
        found: Closure,
        target: str,
        name: str,
        use: Use,
        where: str,
        *,
        inside: bool = False,
    ) -> Iterator[str]:
        if self.project.module(target) is None and not self.handing.is_ours(target):
            self._package(target, found.inside if inside else found.packages)
            dotted = f"{target}.{name}" if name else target
            found.outside.add(Outside(dotted, use.attribute, where))
            names = (dotted, f"{dotted}.{use.attribute}")
            found.inside.update(filter(None, map(HIDDEN.get, names)))
            return
        whole = f"{target}.{name}" if name else target
        attribute, rest = "" if use.soft else use.attribute, use.rest
        while attribute and self._is_module(whole, attribute):
            whole = f"{whole}.{attribute}"
            attribute, _, rest = rest.partition(".")
        if self.project.module(whole) is None:
            yield whole
        elif attribute:
            yield f"{whole}.{attribute}"
        else:
            yield from self._whole(found, whole, where)

    def _is_module(self, package: str, name: str) -> bool:
        """Whether a package has a module by a name, and binds it to nothing that is in there."""
        symbol, dotted = self.project.module(package), f"{package}.{name}"
        if self.project.module(dotted) is None and dotted not in self.handing.folders:
            return False
        if symbol is None:
            return True
        bound = ".".join(filter(None, symbol.imports.get(name, (package, name))))
        is_there = self.project.module(bound) is not None or bound in self.handing.folders
        is_bound = name in self.sources.of(symbol).by_name or not is_there
        return not is_bound

    def _whole(self, found: Closure, name: str, where: str) -> Iterator[str]:
        """A module that is handed about goes along with all that is in it."""
        symbol = self.project.module(name)
        module = self.sources.of(symbol) if symbol else None
        pieces = module.pieces if module else ()
        stars = symbol.stars if symbol else ()
        if not (symbol and module and all(map(self.handing.is_of_package, stars))):
            found.reasons.append(f"it uses the module {name} as a whole ({where})")
            return
        kept = found.pieces.setdefault(symbol.file, set())
        yield from (f"{name}.{own}" for own in module.by_name)
        for piece in pieces:
            if not piece.binds and not piece.is_import and piece.first not in kept:
                kept.add(piece.first)
                yield from self._needed(found, module, piece)
        used = {use.name for piece in pieces for use in piece.uses}
        for own, (target, other) in symbol.imports.items():
            if own not in used and self.project.module(f"{target}.{other}".rstrip(".")) is None:
                found.handed.setdefault(symbol.file, set()).add(own)
                yield from self._imported(found, target, other, Use(""), where)

    def _configured(self, found: Closure, named: str) -> Iterator[str]:
        """A configuration is a class, or the names in capitals of a module."""
        if (symbol := self.project.module(named)) is None:
            yield named
            return
        own = filter(str.isupper, self.sources.of(symbol).by_name)
        handed = [name for name in symbol.imports if name.isupper()]
        found.add(Closure({symbol.file: set()}, handed={symbol.file: set(handed)}))
        yield from (f"{symbol.name}.{name}" for name in own)
        for name in handed:
            target, other = symbol.imports[name]
            yield from self._imported(found, target, other, Use(""), f"{symbol.file}:1")

    def _package(self, target: str, into: set[str]) -> None:
        first = target.partition(".")[0]
        if first and first not in sys.stdlib_module_names:
            into.add(first)
