# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from shipping.sagas import (
    place_order_ship,
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


def add_sagas(app: FastAPI) -> None:
    """Add the endpoints of the sagas to the application."""
    add_steps(app, STEPS)
