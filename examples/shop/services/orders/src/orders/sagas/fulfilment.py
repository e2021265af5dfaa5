# Scaffolded by mscli: yours to change.
"""How an order is seen through: by the saga `place-order`, one for each order."""

from orders.domain import Order, Progress
from orders.wiring.saga_starts import Starter, id_of

SAGA = "place-order"


class SagaFulfilment:
    """The order's id is the saga's idempotency key, so that asking again starts nothing."""

    def __init__(self, orchestrator: Starter) -> None:
        self._orchestrator = orchestrator

    async def start(self, order: Order) -> None:
        """Begin; the saga's input is all that its steps need to know."""
        await self._orchestrator.start(
            SAGA,
            str(order.id),
            {
                "order": str(order.id),
                "sku": order.sku,
                "quantity": order.quantity,
                "total": order.total,
                "country": order.country,
            },
        )

    async def progress(self, order: Order) -> Progress:
        """What has become of the saga, in the words of the shop."""
        saga = await self._orchestrator.find(SAGA, id_of(SAGA, str(order.id)))
        match saga.state:
            case "completed":
                return Progress("shipped")
            case "compensated" | "failed":
                return Progress("cancelled", saga.reason)
            case _:
                return Progress("placed", saga.reason)
