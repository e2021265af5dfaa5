"""What asking for a permission reads, wherever it is asked; patterns behind a decorator."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

FILES = {
    "settings.py": """
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["django.contrib.auth", "shop"]
        ENGINE = "django.template.backends.django.DjangoTemplates"
        TEMPLATES = [{"BACKEND": ENGINE, "APP_DIRS": True}]
    """,
    "models.py": """
        from django.db import models

        class Item(models.Model): name = models.TextField()
    """,
    "templates/page.html": "{% if perms.shop.change_item %}x{% endif %}",
    "templates/plain.html": "{{ user.username }}",
    "views.py": """
        import rules.contrib.views as rules
        from django.contrib.auth.decorators import login_required, permission_required
        from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
        from django.http import HttpResponse
        from django.shortcuts import render
        from django.views.generic import ListView
        from rest_framework.permissions import DjangoModelPermissions
        from rest_framework.viewsets import ModelViewSet
        from shop.loading import load
        from shop.models import Item

        @permission_required("shop.change_item")
        def decorated(request): return HttpResponse()

        @login_required
        @permission_required("shop.change_item")
        def twice(request): return HttpResponse()

        @login_required
        def logged_in(request): return HttpResponse()

        def asking(request):
            if request.user.has_perm("shop.change_item"): return HttpResponse()

        def about(request):
            if request.user.has_perm("shop.change_item", Item.objects.first()):
                return HttpResponse()

        class Ruled(rules.PermissionRequiredMixin, ListView): model = Item

        def page(request): return render(request, "page.html")

        def plain(request): return render(request, "plain.html")

        class Mixed(PermissionRequiredMixin, ListView):
            model = Item
            permission_required = "shop.view_item"

        class Only(LoginRequiredMixin, ListView): model = Item

        class Items(ModelViewSet):
            queryset = Item.objects.all()
            permission_classes = [DjangoModelPermissions]

        class Unknown(ModelViewSet):
            queryset = load("shop.Item").objects.all()
            permission_classes = [DjangoModelPermissions]

        def open(request): return HttpResponse()
        def inner(request): return HttpResponse()
        def outer(request): return HttpResponse()
    """,
    "loading.py": """
        def load(name): return REGISTRY[name]
    """,
    "inner.py": """
        from django.urls import path
        from shop import views

        urlpatterns = [path("", views.inner)]
    """,
    "urls.py": """
        from decorator_include import decorator_include
        from django.contrib.auth.decorators import login_required, permission_required
        from django.urls import include, path
        from rest_framework.routers import DefaultRouter
        from shop import views

        router = DefaultRouter()
        router.register("items", views.Items)
        router.register("unknown", views.Unknown)
        urlpatterns = [
            path("decorated/", views.decorated), path("twice/", views.twice),
            path("logged-in/", views.logged_in), path("asking/", views.asking),
            path("page/", views.page), path("plain/", views.plain),
            path("about/", views.about), path("ruled/", views.Ruled.as_view()),
            path("mixed/", views.Mixed.as_view()), path("only/", views.Only.as_view()),
            path("api/", include(router.urls)), path("open/", views.open),
            path("inner/", decorator_include([permission_required("x")], "shop.inner")),
        ]
        urlpatterns += [login_required(each) for each in [path("outer/", views.outer)]]
    """,
}
ASKED = {"auth_permission", "auth_group", "auth_group_permissions", "auth_user_groups"}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about an application that asks for permissions in every way."""
    folder: Path = tmp_path_factory.mktemp("permissions")
    return scanned(folder, {f"shop/{name}": content for name, content in FILES.items()})


@pytest.mark.parametrize(
    "handler",
    [
        "decorated",
        "twice",
        "asking",
        "page",
        "Mixed.get",
        "Items.create",
        "Items.destroy",
        "inner",
        "Unknown.create",
    ],
)
def test_who_is_asked_for_a_permission_has_it_looked_up(facts: Facts, handler: str) -> None:
    """By decorators, mix-ins, classes of REST framework, pages; for a superuser it is not."""
    assert touched(facts, "read", f"views.{handler}") >= {*ASKED, "auth_user"}
    found = [a for a in facts.accesses if a.table in ASKED and a.handler.endswith(handler)]
    assert {a.confidence for a in found} == {"likely"}


@pytest.mark.parametrize(
    "handler",
    ["logged_in", "plain", "Only.get", "Items.list", "open", "outer", "about", "Ruled.get"],
)
def test_who_only_has_to_be_somebody_is_not_asked_for_more(facts: Facts, handler: str) -> None:
    """Nor does REST framework look up what reading needs, nor Django what is about an object."""
    assert not touched(facts, "read", f"views.{handler}") & ASKED


def test_patterns_behind_a_decorator_are_routes_that_look_at_the_user(facts: Facts) -> None:
    """In a list that is made of them, or where they are included."""
    assert {"ANY /outer/", "ANY /inner/"} <= routes(facts)
    assert touched(facts, "read", "views.outer") == {"auth_user"}
    assert touched(facts, "read", "views.open") == set()


def test_a_backend_of_ones_own_is_asked_itself(tmp_path: Path) -> None:
    """Without Django's nothing of Django's is read."""
    files = {
        **FILES,
        "settings.py": """
            ROOT_URLCONF = "shop.urls"
            INSTALLED_APPS = ["django.contrib.auth", "shop"]
            AUTHENTICATION_BACKENDS = ["shop.backends.Own"]
        """,
        "backends.py": """
            from shop.models import Item

            class Own:
                def has_perm(self, user_obj, perm, obj=None):
                    return Item.objects.exists()
        """,
    }
    found = scanned(tmp_path, {f"shop/{name}": content for name, content in files.items()})
    assert touched(found, "read", "views.decorated") == {"auth_user", "shop_item"}


USER = """
from django.contrib import admin
from django.contrib.auth.models import PermissionsMixin
from django.db import models

class Plea(models.Model): item = models.IntegerField()
class Item(models.Model): name = models.TextField()

class User(PermissionsMixin, models.Model):
    USERNAME_FIELD = "name"
    name = models.TextField()

    def has_perm(self, perm, obj=None):
        if obj:
            return Plea.objects.filter(item=obj.pk).exists()
        return super().has_perm(perm)

@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("shop.view_item", obj)
"""


def test_a_page_asks_of_a_row_and_what_lists_what_there_is_of_none(tmp_path: Path) -> None:
    settings = """
        ROOT_URLCONF, AUTH_USER_MODEL = "shop.urls", "shop.User"
        INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "shop"]
        TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
    """
    urls = """
        from django.contrib import admin
        from django.shortcuts import render
        from django.urls import path

        def page(request): return render(request, "page.html")

        urlpatterns = [path("admin/", admin.site.urls), path("page/", page)]
    """
    more = {"urls": urls, "settings": settings, "models": USER, "__init__": ""}
    files = {f"shop/{name}.py": text for name, text in more.items()}
    page = "{% if perms.shop.view_item %}{{ user.name }}{% endif %}"
    facts = scanned(tmp_path, {**files, "shop/templates/page.html": page})
    assert "shop_plea" in touched(facts, "read", "ItemAdmin:change:shop_item")
    for handler in ("ItemAdmin:changelist:shop_item", "ItemAdmin:add:shop_item", "urls.page"):
        found = touched(facts, "read", handler)
        assert found & {"shop_user", "shop_plea"} == {"shop_user"}
