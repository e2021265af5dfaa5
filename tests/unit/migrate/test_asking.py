"""What hangs on the request: facts of the routes and methods that ask so, and of no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from mscli.migrate.walk.graph.requests import (
    BEGINS,
    ENDS,
    HOLDS,
    IS,
    METHOD,
    NAME,
    PATH,
    Asked,
    Joined,
    Question,
    Way,
    answer,
)
from tests.unit.migrate.project import scanned

FLASK = """
from flask import Blueprint, Flask, g, redirect, render_template, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)
admin = Blueprint("admin", __name__, url_prefix="/admin")
OPEN = ("index", "admin.login")

class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Log(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Visit(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Guard(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Trail(db.Model):
    id = db.Column(db.Integer, primary_key=True)

@app.before_request
def visits():
    if request.path.startswith("/api"):
        db.session.add(Visit())

@app.before_request
def guards():
    if request.endpoint in OPEN:
        return None
    db.session.add(Guard())

@app.after_request
def trails(response):
    method = request.method
    if request.blueprint == "admin" and method not in ("GET", "HEAD"):
        db.session.add(Trail())
    return response

@app.route("/")
def index():
    return "x"

@app.route("/edit", methods=["GET", "POST"])
def edit():
    if request.method == "POST":
        db.session.add(Item())
        db.session.commit()
        return redirect("/")
    Log.query.all()
    return "x"

@app.route("/form", methods=["GET", "POST"])
def form():
    if not form.validate_on_submit():
        return "x"
    db.session.add(Item())

@app.route("/api/<int:key>", methods=["PUT", "DELETE"])
def change(key):
    if request.method == "DELETE":
        db.session.delete(Item.query.get(key))
    else:
        Item.query.get(key)

@admin.route("/login", methods=["GET", "POST"])
def login():
    return "x"

def making(model):
    def make():
        db.session.add(model())
    return make

app.add_url_rule("/a", "a", making(Item), methods=["POST"])
app.add_url_rule("/b", "b", making(Log), methods=["POST"])
app.register_blueprint(admin)
"""


def done(facts: Facts, route: str, kind: str = "write") -> set[str]:
    """The tables that a route reads or writes."""
    method, _, path = route.partition(" ")
    one = next(r for r in facts.routes if r.path == path and r.method in (method, "ANY"))
    return {
        a.table
        for a in facts.accesses
        if a.kind == kind and a.is_of(one) and (not a.routes or route in a.routes)
    }


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about an application whose hooks and handlers ask about the request."""
    return scanned(tmp_path_factory.mktemp("asking"), {"app.py": FLASK})


@pytest.mark.parametrize(
    ("route", "written"),
    [
        ("GET /", set()),
        ("GET /edit", {"guard"}),
        ("POST /edit", {"guard", "item"}),
        ("GET /form", {"guard"}),
        ("POST /form", {"guard", "item"}),
        ("PUT /api/{key}", {"guard", "visit"}),
        ("DELETE /api/{key}", {"guard", "visit", "item"}),
        ("GET /admin/login", set()),
        ("POST /admin/login", {"trail"}),
        ("POST /a", {"guard", "item"}),
        ("POST /b", {"guard", "log"}),
    ],
)
def test_a_route_does_what_its_request_leads_to(
    flask: Facts, route: str, written: set[str]
) -> None:
    """Methods of a handler, hooks by path, endpoint and blueprint, handlers of one name."""
    assert done(flask, route) == written


def test_what_follows_a_return_is_done_by_the_others(flask: Facts) -> None:
    """`if request.method == "POST": return` leaves the rest to GET."""
    assert done(flask, "GET /edit", "read") == {"log"}
    assert done(flask, "POST /edit", "read") == set()
    limits = {a.routes for a in flask.accesses if a.handler == "app.edit" and a.table == "item"}
    assert limits == {("POST /edit",)}


DJANGO = {
    "shop/settings.py": """
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["shop"]
        MIDDLEWARE = ["shop.middleware.Counting", "shop.middleware.trailing"]
    """,
    "shop/models.py": """
        from django.db import models

        class Item(models.Model): name = models.TextField()
        class Log(models.Model): name = models.TextField()
        class Visit(models.Model): name = models.TextField()
        class Trail(models.Model): name = models.TextField()
    """,
    "shop/middleware.py": """
        from django.utils.deprecation import MiddlewareMixin
        from shop.models import Trail, Visit

        class Counting(MiddlewareMixin):
            def process_request(self, request):
                if request.path.startswith(("/api/", "/hooks/")):
                    Visit.objects.create(name="x")

        def trailing(get_response):
            def middleware(request):
                response = get_response(request)
                if request.method in ("POST", "PUT") and request.resolver_match.url_name != "quiet":
                    Trail.objects.create(name="x")
                return response
            return middleware
    """,
    "shop/views.py": """
        from django.shortcuts import redirect, render
        from rest_framework.decorators import api_view
        from shop.forms import ItemForm
        from shop.models import Item, Log

        def edit(request):
            if request.method == "GET":
                return render(request, "x.html", {"logs": list(Log.objects.all())})
            Item.objects.create(name="x")
            return redirect("/")

        def form(request):
            form = ItemForm(request.POST or None)
            if form.is_valid():
                form.save()
            return render(request, "x.html")

        @api_view(["GET", "POST"])
        def items(request):
            if request.method == "POST":
                Item.objects.create(name="x")
            else:
                Log.objects.count()
    """,
    "shop/forms.py": """
        from django.forms import ModelForm
        from shop.models import Item

        class ItemForm(ModelForm):
            class Meta:
                model = Item
                fields = ["name"]
    """,
    "shop/urls.py": """
        from django.urls import path
        from shop import views

        urlpatterns = [
            path("edit/", views.edit, name="edit"),
            path("form/", views.form, name="quiet"),
            path("api/items/", views.items, name="items"),
        ]
    """,
}


def test_a_view_of_every_method_is_told_apart_by_what_it_asks(tmp_path: Path) -> None:
    """Django: function views, forms that only a POST fills, middleware by path and name."""
    facts = scanned(tmp_path, DJANGO)
    assert done(facts, "GET /edit/") == set()
    assert done(facts, "GET /edit/", "read") == {"shop_log"}
    assert done(facts, "POST /edit/") == {"shop_item", "shop_trail"}
    assert done(facts, "POST /edit/", "read") == set()
    assert done(facts, "GET /form/") == set()
    assert done(facts, "POST /form/") == {"shop_item"}
    assert done(facts, "GET /api/items/") == {"shop_visit"}
    assert done(facts, "POST /api/items/") == {"shop_visit", "shop_item", "shop_trail"}


@pytest.mark.parametrize(
    ("question", "known"),
    [
        (Asked(METHOD, IS, ("POST",)), True),
        (Asked(METHOD, IS, ("POST",), sure=False), None),
        (Asked(METHOD, IS, ("GET",), sure=False), False),
        (Asked(PATH, BEGINS, ("/orders",)), True),
        (Asked(PATH, BEGINS, ("/orders/7",)), None),
        (Asked(PATH, BEGINS, ("/api", "/x")), False),
        (Asked(PATH, ENDS, ("/lines",)), True),
        (Asked(PATH, ENDS, (".csv",)), False),
        (Asked(PATH, HOLDS, ("/lines",)), True),
        (Asked(PATH, HOLDS, ("csv",)), None),
        (Asked(PATH, IS, ("/orders/7/lines",)), None),
        (Asked(PATH, IS, ("/orders",)), False),
        (Asked(NAME, IS, ("lines",)), None),
        (Joined("not", (Asked(METHOD, IS, ("POST",)),)), False),
        (Joined("and", (None, Asked(METHOD, IS, ("GET",)))), False),
        (Joined("and", (None, Asked(METHOD, IS, ("POST",)))), None),
        (Joined("or", (None, Asked(METHOD, IS, ("POST",)))), True),
    ],
)
def test_a_question_about_a_route_has_an_answer_if_every_request_has_it(
    question: Question, known: bool | None
) -> None:
    """Parameters of a path may be anything, and what is not understood decides nothing."""
    assert answer(question, Way("POST", "/orders/{id}/lines")) is known


def test_a_page_of_the_admin_saves_what_is_sent(tmp_path: Path) -> None:
    """Looking at the form saves nothing; adding is for new rows, changing for others."""
    facts = scanned(
        tmp_path,
        {
            "shop/settings.py": """
                ROOT_URLCONF = "shop.urls"
                INSTALLED_APPS = ["django.contrib.admin", "shop"]
            """,
            "shop/models.py": """
                from django.db import models

                class Opened(models.Model): name = models.TextField()
                class Item(models.Model):
                    name = models.TextField()
                    def save(self, *args, **kwargs):
                        if self._state.adding:
                            Opened.objects.create(name="x")
                        super().save(*args, **kwargs)
                class Note(models.Model): name = models.TextField()
            """,
            "shop/admin.py": """
                from django.contrib import admin
                from shop.models import Item, Note

                @admin.register(Item)
                class ItemAdmin(admin.ModelAdmin):
                    def save_model(self, request, obj, form, change):
                        if change:
                            Note.objects.create(name="x")
            """,
            "shop/urls.py": """
                from django.contrib import admin
                from django.urls import path

                urlpatterns = [path("admin/", admin.site.urls)]
            """,
        },
    )
    pages = "/admin/shop/item/"
    assert done(facts, f"GET {pages}add/") == set()
    assert done(facts, f"POST {pages}add/") == {"shop_item", "shop_opened", "django_admin_log"}
    changed = done(facts, f"POST {pages}{{object_id}}/change/")
    assert changed == {"shop_item", "shop_note", "django_admin_log"}
    assert done(facts, f"GET {pages}{{object_id}}/delete/") == set()
    assert done(facts, f"POST {pages}{{object_id}}/delete/") == {"shop_item", "django_admin_log"}


def test_an_action_of_several_methods_is_told_apart(tmp_path: Path) -> None:
    """REST framework: `@action(methods=["get", "post"])` asks which it is."""
    files = {
        **DJANGO,
        "shop/views.py": """
            from rest_framework.decorators import action
            from rest_framework.viewsets import ViewSet
            from shop.models import Item, Log

            class Items(ViewSet):
                @action(detail=False, methods=["get", "post"])
                def notes(self, request):
                    if self.request.method == "POST":
                        Item.objects.create(name="x")
                        return None
                    Log.objects.count()
        """,
        "shop/urls.py": """
            from django.urls import include, path
            from rest_framework.routers import DefaultRouter
            from shop import views

            router = DefaultRouter()
            router.register("items", views.Items, basename="item")
            urlpatterns = [path("", include(router.urls))]
        """,
    }
    facts = scanned(tmp_path, files)
    assert "shop_item" not in done(facts, "GET /items/notes/")
    assert "shop_item" in done(facts, "POST /items/notes/")
    assert "shop_log" in done(facts, "GET /items/notes/", "read")
    assert "shop_log" not in done(facts, "POST /items/notes/", "read")
