"""What is done beside a row: recorders of changes, converters of URLs, what signals hand on."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned, touched

DJANGO = {
    "settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\n',
    "models.py": """
        import reversion
        from auditlog.registry import auditlog
        from django.db import models

        class Item(models.Model): name = models.TextField()
        @reversion.register()
        class Page(models.Model): name = models.TextField()
        @auditlog.register()
        class Order(models.Model): name = models.TextField()
        class Plain(models.Model): name = models.TextField()
        auditlog.register(Item)
    """,
    "converters.py": """
        from shop.models import Item

        class ItemConverter:
            regex = "[0-9]+"
            def to_python(self, value): return Item.objects.get(pk=value)
            def to_url(self, value): return str(value.pk)
    """,
    "signals.py": """
        from django.dispatch import Signal, receiver
        from shop.models import Plain

        placed = Signal()

        @receiver(placed)
        def hear(sender, thing, **kwargs):
            thing.delete()
    """,
    "views.py": """
        from django.db import connection
        from shop.models import Item, Order, Page, Plain
        from shop.signals import placed

        def show(request, item): item.name
        def save(request, item): item.save()
        def change(request): Item.objects.filter(name="x").update(name="y")
        def drop(request): Order.objects.get(pk=1).delete()
        def page(request): Page.objects.create(name="x")
        def plain(request): Plain.objects.create(name="x")
        def send(request): placed.send(sender=None, thing=Plain.objects.get(pk=1))
        def many(request):
            a = "a" if request.x else "b" if request.y else "c"
            b = "d" if request.x else "e" if request.y else "f"
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {a} JOIN {b} ON 1=1")
    """,
    "inner.py": """
        from django.urls import path
        from shop import views
        urlpatterns = [path("save/", views.save)]
    """,
    "urls.py": """
        from django.urls import include, path, register_converter
        from shop import views
        from shop.converters import ItemConverter

        register_converter(ItemConverter, "item")
        urlpatterns = [
            path("<item:item>/", views.show), path("<item:item>/", include("shop.inner")),
            path("change/", views.change), path("drop/", views.drop), path("page/", views.page),
            path("plain/", views.plain), path("send/", views.send), path("many/", views.many),
        ]
    """,
}


def test_packages_that_record_changes_write_tables_of_their_own(tmp_path: Path) -> None:
    """As signals do: not for what Django updates at once, and not for models that nobody names."""
    facts = scanned(tmp_path, {f"shop/{name}": text for name, text in DJANGO.items()})
    assert touched(facts, "write", "views.save") == {"shop_item", "auditlog_logentry"}
    assert touched(facts, "write", "views.drop") == {"shop_order", "auditlog_logentry"}
    assert touched(facts, "write", "views.change") == {"shop_item"}
    versions = {"reversion_revision", "reversion_version"}
    assert touched(facts, "write", "views.page") == {"shop_page", *versions}
    assert touched(facts, "write", "views.plain") == {"shop_plain"}
    own = {table.table for table in facts.tables if table.origin == "model"}
    assert own == {"shop_item", "shop_order", "shop_page", "shop_plain"}
    # Converters load rows, also those of the path that includes; signals hand on what is sent.
    assert touched(facts, "read", "views.show") == {"shop_item"}
    assert "shop_item" in touched(facts, "read", "views.save")
    assert touched(facts, "write", "views.send") == {"shop_plain"}
    # A statement that is one of many is likely, and listed.
    assert {a.confidence for a in facts.accesses if a.handler.endswith("many")} == {"likely"}
    assert [u.kind for u in facts.unresolved if "one of many" in u.what] == ["sql"]


def test_what_is_indexed_has_an_entry_in_the_table_of_the_index(tmp_path: Path) -> None:
    """In the project's own one, if it makes one; also where a module hands on all of it."""
    models = """
        from django.db import models
        from shop import search

        class Item(search.index.Indexed, models.Model): name = models.TextField()
        class Plain(models.Model): name = models.TextField()
    """
    files = {
        "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\n',
        "shop/search/__init__.py": "from shop.search import index\n",
        "shop/search/index.py": "from modelsearch.index import *\n",
        "shop/models.py": models,
        "shop/views.py": """
            from shop.models import Item, Plain

            def add(request): Item.objects.create(name="x")
            def drop(request): Item.objects.get(pk=1).delete()
            def change(request): Item.objects.update(name="y")
            def plain(request): Plain.objects.create(name="x")
        """,
        "shop/urls.py": """
            from django.urls import path
            from shop import views

            urlpatterns = [
                path("a/", views.add), path("d/", views.drop),
                path("c/", views.change), path("p/", views.plain),
            ]
        """,
    }
    facts = scanned(tmp_path / "packages", files)
    for view in ("add", "drop"):
        assert touched(facts, "write", f"views.{view}") == {"shop_item", "modelsearch_indexentry"}
    for view in ("change", "plain"):
        assert "modelsearch_indexentry" not in touched(facts, "write", f"views.{view}")
    files["shop/models.py"] = models.replace(
        "class Plain",
        """class Entry(AbstractIndexEntry):
            class Meta(AbstractIndexEntry.Meta): abstract = False
        class Word(models.Model):
            entry = models.OneToOneField(Entry, on_delete=models.CASCADE)
        class Plain""",
    ).replace(
        "from shop", "from modelsearch.abstract_models import AbstractIndexEntry\n        from shop"
    )
    facts = scanned(tmp_path / "own", files)
    assert touched(facts, "write", "views.add") == {"shop_item", "shop_entry"}
    assert touched(facts, "write", "views.drop") == {"shop_item", "shop_entry", "shop_word"}


