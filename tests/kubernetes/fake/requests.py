"""What a request is about, and how one is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from tests.kubernetes.fake.applying import Conflict
from tests.kubernetes.fake.resources import Object, Resource


class Refusal(Exception):
    """An answer that is no success: its status, reason and message, as a Status object."""

    def __init__(
        self, code: int, reason: str, message: str, causes: list[Object] | None = None
    ) -> None:
        super().__init__(message)
        self.status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
            "details": {"causes": causes or []},
        }


@dataclass(frozen=True)
class Address:
    """What a request is about; without a name it is all of a kind."""

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""


Query = Mapping[str, str]


def missing(at: Address) -> Refusal:
    """There is no such object."""
    return Refusal(404, "NotFound", f'{at.resource.full_name} "{at.name}" not found')


def bad(message: str) -> NoReturn:
    """The request makes no sense."""
    raise Refusal(400, "BadRequest", message)


def conflicting(conflict: Conflict) -> Refusal:
    """Fields belong to others, in the server's words."""
    causes: list[Object] = [
        {"reason": "FieldManagerConflict", "message": f'conflict with "{manager}"', "field": field}
        for manager, fields in conflict.fields.items()
        for field in fields
    ]
    fields = "\n- ".join(field for fields in conflict.fields.values() for field in fields)
    names = ", ".join(f'"{manager}"' for manager in conflict.fields)
    count = f"{len(causes)} conflict{'s' if len(causes) > 1 else ''}"
    text = f"Apply failed with {count}: conflicts with {names}:\n- {fields}"
    if len(causes) == 1:
        text = f"Apply failed with {count}: conflict with {names}: {fields}"
    return Refusal(409, "Conflict", text, causes)


def parsed(body: bytes) -> Object:
    """A request's body. Raises Refusal for what is no JSON object."""
    try:
        found = json.loads(body or b"{}")
    except ValueError as error:
        raise Refusal(400, "BadRequest", f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Refusal(400, "BadRequest", "the body is no object")
    return found
