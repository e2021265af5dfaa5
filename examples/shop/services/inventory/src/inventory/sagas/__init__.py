# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from inventory.sagas import (
    place_order_reserve,
    return_goods_restock,
)
from inventory.wiring.bus import Bus, add_bus
from inventory.wiring.choreography import (
    Choreography,
    SagaStep,
    subscriptions,
)
from inventory.wiring.step_rows import add_steps
from inventory.wiring.steps import Step

STEPS = (
    Step(
        "place-order",
        "reserve",
        place_order_reserve.reserve,
        "release",
        place_order_reserve.release,
    ),
)
"""The steps that this service takes."""

SERVICE = "inventory"

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

REACTIONS = (
    Step(
        "return-goods",
        "restock",
        return_goods_restock.restock,
    ),
)
"""The steps that this service takes when events ask for them."""


def add_sagas(app: FastAPI) -> None:
    """Add what the sagas need to the application."""
    add_steps(app, STEPS)
    add_bus(app, Bus(SERVICE, list(subscriptions(SERVICE, CHOREOGRAPHIES, REACTIONS))))
