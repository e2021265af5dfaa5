"""Pages of moved routes: which templates go along, with what they need, and what keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mscli.migrate.apply.moving.pages.needs import of_django, of_jinja
from mscli.migrate.apply.services import tailored
from tests.unit.migrate import test_moving_around as fastapi
from tests.unit.migrate import test_moving_django as django
from tests.unit.migrate import test_moving_flask as flask
from tests.unit.migrate.slices import part_of, reasons

ENGINE = """
    from pathlib import Path
    TEMPLATES = [{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(BESIDE) / "pages"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["shop.library.pages.title"], "string_if_invalid": "?"},
    }]
"""
TAGS = """
    from django import template
    from shop.people.models import Author

    register = template.Library()

    @register.filter(name="loud")
    def shout(text):
        return text.upper()

    @register.simple_tag
    def authors():
        return Author.objects.all()
"""
DJANGO = {
    **django.FILES,
    "shop/settings.py": django.SETTINGS + ENGINE,
    "shop/library/views.py": django.VIEWS.replace("get_object_or_404", "get_object_or_404, render")
    .replace("get_object_or_404, render(", "get_object_or_404(")
    .replace('JsonResponse({"book": book.title})', 'render(request, "lib/lend.html", {})'),
    "shop/library/pages.py": "def title(request):\n    return {'title': 'Books'}\n",
    "shop/library/templatetags/__init__.py": "",
    "shop/library/templatetags/words.py": TAGS,
    "shop/library/templates/lib/lend.html": """
        {% extends "base.html" %}{% load words %}{{ title|loud }}{% url 'library:shelf' %}
    """,
    "shop/library/templates/base.html": "not this one",
    "shop/pages/base.html": "{% block x %}{% endblock %}{# {% load gone %} #}",
}


def lend(folder: Path, files: Mapping[str, str]) -> str:
    """The reasons against the route with a page."""
    found = part_of(folder, {**DJANGO, **files})
    [fate] = [fate for fate in found.fates if fate.route.handler.endswith("lend")]
    return "; ".join(fate.reasons)


def test_django_pages_go_along_with_their_tags_and_processors(tmp_path: Path) -> None:
    found = part_of(tmp_path, DJANGO)
    assert reasons(found) == ""
    made = tailored(found, []).files
    assert made["src/library/templates/base.html"].startswith("{% block x %}")
    assert "{% load words %}" in made["src/library/templates/lib/lend.html"]
    settings = made["src/library/legacy/settings.py"]
    assert "'words': 'library.moved.library.templatetags.words'" in settings
    assert "'library.moved.library.pages.title'" in settings
    assert "'string_if_invalid': '?'" in settings
    words = made["src/library/moved/library/templatetags/words.py"]
    assert "def shout" in words
    assert "authors" not in words  # no page uses it


def test_a_library_of_djangos_own_is_installed(tmp_path: Path) -> None:
    settings = DJANGO["shop/settings.py"].replace("BASE = [", 'BASE = ["django.contrib.humanize", ')
    page = "{% load humanize %}{{ 1|intcomma }}"
    found = part_of(tmp_path, {**DJANGO, "shop/settings.py": settings, PAGE: page})
    assert reasons(found) == ""
    assert "django.contrib.humanize" in found.slice.django.installed
    assert "which is no library" in lend(tmp_path, {PAGE: page})


def test_settings_that_models_read_go_along_with_every_route(tmp_path: Path) -> None:
    models = django.MODELS.replace("max_length=80", "max_length=settings.SIZE")
    settings = DJANGO["shop/settings.py"] + "\n    SIZE = int(os.environ.get('SIZE', '80'))\n"
    found = part_of(
        tmp_path, {**DJANGO, "shop/settings.py": settings, "shop/library/models.py": models}
    )
    assert ("SIZE", "library.moved.settings") in found.slice.django.computed
    assert "SIZE = int(" in found.modules["src/library/moved/settings.py"]


def test_templates_of_a_name_that_is_put_together_go_along(tmp_path: Path) -> None:
    views = DJANGO["shop/library/views.py"].replace('"lib/lend.html"', 'f"lib/{book_id}.html"')
    found = part_of(tmp_path, {**DJANGO, "shop/library/views.py": views}, "shared")
    assert reasons(found) == ""
    assert set(found.slice.pages) == {
        "src/library/templates/base.html", "src/library/templates/lib/lend.html",
    }  # fmt: skip
    gone = views.replace("lib/{", "gone/{")
    assert "puts the name of a template together" in lend(tmp_path, {"shop/library/views.py": gone})


def test_a_text_may_include_every_plain_template(tmp_path: Path) -> None:
    """Those that need no library of tags, by themselves and by what they extend."""
    files = {
        **DJANGO,
        "shop/library/views.py": django.VIEWS.replace(
            "book.loan_set.create()", "engines['django'].from_string(book.title).render({})"
        ).replace("import View\n", "import View\n    from django.template import engines\n"),
        "shop/library/templates/mail/de.txt": "{% load i18n %}{% include 'mail/foot.txt' %}",
        "shop/library/templates/mail/foot.txt": "{{ name }}",
        "shop/library/templates/mail/loud.txt": "{% load words %}{{ name|loud }}",
    }
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    texts = {path.rpartition("templates/")[2] for path in found.slice.pages}
    assert texts == {"base.html", "mail/de.txt", "mail/foot.txt"}


PAGE = "shop/library/templates/lib/lend.html"
AGAINST = {
    "{% include name %}": "it puts the name of a template together (shop/library/templates/lib",
    "{% include 'gone.html' %}": "no file of the monolith is the template `gone.html`",
    "{% url 'gone' %}": "the URL `gone` is not known (shop/library/templates/lib/lend.html)",
    "{% load gone_tags %}": "its templates load `gone_tags`, which is no library",
    "{% load words %}{% authors %}": "it uses shop.people.models.Author, which another service",
}


@pytest.mark.parametrize("text", AGAINST)
def test_what_a_django_page_needs_of_others_keeps_the_route(tmp_path: Path, text: str) -> None:
    assert AGAINST[text] in lend(tmp_path, {PAGE: text})


SETTINGS = {
    'APP_DIRS": True': 'APP_DIRS": False',
    'Path(BESIDE) / "pages"': "PAGES",
    "DjangoTemplates": "Jinja2",
    '"string_if_invalid": "?"': '"loaders": []',
    "shop.library.pages.title": "crispy.pages.title",
}


@pytest.mark.parametrize("old", SETTINGS)
def test_templates_that_are_found_in_another_way_keep_the_route(tmp_path: Path, old: str) -> None:
    text = DJANGO["shop/settings.py"]
    assert old in text
    assert lend(tmp_path, {"shop/settings.py": text.replace(old, SETTINGS[old])})


def test_a_generic_view_has_the_template_of_its_model(tmp_path: Path) -> None:
    views = DJANGO["shop/library/views.py"].replace("(View):", "(ListView):")
    views = views.replace("views import View", "views.generic import ListView")
    shelf = views.replace("def get(self, request):", "model = Book\n\n        def show(self):")
    files = {**DJANGO, "shop/library/templates/lib/book_list.html": "books"}
    found = part_of(tmp_path, {**files, "shop/library/views.py": shelf})
    assert reasons(found) == ""
    assert found.slice.pages["src/library/templates/lib/book_list.html"] == "books"
    nameless = part_of(tmp_path, {**files, "shop/library/views.py": views})
    assert "it puts the name of a template together" in reasons(nameless)


def test_a_page_that_an_application_has_not_is_no_reason(tmp_path: Path) -> None:
    """Such a view takes what is posted, or only others are made of it."""
    views = DJANGO["shop/library/views.py"].replace(
        "views import View", "views.generic import ListView"
    )
    base = "class Base(ListView):\n        model = Book\n\n    "
    views = views.replace(
        "class Shelf(View):", base + 'class Shelf(Base):\n        template_name = "lib/lend.html"\n'
    )
    shown = views + "\n    def other(request):\n        return Base.as_view()(request)\n"
    found = part_of(tmp_path, {**DJANGO, "shop/library/views.py": shown})
    assert reasons(found) == ""
    elsewhere = {"attic/lib/book_list.html": "where no loader of the monolith looks"}
    hidden = part_of(tmp_path, {**DJANGO, **elsewhere, "shop/library/views.py": shown})
    assert "no file of the monolith is the template `lib/book_list.html`" in reasons(hidden)


def test_messages_in_a_cookie_go_along_and_those_in_an_unknown_store_do_not(
    tmp_path: Path,
) -> None:
    storage = "django.contrib.messages.storage.cookie.CookieStorage"
    views = DJANGO["shop/library/views.py"].replace("book.loan_set.create()", "info(request, 'x')")
    views = "    from django.contrib.messages import info\n" + views.lstrip("\n")
    settings = DJANGO["shop/settings.py"].replace(
        "BASE = [", f'MESSAGE_STORAGE = "{storage}"\n    BASE = ["django.contrib.messages", '
    )
    settings = settings.replace(
        "MIDDLEWARE = [", 'MIDDLEWARE = ["django.contrib.messages.middleware.MessageMiddleware", '
    )
    files = {"shop/settings.py": settings, "shop/library/views.py": views}
    found = part_of(tmp_path, {**DJANGO, **files})
    assert reasons(found) == ""
    made = tailored(found, []).files["src/library/legacy/settings.py"]
    assert '"django.contrib.messages.middleware.MessageMiddleware",' in made
    assert "`SECRET_KEY`: the monolith's own" in " ".join(found.environment)
    other = settings.replace("cookie.CookieStorage", "session.SessionStorage")
    said = lend(tmp_path, {**files, "shop/settings.py": other})
    assert "`django.contrib.messages.info` needs an application of Django's" in said


FLASK_APP = flask.APP.replace(
    "db.init_app(app)",
    """db.init_app(app)
        app.config["TITLE"] = "Books"
        app.config["SESSION_COOKIE_NAME"] = "s"
        app.config["OTHER"] = "o"
        app.before_request(books.remember)
        app.jinja_env.filters["loud"] = books.shout""",
).replace(
    "from shop.books import shelf", "from shop import books\n    from shop.books import shelf"
)
FLASK_BOOKS = (
    flask.BOOKS.replace("import Blueprint,", "import Blueprint, current_app, g, render_template,")
    .replace("jsonify(title=found.title)", 'render_template("book.html", book=found, seen=g.seen)')
    .replace("class Lost", "def shout(text):\n        return text.upper()\n\n    class Lost")
    + """
    def remember():
        g.seen = current_app.config.get("TITLE")
