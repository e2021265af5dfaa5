"""Tables of keys and values that django-hierarkey makes."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

FILES = {
    "shop/settings.py": """
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["shop"]
    """,
    "shop/models.py": """
        from django.db import models
        from hierarkey.models import GlobalSettingsBase, Hierarkey

        values = Hierarkey(attribute_name="settings")

        @values.set_global()
        class Site(GlobalSettingsBase): pass

        @values.add()
        class Shop(models.Model): pass

        class Book(models.Model): pass
    """,
    "shop/views.py": """
        from django.http import HttpResponse
        from shop.models import Book, Shop, Site

        def reading(request): return HttpResponse(Shop.objects.first().settings.color)
        def getting(request): return HttpResponse(Shop.objects.first().settings.get("color"))
        def setting(request): Shop.objects.first().settings.set("color", "red")
        def assigning(request): Shop.objects.first().settings.color = "red"
        def of_all(request): Site().settings.delete("color")
        def deleting(request): Shop.objects.first().delete()
        def other(request): return HttpResponse(Book.objects.first().settings.color)
    """,
    "shop/urls.py": """
        from django.urls import path
        from shop import views

        urlpatterns = [
            path("reading/", views.reading), path("getting/", views.getting),
            path("setting/", views.setting), path("assigning/", views.assigning),
            path("all/", views.of_all), path("deleting/", views.deleting),
            path("other/", views.other),
        ]
    """,
}
OWN, OF_ALL = "shop_shop_settingsstore", "shop_site_settingsstore"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about a shop with values by keys."""
    return scanned(tmp_path_factory.mktemp("keys"), FILES)


def test_decorators_make_tables(facts: Facts) -> None:
    """One that hangs on a model's rows, and one for all."""
    assert {OWN, OF_ALL} <= {table.table for table in facts.tables}
    assert [(r.source, r.target, r.on_delete) for r in facts.relations] == [
        (OWN, "shop_shop", "cascade")
    ]


@pytest.mark.parametrize(
    ("view", "read", "written"),
    [
        ("reading", {OWN, OF_ALL}, set()),
        ("getting", {OWN, OF_ALL}, set()),
        ("setting", set(), {OWN}),
        ("assigning", set(), {OWN}),
        ("of_all", set(), {OF_ALL}),
        ("deleting", set(), {OWN}),
        ("other", set(), set()),
    ],
)
def test_values_are_read_and_set_by_an_attribute(
    facts: Facts, view: str, read: set[str], written: set[str]
) -> None:
    """What a row does not say, all of the site are asked for."""
    assert touched(facts, "read", f"views.{view}") & {OWN, OF_ALL} == read
    assert touched(facts, "write", f"views.{view}") & {OWN, OF_ALL} == written
