"""Flask: what moved code takes of the place that it runs in, so that it would be another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.flask.files import reads_files
from mscli.migrate.apply.moving.flask.making import INSTANCE, ROOT, STATIC
from mscli.migrate.apply.moving.flask.setup import SetUp, set_up_by
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import ModuleSymbol, expression_name, last_name

APPLICATION = "flask.current_app"
OF_PLACES = frozenset(
    ["blueprints", "import_name", "jinja_loader", "name", "template_folder", "view_functions"]
)
"""What an application knows of its code, and of all its routes: in a service others."""
IN_FOLDERS = {
    "instance_path": INSTANCE,
    "open_instance_resource": INSTANCE,
    "open_resource": ROOT,
    "root_path": ROOT,
    "send_static_file": ROOT,
    "static_folder": ROOT,
}
"""What it knows of where its files are, which are the monolith's."""
OF_RULES = frozenset(["converters", "is_endpoint_expecting", "strict_slashes"])
"""What of its rules is the same: a service has the rules of URLs that stay."""
KEEPING = {
    "flask_session.Session": "`flask_session` keeps sessions where the monolith has them",
    "flask_uploads.UploadSet": "it keeps files in a folder",
}
ENVIRONMENT = frozenset(["environ", "getenv"])
OF_NAMES = frozenset(["import_name", "name"])
NAMING = frozenset(["Celery", "getLogger", "get_logger"])
"""What is told a name only to have one: tasks are known by their own modules."""


def against_places(closure: Closure, closing: Closing) -> Iterator[str]:
    """Each thing that code takes so, and where."""
    for used in sorted(closure.outside):
        if said := KEEPING.get(used.name):
            yield f"{said} ({used.where})"
        if used.name == APPLICATION and used.attribute in OF_PLACES:
            yield f"it asks for `current_app.{used.attribute}` ({used.where})"
    setting = {each.place: each for each in set_up_by(closing.project)}
    for module, piece in closing.kept(closure):
        each = setting.get((module.file, piece.first))
        where = f"({module.file}:{piece.first})"
        for chain in sorted(piece.attributes - _only_named(piece)):
            if _is_of_place(chain, each) or _is_of_blueprint(chain, module, closing):
                yield f"it asks for `{chain}` {where}"
        if each is not None:
            yield from _named_by_environment(piece, each, module, closing)


def places_in(closure: Closure, closing: Closing) -> frozenset[str]:
    """What code asks for of where the application's files are."""
    found = {
        STATIC if reads_files(used, closure, closing) else IN_FOLDERS[used.attribute]
        for used in closure.outside
        if used.name == APPLICATION and used.attribute in IN_FOLDERS
    }
    setting = {each.place: each for each in set_up_by(closing.project)}
    for module, piece in closing.kept(closure):
        each = setting.get((module.file, piece.first))
        for first, *rest in (chain.split(".") for chain in piece.attributes if each):
            if each and first in each.names and rest and rest[0] in IN_FOLDERS:
                found.add(IN_FOLDERS[rest[0]])
    return frozenset(found)


def _is_of_blueprint(chain: str, module: ModuleSymbol, closing: Closing) -> bool:
    """Whether it is where a blueprint's files are, which is another place in a service."""
    first, _, last = chain.partition(".")
    place = closing.find(meaning(module, first)) if last in IN_FOLDERS else None
    made = closing.sources.of(place[0]).by_name[place[1]] if place else []
    return any(piece.makes == "Blueprint" for piece in made)


def _only_named(piece: Piece) -> set[str]:
    """Chains such as `app.name` that nothing but what has a name of its own is told."""
    nodes = [node for statement in piece.body for node in ast.walk(statement)]
    told = {
        argument
        for node in nodes
        if isinstance(node, ast.Call) and last_name(node.func) in NAMING
        for argument in (*node.args[:1], *(k.value for k in node.keywords if k.arg == "main"))
    }
    chains = [n for n in nodes if isinstance(n, ast.Attribute) and n.attr in OF_NAMES]
    asked = {expression_name(node) for node in chains if node not in told}
    return {expression_name(node) for node in chains} - asked


def _is_of_place(chain: str, each: SetUp | None) -> bool:
    first, *rest = chain.split(".")
    if "url_map" in rest and rest[-1] != "url_map":
        return rest[rest.index("url_map") + 1] not in OF_RULES
    return each is not None and first in each.names and rest[:1] != [] and rest[0] in OF_PLACES


def _named_by_environment(
    piece: Piece, each: SetUp, module: ModuleSymbol, closing: Closing
) -> Iterator[str]:
    """A configuration that the environment names, by the name that it has in the monolith."""
    for node in (part for statement in piece.body for part in ast.walk(statement)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr != "from_object" or not node.args:
            continue
        given = node.args[0]
        value = each.scope.own.get(given.id) if isinstance(given, ast.Name) else given
        if _is_named_elsewhere(value or given, each, closing):
            where = f"({module.file}:{piece.first})"
            yield f"the environment names the object of its configuration {where}"


def _is_named_elsewhere(node: ast.expr, each: SetUp, closing: Closing) -> bool:
    """Whether a text names it that no move changes; of a mapping's objects it may be the key."""
    if isinstance(node, ast.Subscript):
        place = closing.find(each.scope.meaning(node.value))
        made = closing.sources.of(place[0]).by_name[place[1]] if place else []
        for mapping in (piece.value for piece in made):
            if isinstance(mapping, ast.Dict):
                return any(isinstance(n, ast.Constant | ast.JoinedStr) for n in mapping.values)
    return any(last_name(part) in ENVIRONMENT for part in ast.walk(node))  # type: ignore[arg-type]
