"""Views that extensions of Flask register by their class, against what their own URL maps say."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import routes, scanned, touched

APP = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class Post(db.Model):
    __tablename__ = "posts"
    id = db.Column(db.Integer, primary_key=True)

class Log(db.Model):
    __tablename__ = "logs"
    id = db.Column(db.Integer, primary_key=True)
"""

ADMIN = """
from flask_admin import Admin, BaseView, expose
from flask_admin.contrib.sqla import ModelView

from app import Flask, Log, Post, db

class Report(BaseView):
    @expose("/")
    def index(self):
        return self.render("report.html", posts=Post.query.all())

    @expose("/clear", methods=["POST"])
    def clear(self):
        db.session.delete(Post())

class Posts(ModelView):
    def on_model_change(self, form, model, is_created):
        db.session.add(Log())

def create_app():
    app = Flask(__name__)
    admin = Admin(app, url="/back")
    admin.add_view(Posts(Post, db.session))
    admin.add_view(ModelView(Log, db.session, endpoint="journal"))
    admin.add_view(Report(name="Report", endpoint="report"))
    return app
"""

BUILDER = """
from flask_appbuilder import AppBuilder, BaseView, ModelView, expose
from flask_appbuilder.api import BaseApi, ModelRestApi
from flask_appbuilder.models.sqla.interface import SQLAInterface

from app import Flask, Log, Post, db

class Hello(BaseView):
    route_base = "/hello"

    @expose("/<name>")
    def say(self, name):
        return str(Log.query.first())

class PostApi(ModelRestApi):
    resource_name = "post"
    datamodel = SQLAInterface(Post)

    def post_add(self, item):
        db.session.add(Log())

class Ping(BaseApi):
    @expose("/ping", methods=["POST"])
    def ping(self):
        return self.response(200)

class PostView(ModelView):
    datamodel = SQLAInterface(Post)

builder = AppBuilder(Flask(__name__), db.session)
builder.add_view_no_menu(Hello)
builder.add_api(PostApi)
builder.add_api(Ping)
builder.add_view(PostView, "Posts")
"""

CLASSFUL = """
from flask import Blueprint
from flask_classful import FlaskView, route

from app import Flask, Post

class Common(FlaskView):
    @classmethod
    def register(cls, app, **options):
        super().register(app, **options)

class PostsView(Common):
    def index(self):
        return str(Post.query.all())

    def get(self, id):
        return str(Post.query.first())

    @route("/search/<word>", methods=["GET", "POST"])
    def search(self, word):
        return ""

    def random(self):
        return ""

class Plain(FlaskView):
    trailing_slash = False
    route_base = "plain"

    def post(self):
        return ""

    def before_request(self, name):
        pass

app = Flask(__name__)
pages = Blueprint("pages", __name__, url_prefix="/api")
PostsView.register(pages)
Plain.register(app, route_prefix="/v3")
app.register_blueprint(pages)
"""


def _pages(base: str) -> set[str]:
    forms = {f"{method} {base}/{page}/" for method in ("GET", "POST") for page in ("new", "edit")}
    asked = ("", "details/", "ajax/lookup/", "export/{export_type}/")
    sent = ("action/", "delete/", "ajax/update/")
    return forms | {f"GET {base}/{p}" for p in asked} | {f"POST {base}/{p}" for p in sent}


def test_views_of_flask_admin_have_their_own_pages_and_those_of_a_model(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APP, "back.py": ADMIN})
    report = {"GET /back/report/", "POST /back/report/clear", "GET /back/"}
    assert routes(facts) == _pages("/back/post") | _pages("/back/journal") | report
    assert touched(facts, "write", "Posts:create_view") == {"posts", "logs"}
    assert touched(facts, "write", "Posts:index_view") == set()
    assert touched(facts, "read", "Posts:index_view") == {"posts"}
    assert touched(facts, "write", "ModelView.delete_view:app.Log") == {"logs"}
    assert touched(facts, "read", "Report:index") == {"posts"}
    assert all(route.is_of_admin for route in facts.routes)


def test_views_of_appbuilder_have_their_own_pages_and_those_of_a_model(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APP, "views.py": BUILDER})
    known = routes(facts)
    assert {"GET /hello/{name}", "POST /api/v1/ping/ping", "GET /postview/list/"} <= known
    assert {"GET /api/v1/post/", "PUT /api/v1/post/{pk}", "GET /api/v1/post/_info"} <= known
    assert touched(facts, "write", "PostApi.post") == {"posts", "logs"}
    assert touched(facts, "write", "PostApi.put") == {"posts"}
    assert touched(facts, "read", "Hello.say") == {"logs"}
    assert [lost.what for lost in facts.unresolved if lost.kind == "package"] != []


def test_methods_of_flask_classful_say_how_they_are_asked(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APP, "views.py": CLASSFUL})
    assert routes(facts) == {
        "GET /api/posts/",
        "GET /api/posts/{id}/",
        "GET /api/posts/random/",
        "GET /api/posts/search/{word}",
        "POST /api/posts/search/{word}",
        "POST /v3/plain",
    }
    assert touched(facts, "read", "PostsView.get") == {"posts"}
