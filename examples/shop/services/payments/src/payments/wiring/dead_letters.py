# Merged by mscli: `mscli update` merges new versions into it.
"""Dead letters: what tells of a delivery that cannot be handled, with the whole event in it.

`mscli events dead` lists them, `mscli events replay` publishes what is in them once more.
"""

from pydantic import JsonValue

from .events import Event, MalformedEvent, loaded
from .inbox import Delivery, Subscription


def dead_letter(service: str, subscription: Subscription, delivery: Delivery, reason: str) -> Event:
    """The event that tells of it."""
    content = delivery.content.decode(errors="replace")
    try:
        subject = loaded(content).subject
    except MalformedEvent:
        subject = ""
    data: dict[str, JsonValue] = {
        "consumer": subscription.consumer,
        "on": subscription.subject,
        "reason": reason,
        "event": content,
    }
    kind = f"{service}.{subscription.topic}.dead"
    return Event(kind, subject, data, attempts=delivery.attempt)
