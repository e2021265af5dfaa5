"""Flask: the application as a whole, as the function sets it up that the monolith makes it with.

What that function needs goes along as any code does, and so does whatever is said at the top of a
module to an object that it sets up.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.apply.moving.flask.making import unknown_names
from mscli.migrate.apply.moving.flask.said import Said
from mscli.migrate.apply.moving.flask.setup import declared, entry_of, own_nodes, set_up_by
from mscli.migrate.apply.moving.implied.listeners import Statement
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.written import Written, written
from mscli.migrate.walk.project.index import Project, last_name

READING = ("from_envvar", "from_file", "from_json", "from_prefixed_env", "from_pyfile")
BINDS = "SQLALCHEMY_BINDS"


@dataclass(frozen=True, slots=True)
class Whole:
    """How the application is made, what is said to its objects, and what keeps it back."""

    made: Written
    closure: Closure
    statements: tuple[Statement, ...] = ()
    reasons: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    """What it reads that the service has to be given."""


def whole_of(project: Project, closing: Closing, said: Said) -> Whole | None:
    """The application, if a function makes it, and what calls that can be said elsewhere."""
    entry = entry_of(project)
    made = written([entry.call], entry.scope, closing) if entry else None
    if made is None:
        return None
    closing.keeps_applications = True
    closure = closing.of(made.symbols)
    statements: list[Statement] = []
    while found := [each for each in said.to(closure) if each not in statements]:
        statements += found
        more = closing.of((), found)
        closure.add(more)
        closure.reasons += more.reasons
    against = [*_by_text(project, made.code), *_against(project, closing, closure)]
    reasons = dict.fromkeys([*closure.reasons, *against])
    closing.keeps_applications = not reasons
    given = tuple(_given(project, closure))
    return Whole(made, closure, tuple(statements), tuple(reasons), given)


def _against(project: Project, closing: Closing, closure: Closure) -> Iterator[str]:
    for file in sorted(closure.pieces):
        for call in unknown_names(project, file):
            yield f"it is not known where the files of {call} are"
    for module, piece in closing.kept(closure):
        for node in (part for statement in piece.body for part in ast.walk(statement)):
            if BINDS in (getattr(node, "id", None), getattr(node, "value", None)):
                yield f"`{BINDS}` has further databases ({module.file}:{piece.first})"


def _by_text(project: Project, code: str) -> Iterator[str]:
    """A module or what is in one, named by a text in the call: it has another name."""
    for node in ast.walk(ast.parse(code)):
        named = str(node.value) if isinstance(node, ast.Constant) else ""
        if "." in named and (project.module(named) or declared(project, named)):
            yield f"the application is made with the name of a module: `{named}`"


def _given(project: Project, closure: Closure) -> Iterator[str]:
    """Files and variables that its configuration is read from."""
    for each in set_up_by(project):
        file, line = each.place
        kept = closure.pieces.get(file, ())
        for node in own_nodes(each.node) if line in kept or (kept and not line) else ():
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and last_name(node) in READING:  # type: ignore[arg-type]
                where = f"({file}:{node.lineno})"  # type: ignore[attr-defined]
                yield f"`{ast.unparse(node)}` {where}: give what the monolith reads there"
