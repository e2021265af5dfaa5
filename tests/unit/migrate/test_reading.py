"""What the readers understand, one trap a test."""

from __future__ import annotations

from pathlib import Path

from mscli.migrate import statements
from tests.unit.migrate.project import routes, scanned, touched

MODELS = """
from django.db import models


class Topic(models.Model):
    name = models.CharField(max_length=10)

    class Meta:
        app_label = "board"


class PostQuerySet(models.QuerySet):
    def visible(self):
        return self.filter(hidden=False)


class Post(models.Model):
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    tags = models.ManyToManyField("Topic", related_name="tagged")
    objects = PostQuerySet.as_manager()

    class Meta:
        app_label = "board"


class Poll(Post):
    class Meta:
        app_label = "board"
"""
SETTINGS = 'ROOT_URLCONF = "urls"\nINSTALLED_APPS = ["board"]\n'


def test_django_relations_of_every_kind(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"board/__init__.py": "", "board/models.py": MODELS})
    found = {(r.source, r.kind, r.target, r.through) for r in facts.relations}
    assert found == {
        ("board_post", "foreign-key", "board_topic", ""),
        ("board_post", "many-to-many", "board_topic", "board_post_tags"),
        ("board_poll", "inheritance", "board_post", ""),
    }
    assert "board_post_tags" in {table.table for table in facts.tables}


def test_django_generic_views_managers_and_includes(tmp_path: Path) -> None:
    views = """
    from django.views.generic import CreateView, ListView
    from board.models import Post, Topic


    class Posts(ListView):
        def get_queryset(self):
            return Post.objects.visible()


    class NewTopic(CreateView):
        model = Topic
        fields = ["name"]
    """
    urls = """
    from django.urls import include, path, re_path
    from board.views import NewTopic, Posts

    inner = [re_path(r"^(?P<topic_id>[0-9]+)/posts/$", Posts.as_view())]
    urlpatterns = [path("topics/", include(inner))]
    urlpatterns += [path("new/", NewTopic.as_view())]
    """
    facts = scanned(
        tmp_path,
        {
            "settings.py": SETTINGS,
            "urls.py": urls,
            "board/__init__.py": "",
            "board/models.py": MODELS,
            "board/views.py": views,
        },
    )
    assert routes(facts) == {"GET /topics/{topic_id}/posts/", "GET /new/", "POST /new/"}
    assert touched(facts, "read", "Posts.get") == {"board_post"}
    assert touched(facts, "write", "NewTopic.post") == {"board_topic"}


def test_rest_framework_routers_and_extra_actions(tmp_path: Path) -> None:
    api = """
    from rest_framework import routers, serializers, viewsets
    from rest_framework.decorators import action
    from board.models import Topic


    class TopicSerializer(serializers.ModelSerializer):
        class Meta:
            model = Topic
            fields = "__all__"


    class TopicViewSet(viewsets.ModelViewSet):
        queryset = Topic.objects.all()
        serializer_class = TopicSerializer

        @action(detail=True, methods=["post"])
        def close(self, request, pk=None):
            self.get_object().delete()

        @close.mapping.get
        def is_closed(self, request, pk=None):
            return Response({})


    router = routers.DefaultRouter()
    router.register("topics", TopicViewSet)
    """
    urls = """
    from django.urls import include, path
    from board.api import router

    urlpatterns = [path("api/", include(router.urls))]
    """
    facts = scanned(
        tmp_path,
        {
            "settings.py": SETTINGS,
            "urls.py": urls,
            "board/__init__.py": "",
            "board/models.py": MODELS,
            "board/api.py": api,
        },
    )
    closing = {f"{verb} /api/topics/{{pk}}/close/" for verb in ("GET", "POST")}
    assert {"GET /api/topics/", *closing} <= routes(facts)
    assert touched(facts, "write", "TopicViewSet.create") == {"board_topic"}
    assert "board_post" in touched(facts, "write", "TopicViewSet.close")  # the cascade
    assert touched(facts, "write", "TopicViewSet.list") == set()


