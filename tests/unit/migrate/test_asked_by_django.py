"""What Django asks of a project's classes by itself: forms, views, sitemaps, serializers."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

FILES = {
    "shop/settings.py": """
    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["shop"]
    ADAPTER = "shop.adapters.Invite"
    """,
    "shop/adapters.py": """
    from django.conf import settings
    from django.utils.module_loading import import_string
    from shop.models import Invitation

    class Adapter:
        def is_open(self, email): return True
    class Invite(Adapter):
        def is_open(self, email): return Invitation.objects.filter(email=email).exists()
    def get_adapter(): return import_string(settings.ADAPTER)()
""",
    "shop/models.py": """
    from django.contrib.contenttypes.models import ContentType
    from django.db import models

    class Tag(models.Model): name = models.TextField()
    class Invitation(models.Model): email = models.TextField()
    class Board(models.Model): name = models.TextField()
    class Topic(models.Model):
        board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="topics")
        tags = models.ManyToManyField(Tag)
    class Profile(models.Model):
        board = models.OneToOneField(Board, on_delete=models.CASCADE)
        phone = models.TextField()
    class Activity(models.Model):
        kind = models.ForeignKey(ContentType, on_delete=models.PROTECT)
        def cast(self): return self.kind.get_object_for_this_type(pk=self.pk)
    class Meeting(Activity):
        guests = models.ManyToManyField(Tag)
        def show(self): return list(self.guests.all())
    class Mail(Activity): pass
""",
    "shop/forms.py": """
    from django import forms
    from django.contrib.auth.forms import BaseUserCreationForm
    from shop.adapters import get_adapter
    from shop.models import Board, Tag, Topic

    class TopicForm(forms.ModelForm):
        class Meta:
            model = Topic
            fields = ["board"]
        def _save_m2m(self):
            super()._save_m2m()
            Tag.objects.create(name="x")
    class JoinForm(BaseUserCreationForm):
        class Meta:
            model = Board
            fields = ["name"]
        def clean_email(self):
            if not get_adapter().is_open("x"): raise forms.ValidationError("no")
""",
    "shop/sitemaps.py": """
    from django.contrib.sitemaps import GenericSitemap, Sitemap
    from shop.models import Topic, Tag
    Tags = GenericSitemap({"queryset": Tag.objects.all()})
    class Topics(Sitemap):
        def items(self): return Topic.objects.all()
        def lastmod(self, obj): return obj.board.name
""",
    "shop/views.py": """
    from django.views.generic import CreateView, ListView, TemplateView, View
    from django.contrib.contenttypes.models import ContentType
    from django.views.generic.detail import SingleObjectMixin
    from django.http import HttpResponse
    from rest_framework import serializers, viewsets, routers
    from rest_framework.decorators import action
    from rest_framework.response import Response
    from rest_framework.views import APIView
    from shop.forms import JoinForm, TopicForm
    from shop.models import Activity, Board, Topic

    class Make(CreateView):
        model = Topic
        form_class = TopicForm
    class Join(CreateView):
        form_class = JoinForm
        template_name = "x.html"
    class Later(View):
        def post(self, request):
            form = TopicForm(request.POST)
            topic = form.save(commit=False)
            topic.save()
            form.save_m2m()
    class Never(View):
        def post(self, request):
            topic = TopicForm(request.POST).save(commit=False)
            topic.save()
    class BoardView(SingleObjectMixin, ListView):
        def get(self, request, *args, **kwargs):
            self.object = self.get_object(queryset=Board.objects.all())
            return super().get(request, *args, **kwargs)
        def get_queryset(self): return self.object.topics.all()
    class Statistics(TemplateView):
        template_name = "shop/stats.html"
        extra_context = {"boards": Board.objects.all}
    class BoardApi(APIView):
        class Out(serializers.Serializer):
            phone = serializers.CharField(source="profile.phone")
        def get(self, request):
            return Response(self.Out(Board.objects.all(), many=True).data)
        def post(self, request):
            board = Board.objects.get(pk=1)
            return Response(self.Out(board).data)
    def timeline(request):
        for activity in Activity.objects.all():
            activity.cast().show()
    def any_of(request):
        return ContentType.objects.get(pk=1).get_object_for_this_type(pk=1)
    def told(request, model):
        model.objects.create(name="x")
    class Boards(viewsets.ReadOnlyModelViewSet):
        queryset = Board.objects.all()
        @action(detail=True)
        def open(self, request, pk): pass
    router = routers.DefaultRouter(trailing_slash=False)
    router.register("boards", Boards)
