"""Django's keys to models of other services: a plain column, by the name it has in the database."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from mscli.migrate.walk.project.index import expression_name, last_name

KEYS = frozenset(["ForeignKey", "OneToOneField"])
SETS = frozenset(["ManyToManyField"])
KEPT = frozenset(
    ["blank", "db_column", "db_index", "default", "editable", "help_text", "null", "primary_key",
     "unique", "verbose_name"]
)  # fmt: skip
USERS = frozenset(["AUTH_USER_MODEL", "User", "get_user_model"])
FIELDS = {
    "sa.BigInteger": "BigIntegerField()",
    "sa.Integer": "IntegerField()",
    "sa.SmallInteger": "SmallIntegerField()",
    "sa.Text": "TextField()",
    "sa.Uuid": "UUIDField()",
}
_STRING = re.compile(r"sa\.String\((\d+)\)")


@dataclass(frozen=True, slots=True)
class Key:
    """A field that points to another model: its name, what it calls, and the call."""

    name: str
    kind: str
    call: ast.Call
    target: ast.expr


def key_of(statement: ast.stmt) -> Key | None:
    """The relation that a line of a model declares, if it is one."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return None
    name, call = statement.targets[0], statement.value
    kind = last_name(call.func)
    target = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "to")]
    if kind not in KEYS | SETS or not isinstance(name, ast.Name) or not target:
        return None
    return Key(name.id, kind, call, target[0])


def is_of_users(key: Key) -> bool:
    """Whether it points to whoever is logged in."""
    if isinstance(key.target, ast.Constant):
        return key.target.value == "auth.User"
    return last_name(key.target) in USERS


def column_for(key: Key, columns: Mapping[str, str]) -> str | None:
    """The line that declares the column alone; None where its type has no field of Django's."""
    given = {k.arg: k.value for k in key.call.keywords if k.arg in KEPT}
    named = given.get("db_column")
    column = str(named.value) if isinstance(named, ast.Constant) else f"{key.name}_id"
    field = _field(columns.get(column, ""))
    if field is None:
        return None
    before = expression_name(key.call.func).rpartition(".")[0]
    call = ast.parse(f"{before}.{field}" if before else f"models.{field}", mode="eval").body
    assert isinstance(call, ast.Call)  # noqa: S101 - every field above is one
    if key.kind == "OneToOneField":
        given.setdefault("unique", ast.Constant(value=True))
    else:
        given.setdefault("db_index", ast.Constant(value=True))
    call.keywords += [ast.keyword(name, value) for name, value in given.items()]
    return f"{key.name}_id = {ast.unparse(call)}"


def _field(kind: str) -> str | None:
    text = _STRING.fullmatch(kind)
    return f"CharField(max_length={text.group(1)})" if text else FIELDS.get(kind)


class Renamed(cst.CSTTransformer):
    """In `class Meta`, fields by the names that they have now: `customer` -> `customer_id`."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names
        self.depth = 0

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802 - libcst's name
        """Inside of Meta."""
        self.depth += node.name.value == "Meta"

    def leave_ClassDef(  # noqa: N802 - libcst's name
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        """And out of it."""
        self.depth -= original_node.name.value == "Meta"
        return updated_node

    def leave_SimpleString(  # noqa: N802 - libcst's name
        self, _: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        """A name of a field, or `-name` in an order."""
        text = updated_node.evaluated_value
        if not self.depth or not isinstance(text, str) or text.lstrip("-") not in self.names:
            return updated_node
        quote = updated_node.quote
        return updated_node.with_changes(value=f"{quote}{text}_id{quote}")
