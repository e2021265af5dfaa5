# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from shipping.sagas import (
    place_order_ship,
    return_goods_collect,
)
from shipping.wiring.bus import Bus, add_bus
from shipping.wiring.choreography import (
    Choreography,
    SagaStep,
    subscriptions,
)
from shipping.wiring.step_rows import add_steps
from shipping.wiring.steps import Step

STEPS = (
    Step(
        "place-order",
        "ship",
        place_order_ship.ship,
    ),
)
"""The steps that this service takes."""

SERVICE = "shipping"

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
        "collect",
        return_goods_collect.collect,
        "send-back",
        return_goods_collect.send_back,
    ),
)
"""The steps that this service takes when events ask for them."""


def add_sagas(app: FastAPI) -> None:
    """Add what the sagas need to the application."""
    add_steps(app, STEPS)
    add_bus(app, Bus(SERVICE, list(subscriptions(SERVICE, CHOREOGRAPHIES, REACTIONS))))
