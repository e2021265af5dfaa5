"""Views that make their own routes: one method of the class, a route for each action."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import routes, scanned

VIEWS = """
from django.urls import path
from django.utils.decorators import classonlymethod
from django.views.generic import View

ACTIONS = {"list": {"get": "list"}, "change": {"post": "change"}}

class Many(View):
    key = "pk"

    @classonlymethod
    def as_view(cls, action):
        def view(request, *args, **kwargs):
            return cls().dispatch(request, *args, **kwargs)
        return view

    @classonlymethod
    def pattern(cls, base, action):
        if action == "list":
            return f"{base}/"
        return f"{base}/<slug:{cls.key}>/"

    @classonlymethod
    def routes(cls, base):
        return [path(cls.pattern(base, action), cls.as_view(action)) for action in ACTIONS.keys()]

class Books(Many):
    key = "code"

urlpatterns = [*Books.routes("books")]
"""


def test_each_turn_over_known_texts_makes_its_own_path(tmp_path: Path) -> None:
    settings = 'ROOT_URLCONF = "shop.views"\nINSTALLED_APPS = ["shop"]\n'
    facts = scanned(tmp_path, {"shop/views.py": VIEWS, "shop/settings.py": settings})
    assert routes(facts) == {"ANY /books/", "ANY /books/{code}/"}
