from django.urls import include, path
from library import access

urlpatterns = [
    path("login/", access.sign_in),
    path("", include("library.books.urls")),
    path("", include("library.loans.urls")),
]
