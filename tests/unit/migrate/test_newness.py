"""Rows that are new, and rows that were there: what is done for one is not done for the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from mscli.migrate.words import words
from tests.unit.migrate.project import scanned, touched

MODELS = """
from django.db import models
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

class Numbered(models.Model):
    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        if not self.pk:
            Sequence.objects.create(name="next")
        super().save(*args, **kwargs)
        if is_new:
            Opened.objects.create(text="x")
        else:
            Changed.objects.create(text="x")

class Sequence(models.Model): name = models.TextField()
class Opened(models.Model): text = models.TextField()
class Changed(models.Model): text = models.TextField()
class Profile(models.Model): text = models.TextField()
class Audit(models.Model): text = models.TextField()
class Welcome(models.Model): text = models.TextField()
class Stamp(models.Model): text = models.TextField()

class Member(models.Model):
    name = models.TextField()

class Ticket(Numbered):
    title = models.TextField()

class Parcel(models.Model):
    id = models.UUIDField(primary_key=True, default="uuid")
    def save(self, *args, **kwargs):
        if not self.pk:
            Stamp.objects.create(text="x")
        super().save(*args, **kwargs)

@receiver(post_save, sender=Member)
def profile(sender, instance, created, raw=False, **kwargs):
    if created and not raw:
        Profile.objects.create(text="x")

@receiver(post_save, sender=Member)
def audit(sender, instance, **kwargs):
    if not kwargs.get("created", False):
        Audit.objects.create(text="x")

@receiver(pre_save, sender=Member)
def welcome(sender, instance, **kwargs):
    if instance.pk is None:
        Welcome.objects.create(text="x")
"""
VIEWS = """
from django.forms import ModelForm, modelform_factory
from django.shortcuts import get_object_or_404
from django.views.generic import CreateView, UpdateView
from rest_framework import serializers, viewsets
from shop.models import Member, Parcel, Ticket

class MemberForm(ModelForm):
    class Meta:
        model = Member
        fields = ["name"]

def create(request):
    Member.objects.create(name="x")

def construct(request):
    member = Member(name="x")
    member.save()

def construct_with_key(request):
    Member(pk=3, name="x").save()

def fetch(request):
    member = get_object_or_404(Member, pk=1)
    member.save()

def each(request):
    for member in Member.objects.filter(name="x"):
        member.save()

def get_or_create(request):
    member, made = Member.objects.get_or_create(name="x")

def copy(request):
    member = Member.objects.get(pk=1)
    member.pk = None
    member.save()

def form_new(request):
    form = MemberForm(request.POST)
    form.save()

def form_change(request):
    member = Member.objects.get(pk=1)
    form = MemberForm(request.POST, instance=member)
    form.save()

def form_later(request):
    member = MemberForm(request.POST).save(commit=False)
    member.name = "x"
    member.save()

def made_form(request):
    modelform_factory(Member)(request.POST).save()

def twice(request):
    member = Member(name="x")
    member.save()
    again(member)

def again(member):
    member.save()

def ticket_new(request):
    Ticket(title="x").save()

def ticket_change(request):
    ticket = Ticket.objects.get(pk=1)
    ticket.save()

def ticket_either(request):
    ticket = Ticket.objects.filter(pk=1).first() or Ticket(title="x")
    ticket.save()

def parcel_new(request):
    Parcel().save()

class MakeMember(CreateView):
    model = Member
    fields = ["name"]

class ChangeMember(UpdateView):
    model = Member
    form_class = MemberForm

class MemberSerializer(serializers.ModelSerializer):
    class Meta:
        model = Member
        fields = ["name"]

class MemberViewSet(viewsets.ModelViewSet):
    queryset = Member.objects.all()
    serializer_class = MemberSerializer

    def perform_create(self, serializer):
        serializer.save()

    def perform_update(self, serializer):
        serializer.save()
