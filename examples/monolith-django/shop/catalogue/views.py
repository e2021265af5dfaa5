"""Looking at products."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.decorators.http import require_GET

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
