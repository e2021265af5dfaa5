"""Cutting relations: what a model says of tables that another service owns is taken out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

import libcst as cst

from mscli.migrate.apply.moving.pieces.keys import (
    KEYS,
    SETS,
    Key,
    Renamed,
    column_for,
    is_of_users,
    key_of,
)
from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.project.index import expression_name, last_name

RELATIONS = frozenset(["relationship", "dynamic_loader"])
COLUMNS = frozenset(["Column", "mapped_column"])
EXTENSION = "SQLAlchemy"
"""Flask's, which is given its application in the new service, too, but later."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What other services own: classes and tables by name -> the owner.

    `types` are those of every column: `orders.id` -> `sa.Integer`; `own` those of the service's
    own models: `Order` -> `customer_id` -> `sa.Integer`.
    """

    classes: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    users: str = ""
    """Who owns the users, where that is another service."""
    asked: bool = False
    """Whether users are asked for where they are, so that keys to them stay."""

    def named_in(self, node: ast.AST) -> str:
        """The owner of the first foreign class that a piece of code names."""
        for part in ast.walk(node):
            text = part.value if isinstance(part, ast.Constant) else getattr(part, "id", None)
            for name in str(text).replace("[", " ").replace("]", " ").split() if text else ():
                if owner := self.classes.get(name.rpartition(".")[2]):
                    return owner
        return ""


CUT = RELATIONS | COLUMNS | KEYS | SETS
"""What is called to declare something that may be of another service."""


class Cut(cst.CSTTransformer):
    """Takes out relations to foreign classes, and keeps columns without their foreign keys."""

    def __init__(self, foreign: Foreign) -> None:
        super().__init__()
        self.foreign = foreign
        self.said: list[str] = []
        self.needs_types = False
        self.renamed: list[str] = []
        self.lost: list[str] = []
        self.asked: list[str] = []
        self.classes: list[str] = []

    @staticmethod
    def may_change(code: str) -> bool:
        """Whether there is anything in a statement's code to look for: a visit takes long."""
        return any(name in code for name in CUT | {EXTENSION})

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802 - libcst's name
        """Columns have the types of the model that they are in."""
        self.classes.append(node.name.value)

    def leave_ClassDef(  # noqa: N802 - libcst's name
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """What the model says of its own fields has their new names."""
        self.classes.pop()
        if not self.renamed or original_node.name.value == "Meta":
            return updated_node
        changed = updated_node.visit(Renamed(self.renamed))
        assert isinstance(changed, cst.ClassDef)  # noqa: S101 - nothing is taken out
        return changed

    def leave_SimpleStatementLine(  # noqa: N802 - libcst's name
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        """A line that is a relation to a foreign class goes."""
        value = getattr(original_node.body[0], "value", None)
        if len(original_node.body) > 1 or _called(value) not in CUT - COLUMNS:
            return updated_node
        code = cst.Module([]).code_for_node(original_node.body[0])
        statement = parsed(code)
        if (key := key_of(statement.body[0])) is not None:
            return self._key(key, updated_node)
        owner = self.foreign.named_in(statement)
        if not owner:
            return updated_node
        self.said.append(f"`{code.partition('=')[0].strip()}` is of {owner}")
        return cst.RemoveFromParent()

    def _key(
        self, key: Key, line: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        """A key to a foreign model is its column; a set of foreign rows is none."""
        owner = self.foreign.named_in(key.target) or (self.foreign.users * is_of_users(key))
        if not owner:
            return line
        if is_of_users(key) and self.foreign.asked and key.kind in KEYS:
            self.asked.append(key.name)
            return line
        if key.kind in SETS:
            self.said.append(f"`{key.name}` is of {owner}")
            self.lost.append(key.name)
            return cst.RemoveFromParent()
        columns = self.foreign.own.get(self.classes[-1], {}) if self.classes else {}
        if (column := column_for(key, columns)) is None:
            return line
        self.said.append(f"the key `{key.name}` is of {owner}: its column `{key.name}_id` is left")
        self.renamed.append(key.name)
        self.lost.append(key.name)
        statement = cst.parse_statement(column)
        assert isinstance(statement, cst.SimpleStatementLine)  # noqa: S101 - it is an assignment
        return line.with_changes(body=statement.body)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """A column keeps its type where it loses the foreign key."""
        if _called(original_node) == EXTENSION:
            return updated_node.with_changes(args=_without_application(updated_node))
        if _called(original_node) not in COLUMNS:
            return updated_node
        call = ast.parse(f"({cst.Module([]).code_for_node(original_node)})", mode="eval").body
        if not isinstance(call, ast.Call):
            return updated_node
        for place, argument in enumerate(call.args):
            target = self._target(argument)
            owner = self.foreign.tables.get(target.rpartition(".")[0], "")
            kind = self.foreign.types.get(target, "")
            if owner and kind:
                self.needs_types = True
                self.said.append(f"the foreign key to `{target}` is of {owner}")
                arguments = list(updated_node.args)
                typed = cst.parse_expression(kind)
                arguments[place] = arguments[place].with_changes(value=typed)
                return updated_node.with_changes(args=arguments)
        return updated_node

    def _target(self, argument: ast.expr) -> str:
        if last_name(argument) != "ForeignKey" or not isinstance(argument, ast.Call):
            return ""
        named = argument.args[0] if argument.args else None
        return str(named.value) if isinstance(named, ast.Constant) else ""


def may_be_cut(node: ast.stmt) -> bool:
    """Whether something in a statement may be another one in one service than in the next."""
    called = (expression_name(n.func) for n in ast.walk(node) if isinstance(n, ast.Call))
    return any(name.rpartition(".")[2] in CUT for name in called)


def _without_application(call: cst.Call) -> list[cst.Arg]:
    return [
        argument
        for argument in call.args
        if argument.keyword is not None and argument.keyword.value != "app"
    ]


def _called(node: object) -> str:
    """The last name of what a call calls."""
    function = node.func if isinstance(node, cst.Call) else None
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""
