"""Every route of the shop."""

from django.urls import include, path

from shop.reports import views as reports

urlpatterns = [
    path("products/", include("shop.catalogue.urls")),
    path("orders/", include("shop.orders.urls")),
    path("customers/", include("shop.accounts.urls")),
    path("reports/sales/", reports.sales, name="sales"),
]