"""
)
FLASK = {
    **flask.FILES,
    "requirements.txt": "flask\nflask-sqlalchemy\n",
    "shop/__init__.py": FLASK_APP,
    "shop/books.py": FLASK_BOOKS,
    "shop/templates/book.html": "{% import 'parts.html' as p %}{{ book.x | loud }}{{ session.x }}",
    "shop/templates/parts.html": "{{ url_for('static', filename='a.css') }}{{ config.TITLE }}",
}


def test_flask_pages_go_along_with_what_the_application_gives_them(tmp_path: Path) -> None:
    found = part_of(tmp_path, FLASK)
    assert reasons(found) == ""
    made = tailored(found, []).files
    assert set(found.slice.pages) == {
        "src/library/templates/book.html",
        "src/library/templates/parts.html",
    }
    around = made["src/library/legacy/around.py"]
    assert "app.config.update(TITLE='Books')" in around
    assert "app.config.update(SESSION_COOKIE_NAME='s')" in around
    assert "OTHER" not in around  # nobody asks for it
    assert "app.add_template_filter(shout, 'loud')" in around
    assert "app.before_request(remember)" in around  # it fills `g`
    application = made["src/library/legacy/application.py"]
    assert 'app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY")' in application
    assert "`SECRET_KEY`: the monolith's own" in " ".join(found.environment)
    compile(application + around, "both.py", "exec")


FLASK_AGAINST = [
    ("__init__", '= "Books"', "= secrets()", "the value of `config['TITLE']` is not known"),
    ("__init__", 'app.config["OTHER"] = "o"', 'app.config.from_pyfile("x")', "is read from else"),
    ("__init__", "app.before_request(books.remember)", "pass", "it uses `g.seen`, which"),
    ("__init__", "from flask", "import flask_session\n    from flask", "`flask_session` keeps"),
    ("__init__", "books.shout", "app", "the application gives `loud` to its temp"),
    ("__init__", '.filters["loud"]', '.filters["quiet"]', "its templates use `loud`, which is not"),
    ("books", "current_app.config.get", "print; current_app.extensions.get", "s config"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), FLASK_AGAINST)
def test_what_flask_pages_need_and_nobody_can_say_again_keeps_the_route(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    name = f"shop/{file}.py"
    assert old in FLASK[name]
    assert said in reasons(part_of(tmp_path, {**FLASK, name: FLASK[name].replace(old, new, 1)}))


def test_what_an_extension_gives_to_pages_keeps_the_route(tmp_path: Path) -> None:
    """A view that asks for no user shows one by its page."""
    page = FLASK["shop/templates/book.html"] + "{{ current_user.name }}"
    app = "    from flask_login import LoginManager\n" + FLASK_APP
    files = {**FLASK, "shop/templates/book.html": page}
    assert reasons(part_of(tmp_path / "without", files)) == ""
    found = reasons(part_of(tmp_path / "with", {**files, "shop/__init__.py": app}))
    assert "`flask_login` gives `current_user` to its templates" in found


def test_fastapi_pages_go_along(tmp_path: Path) -> None:
    routes = fastapi.ROUTES.replace("router = ", "pages = Jinja2Templates('pages')\n    router = ")
    routes = routes.replace("return {", "return pages.TemplateResponse(request, 'book.html', {")
    routes = "    from fastapi.templating import Jinja2Templates\n" + routes.rstrip() + ")\n"
    files = {
        **fastapi.FILES,
        "shop/routes.py": routes,
        "pages/book.html": "{{ url_for('book', book_id=1) }}",
        "requirements.txt": "fastapi\nsqlalchemy\njinja2\n",
    }
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    made = tailored(found, []).files
    assert made["src/library/templates/book.html"] == files["pages/book.html"]
    moved = made["src/library/moved/routes.py"]
    assert 'pages = Jinja2Templates(directory=files("library") / "templates")' in moved
    assert "from importlib.resources import files" in moved
    assert "jinja2" in found.requirements
    given = {**files, "shop/routes.py": routes.replace("('pages')", "('pages', env=1)")}
    assert "its templates are given env" in reasons(part_of(tmp_path, given))


def test_what_a_template_needs_is_read_without_rendering_it() -> None:
    found = of_jinja(
        "{% set a = b.c|f %}{% if a is odd %}{{ config['X'] }}{{ url_for(d) }}{% endif %}"
    )
    assert found.filters == {"f"}
    assert found.names == {"b", "config", "d", "url_for"}
    assert found.urls == {""}
    assert {"b.c", "config.X"} <= found.chains
    assert of_jinja("{% if %}").fault
    text = "{% comment %}{% load no %}{% endcomment %}{% load a from b %}{{ x.y|f:'z' }}"
    also = of_django(text + "{% verbatim %}{{ no }}{% endverbatim %}")
    assert (also.libraries, also.filters, also.names) == ({"b"}, {"f"}, {"x"})


def test_answers_of_a_flask_application_to_errors_go_along_with_their_pages(tmp_path: Path) -> None:
    app = FLASK_APP.replace(
        "app.before_request",
        "app.register_error_handler(404, books.gone)\n        app.before_request",
    )
    books = (
        FLASK_BOOKS
        + """
    def gone(error):
        return render_template("gone.html"), 404
