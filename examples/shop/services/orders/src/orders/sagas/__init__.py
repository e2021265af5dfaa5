# Rendered by mscli from the sagas in mscli.yaml: do not edit.
"""The one registry of the sagas that this service owns and takes part in."""

from fastapi import FastAPI

from orders.api import sagas
from orders.wiring import saga
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


def add_sagas(app: FastAPI) -> None:
    """Add the endpoints of the sagas to the application."""
    app.state.orchestrator = Orchestrator(SAGAS, QUEUE, "orders")
    app.include_router(sagas.router)