""",
    "shop/templates/shop/stats.html": "{% for b in boards %}{{ b.name }}{% endfor %}",
    "shop/urls.py": """
    from django.contrib.sitemaps.views import sitemap
    from django.urls import path, include
    from shop import views
    from shop.models import Tag
    from shop.sitemaps import Tags, Topics
    urlpatterns = [
        path("make/", views.Make.as_view()),
        path("join/", views.Join.as_view()),
        path("later/", views.Later.as_view()),
        path("board/<int:pk>/", views.BoardView.as_view()),
        path("stats/", views.Statistics.as_view()),
        path("api/", views.BoardApi.as_view()),
        path("timeline/", views.timeline),
        path("any/", views.any_of),
        path("never/", views.Never.as_view()),
        path("told/", views.told, {"model": Tag}),
        path("sitemap.xml", sitemap, {"sitemaps": {"t": Topics, "g": Tags}}),
        path("r/", include(views.router.urls)),
    ]
""",
}
Tables = dict[str, set[str]]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return scanned(tmp_path_factory.mktemp("shop"), FILES)


def by_view(facts: Facts, kind: str, *views: str) -> Tables:
    return {view: touched(facts, kind, view) for view in views}


def test_a_form_saves_what_its_own_method_links(facts: Facts) -> None:
    """Also where the row is saved first, and what it links to later."""
    both = {"shop_topic", "shop_tag"}
    views = ("Make.post", "Later.post", "Never.post")
    assert by_view(facts, "write", *views) == {
        "Make.post": both,
        "Later.post": both,
        "Never.post": {"shop_topic"},
    }


def test_a_form_that_is_checked_asks_what_its_fields_ask(facts: Facts) -> None:
    assert touched(facts, "read", "Join.post") == {"shop_invitation"}
    assert touched(facts, "read", "Join.get") == set()


def test_a_view_shows_the_rows_of_the_object_that_it_has_set(facts: Facts) -> None:
    assert touched(facts, "read", "BoardView.get") == {"shop_board", "shop_topic"}


def test_a_template_calls_what_a_view_puts_into_its_context(facts: Facts) -> None:
    assert touched(facts, "read", "Statistics.get") == {"shop_board"}


def test_a_plain_serializer_shows_the_rows_that_it_is_given(facts: Facts) -> None:
    reads = by_view(facts, "read", "BoardApi.get", "BoardApi.post")
    assert all({"shop_board", "shop_profile"} <= tables for tables in reads.values())


def test_a_row_that_asks_for_itself_is_one_of_the_tables_below(facts: Facts) -> None:
    found = touched(facts, "read", ".timeline")
    assert {"shop_activity", "shop_meeting", "shop_mail", "shop_meeting_guests"} <= found
    assert "shop_board" not in found


def test_a_row_of_any_table_is_listed(facts: Facts) -> None:
    said = [one.what for one in facts.unresolved if "any table" in one.what]
    assert said == ["get_object_for_this_type() gives a row of any table"]


def test_sitemaps_are_asked_for_their_rows_and_each_row(facts: Facts) -> None:
    assert touched(facts, "read", ".sitemap") == {"shop_topic", "shop_board", "shop_tag"}


def test_a_view_is_given_what_its_pattern_says(facts: Facts) -> None:
    assert touched(facts, "write", ".told") == {"shop_tag"}


def test_a_router_may_leave_out_the_last_slash(facts: Facts) -> None:
    assert {"GET /r/boards", "GET /r/boards/{pk}", "GET /r/boards/{pk}/open"} <= routes(facts)
    assert not [one for one in routes(facts) if one.startswith("GET /r/") and one.endswith("/")]


HOOKS = {
    "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\n',
    "shop/models.py": """
    from django.db import models

    class Board(models.Model): name = models.TextField()
    class Log(models.Model): pass
    class Tag(models.Model): pass
    """,
    "shop/loading.py": """
    from importlib import import_module

    def get_class(label, name): return getattr(import_module(f"shop.{label}"), name)
    """,
    "shop/mixins.py": """
    from shop.loading import get_class

    Placing = get_class("placing", "Placing")

    class Asking(Placing):
        def ask(self): self.place()
    """,
    "shop/placing.py": """
    from shop.models import Log

    class Placing:
        def place(self): Log.objects.create()
    """,
    "shop/views.py": """
    from django import forms
    from django.views.generic import CreateView, FormView, TemplateView, UpdateView
    from shop.loading import get_class
    from shop.models import Board, Log, Tag

    Asking = get_class("mixins", "Asking")

    class BoardForm(forms.ModelForm):
        class Meta:
            model = Board
            fields = ["name"]
    class PlainForm(forms.Form): pass

    class Plain(FormView):
        form_class = PlainForm
        def post(self, request, *args, **kwargs): return super().post(request, *args, **kwargs)
        def form_valid(self, form):
            Log.objects.create()
            return super().form_valid(form)
    class Make(CreateView):
        form_class = BoardForm
        def post(self, request, *args, **kwargs): return super().post(request, *args, **kwargs)
        def form_valid(self, form):
            Log.objects.create()
            return super().form_valid(form)
    class Change(UpdateView):
        model = Board
        fields = ["name"]
        def post(self, request, *args, **kwargs): return super().post(request, *args, **kwargs)
        def get_success_url(self): Log.objects.create()
    class Ignored(FormView):
        form_class = PlainForm
        def post(self, request, *args, **kwargs): return None
        def form_valid(self, form): Log.objects.create()
    class Asked(Asking, TemplateView):
        def get(self, request): return self.ask()
    class Pay(TemplateView):
        preview = False
        def post(self, request):
            if not self.preview: return None
            Tag.objects.create()
    """,
    "shop/urls.py": """
    from django.urls import path
    from shop import views

    urlpatterns = [
        path("plain/", views.Plain.as_view()),
        path("make/", views.Make.as_view()),
        path("change/", views.Change.as_view()),
        path("ignored/", views.Ignored.as_view()),
        path("asked/", views.Asked.as_view()),
        path("pay/", views.Pay.as_view()),
        path("preview/", views.Pay.as_view(preview=True)),
    ]
    """,
    "shop/apps.py": """
    from django.apps import AppConfig

    class ShopConfig(AppConfig): name = "shop"
    """,
}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return scanned(tmp_path_factory.mktemp("hooks"), HOOKS)


@pytest.mark.parametrize(
    ("handler", "written"),
    [
        ("Plain.post", {"shop_log"}),
        ("Make.post", {"shop_board", "shop_log"}),
        ("Change.post", {"shop_board", "shop_log"}),
        ("Ignored.post", set()),
    ],
)
def test_a_view_that_hands_a_request_on_is_asked_by_django(
    hooks: Facts, handler: str, written: set[str]
) -> None:
    """`super().post(...)` checks the form and calls `form_valid`; without it nothing does."""
    assert touched(hooks, "write", handler) == written


def test_a_base_that_a_loader_gives_is_known_whoever_asks_first(hooks: Facts) -> None:
    assert touched(hooks, "write", "Asked.get") == {"shop_log"}


def test_what_as_view_is_told_is_not_what_the_class_says(hooks: Facts) -> None:
    """At the top of a module, too."""
    found = [one for one in hooks.accesses if one.handler.endswith("Pay.post")]
    assert [(one.table, one.routes) for one in found] == [("shop_tag", ("POST /preview/",))]
