# Scaffolded by mscli: yours to change.
"""What a called service answered, as what this one understands; what else it says is ignored."""

from typing import TypeVar

import httpx2
from pydantic import TypeAdapter

from orders.wiring.calls import CallFailed
from orders.wiring.http import document

T = TypeVar("T")


def read(kind: TypeAdapter[T], response: httpx2.Response) -> T:
    """The answer or the fallback as a `kind`; CallFailed if it is none."""
    answer = document(response)
    try:
        return kind.validate_python(answer)
    except ValueError as error:
        raise CallFailed("a called service answered with a document of another shape") from error
