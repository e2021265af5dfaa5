"""Registering customers and forgetting them."""

import json

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.accounts.models import Customer


@csrf_exempt
@require_POST
def register(request):
    """A new customer; the profile comes from the signal."""
    given = json.loads(request.body)
    customer = Customer(email=given["email"], name=given["name"])
    customer.save()
    return JsonResponse({"id": customer.id}, status=201)


@csrf_exempt
@require_POST
def forget(request, customer_id):
    """Takes profile, orders, their lines and payments along."""
    customer = get_object_or_404(Customer, id=customer_id)
    customer.delete()
    return JsonResponse({}, status=200)
