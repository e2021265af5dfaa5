"""Pages of Flask and FastAPI: folders of templates, and what applications give to each page."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.tests import TESTS

from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import RENDERER, Closing
from mscli.migrate.apply.moving.pages.callers import Callers
from mscli.migrate.apply.moving.pages.files import TemplateFiles
from mscli.migrate.apply.moving.pages.given import Given, Giving
from mscli.migrate.apply.moving.pages.needs import of_jinja
from mscli.migrate.apply.moving.pages.told import Pages, Templates
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.walk.project.index import Project, last_name

NAMES = {
    "fastapi": frozenset(["request", "url_for"]),
    "flask": frozenset(["config", "g", "get_flashed_messages", "request", "session", "url_for"]),
}
"""What the framework gives to each page."""
CALLS = {"Flask": 0, "Blueprint": 1, RENDERER: 0}
"""What has a folder of templates, and when it is looked into."""
OF_FLASK = frozenset(["tojson"])
GIVEN_BY = {
    "_": "flask_babel", "csrf_token": "flask_wtf", "current_user": "flask_login",
    "gettext": "flask_babel", "moment": "flask_moment", "ngettext": "flask_babel",
}  # fmt: skip
"""What extensions give to each page; names of packages as they begin."""


class JinjaPages:
    """The templates of a project, by its applications and blueprints."""

    def __init__(
        self, project: Project, closing: Closing, urls: Urls, *, is_whole: bool = False
    ) -> None:
        """With `is_whole` an application goes along with all that it gives to its pages."""
        self.project = project
        self.is_whole = is_whole
        self.framework = urls.framework
        self.folders: dict[str, int] = {}
        self.unknown: list[str] = []
        files, callers = (
            TemplateFiles(closing.sources.root, self._rank),
            Callers(project, closing.find),
        )
        self.templates = Templates(files, of_jinja, urls, callers)
        self.closing = closing
        self._giving: Giving | None = None

    def _rank(self, folder: str) -> int | None:
        if not self.folders:
            for module in self.project.modules:
                for node in ast.walk(module.tree):
                    if isinstance(node, ast.Call):
                        self._folder(node, module.file)
        if self.framework == "flask":
            return self.folders.get(folder)
        return next((0 for end in self.folders if f"/{folder}".endswith(f"/{end}")), None)

    def _folder(self, call: ast.Call, file: str) -> None:
        kind = last_name(call)
        if kind not in CALLS or (kind == RENDERER) == (self.framework == "flask"):
            return
        said = [k.value for k in call.keywords if k.arg in ("template_folder", "directory")]
        if kind == RENDERER:
            said += call.args[:1]
        parts = [part for each in said for part in ast.walk(each)]
        texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
        if kind == "Blueprint" and not said:
            return
        folder = texts[-1].strip("/") if texts else "templates"
        if kind != RENDERER:
            folder = f"{file.rpartition('/')[0]}/{folder}".lstrip("/")
        self.folders.setdefault(folder, CALLS[kind])

    def of(self, closure: Closure) -> Pages:
        """The pages that code renders, and what its application gives them."""
        found = self.templates.pages(list(self.closing.kept(closure)), is_whole=self.is_whole)
        if self.is_whole or not found.files:
            return found
        needs, unknown = found.needs, found.needs.filters - FILTERS.keys() - OF_FLASK
        unknown |= needs.tags - TESTS.keys()
        wanted = unknown | (needs.names - NAMES[self.framework] - DEFAULT_NAMESPACE.keys())
        for given in self._all():
            if given.names & wanted or not given.names:
                found.around += given.around if self.framework == "flask" else ()
                found.reasons += self._against(given)
                unknown -= given.names
            wanted -= given.names
        found.reasons += self._of_extensions(wanted)
        found.reasons += [f"its templates use `{n}`, which is not known" for n in sorted(unknown)]
        found.reasons += self._options()
        return found

    def _of_extensions(self, wanted: Set[str]) -> Iterator[str]:
        """What only an extension gives that the monolith's application sets up."""
        imported = {to for m in self.project.modules for to, _ in m.imports.values()}
        for name in sorted(wanted & GIVEN_BY.keys()):
            package = next((to for to in sorted(imported) if to.startswith(GIVEN_BY[name])), "")
            if package and self.framework == "flask":
                yield f"`{package.partition('.')[0]}` gives `{name}` to its templates"

    def _options(self) -> Iterator[str]:
        """What Starlette's renderer is given beside a folder."""
        for module in self.project.modules if self.framework == "fastapi" else ():
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and last_name(node) == RENDERER:
                    names = {str(k.arg) for k in node.keywords} - {"directory"}
                    if names or len(node.args) > 1:
                        where = f"({module.file}:{node.lineno})"
                        yield f"its templates are given {', '.join(sorted(names))} {where}"

    def _all(self) -> list[Given]:
        if self._giving is None:
            self._giving = Giving(self.project, self.closing)
        return self._giving.found

    def _against(self, given: Given) -> Iterator[str]:
        if given.code is None or self.framework != "flask":
            names = ", ".join(sorted(given.names)) or "something"
            yield f"the application gives `{names}` to its templates ({given.where})"

    def also(self, closure: Closure) -> tuple[str, ...]:
        """The symbols of what its application gives them; what renders is a package of its own."""
        if self.framework == "fastapi" and self.of(closure).files:
            closure.packages.add("jinja2")
        return tuple(s for each in self.of(closure).around for s in each.symbols)
