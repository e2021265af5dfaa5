# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from inventory.sagas import (
    place_order_reserve,
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


def add_sagas(app: FastAPI) -> None:
    """Add the endpoints of the sagas to the application."""
    add_steps(app, STEPS)
