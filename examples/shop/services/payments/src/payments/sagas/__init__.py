# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from payments.sagas import (
    place_order_charge,
    return_goods_pay_back,
)
from payments.wiring.bus import Bus, add_bus
from payments.wiring.choreography import (
    Choreography,
    SagaStep,
    subscriptions,
)
from payments.wiring.step_rows import add_steps
from payments.wiring.steps import Step

STEPS = (
    Step(
        "place-order",
        "charge",
        place_order_charge.charge,
        "refund",
        place_order_charge.refund,
    ),
)
"""The steps that this service takes."""

SERVICE = "payments"

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
        "pay-back",
        return_goods_pay_back.pay_back,
    ),
)
"""The steps that this service takes when events ask for them."""


def add_sagas(app: FastAPI) -> None:
    """Add what the sagas need to the application."""
    add_steps(app, STEPS)
    add_bus(app, Bus(SERVICE, list(subscriptions(SERVICE, CHOREOGRAPHIES, REACTIONS))))