def test_flask_views_that_a_function_of_the_project_registers(tmp_path: Path) -> None:
    code = """
    from flask import Blueprint, Flask
    from flask.views import MethodView


    class Home(MethodView):
        def get(self):
            return ""


    def register_view(part, routes, view_func):
        for route in routes:
            part.add_url_rule(route, view_func=view_func)


    def create_app():
        app = Flask(__name__)
        part = Blueprint("part", __name__, url_prefix="/own")
        register_view(part, routes=["/", "/home"], view_func=Home.as_view("home"))
        outer = Blueprint("outer", __name__)
        outer.register_blueprint(part)
        app.register_blueprint(outer, url_prefix="/outer")
        return app
    """
    facts = scanned(tmp_path, {"app.py": code})
    assert routes(facts) == {"GET /outer/own/", "GET /outer/own/home"}


def test_fastapi_dependencies_are_part_of_the_handler(tmp_path: Path) -> None:
    code = """
    from fastapi import APIRouter, Depends, FastAPI
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


    class Base(DeclarativeBase): ...


    class User(Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)


    def session(): ...


    def current(db: Session = Depends(session)) -> User:
        return db.query(User).first()


    router = APIRouter(prefix="/users", dependencies=[Depends(current)])


    @router.delete("/{user_id:int}")
    def remove(user_id: int, db: Session = Depends(session)):
        db.delete(db.get(User, user_id))


    app = FastAPI()
    app.include_router(router, prefix="/v1")
    """
    facts = scanned(tmp_path, {"app.py": code})
    assert routes(facts) == {"DELETE /v1/users/{user_id}"}
    assert touched(facts, "read", "app.remove") == {"users"}
    assert touched(facts, "write", "app.remove") == {"users"}


def test_a_job_that_is_put_into_a_queue_is_no_write_of_the_caller(tmp_path: Path) -> None:
    code = """
    from celery import shared_task
    from board.models import Topic


    @shared_task
    def clean():
        Topic.objects.all().delete()


    def handler(request):
        clean.delay()
    """
    urls = "from django.urls import path\nfrom board.jobs import handler\n"
    facts = scanned(
        tmp_path,
        {
            "settings.py": SETTINGS,
            "urls.py": urls + 'urlpatterns = [path("clean/", handler)]\n',
            "board/__init__.py": "",
            "board/models.py": MODELS,
            "board/jobs.py": code,
        },
    )
    assert [job.name for job in facts.jobs] == ["board.jobs.clean"]
    assert touched(facts, "write", "board.jobs.handler") == set()
    assert "board_topic" in touched(facts, "write", "job:board.jobs.clean")


def test_sql_that_is_not_known_is_listed(tmp_path: Path) -> None:
    code = """
    from django.db import connection


    def report(name):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE stock SET count = %s WHERE id IN (SELECT id FROM old)", [1])
            cursor.execute(name)
    """
    facts = scanned(tmp_path, {"report.py": code})
    assert [(s.reads, s.writes) for s in facts.sql] == [(("old",), ("stock",))]
    assert [(u.kind, u.evidence.line) for u in facts.unresolved] == [("sql", 8)]


def test_a_function_that_is_called_in_many_ways_is_told_apart(tmp_path: Path) -> None:
    many = "".join(f"add(app, '/page{n}', home)\n" for n in range(60))
    code = (
        "from flask import Flask\napp = Flask(__name__)\n"
        "def home():\n    return ''\n"
        "def add(part, path, view):\n"
        + "    x = 1\n" * 20
        + "    part.add_url_rule(path, view_func=view)\n"
    )
    facts = scanned(tmp_path, {"app.py": code + many})
    assert routes(facts) == {f"GET /page{n}" for n in range(60)}


def test_a_prefix_that_is_not_known_is_listed(tmp_path: Path) -> None:
    facts = scanned(
        tmp_path,
        {
            "app.py": """
            import os
            from fastapi import APIRouter, FastAPI
            app = FastAPI()
            router = APIRouter(prefix="/known")
            app.include_router(router, prefix=os.environ["PREFIX"])
            @router.get("/x")
            def x(): ...
            """
        },
    )
    assert routes(facts) == {"GET /known/x"}
    assert [(u.kind, u.evidence.line) for u in facts.unresolved] == [("mount", 6)]


def test_a_table_whose_name_is_not_known_is_none() -> None:
    assert statements.tables_of("SELECT a FROM {} JOIN books ON 1 = ?") == (("books",), ())
