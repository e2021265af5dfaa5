"""What a service has instead: statements that are left out, its own database, no secret of others.

A key that signs is given by the environment and never copied; where the monolith's code has one as
text, moved code has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from mscli.migrate.apply.moving.pieces.own_files import OWN, READS

APPLICATIONS = {
    "FastAPI": ("APIRouter()", "from fastapi import APIRouter"),
    "Starlette": ("APIRouter()", "from fastapi import APIRouter"),
    "Flask": ("Blueprint({module}, __name__)", "from flask import Blueprint"),
}
"""What an application is in a service that has one already, and where that comes from."""
NOT_MOVED = {
    "async_engine_from_config": "where its engine comes from is not known",
    "engine_from_config": "where its engine comes from is not known",
}
MAKING = frozenset(["create_all", "drop_all"])
"""What makes tables, as only the monolith does."""
DATABASE = "SQLALCHEMY_DATABASE_URI"
SECRET = "SECRET_KEY"  # noqa: S105 - a name
KEYS = (b"SECRET_KEY", b"secret_key", DATABASE.encode())
ADDRESS = "database_address"
NAMES = {
    "environ": "from os import environ",
    ADDRESS: "from {package}.storage.engine import database_address",
    OWN: READS,
}
"""Names that code has got here, and where they come from."""


@dataclass(frozen=True, slots=True)
class Instead:
    """Statements by file and line, as code; and whether the database is the service's."""

    left_out: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    is_reached: bool = False

    def changes(self, file: str, content: bytes) -> bool:
        """Whether anything in a file is another thing in a service."""
        return file in self.left_out or any(key in content for key in KEYS)

    def module(self, file: str, content: bytes) -> cst.Module:
        """The file as a service has it; statements at its top are as many as before."""
        tree = cst.parse_module(content)
        if lines := self.left_out.get(file, {}).keys():
            tree = MetadataWrapper(tree, unsafe_skip_copy=True).visit(_Without(lines))
        has_keys = any(key in content for key in KEYS)
        return tree.visit(_Values(is_reached=self.is_reached)) if has_keys else tree


class _Without(cst.CSTTransformer):
    """Leaves statements out, by the lines that they begin at."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, lines: Set[int]) -> None:
        super().__init__()
        self.lines = lines

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.RemovalSentinel:
        """A block that has nothing left passes."""
        if isinstance(original_node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            if self._line(original_node) in self.lines:
                return cst.RemoveFromParent()
        elif isinstance(updated_node, cst.IndentedBlock) and not updated_node.body:
            return updated_node.with_changes(body=[cst.parse_statement("pass")])
        return updated_node

    def _line(self, node: cst.CSTNode) -> int:
        place = self.get_metadata(PositionProvider, node)
        return place.start.line if isinstance(place, cst.metadata.CodeRange) else 0


class _Values(cst.CSTTransformer):
    """Gives other values to the keys of a configuration, wherever they are set."""

    def __init__(self, *, is_reached: bool) -> None:
        super().__init__()
        self.is_reached = is_reached

    def leave_Assign(self, _: cst.Assign, updated_node: cst.Assign) -> cst.Assign:  # noqa: N802
        """`SECRET_KEY = ...`, `app.secret_key = ...`, `app.config["SECRET_KEY"] = ...`."""
        names = [_named(target.target) for target in updated_node.targets]
        return updated_node.with_changes(value=self._instead(names[0], updated_node.value))

    def leave_AnnAssign(  # noqa: N802 - libcst's name
        self, _: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> cst.AnnAssign:
        """The same with a type."""
        if updated_node.value is None:
            return updated_node
        value = self._instead(_named(updated_node.target), updated_node.value)
        return updated_node.with_changes(value=value)

    def leave_Arg(self, _: cst.Arg, updated_node: cst.Arg) -> cst.Arg:  # noqa: N802
        """`app.config.update(SECRET_KEY=...)`."""
        name = updated_node.keyword.value if updated_node.keyword else ""
        return updated_node.with_changes(value=self._instead(name, updated_node.value))

    def leave_DictElement(  # noqa: N802 - libcst's name
        self, _: cst.DictElement, updated_node: cst.DictElement
    ) -> cst.DictElement:
        """`{"SECRET_KEY": ...}`."""
        name = _text(updated_node.key)
        return updated_node.with_changes(value=self._instead(name, updated_node.value))

    def _instead(self, name: str, value: cst.BaseExpression) -> cst.BaseExpression:
        if name == DATABASE and self.is_reached:
            return cst.parse_expression(f"{ADDRESS}()")
        if not name.upper().endswith(SECRET):
            return value
        if isinstance(value, cst.SimpleString | cst.ConcatenatedString):
            return cst.parse_expression(f'environ.get("{name.upper()}")')
        kept = value.visit(_WithoutTexts())
        return kept if isinstance(kept, cst.BaseExpression) else value


class _WithoutTexts(cst.CSTTransformer):
    """Texts are None, but for names: the first argument of a call, and what stands in brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[cst.CSTNode] = set()

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802 - libcst's name
        """`getenv("SECRET_KEY", "a text")`."""
        if node.args and not node.args[0].keyword:
            self.names.add(node.args[0].value)

    def visit_Index(self, node: cst.Index) -> None:  # noqa: N802 - libcst's name
        """`environ["SECRET_KEY"]`."""
        self.names.add(node.value)

    def leave_SimpleString(  # noqa: N802 - libcst's name
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        """A text that may be the key."""
        return updated_node if original_node in self.names else cst.Name("None")


def _named(target: cst.BaseExpression) -> str:
    if isinstance(target, cst.Name):
        return target.value
    if isinstance(target, cst.Attribute):
        return target.attr.value if target.attr.value == SECRET.lower() else ""
    if isinstance(target, cst.Subscript) and isinstance(target.slice[0].slice, cst.Index):
        return _text(target.slice[0].slice.value)
    return ""


def _text(node: cst.BaseExpression) -> str:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else ""
    return value if isinstance(value, str) else ""
