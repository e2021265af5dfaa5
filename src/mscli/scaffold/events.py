"""The events of a system's choreographed sagas: their schemas, and an AsyncAPI document of all.

A schema is made by the template of the service that publishes or reads the event, into its tests;
the same bytes go to `events/`, where it is the system's and the user's to refine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mscli.model.choreography import Event, choreographed, events, reactions
from mscli.model.system import Saga, System
from mscli.scaffold.classes import Classes
from mscli.scaffold.copying import Produced
from mscli.scaffold.editing import Editing
from mscli.text.yaml import yaml_text

FOLDER = "events"
DOCUMENT = f"{FOLDER}/asyncapi.yaml"
_IN_A_SERVICE = "tests/events/"
_HEAD = "# Rendered by mscli from the sagas in mscli.yaml: do not edit.\n"


def known_to(system: System, service: str) -> list[dict[str, object]]:
    """The events that a service publishes or reacts to, as a template is told of them."""
    found: dict[str, dict[str, object]] = {}
    for saga in choreographed(system).values():
        read = {reaction.event for reaction in reactions(saga) if reaction.service == service}
        for event in events(saga):
            if event.service == service or event in read:
                meaning, failed = _meaning(event), event.outcome == "failed"
                found[event.type] = {"type": event.type, "meaning": meaning, "failed": failed}
    return list(found.values())


def _meaning(event: Event) -> str:
    if not event.operation:
        return f"The saga {event.saga} has begun."
    done = "been done" if event.outcome == "succeeded" else "been refused or given up"
    return f"{event.operation} of the saga {event.saga} has {done}."


def schemas_in(files: Iterable[Produced]) -> Iterator[Produced]:
    """The schemas among a service's files, where the system has them."""
    for file in files:
        if file.path.startswith(_IN_A_SERVICE):
            name = file.path.removeprefix(_IN_A_SERVICE)
            yield Produced(f"{FOLDER}/{name}", file.content)


def update_events(change: Editing, *, purge: bool = False) -> None:
    """Bring the AsyncAPI document up to date; schemas that are no event's go only with `purge`."""
    sagas = choreographed(change.system).values()
    made = frozenset(f"{FOLDER}/{event.type}.json" for saga in sagas for event in events(saga))
    if sagas:
        text = _HEAD + yaml_text(asyncapi(change.system))
        document = Produced(DOCUMENT, text.encode())
        made |= change.placing.place("", [document], lambda _: "rendered")
    gone = sorted(change.placing.made_below(FOLDER) - made)
    change.placing.drop(FOLDER, gone, Classes(), purge=purge)


def asyncapi(system: System) -> dict[str, object]:
    """The document, as AsyncAPI 3.0 has it (https://www.asyncapi.com/docs/reference)."""
    sagas = list(choreographed(system).values())
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Events of {system.name}", "version": "1"},
        "defaultContentType": "application/cloudevents+json",
        "channels": {event.type: _channel(event) for saga in sagas for event in events(saga)},
        "operations": dict(operation for saga in sagas for operation in _operations(saga)),
        "components": {
            "messages": {event.type: _message(event) for saga in sagas for event in events(saga)}
        },
    }


def _channel(event: Event) -> dict[str, object]:
    reference = {"$ref": f"#/components/messages/{event.type}"}
    return {"address": event.subject, "messages": {event.outcome: reference}}


def _message(event: Event) -> dict[str, object]:
    return {"summary": _meaning(event), "payload": {"$ref": f"./{event.type}.json"}}


def _operations(saga: Saga) -> Iterator[tuple[str, dict[str, object]]]:
    for event in events(saga):
        yield f"{event.type}.send", _operation("send", event, f"By {event.service}.")
    for reaction in reactions(saga):
        name = f"{reaction.event.type}.receive"
        summary = f"By {reaction.service}, for its {reaction.operation}."
        yield name, _operation("receive", reaction.event, summary)


def _operation(action: str, event: Event, summary: str) -> dict[str, object]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": f"#/channels/{event.type}"},
    }
