"""Which views of Django go along, what goes with them, and why the others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.slices import part_of, reasons

SETTINGS = """
    import os

    SECRET_KEY = os.environ["SECRET_KEY"]
    DEBUG = True
    BASE = ["django.contrib.auth", "crispy_forms", "taggit"]
    INSTALLED_APPS = BASE + ["shop.people", "shop.library.apps.Library"]
    MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware", "debug_toolbar.middleware.Seen"]
    ROOT_URLCONF = "shop.urls"
    AUTH_USER_MODEL = "people.Author"
    USE_TZ = False
    PAGE = 20
    SECRET_PAGE = os.environ.get("PAGE")
    BESIDE = os.path.dirname(__file__)
"""
MODELS = """
    from django.conf import settings
    from django.db import models

    from shop.people.models import Author

    class Book(models.Model):
        title = models.CharField(max_length=80)  # its title
        author = models.ForeignKey(Author, on_delete=models.CASCADE, null=True)
        seller = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT)
        readers = models.ManyToManyField(Author, related_name="read")

        class Meta:
            db_table = "books"
            unique_together = [("title", "author")]
            ordering = ["-author"]

    class Loan(models.Model):
        book = models.ForeignKey(Book, on_delete=models.CASCADE)

        class Meta:
            db_table = "loans"
"""
VIEWS = """
    from django.conf import settings
    from django.http import JsonResponse
    from django.shortcuts import get_object_or_404
    from django.views import View

    from shop.library.models import Book

    class Shelf(View):
        def get(self, request):
            found = Book.objects.all()[: settings.PAGE]
            return JsonResponse({"books": [book.title for book in found]})

    def lend(request, book_id):
        book = get_object_or_404(Book, id=book_id)
        book.loan_set.create()
        return JsonResponse({"book": book.title})
"""
URLS = """
    from django.urls import path, re_path

    from shop.library import views

    app_name = "library"
    urlpatterns = [
        path("", views.Shelf.as_view(), name="shelf"),  # all
        # One of them.
        re_path(r"^(?P<book_id>[0-9]+)/lend/$", views.lend, name="lend"),
    ]
"""
RECEIVERS = """
    from django.db.models.signals import post_save
    from django.dispatch import receiver

    from shop.library.models import Loan

    @receiver(post_save, sender=Loan)
    def note(sender, instance, **kwargs):
        Loan.objects.filter(id=instance.id).update(book_id=1)
"""
FILES = {
    "shop/__init__.py": "",
    "shop/settings.py": SETTINGS,
    "shop/urls.py": """
        from django.urls import include, path

        urlpatterns = [path("v1/books/", include("shop.library.urls"))]
    """,
    "shop/people/__init__.py": "",
    "shop/people/models.py": """
        from django.db import models

        class Author(models.Model):
            name = models.CharField(max_length=80)
    """,
    "shop/library/__init__.py": "",
    "shop/library/apps.py": """
        from django.apps import AppConfig

        class Library(AppConfig):
            name = "shop.library"
            label = "lib"

            def ready(self):
                from shop.library import receivers
    """,
    "shop/library/models.py": MODELS,
    "shop/library/views.py": VIEWS,
    "shop/library/urls.py": URLS,
    "shop/library/receivers.py": RECEIVERS,
    "requirements.txt": "django\ndjango-crispy-forms\ndjango-taggit\npillow\n",
}


def test_views_go_along_with_their_urls_models_and_receivers(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    assert reasons(found) == ""
    urls = found.modules["src/library/moved/library/urls.py"]
    assert 'app_name = "library"' in urls
    assert '    path("", views.Shelf.as_view(), name="shelf"),  # all\n    # One of them.\n' in urls
    assert "from library.moved.library import views" in urls
    assert "def note" in found.modules["src/library/moved/library/receivers.py"]
    assert found.slice.registering == (
        "library.moved.library.models",
        "library.moved.library.receivers",
    )
    [router] = found.slice.routers
    assert (router.package, router.module) == ("library.moved.library", "urls")
    assert router.prefix == "v1/books"
    assert found.slice.django.apps == (
        {"name": "library.moved.library", "label": "lib", "cls": "Lib"},
    )


def test_settings_are_those_that_answers_and_code_depend_on(tmp_path: Path) -> None:
    made = part_of(tmp_path, FILES).slice
    assert made.django.settings == {"PAGE": 20, "USE_TZ": False}
    assert made.django.middleware == ("django.middleware.csrf.CsrfViewMiddleware",)


def test_settings_are_those_that_the_project_starts_with(tmp_path: Path) -> None:
    started = {
        "shop/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.live')\n",
        "shop/live.py": "from shop.settings import *\nUSE_TZ = True\n",
    }
    made = part_of(tmp_path, {**FILES, **started}).slice
    assert made.django.settings == {"PAGE": 20, "USE_TZ": True}


def test_keys_to_others_are_columns(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    models = found.modules["src/library/moved/library/models.py"]
    assert "    author_id = models.IntegerField(null=True, db_index=True)\n" in models
    assert "    seller_id = models.IntegerField(unique=True)\n" in models
    assert "readers" not in models
    assert 'unique_together = [("title", "author_id")]' in models
    assert 'ordering = ["-author_id"]' in models
    assert "(max_length=80)  # its title" in models
    assert "import settings" not in models
    assert "Author" not in models
    assert len(found.cuts) == 3


def test_of_a_list_of_urls_those_stay_that_are_not_clean(tmp_path: Path) -> None:
    views = VIEWS.replace("book.loan_set", "request.user; book.loan_set")
    found = part_of(tmp_path, {**FILES, "shop/library/views.py": views})
    assert "it asks `request.user` for who is logged in (shop/library/views.py:14)" in reasons(
        found
    )
    assert [fate.route.path for fate in found.fates if fate.is_moved] == ["/v1/books/"]
    urls = found.modules["src/library/moved/library/urls.py"]
    assert "lend" not in urls
    assert 'urlpatterns = [\n    path("", views.Shelf.as_view(), name="shelf"),  # all\n' in urls
    assert "def lend" not in found.modules["src/library/moved/library/views.py"]


NEEDED = {
    "it puts the name of a template together": ("views", "JsonResponse({", "render(request, {"),
    "`taggit` is an application that a project installs": (
        "views", "book.loan_set", "helper; book.loan_set",
    ),
    "`django.contrib.auth.decorators.login_required` needs an application": (
        "views", "    class Shelf", "    @login_required\n    class Shelf",
    ),
    "it uses `author`, which is cut": ("views", "objects.all()", "objects.filter(author=1)"),
    "it uses shop.people.models.Author": ("models", "Loan(models.Model)", "Loan(Author)"),
    "not declared at the top": ("urls", "urlpatterns = [", "urlpatterns = 1 and ["),
}  # fmt: skip
IMPORTS = """
    from taggit import helper
    from django.contrib.auth.decorators import login_required
    from django.shortcuts import get_object_or_404, render
