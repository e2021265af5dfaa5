"""Cutting relations: what a model says of tables that another service owns is taken out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

import libcst as cst

from mscli.migrate.index import expression_name

RELATIONS = frozenset(["relationship", "dynamic_loader"])
COLUMNS = frozenset(["Column", "mapped_column"])


@dataclass(frozen=True, slots=True)
class Foreign:
    """What other services own: classes and tables by name -> the owner.

    `types` are those of every column: `orders.id` -> `sa.Integer`.
    """

    classes: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)

    def named_in(self, node: ast.AST) -> str:
        """The owner of the first foreign class that a piece of code names."""
        for part in ast.walk(node):
            text = part.value if isinstance(part, ast.Constant) else getattr(part, "id", None)
            for name in str(text).replace("[", " ").replace("]", " ").split() if text else ():
                if owner := self.classes.get(name.rpartition(".")[2]):
                    return owner
        return ""


class Cut(cst.CSTTransformer):
    """Takes out relations to foreign classes, and keeps columns without their foreign keys."""

    def __init__(self, foreign: Foreign) -> None:
        super().__init__()
        self.foreign = foreign
        self.said: list[str] = []
        self.needs_types = False

    def leave_SimpleStatementLine(  # noqa: N802 - libcst's name
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.RemovalSentinel:
        """A line that is a relation to a foreign class goes."""
        code = cst.Module([]).code_for_node(original_node).strip()
        statement = ast.parse(code).body[0]
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.Call) or _last(value) not in RELATIONS:
            return updated_node
        owner = self.foreign.named_in(statement)
        if not owner:
            return updated_node
        self.said.append(f"`{code.partition('=')[0].strip()}` is of {owner}")
        return cst.RemoveFromParent()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """A column keeps its type where it loses the foreign key."""
        call = ast.parse(cst.Module([]).code_for_node(original_node), mode="eval").body
        if not isinstance(call, ast.Call) or _last(call) not in COLUMNS:
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
        if not isinstance(argument, ast.Call) or _last(argument) != "ForeignKey":
            return ""
        named = argument.args[0] if argument.args else None
        return str(named.value) if isinstance(named, ast.Constant) else ""


def _last(call: ast.Call) -> str:
    return expression_name(call.func).rpartition(".")[2]
