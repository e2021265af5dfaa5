"""What a setting turns off by default: it is told, possible, with the setting's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import AccessFact, Facts
from mscli.migrate.report import report
from tests.unit.migrate.project import scanned

FASTAPI = """
from fastapi import FastAPI
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): pass
class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
class Audit(Base):
    __tablename__ = "audits"
    id: Mapped[int] = mapped_column(primary_key=True)

session = Session(create_engine("sqlite://"))
"""
CONFIG = """
from functools import lru_cache
from pydantic import Field
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    audit: bool = False
    trace: bool = Field(default=False, description="each request")
    orders: bool = True
    required: bool
    sentry: str | None = None
    debug: bool = False
    changed: bool = False
    api: str = Field(default="/v1")

class Prefixed(BaseSettings, env_prefix="SHOP_"):
    audit: bool = False

@lru_cache
def get_settings() -> Settings:
    return Settings()

class Lazy:
    def __getattr__(self, key):
        return getattr(get_settings(), key)

settings = Lazy()
plain = Settings()
prefixed = Prefixed()

def turn_on():
    plain.changed = True
"""
MAIN = """
import os
from fastapi import Depends
from shop.config import get_settings, plain, prefixed, settings
from shop.models import *

app = FastAPI()
AUDIT = settings.audit

def audit():
    session.add(Audit())

def is_on():
    return settings.audit

@app.get("/")
def of_test({given}):
    session.scalars(select(Order))
{body}
"""


def reads_and_writes(folder: Path, body: str, given: str = "") -> dict[str, AccessFact]:
    """What one handler does, by table."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    main = MAIN.format(body=lines, given=given)
    files = {"shop/models.py": FASTAPI, "shop/config.py": CONFIG, "shop/main.py": main}
    facts = scanned(folder, {"shop/__init__.py": "", **files})
    return {a.table: a for a in facts.accesses if a.handler.endswith("of_test")}


@pytest.mark.parametrize(
    ("body", "only_if"),
    [
        ("if settings.audit:\n    audit()", ("AUDIT",)),
        ("if plain.audit:\n    audit()", ("AUDIT",)),
        ("if prefixed.audit:\n    audit()", ("SHOP_AUDIT",)),
        ("if get_settings().audit:\n    audit()", ("AUDIT",)),
        ("if AUDIT:\n    audit()", ("AUDIT",)),
        ("on = settings.trace\nif on:\n    audit()", ("TRACE",)),
        ("if not settings.audit:\n    return\naudit()", ("AUDIT",)),
        ("if settings.audit is False:\n    return\naudit()", ("AUDIT",)),
        ("if settings.audit and settings.trace:\n    audit()", ("AUDIT", "TRACE")),
        ("if settings.audit or settings.trace:\n    audit()", ("AUDIT or TRACE",)),
        ("if settings.orders and settings.audit:\n    audit()", ("AUDIT",)),
        ("if settings.sentry is not None:\n    audit()", ("SENTRY",)),
        ("if not settings.orders:\n    audit()", ("not ORDERS",)),
        ("if settings.audit:\n    if settings.trace:\n        audit()", ("AUDIT", "TRACE")),
        ("x = audit() if settings.audit else None", ("AUDIT",)),
        ("if os.getenv('AUDIT', 'false').lower() == 'true':\n    audit()", ("AUDIT",)),
        ("if os.getenv('AUDIT', '0') in ('1', 'true'):\n    audit()", ("AUDIT",)),
        ("if settings.audit and audit():\n    pass", ("AUDIT",)),
        ("x = not settings.audit or audit()", ("AUDIT",)),
        ("x = audit() and settings.audit", ()),
        ("if is_on():\n    audit()", ("AUDIT",)),
        ("if settings.orders:\n    audit()", ()),
        ("if not settings.audit:\n    audit()", ()),
        ("if settings.required:\n    audit()", ()),
        ("if settings.debug:\n    audit()", ()),
        ("if plain.changed:\n    audit()", ()),
        ("if os.getenv('AUDIT'):\n    audit()", ()),
        ("if settings.audit or order:\n    audit()", ()),
        ("if settings.audit:\n    audit()\naudit()", ()),
    ],
)
def test_a_branch_that_is_off_is_possible(
    tmp_path: Path, body: str, only_if: tuple[str, ...]
) -> None:
    found = reads_and_writes(tmp_path, body, "order: int = 0")
    assert found["orders"].confidence == "certain"
    assert found["audits"].only_if == only_if
    assert (found["audits"].confidence == "possible") is bool(only_if)


APPLICATION = """
from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware
from shop.config import settings
from shop.models import *
from shop.traces import router

class Traced(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        session.add(Audit())
        return await call_next(request)

app = FastAPI()

@app.get("/orders")
def orders():
    return session.scalars(select(Order)).all()

def traced(app):
    app.add_middleware(Traced)

if settings.trace:
    traced(app)
    app.include_router(router, prefix="/traces")
    app.include_router(router, prefix="/old")
if settings.orders:
    app.include_router(router, prefix="/old")
app.include_router(router, prefix=settings.api)
"""
ROUTER = """
from fastapi import APIRouter
from shop.models import *

router = APIRouter()

@router.get("/all")
def traces():
    return session.scalars(select(Audit)).all()
"""


