from django.urls import include, path
from library.books import views
from rest_framework.routers import DefaultRouter

router = DefaultRouter()
router.include_root_view = False
router.register("books", views.BookViewSet)
router.register("authors", views.AuthorViewSet)

urlpatterns = [
    path("books/mine/", views.mine),
    path("", include(router.urls)),
]
