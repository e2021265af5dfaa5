"""All that the pages of moved code need: files, and what keeps them in the monolith."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from mscli.migrate.apply.moving.around import Around
from mscli.migrate.apply.moving.pages.callers import Callers
from mscli.migrate.apply.moving.pages.files import TemplateFiles
from mscli.migrate.apply.moving.pages.names import ANY, rendered
from mscli.migrate.apply.moving.pages.needs import FORMS, Needs
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.pages.variables import named_by
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.apply.moving.written import Written
from mscli.migrate.walk.project.index import ModuleSymbol, Project

TEXTS = (".htm", ".html", ".txt")
DEEPEST = 12
OF_ADMIN = "admin/"
EVERYTHING = Needs(urls={""}, names={"messages"}, chains={"request.session", "request.user"})
"""What a page may ask for that nobody has read: any URL, messages, and who is logged in."""
FOLDER = "templates"
"""Of a service's package: each template by the name that it had."""


def of_one(name: str) -> bool:
    """Where there is one engine, each name is of it."""
    del name
    return True


@dataclass(slots=True)
class Pages:
    """Templates by name, with their files in the monolith, and all that they need together."""

    files: dict[str, str] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    needs: Needs = field(default_factory=Needs)
    around: list[Around] = field(default_factory=list)
    """What an application gives to its pages, and the service's has to give, too."""
    of_packages: bool = False
    """Whether they show pages of packages, which may need whatever the monolith has."""
    widgets: bool = False
    """Whether they include what Django shows of a form."""
    processors: tuple[str, ...] = ()
    """Of a project of Django's: what gives something to each of them."""
    jinja: dict[str, str] = field(default_factory=dict)
    """Those of Jinja, where it is another engine."""
    has_jinja: bool = False
    """Whether that one is asked for, with or without a page."""
    made: Written | None = None
    """How the application is made, where it goes along as a whole."""
    beside: tuple[str, ...] = ()
    """Other files of the monolith that go along with its code."""
    places: frozenset[str] = frozenset()
    """What code asks for of where the application's files are; `making` says which there are."""
    given: tuple[str, ...] = ()
    """What it reads that the service has to be given."""
    signs: bool = False
    """Whether something is signed with the monolith's key: a session, and what is flashed."""


