"""Orders over HTTP."""

import json

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from shop.orders import placing
from shop.orders.models import Order


@csrf_exempt
@require_POST
def place(request):
    """A new order."""
    given = json.loads(request.body)
    wanted = [(line["product"], line["count"]) for line in given["lines"]]
    order = placing.place(given["customer"], wanted)
    return JsonResponse({"id": order.id}, status=201)


@require_GET
def show(request, order_id):
    """One order with its lines."""
    order = get_object_or_404(Order, id=order_id)
    lines = [{"product": line.product.name, "count": line.count} for line in order.lines.all()]
    return JsonResponse({"id": order.id, "state": order.state, "lines": lines})


@csrf_exempt
@require_POST
def cancel(request, order_id):
    """The order is cancelled and the stock refilled."""
    order = get_object_or_404(Order, id=order_id)
    placing.cancel(order)
    return JsonResponse({"id": order.id, "state": order.state})