def test_routes_and_middleware_are_off_where_a_setting_says_so(tmp_path: Path) -> None:
    facts = scanned(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/models.py": FASTAPI,
            "shop/config.py": CONFIG,
            "shop/traces.py": ROUTER,
            "shop/main.py": APPLICATION,
        },
    )
    told = {r.path: (str(r.confidence), r.only_if) for r in facts.routes}
    assert told == {
        "/orders": ("certain", ()),
        "/old/all": ("certain", ()),
        "/v1/all": ("certain", ()),
        "/traces/all": ("possible", ("TRACE",)),
    }
    assert [a.only_if for a in facts.ambient] == [("TRACE",)]
    writes = [a for a in facts.accesses if a.kind == "write" and a.handler.endswith("orders")]
    assert [(a.table, a.only_if, str(a.confidence)) for a in writes] == [
        ("audits", ("TRACE",), "possible")
    ]
    assert "shop/traces.py:7, only if TRACE)" in report(facts)
    assert "writes audits, only if TRACE" in report(facts)


DJANGO = {
    "shop/__init__.py": "",
    "shop/apps.py": "",
    "shop/models.py": """
from django.db import models
class Order(models.Model): pass
class Audit(models.Model): pass
""",
    "shop/views.py": """
from django.conf import settings
from shop.models import Audit, Order

def orders(request):
    list(Order.objects.all())
    if settings.AUDIT:
        Audit.objects.create()

def traced(request):
    if not getattr(settings, "TRACE", False):
        return
    Audit.objects.create()
""",
    "shop/urls.py": """
from django.conf import settings
from django.urls import include, path
from shop import views

urlpatterns = [path("orders", views.orders)]
if settings.AUDIT:
    urlpatterns += [path("traced", views.traced), path("more/", include("shop.more"))]
""",
    "shop/more.py": """
from django.urls import path
from shop import views

urlpatterns = [path("traced", views.traced)]
""",
}
SETTINGS = "INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'shop.urls'\n"


def of_django(folder: Path, settings: dict[str, str]) -> Facts:
    """The facts of one application by its settings."""
    return scanned(folder, {**DJANGO, **settings})


def test_django_settings(tmp_path: Path) -> None:
    facts = of_django(tmp_path, {"site/settings.py": f"{SETTINGS}AUDIT = False\n"})
    told = {(a.handler, a.table): a.only_if for a in facts.accesses}
    assert told["shop.views.orders", "shop_order"] == ()
    assert told["shop.views.orders", "shop_audit"] == ("AUDIT",)
    assert told["shop.views.traced", "shop_audit"] == ("TRACE",)
    assert {(r.path, r.only_if) for r in facts.routes} == {
        ("/orders", ()),
        ("/traced", ("AUDIT",)),
        ("/more/traced", ("AUDIT",)),
    }


@pytest.mark.parametrize(
    ("settings", "is_off"),
    [
        ({"site/settings.py": "AUDIT = []"}, True),
        ({"site/settings.py": "import os\nAUDIT = os.getenv('A', '') == 'yes'"}, True),
        (
            {"site/settings.py": "import environ\nE = environ.Env()\nAUDIT = E.bool('A', False)"},
            True,
        ),
        (
            {
                "site/settings.py": "from site.base import *\nAUDIT = True",
                "site/base.py": "AUDIT = False\nINSTALLED_APPS = []",
            },
            False,
        ),
        ({"site/settings.py": "import os\nAUDIT = os.getenv('A') is not None"}, True),
        (
            {
                "site/settings.py": "from site.asking import get_bool_env\n"
                "AUDIT = get_bool_env('A', False)",
                "site/asking.py": "import os\ndef get_bool_env(key, default):\n"
                "    value = os.environ.get(key)\n"
                "    return default if value is None else value == 'true'",
            },
            True,
        ),
        (
            {"site/settings.py": "AUDIT = False", "site/settings_test.py": "AUDIT = True"},
            False,
        ),
    ],
)
def test_what_is_off_is_what_settings_say(
    tmp_path: Path, settings: dict[str, str], is_off: bool
) -> None:
    first = {"site/settings.py": f"{SETTINGS}{settings['site/settings.py']}\n"}
    facts = of_django(tmp_path, {**settings, **first})
    (found,) = (a for a in facts.accesses if a.handler.endswith("orders") and a.kind == "write")
    assert bool(found.only_if) is is_off


def test_a_receiver_that_a_setting_connects(tmp_path: Path) -> None:
    apps = """
from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_save

class Shop(AppConfig):
    name = "shop"
    def ready(self):
        from shop.models import Order
        from shop.hearing import heard
        if settings.AUDIT:
            post_save.connect(heard, sender=Order)
"""
    hearing = """
from shop.models import Audit
def heard(sender, instance, **kwargs):
    Audit.objects.create()
"""
    views = """
from shop.models import Order
def orders(request):
    Order.objects.create()
def traced(request):
    pass
"""
    files = {"shop/apps.py": apps, "shop/hearing.py": hearing, "shop/views.py": views}
    facts = of_django(tmp_path, {"site/settings.py": f"{SETTINGS}AUDIT = False\n", **files})
    told = {(a.table, a.kind): a.only_if for a in facts.accesses if a.handler.endswith(".orders")}
    assert told == {("shop_order", "write"): (), ("shop_audit", "write"): ("AUDIT",)}


def test_flask_configuration(tmp_path: Path) -> None:
    code = """
from flask import Flask, current_app
from shop.models import *

app = Flask(__name__)
app.config.from_object("shop.config")

@app.route("/")
def of_test():
    if current_app.config["AUDIT"]:
        session.add(Audit())

@app.route("/more")
def of_more():
    if current_app.config.get("TRACE", False):
        session.add(Audit())
"""
    files = {
        "shop/__init__.py": "",
        "shop/models.py": FASTAPI,
        "shop/config.py": "AUDIT = False\n",
        "shop/main.py": code,
    }
    facts = scanned(tmp_path, files)
    told = {a.handler: a.only_if for a in facts.accesses}
    assert told == {"shop.main.of_test": ("AUDIT",), "shop.main.of_more": ("TRACE",)}
