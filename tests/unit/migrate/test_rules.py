"""The package `rules`: which predicates are asked, wherever a permission is asked for."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

FILES = {
    "__init__.py": "",
    "settings.py": """
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["django.contrib.auth", "shop", "rules"]
        AUTHENTICATION_BACKENDS = ["rules.permissions.ObjectPermissionBackend"]
        ENGINE = "django.template.backends.django.DjangoTemplates"
        TEMPLATES = [{"BACKEND": ENGINE, "APP_DIRS": True}]
    """,
    "models.py": """
        from django.db import models
        from rules.contrib.models import RulesModel
        from shop import predicates

        class Editor(models.Model): pass
        class Author(models.Model): pass
        class Owner(models.Model): pass
        class Guest(models.Model): pass
        class Clerk(models.Model): pass
        class Book(models.Model): title = models.TextField()
        class Shelf(RulesModel):
            class Meta:
                rules_permissions = {"change": predicates.is_owner, "view": predicates.is_guest}
    """,
    "predicates.py": """
        import rules

        @rules.predicate
        def is_editor(user):
            from shop.models import Editor
            return Editor.objects.exists()

        @rules.predicate
        def is_author(user, book):
            from shop.models import Author
            if book is None:
                return False
            return Author.objects.exists()

        @rules.predicate
        def is_owner(user):
            from shop.models import Owner
            return Owner.objects.exists()

        @rules.predicate
        def is_guest(user):
            from shop.models import Guest
            return Guest.objects.exists()

        @rules.predicate(bind=True)
        def is_clerk(self, user):
            from shop.models import Clerk
            return Clerk.objects.filter(pk=user.pk).exists()
    """,
    "rules.py": """
        import rules
        from shop.predicates import is_author, is_clerk, is_editor

        rules.add_perm("shop.change_book", is_editor | ~is_author)
        rules.add_perm("shop.view_book", is_editor)
        rules.add_rule("open", is_clerk)
    """,
    "views.py": """
        import rules
        from django.http import HttpResponse
        from django.shortcuts import render
        from django.views.generic import DetailView, UpdateView
        from rules.contrib.views import AutoPermissionRequiredMixin, PermissionRequiredMixin
        from shop.models import Book, Clerk, Shelf

        def of_all(request): return HttpResponse(request.user.has_perm("shop.change_book"))
        def of_one(request):
            book = Book.objects.first()
            return HttpResponse(request.user.has_perms(["shop.change_book"], book))
        def named(request): return HttpResponse(request.user.has_perm(Shelf.get_perm("change")))
        def ruled(request): return HttpResponse(rules.test_rule("open", request.user))
        def page(request): return render(request, "page.html", {"book": Book.objects.first()})
        def short(request): return render(request, "short.html")
        class Mixed(PermissionRequiredMixin, DetailView):
            model = Book
            permission_required = "shop.change_book"
        class Other(PermissionRequiredMixin, DetailView):
            model = Shelf
            permission_required = "shop.change_book"
            def get_permission_object(self): return Clerk.objects.first()
        class Auto(AutoPermissionRequiredMixin, UpdateView):
            model = Shelf
            fields = ["id"]
        class Over(PermissionRequiredMixin, DetailView):
            model = Book
            permission_required = "shop.view_book"
            def has_permission(self): return super().has_permission()
    """,
    "templates/page.html": "{% load rules %}{% has_perm 'shop.change_book' user book as may %}",
    "templates/short.html": "{% load rules %}{% test_rule 'open' request.user as may %}",
    "api.py": """
        from rest_framework.decorators import action
        from rest_framework.permissions import DjangoModelPermissions, DjangoObjectPermissions
        from rest_framework.viewsets import ModelViewSet
        from shop.models import Book, Clerk, Shelf

        def told(func):
            def inner(self, request, *args):
                return func(self, request, *args)
            return inner

        class MayView(DjangoModelPermissions):
            perms_map = {"GET": ["%(app_label)s.view_%(model_name)s"], "POST": []}
            @told
            def has_permission(self, request, view): return super().has_permission(request, view)

        class Looking(MayView):
            def get_required_permissions(self, method, model): return ["shop.view_shelf"]

        class Books(ModelViewSet):
            queryset = Book.objects.all()
            permission_classes = [MayView | DjangoObjectPermissions]

            @action(detail=False)
            def latest(self, request): return Clerk.objects.first()

            @action(detail=True, methods=["post"], permission_classes=[DjangoModelPermissions])
            def close(self, request): return self.get_object()

        class Shelves(ModelViewSet):
            queryset = Shelf.objects.all()
            permission_classes = [DjangoModelPermissions]

        class Seen(ModelViewSet):
            queryset = Book.objects.all()
            permission_classes = [Looking]
    """,
    "admin.py": """
        from django.contrib import admin
        from shop.models import Author, Clerk, Shelf

        admin.site.register(Shelf)
        admin.site.register(Author)

        @admin.register(Clerk)
        class ClerkAdmin(admin.ModelAdmin):
            def has_add_permission(self, request): return Clerk.objects.exists()
    """,
    "urls.py": """
        from django.contrib import admin
        from django.urls import include, path
        from rest_framework.routers import DefaultRouter
        from shop import api, views

        router = DefaultRouter()
        router.register("books", api.Books)
        router.register("shelves", api.Shelves)
        router.register("seen", api.Seen)
        urlpatterns = [
            path("all/", views.of_all), path("one/", views.of_one), path("named/", views.named),
            path("ruled/", views.ruled), path("page/", views.page), path("short/", views.short),
            path("mixed/", views.Mixed.as_view()), path("other/", views.Other.as_view()),
            path("auto/", views.Auto.as_view()), path("over/", views.Over.as_view()),
            path("api/", include(router.urls)), path("admin/", admin.site.urls),
        ]
    """,
}
ASKED = {"shop_editor", "shop_author", "shop_owner", "shop_guest", "shop_clerk"}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about an application that has rules, and asks for them in every way."""
    folder = tmp_path_factory.mktemp("rules")
    return scanned(folder, {f"shop/{name}": content for name, content in FILES.items()})


