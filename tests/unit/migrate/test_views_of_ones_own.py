"""Views that make their own routes: one method of the class, a route for each action."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import routes, scanned, touched

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


SETTING = """
from django.db import models
from django.http import HttpResponse
from django.urls import path
from django.utils.decorators import classonlymethod
from django.views.generic import View

ACTIONS = {"list": {"get": "list"}, "new": {"get": "form", "post": "make"}}

class Book(models.Model): pass
class Author(models.Model): pass

class Many(View):
    model = None

    @classonlymethod
    def as_view(cls, action):
        def view(request, *args, **kwargs):
            self = cls()
            for verb, method in ACTIONS[action].items():
                setattr(self, verb, getattr(self, method))
            return self.dispatch(request, *args, **kwargs)
        return view

    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def list(self, request):
        return HttpResponse(str(list(self.model.objects.all())))

    def form(self, request):
        return HttpResponse("")

    def make(self, request):
        self.model.objects.create()
        return HttpResponse("")

class Books(Many):
    model = Book

class Authors(Many):
    model = Author

urlpatterns = [
    path("books/", Books.as_view("list")),
    path("books/new/", Books.as_view("new")),
    path("authors/", Authors.as_view("list")),
    path("authors/new/", Authors.as_view("new")),
]
"""


def test_what_a_view_sets_for_the_methods_is_done_for_its_route(tmp_path: Path) -> None:
    settings = 'ROOT_URLCONF = "shop.models"\nINSTALLED_APPS = ["shop"]\n'
    facts = scanned(tmp_path, {"shop/models.py": SETTING, "shop/settings.py": settings})
    done = {(a.kind, a.table): set(a.routes) for a in facts.accesses}
    assert done == {
        ("read", "shop_book"): {"ANY /books/"},
        ("write", "shop_book"): {"ANY /books/new/"},
        ("read", "shop_author"): {"ANY /authors/"},
        ("write", "shop_author"): {"ANY /authors/new/"},
    }


WIZARD = """
from django.db import models
from django.urls import path
from formtools.wizard.views import SessionWizardView

class Book(models.Model): pass

class Careful:
    def post(self, *args, **kwargs):
        form = self.get_form()
        if form.is_valid():
            return self.render_done(form, **kwargs)
        return self.render(form)

class New(Careful, SessionWizardView):
    def done(self, form_list, **kwargs):
        Book.objects.create()

urlpatterns = [path("new/", New.as_view())]
"""


def test_a_wizard_that_posts_by_itself_is_done_all_the_same(tmp_path: Path) -> None:
    settings = 'ROOT_URLCONF = "shop.models"\nINSTALLED_APPS = ["shop"]\n'
    facts = scanned(tmp_path, {"shop/models.py": WIZARD, "shop/settings.py": settings})
    assert touched(facts, "write", "shop.models.New.post") == {"shop_book"}
    assert touched(facts, "write", "shop.models.New.get") == set()


NAMESAKE = """
from django.db import models
from django.urls import path
from django.views.generic import ListView

class Book(models.Model):
    class Meta:
        db_table = "books"

class Counted:
    pass

class ListView(Counted, ListView):
    model = Book
    template_name = "books.html"

urlpatterns = [path("books/", ListView.as_view())]
"""


def test_a_view_may_have_the_name_of_what_it_inherits_from(tmp_path: Path) -> None:
    settings = 'ROOT_URLCONF = "shop.views"\nINSTALLED_APPS = ["shop"]\n'
    pages = {"shop/templates/books.html": "{% for book in object_list %}{{ book }}{% endfor %}"}
    files = {"shop/views.py": NAMESAKE, "shop/settings.py": settings, **pages}
    facts = scanned(tmp_path, files)
    assert routes(facts) == {"GET /books/"}
    assert touched(facts, "read", "ListView.get") == {"books"}
