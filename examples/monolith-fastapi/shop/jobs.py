"""Work outside requests: `celery -A shop.jobs worker`."""

from celery import Celery

from shop.routers import orders

queue = Celery("shop")


@queue.task(name="sweep")
def sweep():
    """Every night."""
    orders.sweep()