@pytest.mark.parametrize(
    ("handler", "asked"),
    [
        ("of_all", "editor"),
        ("of_one", "editor author"),
        ("named", "owner"),
        ("ruled", "clerk"),
        ("page", "editor author"),
        ("short", "clerk"),
        ("Mixed.get", "editor author"),
        ("Other.get", "editor author clerk"),
        ("Auto.post", "owner"),
        ("Over.get", "editor"),
    ],
)
def test_views_and_pages_ask_the_predicates_of_a_name(
    facts: Facts, handler: str, asked: str
) -> None:
    """Those about an object only with one; what is read is never certain."""
    found = touched(facts, "read", f"views.{handler}") & ASKED
    assert found == {f"shop_{name}" for name in asked.split()}
    by_rule = [a for a in facts.accesses if a.evidence.file.endswith("predicates.py")]
    assert {a.confidence for a in by_rule} == {"likely"}


@pytest.mark.parametrize(
    ("handler", "asked"),
    [
        ("Books.list", "editor"),
        ("Books.retrieve", "editor"),
        ("Books.create", ""),
        ("Books.update", "editor author"),
        ("Books.latest", "editor clerk"),
        ("Books.close", ""),
        ("Shelves.update", "owner"),
        ("Shelves.list", ""),
        ("Seen.list", "guest"),
    ],
)
def test_apis_ask_by_method_and_model(facts: Facts, handler: str, asked: str) -> None:
    """By the map of a class, also behind a decorator; an action by what is said of it."""
    found = touched(facts, "read", f"api.{handler}") & ASKED
    assert found == {f"shop_{name}" for name in asked.split()}


@pytest.mark.parametrize("page", ["changelist", "add", "change", "delete", "history"])
def test_each_page_of_the_admin_site_lists_what_somebody_may(facts: Facts, page: str) -> None:
    """Of every model that is registered, by rules or by its own class."""
    read = touched(facts, "read", f":{page}:shop_author")
    assert read >= {"shop_owner", "shop_guest", "shop_clerk"}
    assert "shop_editor" not in read
