"""The part of the document that declares invariants (see document.py)."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from mscli.systemfile.fields import EMPTY, Record

_SQL = "One SELECT. It is run by a role that may only read, in a read-only transaction."


class QueryDocument(Record):
    """A SELECT on the database of one service."""

    service: str = Field(min_length=1, description="The service whose database is asked.")
    sql: str = Field(min_length=1, description=_SQL)


class InvariantDocument(Record):
    """What is true whenever the system is quiet; `mscli drill` judges it. Either `service`, `sql`
    and `expect`: the SELECT has one value, and it is this. Or `each` and `in`: every row of the
    first SELECT is also a row of the second.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["service", "sql", "expect"]}, {"required": ["each", "in"]}]
        }
    )

    service: Annotated[str | None, EMPTY] = Field(
        default=None, min_length=1, description="The service whose database is asked."
    )
    sql: Annotated[str | None, EMPTY] = Field(default=None, min_length=1, description=_SQL)
    expect: Any = Field(default=None, description="The one value that it has: a scalar.")
    each: Annotated[QueryDocument | None, EMPTY] = Field(
        default=None, description="The rows that must be among those of `in`."
    )
    within: Annotated[QueryDocument | None, EMPTY] = Field(
        default=None, alias="in", description="The rows among which those of `each` must be."
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        told = {field for field in self.model_fields_set if field == "expect" or self._has(field)}
        if told not in ({"service", "sql", "expect"}, {"each", "within"}):
            message = "takes either 'service', 'sql' and 'expect', or 'each' and 'in'"
            raise PydanticCustomError("form", message)
        if isinstance(self.expect, dict | list):
            raise PydanticCustomError("form", "'expect' is one value, not a list or a mapping")
        return self

    def _has(self, field: str) -> bool:
        return getattr(self, field) is not None
