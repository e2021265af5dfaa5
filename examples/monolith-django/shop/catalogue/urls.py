"""Routes of the catalogue."""

from django.urls import path

from shop.catalogue.views import ProductList, product, remember, shelf

app_name = "catalogue"
urlpatterns = [
    path("shelf/", shelf, name="shelf"),
    path("<int:product_id>/remember/", remember, name="remember"),
    path("", ProductList.as_view()),
    path("<int:product_id>/", product, name="product"),
]