"""
    )
    files = {**FLASK, "shop/__init__.py": app, "shop/books.py": books}
    found = part_of(tmp_path, {**files, "shop/templates/gone.html": "gone"})
    assert reasons(found) == ""
    around = tailored(found, []).files["src/library/legacy/around.py"]
    assert "app.register_error_handler(404, gone)" in around
    assert found.slice.pages["src/library/templates/gone.html"] == "gone"
    inner = app.replace("books.gone", "lambda error: app")
    said = reasons(part_of(tmp_path, {**files, "shop/__init__.py": inner}))
    assert "the application answers the error `404`" in said


def test_forms_go_along_unless_the_whole_application_is_guarded_by_them(tmp_path: Path) -> None:
    books = "    from flask_wtf import FlaskForm\n" + FLASK_BOOKS.lstrip("\n").replace(
        "class Lost", "class Title(FlaskForm):\n        pass\n\n    class Lost"
    ).replace("seen=g.seen", "seen=Title()")
    files = {
        **FLASK,
        "shop/books.py": books,
        "requirements.txt": "flask\nflask-sqlalchemy\nflask-wtf\n",
    }
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    assert found.slice.signs
    assert "flask-wtf" in found.requirements
    guarded = "    from flask_wtf import CSRFProtect\n" + FLASK_APP.lstrip("\n")
    said = reasons(part_of(tmp_path, {**files, "shop/__init__.py": guarded}))
    assert "`flask_wtf` is set up by the monolith's application" in said


SHOWN = """
    from django.shortcuts import render

    def show(request, page, *, more=None):
        return render(request, page, {})

    def also(request, page="lib/lend.html"):
        return show(request, page=page)
