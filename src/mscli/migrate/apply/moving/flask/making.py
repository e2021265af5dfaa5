"""Flask: the call that makes an application, as a service makes it: its templates, no files."""

from __future__ import annotations

import ast

import libcst as cst

from mscli.migrate.apply.moving.flask.setup import making
from mscli.migrate.apply.moving.renaming import Home, dotted
from mscli.migrate.walk.index import ModuleSymbol, Project, expression_name
from mscli.text.quoting import json_inline

STATIC = frozenset(["static_folder", "static_host", "static_url_path"])
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
    """Changes such calls in one module; `is_asked` is set if a folder has to be named."""

    def __init__(self, symbol: ModuleSymbol, project: Project, home: Home) -> None:
        super().__init__()
        self.names = calls_in(project).get(symbol.file, ())
        self.symbol = symbol
        self.project = project
        self.home = home
        self.is_asked = False
        self.keeps_static = False

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """Pages are the service's templates; what is beside the code is found as it was."""
        if dotted(original_node.func) not in self.names:
            return updated_node
        dropped = {PAGES} if self.keeps_static else {PAGES, *STATIC}
        kept = [a for a in updated_node.args if not a.keyword or a.keyword.value not in dropped]
        names = {argument.keyword.value for argument in kept if argument.keyword}
        owner = self._owner(kept[0].value) if kept else ""
        if owner:
            kept[0] = kept[0].with_changes(value=cst.SimpleString(json_inline(owner)))
        place = owner or self.home.module(self.symbol.name)
        given = [] if self.keeps_static else [("static_folder", "None")]
        given.append((PAGES, json_inline(self._folder(place))))
        if "instance_relative_config" in names and "instance_path" not in names:
            self.is_asked = True
            given.append(("instance_path", 'abspath("instance")'))
        added = [
            cst.Arg(cst.parse_expression(value), cst.Name(name), equal=_EQUAL)
            for name, value in given
        ]
        together = [*(argument.with_changes(comma=_COMMA) for argument in kept), *added]
        commas = [a.with_changes(comma=_COMMA) for a in together[:-1]]
        return updated_node.with_changes(
            args=[*commas, together[-1]], whitespace_before_args=cst.SimpleWhitespace("")
        )

    def _owner(self, said: cst.BaseExpression) -> str:
        """The new name of what an application is told to be, where `__name__` does not say it."""
        text = dotted(said).replace('"', "'")
        if text == "__name__":
            return ""
        if isinstance(said, cst.SimpleString):
            module = self.project.module(str(said.evaluated_value))
            return self.home.module(module.name) if module else ""
        if text == "__package__":
            is_package = self.symbol.is_package
            own = self.symbol.name
            return self.home.module(own if is_package else own.rpartition(".")[0])
        return self.home.module(self.symbol.name.partition(".")[0])

    def _folder(self, place: str) -> str:
        """The templates, from the folder of the module that an application is of."""
        module = next((m for m in self.project.modules if self.home.module(m.name) == place), None)
        is_package = module.is_package if module else True
        depth = len(place.split(".")) - 1 - (not is_package)
        return f"{'../' * depth}templates"


_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
_EQUAL = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
)
