# Merged by mscli: `mscli update` merges new versions into it.
"""Events: CloudEvents 1.0 as JSON (https://cloudevents.io), and the trace that they belong to.

The type of an event begins with its service: `payments.return-goods.refund.failed`. It is published
on the subject `events.` and that.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json import dumps, loads
from uuid import uuid4

from pydantic import JsonValue

_trace: ContextVar[str] = ContextVar("traceparent", default="")


class MalformedEvent(ValueError):
    """What came is no event."""


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _current() -> str:
    """The `traceparent` of what is being done: the span's, or that of the event being handled."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return _trace.get()
    from opentelemetry import propagate

    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent", "")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened. `subject` is what it is about: a saga's id.

    `attempts` is how often it was tried before it happened.
    """

    type: str
    subject: str
    data: dict[str, JsonValue]
    id: str = field(default_factory=lambda: uuid4().hex)
    time: str = field(default_factory=_now)
    trace: str = field(default_factory=_current)
    attempts: int = 1

    @property
    def age(self) -> float:
        """Seconds since it happened."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.time)).total_seconds()

    def document(self) -> dict[str, JsonValue]:
        """As CloudEvents has it."""
        document: dict[str, JsonValue] = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/{self.type.partition('.')[0]}",
            "type": self.type,
            "subject": self.subject,
            "time": self.time,
            "datacontenttype": "application/json",
            "dataschema": f"events/{self.type}.json",
            "attempts": self.attempts,
            "data": self.data,
        }
        return document | {"traceparent": self.trace} if self.trace else document

    def dumped(self) -> str:
        """The document's text."""
        return dumps(self.document(), separators=(",", ":"))


def loaded(text: str | bytes) -> Event:
    """The event of a document. Raises MalformedEvent."""
    try:
        document = loads(text)
        if document["specversion"] != "1.0" or not isinstance(document["data"], dict):
            raise MalformedEvent("it is no CloudEvent 1.0 whose data is an object")
        return Event(
            type=str(document["type"]),
            subject=str(document["subject"]),
            data=document["data"],
            id=str(document["id"]),
            time=str(document["time"]),
            trace=str(document.get("traceparent", "")),
            attempts=int(document.get("attempts", 1)),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedEvent(f"{type(error).__name__}: {error}") from error


@contextmanager
def handling(event: Event) -> Iterator[None]:
    """What is done inside belongs to the event's trace."""
    token = _trace.set(event.trace)
    try:
        if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            yield
            return
        from opentelemetry import propagate, trace

        parent = propagate.extract({"traceparent": event.trace})
        tracer = trace.get_tracer(__name__)
        kind = trace.SpanKind.CONSUMER
        with tracer.start_as_current_span(f"process {event.type}", parent, kind):
            yield
    finally:
        _trace.reset(token)
