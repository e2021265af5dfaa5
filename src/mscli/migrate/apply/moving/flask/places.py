"""Flask: what moved code takes of the place that it runs in, so that it would be another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.closed import Closure
from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.flask.files import reads_files
from mscli.migrate.apply.moving.flask.setup import SetUp, set_up_by
from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.walk.index import ModuleSymbol, expression_name

APPLICATION = "flask.current_app"
OF_PLACES = frozenset(
    ["blueprints", "import_name", "instance_path", "jinja_loader", "name",
     "open_instance_resource", "open_resource", "root_path", "send_static_file", "static_folder",
     "template_folder", "view_functions"]
)  # fmt: skip
"""What an application knows of where its code is, and of all its routes: in a service others."""
OF_RULES = frozenset(["converters", "is_endpoint_expecting", "strict_slashes"])
"""What of its rules is the same: a service has the rules of URLs that stay."""
KEEPING = {
    "flask.send_from_directory": "it sends files of a folder",
    "flask_session.Session": "`flask_session` keeps sessions where the monolith has them",
    "flask_uploads.UploadSet": "it keeps files in a folder",
    "werkzeug.utils.secure_filename": "it keeps files in a folder",
}
ENVIRONMENT = frozenset(["environ", "getenv"])


def against_places(closure: Closure, closing: Closing) -> Iterator[str]:
    """Each thing that code takes so, and where."""
    for used in sorted(closure.outside):
        if said := KEEPING.get(used.name):
            yield f"{said} ({used.where})"
        is_of_place = used.name == APPLICATION and used.attribute in OF_PLACES
        if is_of_place and not reads_files(used, closure, closing):
            yield f"it asks for `current_app.{used.attribute}` ({used.where})"
    setting = {each.place: each for each in set_up_by(closing.project)}
    for module, piece in closing.kept(closure):
        each = setting.get((module.file, piece.first))
        where = f"({module.file}:{piece.first})"
        for chain in sorted(piece.attributes):
            if _is_of_place(chain, each):
                yield f"it asks for `{chain}` {where}"
        if each is not None:
            yield from _named_by_environment(piece, each, module)


def _is_of_place(chain: str, each: SetUp | None) -> bool:
    first, *rest = chain.split(".")
    if "url_map" in rest and rest[-1] != "url_map":
        return rest[rest.index("url_map") + 1] not in OF_RULES
    return each is not None and first in each.names and rest[:1] != [] and rest[0] in OF_PLACES


def _named_by_environment(piece: Piece, each: SetUp, module: ModuleSymbol) -> Iterator[str]:
    """A configuration that the environment names, by the name that it has in the monolith."""
    for node in (part for statement in piece.body for part in ast.walk(statement)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr != "from_object" or not node.args:
            continue
        given = node.args[0]
        value = each.scope.own.get(given.id) if isinstance(given, ast.Name) else given
        names = {expression_name(n).rpartition(".")[2] for n in ast.walk(value or given)}  # type: ignore[arg-type]
        if names & ENVIRONMENT:
            where = f"({module.file}:{piece.first})"
            yield f"the environment names the object of its configuration {where}"
