# Scaffolded by mscli: yours to change.
"""The events that this service emits and reads keep to their schemas, which break no promise.

The schemas are in the folder `events` of the system. `tests/events` is what this service was built
against: what breaks it there fails here. A change that is meant is made in both places, after every
service that reads the event can bear it; else let the event have a new name.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from payments.sagas import CHOREOGRAPHIES
from payments.wiring.events import Event, MalformedEvent, handling, loaded
from test_choreography import Fault, World

Schema = Mapping[str, Any]

KNOWN = Path(__file__).with_name("events")
SILENT = {"$comment", "$id", "$schema", "title", "description", "examples", "properties"}


def schemas(folder: Path) -> dict[str, Schema]:
    files = {path.stem: path for path in sorted(folder.glob("*.json"))}
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in files.items()}


def of_the_system() -> dict[str, Schema]:
    """The system's own; a service that has left it has what it knows."""
    folders = (folder for folder in KNOWN.parents if (folder / "mscli.yaml").is_file())
    system = next(folders, None)
    return schemas(KNOWN if system is None else system / "events")


def broken(old: Schema, new: Schema, where: str = "the event") -> Iterator[str]:
    """What those who know `old`, readers or writers of the event, could not bear of `new`."""
    for name in sorted(set(old.get("required", ())) ^ set(new.get("required", ()))):
        yield f"{where}: '{name}' is required by one and not by the other"
    for word in sorted((old.keys() | new.keys()) - SILENT - {"required"}):
        if old.get(word) != new.get(word):
            yield f"{where}: {word} was {old.get(word)} and is {new.get(word)}"
    for name, schema in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from broken(schema, new["properties"][name], f"{where}.{name}")
        else:
            yield f"{where}: '{name}' is gone"


def emitted() -> Iterator[Event]:
    """Every event that this service publishes or reads, as the wiring makes it."""
    known = schemas(KNOWN)
    for saga in CHOREOGRAPHIES:
        for fault in (None, Fault.REFUSES):
            for step in saga.steps:
                world = World(saga, step, fault)
                asyncio.run(world.run())
                yield from (event for event in world.events if event.type in known)


def test_what_it_emits_is_as_its_schema_says() -> None:
    validators = {kind: Draft202012Validator(s) for kind, s in of_the_system().items()}
    for event in emitted():
        validators[event.type].validate(event.document())
    assert {event.type for event in emitted()} == schemas(KNOWN).keys()


def test_no_event_that_it_knows_has_been_broken() -> None:
    now = of_the_system()
    for kind, schema in schemas(KNOWN).items():
        assert kind in now, f"events/{kind}.json is gone"
        assert list(broken(schema, now[kind])) == [], f"events/{kind}.json"


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ({"properties": {"a": {"type": "string"}}, "required": ["a"]}, "a: type was integer"),
        ({"properties": {"a": {"type": "integer"}}}, "'a' is required by one"),
        ({"properties": {}, "required": ["a"]}, "'a' is gone"),
        ({"properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a"]}, ""),
    ],
)
def test_what_breaks_is_named(new: Schema, fault: str) -> None:
    old = {"properties": {"a": {"type": "integer"}}, "required": ["a"]}
    found = list(broken(old, new))
    assert (fault in found[0]) if fault else not found


def test_an_event_is_read_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    event = Event("a.b.c", "saga-1", {"input": {"x": [1, "ä"]}}, trace=trace, attempts=2)
    assert loaded(event.dumped()) == event
    with handling(event):
        assert Event("a.b.d", "saga-1", {}).trace == trace
    assert "traceparent" not in Event("a.b.d", "saga-1", {}).document()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"specversion": "1.0", "data": 3}', "\x00"])
def test_what_is_no_event_is_said(text: str) -> None:
    with pytest.raises(MalformedEvent):
        loaded(text)
