"""Looking at products."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from shop.catalogue.models import Product


class ProductList(View):
    """All that can be bought, with the shelves."""

    def get(self, request):
        """Reads the table between products and categories too."""
        found = [
            {
                "id": product.id,
                "name": product.name,
                "categories": [category.name for category in product.categories.all()],
            }
            for product in Product.objects.on_sale()
        ]
        return JsonResponse({"products": found})


@require_GET
def product(request, product_id):
    """One product, and how many are left."""
    found = get_object_or_404(Product, id=product_id)
    return JsonResponse({"id": found.id, "name": found.name, "left": found.stock.count})


@require_GET
def shelf(request):
    """A page of all that can be bought, and of what was said last."""
    return render(request, "catalogue/shelf.html", {"products": Product.objects.on_sale()})


@csrf_exempt
@require_POST
def remember(request, product_id):
    """The next page says so."""
    found = get_object_or_404(Product, id=product_id)
    messages.success(request, f"Remembered: {found.name}")
    return redirect("catalogue:shelf")
