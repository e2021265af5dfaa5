# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from payments.sagas import (
    place_order_charge,
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


def add_sagas(app: FastAPI) -> None:
    """Add the endpoints of the sagas to the application."""
    add_steps(app, STEPS)
