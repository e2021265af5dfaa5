# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from orders.api import sagas
from orders.wiring import saga
from orders.wiring.bus import Bus, add_bus
from orders.wiring.choreography import (
    Choreography,
    SagaStep,
    subscriptions,
)
from orders.wiring.saga_log import Choreographer
from orders.wiring.saga_starts import ByName
from orders.wiring.steps import Step
from orders.wiring.temporal import Orchestrator

QUEUE = "shop-orders-sagas"
"""The task queue that `worker.py` works on."""

SAGAS = (
    saga.Saga(
        "place-order",
        (
            saga.Step("inventory", "reserve", "release"),
            saga.Step("payments", "charge", "refund"),
            saga.Step("shipping", "ship"),
        ),
    ),
)
"""The sagas that this service owns: their steps, each with what undoes it."""

SERVICE = "orders"

CHOREOGRAPHIES = (
    Choreography(
        "return-goods",
        "orders",
        (
            SagaStep("shipping", "collect", "send-back"),
            SagaStep("payments", "pay-back"),
            SagaStep("inventory", "restock"),
        ),
    ),
)
"""The sagas that events carry, of those that this service owns or takes part in."""

REACTIONS: tuple[Step, ...] = ()
"""The steps that this service takes when events ask for them."""


def add_sagas(app: FastAPI) -> None:
    """Add what the sagas need to the application."""
    app.state.choreographer = choreographer = Choreographer(app, SERVICE, CHOREOGRAPHIES)
    orchestrator = Orchestrator(SAGAS, QUEUE, "orders")
    app.state.orchestrator = ByName(
        {
            **dict.fromkeys((saga.name for saga in SAGAS), orchestrator),
            **dict.fromkeys(choreographer.names, choreographer),
        }
    )
    app.include_router(sagas.router)
    reacting = [*subscriptions(SERVICE, CHOREOGRAPHIES, REACTIONS), *choreographer.subscriptions()]
    add_bus(app, Bus(SERVICE, reacting))