"""


NAMING = {
    "it names `author`, which is cut (shop/library/views.py:": (
        (
            "class Form(ModelForm):\n        class Meta:\n            model = Book\n"
            '            fields = ["title", "author"]\n'
        ),
        'class Form(ModelForm):\n        name = ModelForm(source="author.name")\n',
        'class Form(ModelForm):\n        filterset_fields = {"author": ["exact"]}\n',
        'class Form(ModelForm):\n        found = Book.objects.values("title", "author__name")\n',
    ),
    "it takes every field of `Book`, of which `author` is cut (shop/library/views.py:": (
        'class Form(ModelForm):\n        model = Book\n        fields = "__all__"\n',
        (
            "class Form(ModelForm):\n        class Meta:\n            model = Book\n"
            '            exclude = ["title"]\n'
        ),
    ),
    "": (
        'class Form(ModelForm):\n        model = Loan\n        fields = "__all__"\n',
        (
            'class Form(ModelForm):\n        model = Book\n        fields = ["title"]\n'
            '        page = {"author": 1}\n'
        ),
    ),
}


@pytest.mark.parametrize(("said", "form"), [(s, form) for s in NAMING for form in NAMING[s]])
def test_what_names_a_field_that_is_cut_stays(tmp_path: Path, said: str, form: str) -> None:
    views = VIEWS.replace("    class Shelf", f"    {form}\n    class Shelf")
    views = views.replace(
        "import Book\n", "import Book, Loan\n    from django.forms import ModelForm\n"
    )
    views = views.replace(
        "        def get(self, request):", "        form = Form\n\n        def get(self, request):"
    )
    found = part_of(tmp_path, {**FILES, "shop/library/views.py": views})
    assert said in reasons(found)
    assert bool(said) is ("is cut" in reasons(found))


def test_a_task_that_is_of_no_application_stays(tmp_path: Path) -> None:
    task = "    @shared_task\n    def count(): ...\n\n    class Shelf"
    views = VIEWS.replace("    class Shelf", task).replace(
        "found = Book", "count.delay(); found = Book"
    )
    views = views.replace(
        "from django.http", "from celery import shared_task\n    from django.http"
    )
    files = {**FILES, "shop/library/views.py": views}
    found = part_of(tmp_path, {**files, "requirements.txt": "django\ncelery\n"})
    assert "which application of Celery its tasks are of (shop/library/views.py)" in reasons(found)


@pytest.mark.parametrize("said", NEEDED)
def test_what_needs_the_monoliths_project_stays(tmp_path: Path, said: str) -> None:
    file, before, after = NEEDED[said]
    text = FILES[f"shop/library/{file}.py"]
    assert before in text
    text = text.replace(before, after)
    text = text.replace("\n    from django.shortcuts import get_object_or_404\n", IMPORTS)
    found = part_of(tmp_path, {**FILES, f"shop/library/{file}.py": text})
    assert said in reasons(found)


def test_a_receiver_that_is_not_clean_keeps_what_writes(tmp_path: Path) -> None:
    receivers = RECEIVERS.replace(
        "import Loan\n", "import Loan\n    from shop.people import models\n"
    )
    receivers = receivers.replace("        Loan.objects", "        models.Author; Loan.objects")
    found = part_of(tmp_path, {**FILES, "shop/library/receivers.py": receivers})
    assert "a listener to its rows: it uses shop.people.models.Author" in reasons(found)
    assert [fate.route.path for fate in found.fates if fate.is_moved] == ["/v1/books/"]
    assert "src/library/moved/library/receivers.py" not in found.modules


PLUG = """
    def plug():
        post_save.connect(note, sender=Loan)