"""
FUNCTIONS = words(
    "create construct construct_with_key fetch each get_or_create copy form_new form_change "
    "form_later made_form twice ticket_new ticket_change ticket_either parcel_new"
)
URLS = f"""
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from shop import views
router = DefaultRouter()
router.register("members", views.MemberViewSet)
urlpatterns = [
    path("make/", views.MakeMember.as_view()),
    path("change/", views.ChangeMember.as_view()),
    path("api/", include(router.urls)),
    {"".join(f'path("{name}/", views.{name}),' for name in FUNCTIONS)}
]
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts about one application that tells new rows apart."""
    folder: Path = tmp_path_factory.mktemp("newness")
    settings = 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["shop"]\n'
    files = {"models": MODELS, "views": VIEWS, "urls": URLS, "settings": settings}
    return scanned(folder, {f"shop/{name}.py": text for name, text in files.items()})


NEW = {"shop_member", "shop_profile", "shop_welcome"}
KEPT = {"shop_member", "shop_audit"}
OPENED = {"shop_ticket", "shop_sequence", "shop_opened"}


@pytest.mark.parametrize(
    ("handler", "written"),
    [
        ("create", NEW),
        ("construct", NEW),
        ("construct_with_key", NEW | KEPT),
        ("fetch", KEPT),
        ("each", KEPT),
        ("get_or_create", NEW),
        ("copy", NEW),
        ("form_new", NEW),
        ("form_change", KEPT),
        ("form_later", NEW),
        ("made_form", NEW),
        ("twice", NEW | KEPT),
        ("ticket_new", OPENED),
        ("ticket_change", {"shop_ticket", "shop_changed"}),
        ("ticket_either", OPENED | {"shop_changed"}),
        ("parcel_new", {"shop_parcel", "shop_stamp"}),
        ("MakeMember.post", NEW),
        ("ChangeMember.post", KEPT),
        ("MemberViewSet.create", NEW),
        ("MemberViewSet.update", KEPT),
        ("MemberViewSet.partial_update", KEPT),
    ],
)
def test_what_is_done_for_new_rows_is_not_done_for_others(
    facts: Facts, handler: str, written: set[str]
) -> None:
    """By how the row came about, wherever it is saved."""
    assert touched(facts, "write", f"views.{handler}") == written


def test_what_is_done_for_either_is_likely_where_nobody_knows_which(facts: Facts) -> None:
    """A row that was perhaps fetched and perhaps made is perhaps new."""
    sure = {
        a.table: a.confidence
        for a in facts.accesses
        if a.kind == "write" and a.handler.endswith("views.ticket_either")
    }
    assert sure["shop_ticket"] == "certain"
    assert {sure["shop_opened"], sure["shop_changed"], sure["shop_sequence"]} == {"likely"}


def test_events_of_rows_are_heard_of_what_happens_to_them(tmp_path: Path) -> None:
    """SQLAlchemy: a new row is inserted, whatever is set on it; one that was queried is updated."""
    facts = scanned(
        tmp_path,
        {
            "app.py": """
                from flask import Flask
                from flask_sqlalchemy import SQLAlchemy
                from sqlalchemy import event

                app = Flask(__name__)
                db = SQLAlchemy(app)

                class Item(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                    name = db.Column(db.String)

                class Made(db.Model):
                    id = db.Column(db.Integer, primary_key=True)

                class Changed(db.Model):
                    id = db.Column(db.Integer, primary_key=True)

                @event.listens_for(Item, "after_insert")
                def made(mapper, connection, item):
                    connection.execute(Made.__table__.insert())

                @event.listens_for(Item, "before_update")
                def changed(mapper, connection, item):
                    connection.execute(Changed.__table__.insert())

                @app.post("/make")
                def make():
                    item = Item()
                    item.name = "x"
                    db.session.add(item)
                    db.session.commit()

                @app.post("/change")
                def change():
                    item = Item.query.get(1)
                    item.name = "x"
                    db.session.add(item)
                    db.session.commit()

                @app.post("/both")
                def both():
                    item = Item()
                    db.session.add(item)
                    db.session.flush()
                    item.name = "x"
                    db.session.commit()
            """
        },
    )
    assert touched(facts, "write", ".make") == {"item", "made"}
    assert touched(facts, "write", ".change") == {"item", "changed"}
    assert touched(facts, "write", ".both") == {"item", "made", "changed"}
