"""What Django does for a view out of its sight: lazy objects, settings in pieces, tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import paths_of, scanned, touched

SETTINGS = """
from .rest import REST_FRAMEWORK
INSTALLED_APPS = ["shop.apps.ShopConfig"]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = ["shop.middleware.team"]
"""
REST = """
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["shop.asked.ByKey"]}
"""
ASKED = """
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from shop.models import Key, Team

class ByKey(BaseAuthentication):
    def authenticate(self, request):
        key = Key.objects.get()
        return key, key

class InTeam(BasePermission):
    def has_permission(self, request, view):
        return Team.objects.exists()
"""
MIDDLEWARE = """
from django.utils.functional import SimpleLazyObject
from shop.models import Team

def team(get_response):
    def middleware(request):
        request.team = SimpleLazyObject(lambda: Team.objects.first())
        return get_response(request)
    return middleware
"""
MODELS = """
from django.db import models

class Team(models.Model):
    class Meta:
        db_table = "teams"

class Key(models.Model):
    class Meta:
        db_table = "keys"

class Tag(models.Model):
    class Meta:
        db_table = "tags"

class Note(models.Model):
    class Meta:
        db_table = "notes"

class Paper(models.Model):
    total = models.IntegerField()
    team = models.ForeignKey(Team, models.CASCADE)
    tags = models.ManyToManyField(Tag)
    notes = models.ManyToManyField(Note)

    class Meta:
        db_table = "papers"

class Order(models.Model):
    class Meta:
        db_table = "orders"

class Invoice(Paper):
    order = models.ForeignKey(Order, models.CASCADE, related_name="invoices")

    class Meta:
        db_table = "invoices"
"""
APPS = """
from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_delete

class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop.models import Key, Order, Team
        from shop.receivers import gone, tagged

        m2m_changed.connect(tagged, sender=self.get_model("Paper").tags.through)
        for model in self.get_models():
            if issubclass(model, (Order, Key)):
                post_delete.connect(gone, sender=model)
"""
RECEIVERS = """
from shop.models import Note

def tagged(sender, instance, **kwargs):
    instance.team.save()

def gone(sender, instance, **kwargs):
    Note.objects.create()
"""
VIEWS = """
from django import forms
from django.db import connection
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.generic import FormView
from rest_framework.decorators import api_view, permission_classes

from shop.asked import InTeam
from shop.models import Invoice, Key, Note, Order, Paper, Tag, Team

def plain(request):
    return HttpResponse("")

def asking(request):
    return HttpResponse(Order.objects.filter(invoices__team=request.team))

def knowing(request):
    return HttpResponse("yes" if request.team else "no")

def showing(request):
    return render(request, "team.html", {"team": request.team})

@api_view(["GET"])
@permission_classes([InTeam])
def called(request):
    return HttpResponse(Order.objects.count())

def between(request):
    through = Paper.tags.through
    through.objects.bulk_create([through(paper_id=1, tag_id=1)])

def tagging(request):
    Paper.objects.get().tags.add(Tag.objects.get())

def noting(request):
    Paper.objects.get().notes.add(1)

def deleting(request):
    Key.objects.get().delete()

def forgetting(request):
    Tag.objects.get().delete()

def summing(request):
    return HttpResponse(Order.objects.annotate(all=Sum("invoices__total")))

def raw(request):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Note._meta.db_table} SET pk = 1")

class Form(forms.Form):
    order = forms.ModelChoiceField(queryset=Order.objects.none())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["order"].queryset = Order.objects.filter(invoices__isnull=False)

class Formed(FormView):
    form_class = Form
    template_name = "form.html"
"""
URLS = """
from django.contrib.auth.views import LoginView
from django.urls import path
from shop import views
urlpatterns = [
    path("login/", LoginView.as_view(template_name="login.html")),
    path("formed/", views.Formed.as_view()),
{}
]
"""


FILES = {
    "manage.py": "",
    "shop/__init__.py": "",
    "shop/settings/__init__.py": SETTINGS,
    "shop/settings/rest.py": REST,
    "shop/apps.py": APPS,
    "shop/asked.py": ASKED,
    "shop/middleware.py": MIDDLEWARE,
    "shop/models.py": MODELS,
    "shop/receivers.py": RECEIVERS,
    "shop/views.py": VIEWS,
    "shop/urls.py": URLS.format(paths_of(VIEWS)),
    "shop/templates/team.html": "{% if team %}yes{% endif %}",
    "shop/templates/login.html": "{{ request.team.pk }}",
    "shop/templates/form.html": "",
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """One application with a view for each of them."""
    return scanned(tmp_path_factory.mktemp("beside"), FILES)


def test_what_settings_include_counts(tmp_path: Path) -> None:
    """As `django-split-settings` does it: each file as if its text stood there."""
    whole = "from split_settings.tools import include\ninclude('base.py', 'r*.py')\n"
    base = SETTINGS.replace("from .rest import REST_FRAMEWORK\n", "")
    files = {"shop/settings/__init__.py": whole, "shop/settings/base.py": base}
    assert "keys" in touched(scanned(tmp_path, FILES | files), "read", "views.called")


@pytest.mark.parametrize(
    ("view", "reads", "writes"),
    [
        ("plain", "", ""),
        ("asking", "orders invoices papers teams", ""),
        ("knowing", "teams", ""),
        ("showing", "teams", ""),
        ("called", "keys teams orders auth_user", ""),
        ("between", "", "papers_tags"),
        ("tagging", "papers tags teams", "papers_tags teams"),
        ("noting", "papers", "papers_notes"),
        ("deleting", "keys", "keys notes"),
        ("forgetting", "tags", "tags papers_tags"),
        ("summing", "orders invoices papers", ""),
        ("raw", "", "notes"),
        ("Formed.get", "orders invoices", ""),
        ("LoginView.as_view", "auth_user teams", "auth_user django_session"),
    ],
)
def test_what_django_does_out_of_sight_counts(
    facts: Facts, view: str, reads: str, writes: str
) -> None:
    """Of one view each; others, which do no such thing, have none of it."""
    assert touched(facts, "read", view) == set(reads.split())
    assert touched(facts, "write", view) == set(writes.split())