"""


PLUG_EACH = """
    def plug(models):
        for model in models:
            post_save.connect(note, sender=model)
"""


@pytest.mark.parametrize(
    "plug", [PLUG, PLUG_EACH, PLUG.replace("=Loan", "=apps.get_model(plug.__name__)")]
)
def test_a_receiver_that_is_connected_in_a_function_keeps_what_writes(
    tmp_path: Path, plug: str
) -> None:
    receivers = RECEIVERS.replace("@receiver(post_save, sender=Loan)", "") + plug
    found = part_of(tmp_path, {**FILES, "shop/library/receivers.py": receivers})
    assert "connects a listener inside of a function (shop/library/receivers.py:" in reasons(found)


def test_a_package_hands_on_what_its_modules_declare(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name != "shop/library/models.py"}
    files |= {
        "shop/library/models/__init__.py": "from .books import *\nfrom .other import unused\n",
        "shop/library/models/books.py": MODELS,
        "shop/library/models/other.py": "unused = 1\n",
    }
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    package = found.modules["src/library/moved/library/models/__init__.py"]
    assert "from library.moved.library.models.books import Book, Loan\n" in package
    assert "unused" not in package


def test_a_page_of_the_admin_is_no_services_own(tmp_path: Path) -> None:
    admin = """
        from django.contrib import admin
        from shop.library.models import Book

        admin.site.register(Book)
    """
    urls = """
        from django.contrib import admin
        from django.urls import include, path

        urlpatterns = [
            path("books/admin/", admin.site.urls),
            path("v1/books/", include("shop.library.urls")),
        ]
    """
    files = {**FILES, "shop/library/admin.py": admin, "shop/urls.py": urls}
    paths = {fate.route.path for fate in part_of(tmp_path, files).fates}
    assert "/v1/books/" in paths
    assert not any("admin" in path for path in paths)


def test_a_setting_that_nobody_sets_is_djangos_own_or_missing_on_both_sides(tmp_path: Path) -> None:
    views = VIEWS.replace("settings.PAGE", "getattr(settings, 'PAGE', settings.ELSEWHERE)")
    files = {**FILES, "shop/library/views.py": views}
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    assert found.slice.django.settings["PAGE"] == 20
    hidden = SETTINGS + "    from shop.local import *\n"
    said = reasons(part_of(tmp_path, {**files, "shop/settings.py": hidden}))
    assert "the value of `settings.ELSEWHERE` is not known" in said


def test_a_list_under_a_condition_goes_along_with_it(tmp_path: Path) -> None:
    urls = URLS.replace(
        "urlpatterns = [", "urlpatterns = []\n    if settings.PAGE:\n      urlpatterns += ["
    )
    urls = urls.replace(
        "from shop.library", "from django.conf import settings\n    from shop.library"
    )
    urls += "\n    if settings.USE_TZ:\n        urlpatterns += [path('people/', views.lend)]\n"
    found = part_of(tmp_path, {**FILES, "shop/library/urls.py": urls})
    assert reasons(found) == ""
    moved = found.modules["src/library/moved/library/urls.py"]
    assert "urlpatterns = []\nif settings.PAGE:\n" in moved
    assert 'name="lend"' in moved
    compile(moved, "urls.py", "exec")


OTHERS = """
    from django.conf import settings
    from django.urls import path, re_path
    if settings.USE_TZ:
        from shop.library import views

    MORE = [
        path("", views.Shelf.as_view(), name="shelf"),
        re_path(r"^(?P<book_id>[0-9]+)/lend/$", views.lend, name="lend"),
    ]
    OTHER = [path("people/", views.lend)]
    urlpatterns = []
    if settings.PAGE:
        urlpatterns += MORE
    urlpatterns += OTHER
"""


def test_a_list_of_another_name_goes_along_where_it_is_added(tmp_path: Path) -> None:
    files = {**FILES, "shop/library/urls.py": OTHERS}
    found = part_of(tmp_path, files)
    moved = found.modules["src/library/moved/library/urls.py"]
    assert "if settings.PAGE:\n    urlpatterns += MORE" in moved
    assert "if settings.USE_TZ:\n    from library.moved.library import views" in moved
    assert 'name="lend"' in moved
    compile(moved, "urls.py", "exec")
