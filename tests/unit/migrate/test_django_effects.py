"""What Django does that no line of a view says: forms, guards, lazy attributes, registries."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import paths_of, routes, scanned, touched

MODELS = """
from django.conf import settings
from django.db import models
from django.db.models.signals import post_save
from treebeard.mp_tree import MP_Node

class Shelf(MP_Node):
    class Meta:
        db_table = "shelves"

class Author(models.Model):
    class Meta:
        db_table = "authors"

class Book(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    authors = models.ManyToManyField(Author, db_table="book_authors")
    class Meta:
        db_table = "books"

class Note(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    class Meta:
        db_table = "notes"

class Setting(models.Model):
    class Meta:
        db_table = "settings"

def remember(sender, instance, **kwargs):
    Setting.objects.create()

post_save.connect(remember, sender=settings.AUTH_USER_MODEL)
"""
USING = "from library import views\n"


def library(views: str, urls: str, **more: str) -> dict[str, str]:
    return {
        "library/__init__.py": "",
        "library/models.py": MODELS,
        "library/settings.py": more.pop("settings", "ROOT_URLCONF = 'library.urls'\n"),
        "library/urls.py": "from django.urls import path\n" + urls,
        "library/views.py": "from library.models import Book, Shelf\n" + views,
        **{f"library/{name}.py": content for name, content in more.items()},
    }


def test_a_form_reads_what_it_offers_and_saves_what_lies_between(tmp_path: Path) -> None:
    views = """
from django import forms

class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["authors"]

def change(request):
    form = BookForm(request.POST)
    form.save()

def look(request):
    BookForm()
"""
    urls = USING + "urlpatterns = [path('c/', views.change), path('l/', views.look)]"
    facts = scanned(tmp_path, library(views, urls))
    assert touched(facts, "read", "views.look") == {"authors", "book_authors"}
    assert touched(facts, "write", "views.change") == {"books", "book_authors"}


def test_a_guard_reads_the_user_and_a_wrapper_goes_by_its_view(tmp_path: Path) -> None:
    views = """
from functools import wraps
from django.contrib.auth.decorators import login_required, user_passes_test

staff = user_passes_test(lambda user: user.is_staff)

def logged(view):
    @wraps(view)
    def inner(request):
        return view(request)
    return inner

@staff
def guarded(request): ...

def plain(request): ...

def wrapped(request):
    Book.objects.count()
"""
    urls = """
from django.contrib.auth.decorators import login_required
from library import views
urlpatterns = [
    path("g/", views.guarded),
    path("p/", views.plain),
    path("l/", login_required(views.plain)),
    path("w/", views.logged(views.wrapped)),
]
"""
    facts = scanned(tmp_path, library(views, urls))
    assert touched(facts, "read", "views.guarded") == {"auth_user"}
    assert {r.handler for r in facts.routes if r.path == "/w/"} == {"library.views.wrapped"}
    assert touched(facts, "read", "views.wrapped") == {"books"}


def test_a_signal_of_users_is_not_one_of_every_table(tmp_path: Path) -> None:
    views = "def save(request):\n    Book().save()\n"
    urls = USING + "urlpatterns = [path('s/', views.save)]"
    facts = scanned(tmp_path, library(views, urls))
    assert touched(facts, "write", "views.save") == {"books"}


def test_what_is_lazy_is_done_by_who_asks_for_it(tmp_path: Path) -> None:
    views = """
def asks(request):
    return request.shelf.pk

def does_not(request):
    return 1
"""
    urls = USING + "urlpatterns = [path('a/', views.asks), path('d/', views.does_not)]"
    middleware = """
from django.utils.functional import SimpleLazyObject
from library.models import Shelf

class Shelves:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        request.shelf = SimpleLazyObject(lambda: Shelf.objects.get(pk=1))
        return self.get_response(request)
"""
    settings = "ROOT_URLCONF = 'library.urls'\nMIDDLEWARE = ['library.middleware.Shelves']\n"
    facts = scanned(tmp_path, library(views, urls, middleware=middleware, settings=settings))
    assert touched(facts, "read", "views.asks") == {"shelves"}
    assert touched(facts, "read", "views.does_not") == set()


def test_a_tree_is_read_and_grown_by_methods_that_it_inherits(tmp_path: Path) -> None:
    views = """
def show(request):
    return list(Shelf.get_tree())

def grow(request):
    Shelf.add_root(name="x")
"""
    urls = (
        "from library import views\nurlpatterns = [path('s/', views.show), path('g/', views.grow)]"
    )
    facts = scanned(tmp_path, library(views, urls))
    assert touched(facts, "read", "views.show") == {"shelves"}
    assert touched(facts, "write", "views.grow") == {"shelves"}


def test_deleting_reads_what_others_hang_on(tmp_path: Path) -> None:
    views = "def drop(request):\n    Shelf.objects.get(pk=1).delete()\n"
    urls = USING + "urlpatterns = [path('d/', views.drop)]"
    facts = scanned(tmp_path, library(views, urls))
    assert touched(facts, "write", "views.drop") >= {"shelves", "books", "notes"}
    assert touched(facts, "read", "views.drop") == {"shelves", "books"}


def test_a_registry_that_is_keyed_by_strings_is_followed(tmp_path: Path) -> None:
    hooks = """
_hooks = {}

def register(name):
    def decorator(fn):
        _hooks.setdefault(name, []).append(fn)
        return fn
    return decorator

def get_hooks(name):
    return _hooks.get(name, [])
"""
    urls = """
from library import hooks
urlpatterns = []
for fn in hooks.get_hooks("urls"):
    urlpatterns += fn()
"""
    plugin = """
from django.urls import path
from library import hooks, views

@hooks.register("urls")
def urls():
    return [path("plugged/", views.plugged)]
"""
    views = "def plugged(request):\n    Book.objects.count()\n"
    facts = scanned(tmp_path, library(views, urls, hooks=hooks, plugin=plugin))
    assert routes(facts) == {"ANY /plugged/"}
    assert touched(facts, "read", "views.plugged") == {"books"}


def test_routers_below_routers_are_routes_too(tmp_path: Path) -> None:
    views = """
from rest_framework.viewsets import ModelViewSet

class Shelves(ModelViewSet):
    queryset = Shelf.objects.all()

class Books(ModelViewSet):
    queryset = Book.objects.all()
"""
    urls = """
from django.urls import include
from rest_framework_extensions.routers import ExtendedDefaultRouter
from library import views

class Router(ExtendedDefaultRouter): ...

router = Router()
router.register("shelves", views.Shelves).register(
    "books", views.Books, parents_query_lookups=["shelf"]
)
urlpatterns = [path("api/", include(router.urls))]
"""
    facts = scanned(tmp_path, library(views, urls))
    below = "/api/shelves/{parent_lookup_shelf}/books/"
    assert {f"GET {below}", f"POST {below}", "GET /api/shelves/{pk}/"} <= routes(facts)


LOOKUPS = {
    "average": ('Book.objects.annotate(s=Avg("note__pk"))', {"books", "notes"}),
    "counted": ('Book.objects.annotate(n=models.Count("note"))', {"books", "notes"}),
    "summed": ('Note.objects.aggregate(Sum("book__authors__pk"))', {"books", "book_authors"}),
    "filtered": ('Shelf.objects.annotate(n=Count("pk", filter=Q(book__pk=1)))', {"books"}),
    "told": ('Note.objects.values(x=F("book__title"))', {"notes", "books"}),
    "ordered": ('Note.objects.order_by(-F("book__title").desc())', {"notes", "books"}),
    "either": ("Note.objects.filter(Q(pk=1) | ~Q(book__shelf__pk=2))", {"notes", "books"}),
    "cases": ('Note.objects.update(x=Case(When(book__pk__gt=1, then="pk")))', {"books"}),
    "outer": (
        'Note.objects.annotate(x=Exists(Author.objects.filter(pk=OuterRef("book__shelf__path"))))',
        {"notes", "authors", "books", "shelves"},
    ),
    "literal": ('Note.objects.annotate(x=Value("book__title"))', {"notes"}),
    "data": ('Note.objects.filter(text=request.GET.get("book__title"))', {"notes"}),
}


def test_lookups_are_followed_in_expressions_at_any_depth(tmp_path: Path) -> None:
    views = """
from django.db import models
from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Q, Sum, Value, When
from library.models import Author, Note
"""
    for name, (query, _) in LOOKUPS.items():
        views += f"\ndef {name}(request):\n    return {query}\n"
    paths = ", ".join(f'path("{name}/", views.{name})' for name in LOOKUPS)
    facts = scanned(tmp_path, library(views, USING + f"urlpatterns = [{paths}]\n"))
    for name, (_, wanted) in LOOKUPS.items():
        found = touched(facts, "read", f"library.views.{name}")
        assert found >= wanted, name
        assert name not in ("literal", "data") or found == wanted


def test_what_a_manager_asks_for_with_every_query_is_read(tmp_path: Path) -> None:
    models = """
from django_scopes import ScopedManager

class Found(models.QuerySet):
    pass

class Lent(models.Manager.from_queryset(Found)):
    def get_queryset(self):
        return super().get_queryset().select_related("shelf")

class Loan(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE)
    lent = Lent()
    plain = models.Manager()
    scoped = ScopedManager(shelf="shelf", _manager_class=Lent)
    class Meta:
        db_table = "loans"
"""
    views = """
from library.models import Loan
def lent(request):
    return Loan.lent.all()
def scoped(request):
    return Loan.scoped.all()
def plain(request):
    return Loan.plain.all()
"""
    urls = f"urlpatterns = [{paths_of(views)}]\n"
    files = library(views, USING + urls)
    files["library/models.py"] += models
    facts = scanned(tmp_path, files)
    for name in ("lent", "scoped"):
        assert touched(facts, "read", f"library.views.{name}") == {"loans", "shelves"}
    assert touched(facts, "read", "library.views.plain") == {"loans"}


SHOWN = {
    "Made": 'CreateView):\n    model = Book\n    fields = ["shelf"]\n',
    "Declared": "UpdateView):\n    model = Book\n    form_class = Form\n",
    "Invalid": "FormView):\n    form_class = Form\n    def form_valid(self, form):\n        pass\n",
}


def test_a_form_of_a_view_offers_and_is_shown_again_with_its_page(tmp_path: Path) -> None:
    views = """
from django import forms
from django.views.generic import CreateView, FormView, UpdateView
from library.models import Note
class Form(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["shelf"]
"""
    for name, body in SHOWN.items():
        views += f'class {name}({body}    template_name = "book.html"\n'
    page = "{% for note in view.notes.all %}{{ note }}{% endfor %}"
    views += """
    def form_invalid(self, form):
        return super().form_invalid(form)
"""
    views = views.replace("template_name", "notes = Note.objects\n    template_name")
    paths = ", ".join(f'path("{name}/", views.{name}.as_view())' for name in SHOWN)
    files = library(views, USING + f"urlpatterns = [{paths}]\n")
    facts = scanned(tmp_path, {**files, "library/templates/book.html": page})
    for name in SHOWN:
        for verb in ("get", "post"):
            read = touched(facts, "read", f"library.views.{name}.{verb}")
            assert read >= {"shelves", "notes"}, (name, verb)


def test_urls_that_come_with_django_are_known_by_path_and_by_name(tmp_path: Path) -> None:
    urls = """
from django.urls import include
urlpatterns = [
    path("accounts/", include("django.contrib.auth.urls")),
    path("api-auth/", include("rest_framework.urls")),
]
"""
    facts = scanned(tmp_path, library("", urls))
    assert {"ANY /accounts/login/", "ANY /accounts/reset/{uidb64}/{token}/"} <= routes(facts)
    named = {url.name: url.parts for url in facts.urls}
    assert named["logout"] == ("path:accounts/", "path:logout/")
    assert named["rest_framework:login"] == ("path:api-auth/", "path:login/")
    assert not [lost for lost in facts.unresolved if lost.kind == "include"]


def test_a_decorator_of_ones_own_runs_also_where_urls_are_read_before_views(
    tmp_path: Path,
) -> None:
    facts = scanned(
        tmp_path,
        {
            "settings.py": "ROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['shop']\n",
            "shop/__init__.py": "",
            "shop/models.py": """
                from django.db import models
                class Feature(models.Model):
                    class Meta:
                        db_table = "features"
            """,
            "shop/urls.py": """
                from django.urls import path
                from shop import views
                urlpatterns = [path("inbox/", views.inbox)]
            """,
            "shop/views.py": """
                from functools import wraps
                from django.http import Http404, JsonResponse
                from shop.models import Feature
                def required(name):
                    def decorate(view):
                        @wraps(view)
                        def wrapper(request):
                            if not Feature.objects.filter(name=name).exists():
                                raise Http404
                            return view(request)
                        return wrapper
                    return decorate
                @required("inbox")
                def inbox(request):
                    return JsonResponse({})
            """,
        },
    )
    assert touched(facts, "read", "views.inbox") == {"features"}