"""


@pytest.mark.parametrize(
    ("call", "named"),
    {
        'tools.show(request, "lib/lend.html")': True,
        "tools.also(request)": True,
        'tools.show(request, page="lib/" + "lend.html")': True,
        "tools.show(request, book.title)": False,
        "tools.show(*request)": False,
        '[tools.show][0](request, "lib/lend.html")': False,
    }.items(),
)
def test_a_name_that_a_function_is_given_is_what_its_callers_say(
    tmp_path: Path, call: str, named: bool
) -> None:
    views = (
        DJANGO["shop/library/views.py"]
        .replace('render(request, "lib/lend.html", {})', call)
        .replace("from django.http", "from shop import tools\n    from django.http")
    )
    tools = SHOWN if "also" in call else SHOWN.split("    def also", maxsplit=1)[0]
    why = lend(tmp_path, {"shop/library/views.py": views, "shop/tools.py": tools})
    assert (why == "") is named
    assert named or "it puts the name of a template together (shop/tools.py" in why


def test_parts_of_forms_are_found_among_the_pages(tmp_path: Path) -> None:
    """Django looks for them where applications have theirs, and a service has none there."""
    errors = """
        from django.forms.utils import ErrorList

        class Errors(ErrorList):
            template_name = "lib/lend.html"
    """
    views = (
        DJANGO["shop/library/views.py"]
        .replace('"lib/lend.html", {}', '"lib/lend.html", {"x": Errors}')
        .replace("from django.http", "from shop.errors import Errors\n    from django.http")
    )
    found = part_of(tmp_path, {**DJANGO, "shop/errors.py": errors, "shop/library/views.py": views})
    assert str(found.slice.django.settings["FORM_RENDERER"]).endswith("TemplatesSetting")


LOADERS = """
    found_by = ("django.template.loaders.app_directories.Loader",)
    if not DEBUG:
        found_by = [("django.template.loaders.cached.Loader", found_by)]
    TEMPLATES = [{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": found_by},
    }]
"""


def test_an_application_in_a_folder_that_is_no_module_has_pages_too(tmp_path: Path) -> None:
    """What looks for them is the same behind a cache, whatever a condition says."""
    files = {**DJANGO, "shop/settings.py": django.SETTINGS + LOADERS}
    del files["shop/library/__init__.py"]
    files["shop/library/templates/lib/lend.html"] = "{% load words %}{{ title|loud }}"
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    assert set(found.slice.pages) == {"src/library/templates/lib/lend.html"}
    assert [app["label"] for app in found.slice.django.apps] == ["lib"]
