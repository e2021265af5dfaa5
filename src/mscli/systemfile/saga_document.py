"""The part of the document that declares sagas (see document.py)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic.json_schema import JsonSchemaValue

from mscli.model.system import Step, Style
from mscli.systemfile.fields import EMPTY, AlsoWritten, Positive, Record

_STEP = Step("", "")
_STEP_AS_TEXT: JsonSchemaValue = {"type": "string", "pattern": r"^[^:/]+:[^:/]+(/[^:/]+)?$"}


class StepDocument(Record):
    """One step of a saga."""

    service: str = Field(min_length=1, description="The participant: a service with a database.")
    action: str = Field(min_length=1, description="What the participant does.")
    compensation: Annotated[str | None, EMPTY] = Field(
        default=None,
        min_length=1,
        description="What undoes the action. The first step without one is the pivot: after it "
        "nothing is undone, and the steps that follow are retried until they succeed.",
    )
    timeout: Positive | None = Field(
        default=None,
        description="One attempt at the action or the compensation is given up after this time. "
        "Default: the deadline of the owner's call of the service, 2s if it has none. This and the "
        "following are for orchestration; events are handled as `EVENTS_ATTEMPTS` says.",
    )
    attempts: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="Attempts after which the step is given up and the saga undone. Default: 5. "
        "Only for a step with a compensation: any other is repeated until it succeeds.",
    )
    initial_interval: Positive = Field(
        default=_STEP.initial_interval,
        description="The pause after the first attempt that failed; it doubles with every other.",
    )
    maximum_interval: Positive = Field(
        default=_STEP.maximum_interval, description="The longest pause between two attempts."
    )


class DrillDocument(Record):
    """How `mscli drill` starts the saga."""

    inputs: list[dict[str, Any]] = Field(
        min_length=1,
        description="What the sagas of a drill are started with, each with one of these, in turn. "
        "`$id` in a text becomes an id of the saga's own.",
    )


class SagaDocument(Record):
    """A transaction across services: steps, and the compensations that undo them."""

    style: Style = Field(
        default="orchestration",
        description="Who leads: `orchestration` is Temporal, in the owner's worker; with "
        "`choreography` nobody does, and each service reacts to events (NATS JetStream).",
    )
    owner: str = Field(min_length=1, description="The service that starts the saga.")
    steps: list[Annotated[StepDocument, AlsoWritten((_STEP_AS_TEXT,))]] = Field(
        min_length=1,
        description="The steps in their order; `service:action/compensation` is short for one.",
    )
    drill: Annotated[DrillDocument | None, EMPTY] = Field(
        default=None, description="How `mscli drill` starts it. Default: with nothing at all."
    )
