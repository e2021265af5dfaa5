"""Dead letters: events that a service could not handle, in JetStream's stream DEAD.

Each is an event itself, and holds the whole event that it tells of (the template's
`wiring/dead_letters.py`). Replayed, that is published again; who has handled it already drops it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mscli.engines import nats
from mscli.errors import MscliError, RuntimeFailed, UsageError
from mscli.model.choreography import DEAD
from mscli.model.process import Plan
from mscli.runtimes.processes.place import Place

if TYPE_CHECKING:
    from nats.js import JetStreamContext

PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event that was not handled. `id` is its place in the stream, `time` RFC 3339.

    `operation` is `service:operation`; `event` is the type of what could not be handled, empty if
    that was no event at all, and `content` its text.
    """

    id: int
    saga_id: str
    operation: str
    event: str
    attempts: int
    reason: str
    time: str
    content: str


@dataclass(frozen=True, slots=True)
class Nats:
    """Where NATS is reached, for as long as the block runs, and its administrator's password."""

    reached: Callable[[], AbstractAsyncContextManager[str]]
    password: str


def nats_of(place: Place, plan: Plan) -> Nats:
    """That of a copy that runs as processes. Raises UsageError where there is none."""
    servers = plan.replicas(nats.SERVER)
    if not servers:
        raise no_events()
    file = place.file("secrets", nats.password(nats.ADMINISTRATOR))
    address = f"nats://127.0.0.1:{servers[0].ports['tcp']}"
    return Nats(lambda: nullcontext(address), file.read_text().strip())


def no_events() -> UsageError:
    """The error for a system without NATS."""
    return UsageError(
        "this system has no events",
        "make some: mscli new saga NAME --style choreography --owner SERVICE --steps ...",
    )


def dead(server: Nats) -> list[DeadLetter]:
    """All dead letters, oldest first. Raises RuntimeFailed when NATS does not answer."""

    async def read() -> list[DeadLetter]:
        async with _stream(server) as stream:
            return [letter async for letter in _letters(stream)]

    return asyncio.run(read())


def replay(server: Nats, chosen: Callable[[DeadLetter], bool]) -> list[DeadLetter]:
    """Publish the events of the chosen letters again, and drop these; which they were."""

    async def publish() -> list[DeadLetter]:
        async with _stream(server) as stream:
            letters = [letter async for letter in _letters(stream) if chosen(letter)]
            for letter in letters:
                if not letter.event:
                    raise MscliError(
                        f"dead letter {letter.id} holds no event: {letter.reason}",
                        "there is nothing to publish again; mend who published it",
                    )
                await stream.publish(f"events.{letter.event}", letter.content.encode())
                await stream.delete_msg(DEAD, letter.id)
            return letters

    return asyncio.run(publish())


@asynccontextmanager
async def _stream(server: Nats) -> AsyncIterator[JetStreamContext]:
    """JetStream, as the administrator."""
    import nats as client
    from nats.errors import Error

    user = nats.ADMINISTRATOR
    try:
        async with server.reached() as address:
            connection = await client.connect(
                address,
                user=user,
                password=server.password,
                inbox_prefix=f"_INBOX.{user}",
                connect_timeout=PATIENCE,
                allow_reconnect=False,
                error_cb=_quietly,
            )
            try:
                yield connection.jetstream(timeout=PATIENCE)
            finally:
                await connection.close()
    except (Error, OSError) as error:
        raise RuntimeFailed(
            f"NATS does not answer: {error or type(error).__name__}",
            "`mscli up -d` brings the system up",
        ) from error


async def _quietly(_error: Exception) -> None:
    """What is wrong is said by who asked."""


async def _letters(stream: JetStreamContext) -> AsyncIterator[DeadLetter]:
    from nats.js.errors import NotFoundError

    after = 0
    while True:
        try:
            found = await stream.get_msg(DEAD, seq=after + 1, subject=">", next=True)
        except NotFoundError:
            return
        assert found.seq is not None  # noqa: S101 - a stored message has a place
        after = found.seq
        yield letter_of(found.seq, json.loads(found.data or b"{}"))


def letter_of(number: int, document: Mapping[str, Any]) -> DeadLetter:
    """A message of the stream, as the service wrote it."""
    service, saga, operation, _ = [*str(document["type"]).split("."), "", "", ""][:4]
    data = document["data"]
    try:
        event = str(json.loads(data["event"])["type"])
    except (ValueError, KeyError, TypeError):
        event = ""
    return DeadLetter(
        id=number,
        saga_id=str(document.get("subject", "")),
        operation=f"{service}:{operation or saga}",
        event=event,
        attempts=int(document.get("attempts", 1)),
        reason=str(data["reason"]),
        time=str(document["time"]),
        content=str(data["event"]),
    )