def test_blinkers_signals_and_flasks_converters_are_followed(tmp_path: Path) -> None:
    """Connected by a decorator, by a call or for one sender; converters set on `url_map`."""
    facts = scanned(
        tmp_path,
        {
            "app.py": """
                from blinker import Namespace, signal
                from flask import Flask
                from flask_sqlalchemy import SQLAlchemy
                from werkzeug.routing import BaseConverter

                app = Flask(__name__)
                db = SQLAlchemy(app)

                class Item(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                class Review(db.Model):
                    id = db.Column(db.Integer, primary_key=True)

                class ItemConverter(BaseConverter):
                    def to_python(self, value):
                        return Item.query.get(value)

                app.url_map.converters["item"] = ItemConverter
                confirmed = Namespace().signal("confirmed")
                paid = Namespace().signal("paid")
                plain = signal("plain")

                @confirmed.connect
                def on_confirmed(sender, thing, **extra):
                    db.session.delete(thing)

                @paid.connect_via("billing")
                def on_paid(sender, **extra):
                    db.session.add(Review())

                def on_plain(sender, **given):
                    db.session.delete(given["thing"])

                plain.connect(on_plain)

                @app.post("/confirm")
                def confirm():
                    confirmed.send("x", thing=Item.query.first())

                @app.post("/pay")
                def pay():
                    paid.send("billing")

                @app.post("/say")
                def say():
                    signal("plain").send(app, thing=Item.query.first())

                @app.get("/items/<item:one>")
                def show(one):
                    return ""

                @app.delete("/items/<item:one>")
                def drop(one):
                    db.session.delete(one)
            """
        },
    )
    assert touched(facts, "write", ".confirm") == {"item"}
    assert touched(facts, "write", ".pay") == {"review"}
    assert touched(facts, "write", ".say") == {"item"}
    assert touched(facts, "read", ".show") == {"item"}
    assert touched(facts, "write", ".drop") == {"item"}


def test_what_a_column_asks_is_read_with_the_row_or_when_it_is_asked_for(tmp_path: Path) -> None:
    """A `column_property` that is deferred waits; a column in `any()` leads to no other table."""
    facts = scanned(
        tmp_path,
        {
            "app.py": """
                from flask import Flask
                from flask_sqlalchemy import SQLAlchemy
                from sqlalchemy import func, select
                from sqlalchemy.orm import column_property

                app = Flask(__name__)
                db = SQLAlchemy(app)

                class Person(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                class Member(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                    room_id = db.Column(db.ForeignKey("room.id"))
                    person_id = db.Column(db.ForeignKey("person.id"))
                class Entry(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                class Room(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                    members = db.relationship(Member)
                    size = column_property(
                        select(func.count(Entry.id)).scalar_subquery(), deferred=True
                    )

                @app.get("/rooms")
                def rooms():
                    return Room.query.filter(Room.members.any(Member.person_id == 1)).all()

                @app.get("/size")
                def size():
                    return Room.query.first().size
            """
        },
    )
    assert touched(facts, "read", ".rooms") == {"room", "member"}
    assert touched(facts, "read", ".size") == {"room", "entry"}
