"""Flask: the call that makes an application, as a service makes it: its templates, no files."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

import libcst as cst

from mscli.migrate.apply.moving.flask.setup import making
from mscli.migrate.apply.moving.needs.renaming import Home, dotted
from mscli.migrate.apply.moving.pieces import own_files
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name
from mscli.text.quoting import json_inline

INSTANCE, ROOT, STATIC = "instance", "root", "static"
"""What code may ask for: folders of the monolith's, or only to read files for browsers."""
OF_BROWSERS = frozenset(["static_folder", "static_host", "static_url_path"])
PAGES = "template_folder"
NAMED = ("__name__", "__package__", "__name__.split('.')[0]", "__name__.partition('.')[0]")
"""How an application is told whose it is; a text with the name of a package is the other way."""


def calls_in(project: Project) -> dict[str, tuple[str, ...]]:
    """What makes applications, by file: the names that are called."""
    found: dict[str, tuple[str, ...]] = {}
    for scope, call in making(project):
        file = scope.module.file
        found[file] = (*found.get(file, ()), expression_name(call.func))
    return found


def unknown_names(project: Project, file: str) -> list[str]:
    """Names of applications that are not understood."""
    found = []
    for scope, call in making(project):
        said = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "import_name")]
        if scope.module.file == file and not (said and _is_known(project, said[0])):
            found.append(f"`{ast.unparse(call)}` ({file}:{call.lineno})")
    return found


def static_folder(project: Project) -> str | None:
    """The folder of files that browsers ask for; None where it is not known."""
    found: set[str] = set()
    for scope, call in making(project):
        said = [*call.args[2:3], *(k.value for k in call.keywords if k.arg == "static_folder")]
        base = scope.module.file.rpartition("/")[0]
        if call.args and ast.unparse(call.args[0]) != "__name__":
            return None
        if said and not isinstance(said[0], ast.Constant):
            return None
        inside = str(getattr(said[0], "value", "")) if said else "static"
        found.add(f"{base}/{inside.strip('/')}".lstrip("/"))
    return found.pop() if len(found) == 1 else None


def _is_known(project: Project, said: ast.expr) -> bool:
    if isinstance(said, ast.Constant):
        return project.module(str(said.value)) is not None
    return ast.unparse(said) in NAMED


class Making(cst.CSTTransformer):
    """Changes such calls in one module; `imports` and `uses` are what the new ones need.

    `places` are what code asks for of where the application's files are.
    """

    def __init__(self, symbol: ModuleSymbol, project: Project, home: Home) -> None:
        super().__init__()
        self.names = calls_in(project).get(symbol.file, ())
        self.symbol = symbol
        self.project = project
        self.home = home
        self.places: Set[str] = frozenset()
        self.imports: set[str] = set()
        self.uses: set[str] = set()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """Pages are the service's templates; other files are found as they were."""
        if dotted(original_node.func) not in self.names:
            return updated_node
        dropped = {PAGES} if self._has_static else {PAGES, *OF_BROWSERS}
        kept = [a for a in updated_node.args if not a.keyword or a.keyword.value not in dropped]
        names = {argument.keyword.value for argument in kept if argument.keyword}
        owner = self._owner(kept[0].value) if kept else self.symbol.name
        if kept and dotted(kept[0].value) != "__name__":
            new = json_inline(self.home.module(owner))
            kept[0] = kept[0].with_changes(value=cst.SimpleString(new))
        added = [
            cst.Arg(cst.parse_expression(value), cst.Name(name), equal=_EQUAL)
            for name, value in self._given(owner, names)
            if name not in names
        ]
        together = [*(argument.with_changes(comma=_COMMA) for argument in kept), *added]
        commas = [a.with_changes(comma=_COMMA) for a in together[:-1]]
        return updated_node.with_changes(
            args=[*commas, together[-1]], whitespace_before_args=cst.SimpleWhitespace("")
        )

    @property
    def _has_static(self) -> bool:
        return not self.places.isdisjoint((ROOT, STATIC))

    def _given(self, owner: str, names: Set[str]) -> Iterator[tuple[str, str]]:
        """What such a call is given beside what it was given, as code."""
        if not self._has_static:
            yield "static_folder", "None"
        if ROOT in self.places:
            self.imports.add("from importlib.resources import files")
            yield "root_path", self._there(self._file(owner).rpartition("/")[0])
            yield PAGES, f'str(files("{self.home.package}") / "templates")'
        else:
            yield PAGES, json_inline(self._folder(owner))
        if INSTANCE in self.places:
            yield "instance_path", self._there(self._instance(owner))
        elif "instance_relative_config" in names:
            if "instance_path" not in names:
                self.imports.add("from os.path import abspath")
            yield "instance_path", 'abspath("instance")'

    def _there(self, path: str) -> str:
        """A folder of the monolith's."""
        self.uses.add(own_files.OWN)
        return own_files.call(path)

    def _owner(self, said: cst.BaseExpression) -> str:
        """The module or package that an application is told to be of, by its old name."""
        text = dotted(said).replace('"', "'")
        if text == "__name__":
            return self.symbol.name
        if isinstance(said, cst.SimpleString):
            return str(said.evaluated_value)
        if text == "__package__" and not self.symbol.is_package:
            return self.symbol.name.rpartition(".")[0]
        return self.symbol.name if text == "__package__" else self.symbol.name.partition(".")[0]

    def _file(self, owner: str) -> str:
        """The file of a module in the monolith."""
        module = self.project.module(owner)
        return module.file if module else f"{owner.replace('.', '/')}/__init__.py"

    def _instance(self, owner: str) -> str:
        """Where Flask looks for `instance`: beside the package or module that is the topmost."""
        top = owner.partition(".")[0]
        module = self.project.module(top)
        folder = self._file(top).rpartition("/")[0]
        beside = folder.rpartition("/")[0] if module is None or module.is_package else folder
        return f"{beside}/instance".lstrip("/")

    def _folder(self, owner: str) -> str:
        """The templates, from the folder of the module that an application is of."""
        module = self.project.module(owner)
        is_package = module.is_package if module else True
        depth = len(self.home.module(owner).split(".")) - 1 - (not is_package)
        return f"{'../' * depth}templates"


_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
_EQUAL = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
)
