"""Types of the document's fields: durations, sizes, ports, and what may also be written short."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from mscli.systemfile.naming import NAME_PATTERN
from mscli.systemfile.quantities import DURATION_PATTERN, SIZE_PATTERN, seconds, size

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class AlsoWritten:
    """The short forms of a field, for the JSON Schema."""

    forms: tuple[JsonSchemaValue, ...]

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: Callable[[CoreSchema], JsonSchemaValue]
    ) -> JsonSchemaValue:
        return {"anyOf": [handler(core_schema), *self.forms]}


EMPTY = AlsoWritten(({"type": "null"},))
NAME: JsonSchemaValue = {"type": "string", "pattern": NAME_PATTERN}


def _duration(**bounds: float) -> WithJsonSchema:
    number: JsonSchemaValue = {"type": "number", **bounds, "maximum": DAY}
    return WithJsonSchema({"anyOf": [{"type": "string", "pattern": DURATION_PATTERN}, number]})


Duration = Annotated[float, BeforeValidator(seconds), Field(ge=0, le=DAY), _duration(minimum=0)]
Positive = Annotated[
    float, BeforeValidator(seconds), Field(gt=0, le=DAY), _duration(exclusiveMinimum=0)
]
Size = Annotated[
    int,
    BeforeValidator(size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": SIZE_PATTERN},
                {"type": "integer", "minimum": 1},
            ],
        }
    ),
    Field(ge=1, le=100 * 1024**3),
]
Port = Annotated[int, Field(ge=1, le=65535)]


def of_json(value: object) -> object:
    """The same value. Raises ValueError for one that JSON cannot say, such as `.nan`."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError("must be JSON, without .nan and .inf") from error
    return value


class Record(BaseModel):
    """A mapping with known fields only."""

    model_config = ConfigDict(extra="forbid", strict=True)
