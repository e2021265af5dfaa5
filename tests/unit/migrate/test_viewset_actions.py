"""A viewset knows which action it answers, and what `@action` says of it."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

FILES = {
    "settings.py": """
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["shop", "rest_framework"]
    """,
    "models.py": """
        from django.db import models

        class Room(models.Model): pass
        class Shelf(models.Model): pass
        class Tag(models.Model): pass
        class Label(models.Model): pass
        class Book(models.Model):
            room = models.ForeignKey(Room, models.CASCADE)
            tags = models.ManyToManyField(Tag)
    """,
    "api.py": """
        from rest_framework.decorators import action
        from rest_framework.permissions import BasePermission
        from rest_framework.serializers import ModelSerializer, SerializerMethodField
        from rest_framework.viewsets import ModelViewSet
        from shop.models import Book, Label, Room, Shelf

        LISTING = ("list", "latest")

        class Short(ModelSerializer):
            shelf = SerializerMethodField()
            def get_shelf(self, book): return Shelf.objects.count()
            class Meta:
                model = Book
                fields = ["id"]

        class Long(ModelSerializer):
            label = SerializerMethodField()
            def get_label(self, book): return Label.objects.count()
            class Meta:
                model = Book
                fields = ["id"]

        class InRoom(BasePermission):
            def has_permission(self, request, view):
                if view.detail:
                    return True
                return Room.objects.exists()

        class Books(ModelViewSet):
            def get_queryset(self):
                if self.action not in LISTING:
                    return Book.objects.prefetch_related("tags").annotate(n=1)
                return Book.objects.all()

            def get_serializer_class(self):
                return Short if self.action == "list" else Long

            @action(detail=False)
            def latest(self, request): return self.get_serializer(self.get_queryset()).data

            @action(detail=False, permission_classes=[InRoom])
            def first(self, request): return None

            @action(detail=True, permission_classes=[InRoom], methods=["post"])
            def close(self, request): return None

            @close.mapping.delete
            def open(self, request): return None

        class Changing(ModelViewSet):
            serializer_class = Short
            def list(self, request):
                self.action = "else"
                return Shelf.objects.all() if self.action == "list" else Label.objects.first()
    """,
    "urls.py": """
        from rest_framework.routers import DefaultRouter
        from shop import api

        router = DefaultRouter()
        router.register("books", api.Books)
        router.register("changing", api.Changing)
        urlpatterns = router.urls
    """,
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about an API that asks which action it answers."""
    folder = tmp_path_factory.mktemp("actions")
    return scanned(folder, {f"shop/{name}": content for name, content in FILES.items()})


@pytest.mark.parametrize(
    ("action", "shown"),
    [("list", "shelf"), ("retrieve", "label tag"), ("latest", "label"), ("destroy", "tag")],
)
def test_only_what_its_action_leads_to_is_read(facts: Facts, action: str, shown: str) -> None:
    """By `==` and `in`, in branches and in expressions; a join before `annotate` is made, too."""
    found = touched(facts, "read", f"Books.{action}") - {"auth_user", "shop_book"}
    between = {"shop_book_tags"} if "tag" in shown else set()
    assert found == {f"shop_{name}" for name in shown.split()} | between


@pytest.mark.parametrize(("action", "asked"), [("first", True), ("close", False), ("open", False)])
def test_an_action_is_what_its_decorator_says(facts: Facts, action: str, asked: bool) -> None:
    """Who may, and whether it is about one row; another verb goes by the same."""
    assert ("shop_room" in touched(facts, "read", f"Books.{action}")) is asked


def test_a_viewset_that_sets_its_action_is_not_told_apart(facts: Facts) -> None:
    assert touched(facts, "read", "Changing.list") >= {"shop_shelf", "shop_label"}


KINDS = {
    "shop/__init__.py": "",
    "shop/apps.py": """
        from django.apps import AppConfig
        class Shop(AppConfig): name = "shop"
    """,
    "extra/__init__.py": "",
    "extra/apps.py": """
        from django.apps import AppConfig
        class Extra(AppConfig): name = "extra"
    """,
    "shop/settings.py": """
        ROOT_URLCONF = "shop.urls"
        SHOP_APPS = ["shop"]
        HIDDEN_APPS = ["old"]
        INSTALLED_APPS = ["rest_framework", *SHOP_APPS]
    """,
    "shop/models.py": """
        from django.db import models

        class Book(models.Model): pass
        class Trash(models.Model): pass
    """,
    "shop/views.py": """
        from django.http import HttpResponse
        from django.views import View
        from django.views.generic import DeleteView, TemplateView
        from rest_framework.viewsets import ModelViewSet
        from shop.models import Book, Trash

        class Page(TemplateView):
            http_method_names = ["post"]
            def post(self, request): return HttpResponse()

        class Api(ModelViewSet):
            queryset = Book.objects.all()
            http_method_names = ["get", "head"]

        class More(ModelViewSet):
            queryset = Book.objects.all()
            http_method_names = [m for m in ModelViewSet.http_method_names if m != "put"]

        class Redirecting(View):
            def post(self, request, *args): return super().post(request, *args)

        class Kept(Redirecting, DeleteView):
            def get_queryset(self): return Book.objects.all()
            def form_valid(self, form): return Trash.objects.create(pk=self.get_object().pk)

        class Gone(Kept):
            def form_valid(self, form): return super(Kept, self).form_valid(form)

        def other(request): return HttpResponse()
    """,
    "shop/urls.py": """
        from django.conf import settings
        from django.urls import include, path
        from rest_framework.routers import SimpleRouter
        from shop import views

        router = SimpleRouter()
        router.register("api", views.Api)
        router.register("more", views.More)
        urlpatterns = [
            path("page/", views.Page.as_view()), path("", include(router.urls)),
            path("kept/", views.Kept.as_view()), path("gone/", views.Gone.as_view()),
        ]
        if "extra" in settings.SHOP_APPS:
            urlpatterns += [path("extra/", views.other)]
        if "shop" in settings.HIDDEN_APPS:
            urlpatterns += [path("hidden/", views.other)]
        else:
            urlpatterns += [path("shown/", views.other)]
        if "shop" in settings.INSTALLED_APPS:
            urlpatterns += [path("own/", views.other)]
        if "rest_framework" in settings.INSTALLED_APPS:
            urlpatterns += [path("rest/", views.other)]
    """,
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about views that say what they answer, and how they delete."""
    return scanned(tmp_path_factory.mktemp("kinds"), KINDS)


def test_a_view_answers_the_methods_that_it_says(kinds: Facts) -> None:
    """A list that is made of another one says nothing."""
    found = routes(kinds)
    assert "POST /page/" in found
    assert "GET /page/" not in found
    assert {one for one in found if one.endswith("/api/")} == {"GET /api/"}
    assert {"GET /more/", "POST /more/", "PUT /more/{pk}/"} <= found


def test_only_applications_that_are_installed_are_in_a_list_of_settings(kinds: Facts) -> None:
    """Of a package nobody knows, and a list for something else may lack one that is."""
    assert {"ANY /own/", "ANY /rest/", "ANY /shown/"} <= routes(kinds)
    assert "ANY /extra/" not in routes(kinds)


def test_a_view_that_deletes_does_so_in_the_form_that_it_has_itself(kinds: Facts) -> None:
    assert touched(kinds, "write", "Kept.post") == {"shop_trash"}
    assert touched(kinds, "write", "Gone.post") == {"shop_book"}
