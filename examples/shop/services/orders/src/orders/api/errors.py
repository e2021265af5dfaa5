# Scaffolded by mscli: yours to change.
"""One table: which error of the domain is which problem (RFC 9457).

An error that is not here becomes a 500 and is logged with its traceback; the errors of calls to
other services bring their own status (`wiring/http.py`, where there are calls).
"""

from collections.abc import Mapping

from orders.domain import (
    CardDeclined,
    IdempotencyKeyReused,
    ItemNotFound,
    NotDeliverable,
    NotEnoughStock,
    OrderNotFound,
)
from orders.wiring.problems import Kind

PROBLEMS: Mapping[type[Exception], Kind] = {
    OrderNotFound: Kind(404, "Order not found"),
    ItemNotFound: Kind(404, "Item not found"),
    NotEnoughStock: Kind(409, "Not enough stock"),
    NotDeliverable: Kind(422, "Not deliverable"),
    CardDeclined: Kind(402, "Card declined"),
    IdempotencyKeyReused: Kind(409, "Idempotency key reused"),
}
