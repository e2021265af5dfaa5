"""The part of the document that declares routes (see document.py)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError

from mscli.systemfile.fields import EMPTY, AlsoWritten, Record
from mscli.systemfile.naming import NAME_PATTERN

_PERCENT: JsonSchemaValue = {"type": "integer", "minimum": 0, "maximum": 100}
_PREFIX: JsonSchemaValue = {"enum": ["strip", "keep"]}
_EITHER: JsonSchemaValue = {"oneOf": [{"required": ["service"]}, {"required": ["to"]}]}


class ShareDocument(Record):
    """What one of several services gets of a route's requests."""

    percent: int = Field(
        ge=0,
        le=100,
        description="Of a hundred requests; 0 is none, and keeps the service's place in the route.",
    )
    prefix: Annotated[Literal["strip", "keep"] | None, EMPTY] = Field(
        default=None, description="How this service sees the path. Default: as the route says."
    )


class RouteDocument(Record):
    """A path of the gateway and the service behind it, or several by shares."""

    model_config = ConfigDict(json_schema_extra=_EITHER)

    path: str = Field(
        min_length=1,
        description="The public path; it matches whole segments: `/orders` is `/orders/7`, and "
        "never `/orders2`. A segment may be one of several: `/{de,en}/orders`.",
    )
    service: Annotated[str | None, EMPTY] = Field(
        default=None, min_length=1, description="The service that answers."
    )
    to: Annotated[dict[str, Annotated[ShareDocument, AlsoWritten((_PERCENT,))]] | None, EMPTY] = (
        Field(
            default=None,
            min_length=1,
            description="Instead of `service`: several services with what each gets of the "
            "requests in percent, together 100. `mscli migrate route` changes it.",
            json_schema_extra={"x-names": NAME_PATTERN},
        )
    )
    prefix: Literal["strip", "keep"] = Field(
        default="strip",
        description="Whether the service sees the request without or with the path.",
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.service is None and self.to is None:
            raise PydanticCustomError("form", "'service' is missing, or 'to'")
        if self.service is not None and self.to is not None:
            raise PydanticCustomError("form", "takes either 'service' or 'to'")
        return self


ROUTES_BY_PATH: JsonSchemaValue = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            {"type": "string", "minLength": 1},
            {
                "type": "object",
                "properties": {
                    "service": {"type": "string", "minLength": 1},
                    "to": {
                        "type": "object",
                        "propertyNames": {"pattern": NAME_PATTERN},
                        "minProperties": 1,
                        "additionalProperties": {
                            "anyOf": [
                                _PERCENT,
                                {
                                    "type": "object",
                                    "properties": {"percent": _PERCENT, "prefix": _PREFIX},
                                    "required": ["percent"],
                                    "additionalProperties": False,
                                },
                            ]
                        },
                    },
                    "prefix": _PREFIX,
                },
                **_EITHER,
                "additionalProperties": False,
            },
        ]
    },
}
