"""What forms and serializers look up before they save, what they set, and what pages name."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

FILES = {
    "settings.py": """
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["shop", "rest_framework"]
    """,
    "models.py": """
        from django.db import models

        class BookQuerySet(models.QuerySet):
            def of(self, user): return self.filter(shelf__room__house=1)

        class BookManager(models.Manager):
            def get_queryset(self): return BookQuerySet(self.model, using=self._db)
            def of(self, user): return self.get_queryset().of(user)

        class House(models.Model): pass
        class Room(models.Model): house = models.ForeignKey(House, models.CASCADE)
        class Shelf(models.Model):
            room = models.ForeignKey(Room, models.CASCADE)
            def __str__(self): return f"in {self.room.pk}"
        class Book(models.Model):
            isbn = models.TextField(unique=True)
            shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="books")
            objects = BookManager()
        class Tag(models.Model):
            books = models.ManyToManyField(Book, related_name="tags")
            name = models.TextField()
        class Rule(models.Model): pass
        class Seat(models.Model):
            row, number = models.TextField(), models.TextField()
            class Meta:
                constraints = [models.UniqueConstraint(fields=["row", "number"], name="one")]
    """,
    "api.py": """
        from rest_framework.serializers import ModelSerializer, CharField, PrimaryKeyRelatedField
        from rest_framework.viewsets import ModelViewSet
        from shop.models import Book, Rule, Seat, Shelf, Tag

        class Locked:
            def __call__(self, data, serializer=None):
                if serializer.instance: serializer.instance.shelf.room.delete()

        def ruled(value): return Rule.objects.exists()

        class BookSerializer(ModelSerializer):
            tags = PrimaryKeyRelatedField(queryset=Tag.objects.all(), many=True)
            class Meta:
                model = Book
                fields = ["id", "isbn", "tags"]
                validators = (Locked(),)

        class ShelfSerializer(ModelSerializer):
            books = PrimaryKeyRelatedField(queryset=Book.objects.all(), many=True)
            class Meta:
                model = Shelf
                fields = ["id", "books"]

        class TagSerializer(ModelSerializer):
            name = CharField(validators=[ruled])
            class Meta:
                model = Tag
                fields = ["id", "name"]

        class SeatSerializer(ModelSerializer):
            class Meta:
                model = Seat
                fields = ["row", "number"]

        class Books(ModelViewSet):
            queryset = Book.objects.none()
            serializer_class = BookSerializer
        class Shelves(ModelViewSet):
            queryset = Shelf.objects.none()
            serializer_class = ShelfSerializer
        class Tags(ModelViewSet):
            queryset = Tag.objects.none()
            serializer_class = TagSerializer
        class Seats(ModelViewSet):
            queryset = Seat.objects.none()
            serializer_class = SeatSerializer
    """,
    "views.py": """
        from django.http import HttpResponse
        from shop.models import Book

        def mine(request): return HttpResponse(list(Book.objects.of(request.user)))
    """,
    "admin.py": """
        from django import forms
        from django.contrib import admin
        from shop.models import Book, Rule, Seat, Shelf

        class ShelfForm(forms.ModelForm):
            def clean(self): return Rule.objects.exists()
            class Meta:
                model = Shelf
                fields = "__all__"

        @admin.register(Shelf)
        class ShelfAdmin(admin.ModelAdmin):
            form = ShelfForm

        admin.site.register(Book)
        admin.site.register(Seat)
    """,
    "urls.py": """
        from django.contrib import admin
        from django.urls import include, path
        from rest_framework.routers import DefaultRouter
        from shop import api, views

        router = DefaultRouter()
        router.register("books", api.Books)
        router.register("shelves", api.Shelves)
        router.register("tags", api.Tags)
        router.register("seats", api.Seats)
        urlpatterns = [
            path("mine/", views.mine), path("api/", include(router.urls)),
            path("admin/", admin.site.urls),
        ]
    """,
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about a shop that checks what it is given."""
    folder = tmp_path_factory.mktemp("validating")
    return scanned(folder, {f"shop/{name}": content for name, content in FILES.items()})


def test_a_manager_may_make_queries_of_a_class_of_its_own(facts: Facts) -> None:
    """`BookQuerySet(self.model, using=self._db)` is a query over the manager's rows."""
    found = touched(facts, "read", "views.mine")
    assert found == {"auth_user", "shop_book", "shop_shelf", "shop_room"}


@pytest.mark.parametrize(
    ("handler", "table"),
    [
        ("Books.create", "shop_book"),
        ("Seats.create", "shop_seat"),
        ("Tags.create", "shop_rule"),
        (":add:shop_book", "shop_book"),
        (":add:shop_seat", "shop_seat"),
        (":add:shop_shelf", "shop_rule"),
    ],
)
def test_what_is_unique_and_what_validators_ask_is_read(
    facts: Facts, handler: str, table: str
) -> None:
    assert table in touched(facts, "read", handler)


@pytest.mark.parametrize("handler", ["Tags.create", ":add:shop_shelf"])
def test_what_need_not_be_unique_is_not_looked_for(facts: Facts, handler: str) -> None:
    own = "shop_tag" if handler == "Tags.create" else "shop_shelf"
    assert own not in touched(facts, "read", handler)


def test_a_validator_of_a_serializer_is_given_the_row(facts: Facts) -> None:
    assert "shop_room" in touched(facts, "write", "Books.update")
    assert "shop_room" not in touched(facts, "write", "Books.destroy")


@pytest.mark.parametrize(
    ("handler", "table"),
    [("Books.create", "shop_tag_books"), ("Shelves.update", "shop_book")],
)
def test_a_relation_is_set_from_its_other_side_too(facts: Facts, handler: str, table: str) -> None:
    """The table between, or the keys in the other table; and it is shown."""
    assert table in touched(facts, "write", handler)
    assert table in touched(facts, "read", handler.partition(".")[0] + ".retrieve")


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_a_page_of_the_admin_site_names_its_row(facts: Facts, page: str) -> None:
    assert "shop_room" in touched(facts, "read", f":{page}:shop_shelf")


def test_what_is_offered_is_named(facts: Facts) -> None:
    assert touched(facts, "read", ":add:shop_book") >= {"shop_shelf", "shop_room"}
