"""Routes of the customers."""

from django.urls import path

from shop.accounts import views

urlpatterns = [
    path("", views.register),
    path("<int:customer_id>/delete/", views.forget),
]