class Templates:
    """The templates of one framework: its files, and how they are read."""

    def __init__(
        self,
        files: TemplateFiles,
        read: Callable[[str], Needs],
        urls: Urls,
        callers: Callers,
        always: Set[str] = frozenset(),
        has_library: Callable[[str], bool] | None = None,
    ) -> None:
        """`always` are libraries of tags that are there without a word.

        With `has_library` any package is there, too: what is no file of the monolith, or no library
        that it knows, is of one.
        """
        self.files = files
        self.always = always
        self.has_library = has_library
        self.urls = urls
        self.callers = callers
        self.read = cache(read)

    def pages(
        self,
        kept: Iterable[tuple[ModuleSymbol, Piece]],
        implied: Callable[[ModuleSymbol, Piece], Iterable[str]] = lambda *_: (),
        *,
        is_whole: bool = False,
        always: Iterable[str] = (),
        only: Callable[[str], bool] = of_one,
    ) -> Pages:
        """Of pieces; `implied` are names that a view makes by itself, `always` those of all.

        Where the application `is_whole`, packages have the templates that the monolith has not, and
        all go along where a name is put together. `only` says which names are of this engine.
        """
        found = Pages()
        rest: list[tuple[str, str]] = [(name, "") for name in always if only(name)]
        every = list(kept)
        pieces = [piece for _, piece in every]
        for module, piece in every:
            where = f"({module.file}:{piece.first})"
            named = (*rendered(module, piece, self.callers), *implied(module, piece))
            rest += [(name, where) for name in named if only(name)]
            if is_whole:
                rest += [(name, where) for name in sorted(said_in(piece) & self._every.keys())]
        self._follow(found, rest, pieces, is_whole=is_whole)
        if is_whole:
            found.files |= self._instead
            for path in self._instead.values():
                found.needs.add(self.read(self.files.text(path) or ""))
        if found.of_packages:
            self._with_packages(found, pieces)
        found.reasons = list(dict.fromkeys(found.reasons))
        return found

    @cached_property
    def _every(self) -> dict[str, str]:
        return self.files.every()

    @cached_property
    def _instead(self) -> dict[str, str]:
        """Pages that nothing of the monolith's names: they stand in for those of packages."""
        every = self._every
        needs = {n: self.read(self.files.text(path) or "").templates for n, path in every.items()}
        named = said_by(self.callers.project).union(*needs.values())
        found: dict[str, str] = {}
        rest = [name for name in every if name not in named]
        while rest:
            name = rest.pop()
            if name in every and name not in found:
                found[name] = every[name]
                rest += needs[name]
        return found

    def _follow(
        self, found: Pages, rest: list[tuple[str, str]], pieces: list[Piece], *, is_whole: bool
    ) -> None:
        """Take the pages of these names, and of all that they name."""
        while rest:
            name, where = rest.pop()
            if name in found.files:
                continue
            if name == ANY:
                rest += [(each, where) for each in self.files.names("*") if self._is_plain(each)]
                continue
            if "*" in name:
                rest += [(each, where) for each in self.files.names(name) or [""]]
                continue
            if is_whole and not name:
                found.files |= self.files.every()
                continue
            if is_whole and not self.files.is_anywhere(name):
                continue
            if not name:
                found.reasons.append(f"it puts the name of a template together {where}")
                continue
            rest += self._take(found, name, where, pieces)

    def _with_packages(self, found: Pages, pieces: Sequence[Piece]) -> None:
        """A page of a package may include or extend any of the monolith's, and ask for any URL."""
        every = Pages()
        for name in self.files.every():
            if name not in found.files and not name.startswith(OF_ADMIN):
                list(self._take(every, name, "", pieces))
        found.files |= every.files
        found.needs.add(every.needs)
        found.needs.add(EVERYTHING)
        if not self.urls.knows(""):
            found.reasons.append("a page of a package may ask for any URL, and one is not known")

    def _is_plain(self, name: str, depth: int = 0) -> bool:
        """Whether a template needs nothing that is not there wherever pages are rendered."""
        paths = self.files.find(name)
        text = self.files.text(paths[0]) if len(paths) == 1 and depth < DEEPEST else None
        if text is None or not name.endswith(TEXTS):
            return False
        needs = self.read(text)
        is_alone = not (needs.fault or needs.variables) and needs.libraries <= self.always
        is_alone = is_alone and all(map(self.urls.knows, needs.urls))
        return is_alone and all(self._is_plain(each, depth + 1) for each in needs.templates)

    def _take(
        self, found: Pages, name: str, where: str, pieces: Sequence[Piece]
    ) -> Iterator[tuple[str, str]]:
        paths = self.files.find(name)
        text = self.files.text(paths[0]) if len(paths) == 1 else None
        if text is None and name.startswith(FORMS) and not paths:
            found.widgets = True
            return
        if text is None and self.has_library and not paths:
            found.of_packages = True
            return
        if text is None:
            said = f"{len(paths)} files may be" if len(paths) > 1 else "no file of the monolith is"
            found.reasons.append(f"{said} the template `{name}` {where}")
            return
        found.files[name] = paths[0]
        needs = self.read(text)
        if needs.fault:
            found.reasons.append(f"a template cannot be read: {needs.fault} ({paths[0]})")
        for each in sorted(needs.urls):
            if not self.urls.knows(each):
                found.reasons.append(f"the URL `{each or '...'}` is not known ({paths[0]})")
        if self.has_library and not all(map(self.has_library, needs.libraries - self.always)):
            found.of_packages = True
        found.needs.add(needs)
        yield from ((inner, f"({paths[0]})") for inner in sorted(needs.templates))
        for variable in sorted(needs.variables):
            named = named_by(variable, pieces)
            found_by = {""} if named is None else named
            yield from ((inner, f"({paths[0]})") for inner in sorted(found_by))


@lru_cache(maxsize=1 << 14)
def said_in(piece: Piece) -> frozenset[str]:
    """All texts of a piece: who renders `self.render_template("total.html")` is a package's."""
    return _texts(piece.body)


@lru_cache(maxsize=4)
def said_by(project: Project) -> frozenset[str]:
    """All texts of a project."""
    return frozenset[str]().union(*(_texts(module.tree.body) for module in project.modules))


def _texts(body: Iterable[ast.stmt]) -> frozenset[str]:
    nodes = (node for statement in body for node in ast.walk(statement))
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))
