"""Registries that are filled while modules are imported, or when applications are ready."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched

FILES = {
    "shop/__init__.py": "",
    "shop/settings.py": """
        ROOT_URLCONF="shop.urls"
        INSTALLED_APPS=["shop.apps.ShopConfig"]
    """,
    "shop/apps.py": """
        from django.apps import AppConfig
        class ShopConfig(AppConfig):
            name = "shop"
            def ready(self):
                from shop import handlers, history
                from shop.bus import bus
                history.connect()
                for handler in (handlers.OnGone,):
                    bus.register(handler)
    """,
    "shop/bus.py": """
        from collections import defaultdict
        class Event: pass
        class Handler:
            handles: type
            def handle(self, event): raise NotImplementedError
        class Bus:
            def __init__(self):
                self._handlers = defaultdict(list)
            def register(self, cls):
                self._handlers[cls.handles].append(cls())
                return cls
            def publish(self, event):
                for handler in self._handlers[type(event)]:
                    handler.handle(event)
        bus = Bus()
        class Made(Event): pass
        class Gone(Event): pass
    """,
    "shop/handlers.py": """
        from shop.bus import Gone, Handler, Made, bus
        from shop.models import C, D
        @bus.register
        class OnMade(Handler):
            handles = Made
            def handle(self, event):
                C.objects.create()
        class OnGone(Handler):
            handles = Gone
            def handle(self, event):
                D.objects.create()
    """,
    "shop/history.py": """
        from django.db.models.signals import post_save
        _tracked = []
        def tracked(model):
            _tracked.append(model)
            return model
        def note(sender, instance, **kwargs):
            from shop.models import H
            H.objects.create()
        def connect():
            for model in _tracked:
                post_save.connect(note, sender=model)
    """,
    "shop/inbound.py": """
        HANDLERS = {}
        HOOKS = {}
        def handles(kind):
            def decorate(function):
                HANDLERS[kind] = function
                HOOKS.setdefault("x", []).append(function)
                return function
            return decorate
        @handles("n")
        def n(payload):
            from shop.models import N
            N.objects.create()
    """,
    "shop/models.py": """
        from django.db import models
        from shop.history import tracked
        @tracked
        class A(models.Model): pass
        class B(models.Model): pass
        class C(models.Model): pass
        class D(models.Model): pass
        class H(models.Model): pass
        class N(models.Model): pass
    """,
    "shop/urls.py": """
        from django.urls import path
        from shop import views
        urlpatterns=[path("tracked/",views.tracked),path("free/",views.free),path("made/",views.made),path("gone/",views.gone),path("inbound/",views.inbound),path("hooks/",views.hooks)]
    """,
    "shop/views.py": """
        from django.http import JsonResponse
        from shop.bus import Gone, Made, bus
        from shop.models import A, B
        def tracked(request):
            A.objects.create()
        def free(request):
            B.objects.create()
        def made(request):
            bus.publish(Made())
        def gone(request):
            bus.publish(Gone())
        def inbound(request):
            from shop.inbound import HANDLERS
            HANDLERS[request.POST["kind"]](1)
        def hooks(request):
            from shop.inbound import HOOKS
            for hook in HOOKS["x"]:
                hook(1)
    """,
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder: Path = tmp_path_factory.mktemp("bus")
    return scanned(folder, FILES)


@pytest.mark.parametrize(
    ("view", "written"),
    [
        ("tracked", {"shop_a", "shop_h"}),
        ("free", {"shop_b"}),
        ("made", {"shop_c"}),
        ("gone", {"shop_d"}),
        ("inbound", {"shop_n"}),
        ("hooks", {"shop_n"}),
    ],
)
def test_what_is_registered_is_found(facts: Facts, view: str, written: set[str]) -> None:
    assert touched(facts, "write", f"views.{view}") == written


def test_who_asks_for_a_hook_has_what_modules_register_that_are_read_later(tmp_path: Path) -> None:
    hooks = """
    from operator import itemgetter

    _hooks = {}

    def none():
        return []

    def register(name, fn=None, order=0):
        if fn is None:
            def decorator(fn):
                register(name, fn, order=order)
                return fn
            return decorator
        if name not in _hooks:
            _hooks[name] = []
        _hooks[name].append((fn, order))

    def get_hooks(name):
        hooks = _hooks.get(name, [])
        hooks.sort(key=itemgetter(1))
        return [none, *(hook[0] for hook in hooks)]
    """
    urls = """
    import hooks
    import books.hooked

    urlpatterns = []
    for fn in hooks.get_hooks("urls"):
        urlpatterns += fn()
    """
    hooked = """
    from django.urls import path
    from hooks import register

    def view(request):
        return ""

    @register("urls")
    def urls():
        return [path("{0}/", view)]
    """
    files = {"hooks.py": hooks, "urls.py": urls, "settings.py": "ROOT_URLCONF = 'urls'\n"}
    for name in ("books", "visits"):
        files |= {f"{name}/__init__.py": "", f"{name}/hooked.py": hooked.replace("{0}", name)}
    assert routes(scanned(tmp_path, files)) == {"ANY /books/", "ANY /visits/"}


HEIRS = """
from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)

session = Session(create_engine("sqlite://"))

class Handler:
    by_kind = {}
    every = []

    def __init_subclass__(cls, model=None, **words):
        super().__init_subclass__(**words)
        cls.model = model
        Handler.by_kind[cls.kind] = cls
        cls.every.append(cls)

    def run(self):
        session.add(self.model())

class OfA(Handler, model=A):
    kind = "a"

class OfB(Handler, model=B):
    kind = "b"

app = FastAPI()

@app.post("/one/{kind}")
def one(kind: str):
    Handler.by_kind[kind]().run()

@app.post("/every")
def every():
    for handler in Handler.every:
        handler().run()

@app.post("/first")
def first():
    OfA().run()
"""


@pytest.mark.parametrize(
    ("handler", "written"), [("one", {"a", "b"}), ("every", {"a", "b"}), ("first", {"a"})]
)
def test_a_base_hears_of_each_class_that_inherits_from_it(
    tmp_path: Path, handler: str, written: set[str]
) -> None:
    assert touched(scanned(tmp_path, {"app.py": HEIRS}), "write", f"app.{handler}") == written


ROUTERS = """
from importlib.metadata import entry_points
from fastapi import APIRouter, FastAPI

class Login:
    provider: str

    def __init__(self, config):
        self.router = APIRouter(prefix=f"/auth/{self.provider}")
        self.router.add_api_route("/login", self.login, methods=["GET"])

    def login(self):
        return ""

class Github(Login):
    provider = "github"

class Registry:
    _router = None

    @classmethod
    def set_router(cls, router):
        cls._router = router

    def register(self, login: Login):
        self._router.include_router(login.router)

app = FastAPI()
registry = Registry()
registry.set_router(app)
for cls in [Github] + [each.load() for each in entry_points(group="logins")]:
    registry.register(cls({}))
"""


def test_what_a_class_is_given_is_known_to_its_objects(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": ROUTERS})
    assert routes(facts) == {"GET /auth/github/login"}
    assert [route.confidence for route in facts.routes] == ["certain"]
