# Merged by mscli: `mscli update` merges new versions into it.
"""The streams of the system and the durable consumers of this service, made by whoever comes first.

`EVENTS` holds what has happened, `DEAD` what could not be handled. A service may create them but
not change them; its user in NATS may read nothing but the subjects of its own consumers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import APIError
from pydantic import Field, SecretStr

from .environment import Environment
from .inbox import DEAD, EVENTS, Subscription
from .pull import NOTICED

KEPT = {EVENTS: timedelta(days=30), DEAD: timedelta(days=365)}
DUPLICATES = 120.0  # seconds within which JetStream knows an event again
HISTORY = timedelta(hours=1)  # how far back a consumer begins that is new
STREAM_EXISTS, CONSUMER_EXISTS = 10058, 10012  # codes of NATS: with another configuration


class NatsSettings(Environment):
    """`NATS_...`"""

    url: SecretStr = SecretStr("")


class EventSettings(Environment):
    """`EVENTS_...`"""

    attempts: int = Field(default=6, ge=1, description="before an event is given up or dead")


async def make_streams(stream: JetStreamContext) -> None:
    """Unless they are there."""
    for name, kept in KEPT.items():
        with _unless_there(STREAM_EXISTS):
            await stream.add_stream(
                StreamConfig(
                    name=name,
                    subjects=[f"{name.lower()}.>"],
                    max_age=kept.total_seconds(),
                    duplicate_window=DUPLICATES,
                )
            )


async def make_consumer(stream: JetStreamContext, subscription: Subscription) -> None:
    """Unless it is there: it begins a little before it was made, and keeps its place."""
    with _unless_there(CONSUMER_EXISTS):
        await stream.add_consumer(
            subscription.stream,
            ConsumerConfig(
                name=subscription.consumer,
                durable_name=subscription.consumer,
                filter_subject=subscription.subject,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=NOTICED,
                max_deliver=-1,
                deliver_policy=DeliverPolicy.BY_START_TIME,
                opt_start_time=datetime.now(UTC) - HISTORY,
            ),
        )


@contextmanager
def _unless_there(code: int) -> Iterator[None]:
    """That it exists already, made at another time or by an older version, is no error."""
    try:
        yield
    except APIError as error:
        if error.err_code != code:
            raise
