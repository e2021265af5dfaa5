"""Routes of the catalogue."""

from django.urls import path

from shop.catalogue.views import ProductList, product

urlpatterns = [
    path("", ProductList.as_view()),
    path("<int:product_id>/", product),
]
