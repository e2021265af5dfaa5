"""Routes of the orders."""

from django.urls import path

from shop.orders import views

app_name = "orders"
urlpatterns = [
    path("", views.place, name="place"),
    path("<int:order_id>/", views.show),
    path("<int:order_id>/cancel/", views.cancel),
]
