"""What guards a route of FastAPI guards it in its service, or keeps it: never is it left away."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate.apply.services import tailored
from mscli.migrate.store import Store
from tests.unit.migrate.slices import part_of, reasons

ROUTES = """
    from fastapi import APIRouter, Depends
    from sqlalchemy import Column, Integer
    from sqlalchemy.orm import DeclarativeBase, Session
    from shop.database import session

    class Base(DeclarativeBase):
        pass

    class Book(Base):
        __tablename__ = "books"
        id = Column(Integer, primary_key=True)

    router = APIRouter(prefix="/books")

    @router.get("/{book_id}")
    def book(book_id: int, session: Session = Depends(session)):
        return {"id": session.get(Book, book_id).id}

    from shop import state

    @router.get("/rates")
    def rates(session: Session = Depends(session)):
        return state.rates["eur"] * session.query(Book).count()
"""
DATABASE = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    engine = create_engine("sqlite://")

    def session():
        with Session(engine) as found:
            yield found
"""
GUARDS = """
    from fastapi import APIRouter, Depends, Header, HTTPException, Request
    from fastapi.responses import JSONResponse

    def key(x_key: str = Header("")):
        if x_key != "s":
            raise HTTPException(401)

    def scope(x_scope: str = Header("")):
        if x_scope != "s":
            raise HTTPException(403)

    async def refusing(request: Request, call_next):
        if request.headers.get("x-key") != "s":
            return JSONResponse({}, 401)
        return await call_next(request)

    def check(request):
        key(request.headers.get("x-key"))

    async def asking(request: Request, call_next):
        check(request)
        response = await call_next(request)
        return response

    async def looking(request: Request, call_next):
        response = await call_next(request)
        response.headers["x-seen"] = "1"
        return response

    class Sending:
        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            if scope["path"] != "/":
                await JSONResponse({}, 401)(scope, receive, send)
            await self.app(scope, receive, send)

    class Watching(Sending):
        async def __call__(self, scope, receive, send):
            async def seen(message):
                await send(message)
            await self.app(scope, receive, seen)

    class Guarded(APIRouter):
        def __init__(self, **given):
            super().__init__(dependencies=[Depends(key)], **given)
"""
HEAD = """
    from fastapi import APIRouter, Depends, FastAPI
    from shop import guards
    from shop.guards import key, scope
    from shop.routes import router
"""


def made(folder: Path, app: str, store: Store = "own") -> str:
    """What is around the routes, or every reason against them."""
    files = {
        "shop/__init__.py": "",
        "shop/database.py": DATABASE,
        "shop/guards.py": GUARDS,
        "shop/state.py": "rates = {}\n",
        "shop/routes.py": ROUTES,
        "shop/main.py": dedent(HEAD) + dedent(app),
        "requirements.txt": "fastapi\nsqlalchemy\n",
    }
    part = part_of(folder, files, store)
    around = tailored(part, ()).files.get("src/library/api/around.py", "")
    return reasons(part) or around


@pytest.mark.parametrize(
    ("app", "depends"),
    [
        (
            """
            api = APIRouter(prefix="/api", dependencies=[Depends(key)])
            api.include_router(router)
            app = FastAPI()
            app.include_router(api)
            """,
            "[*[Depends(key)]]",
        ),
        (
            """
            def create():
                api = APIRouter(dependencies=[Depends(scope)], tags=["x"])
                api.include_router(router, prefix="/api")
                app = FastAPI()
                app.include_router(api, dependencies=[Depends(key)])
                return app
            app = create()
            """,
            "[*[Depends(key)], *[Depends(scope)]]",
        ),
        (
            """
            def parts(to):
                to.include_router(router)
            api = APIRouter(dependencies=[Depends(scope)])
            parts(api)
            app = FastAPI(dependencies=[Depends(key)])
            app.include_router(api)
            """,
            "[*[Depends(key)], *[Depends(scope)]]",
        ),
        (
            """
            def guarded(to, part):
                to.include_router(part, dependencies=[Depends(key)])
            app = FastAPI()
            guarded(app, part=router)
            """,
            "[*[Depends(key)]]",
        ),
        (
            """
            PARTS = [router]
            app = FastAPI()
            for part in PARTS:
                app.include_router(part, dependencies=[Depends(key)])
            """,
            "[*[Depends(key)]]",
        ),
    ],
)
def test_dependencies_of_all_that_a_router_is_in_go_along_in_their_order(
    tmp_path: Path, app: str, depends: str
) -> None:
    assert f'"routes.router": {depends}' in made(tmp_path, app)


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (("api = guards.Guarded()\napi.include_router(router)\napp = FastAPI()\n"
         "app.include_router(api)"), "a class of the monolith's own makes `api`"),
        (("def add(part, **given):\n    app.include_router(part, **given)\napp = FastAPI()\n"
         "add(router, dependencies=[Depends(key)])"), "gives its routes what `given` holds"),
        ("app = FastAPI()\nrouter.dependencies.append(Depends(key))\napp.include_router(router)",
         "`router.dependencies` is set by the application"),
        (("app = FastAPI()\napp.include_router(router)\nfor route in app.routes:\n"
         "    route.dependencies.append(Depends(key))"), "`route.dependencies` is set"),
        ("app = FastAPI()\napp.router.route_class = guards.Guarded\napp.include_router(router)",
         "`app.router.route_class` is set"),
        (("app = FastAPI()\napp.include_router(router, prefix='/a')\n"
         "app.include_router(router, prefix='/b', dependencies=[Depends(key)])"),
         "is included more than once, and depends on other things"),
        (("import os\napp = FastAPI()\nif os.getenv('LIBRARY', 'off') == 'on':\n"
         "    app.include_router(router)"),
         "it is there only if LIBRARY: the service would always have it"),
        ("app = FastAPI()\nfound = {}\nfound['x'].include_router(router)",
         "what its router is included in was not found"),
        ("app = FastAPI()\napp.include_router(router)\napp.middleware('http')(guards.refusing)",
         "`middleware` is around the application's routes"),
        ("app = FastAPI()\napp.include_router(router)\napp.add_middleware(guards.Sending)",
         "the application's middleware `Sending` may answer by itself"),
        (("app = FastAPI()\napp.include_router(router)\n@app.middleware('http')\n"
         "async def own(request, call_next):\n    return guards.key(request)"),
         "the application's middleware `own` may answer by itself"),
        (("app = FastAPI()\napp.include_router(router)\n@app.middleware('http')\n"
         "async def own(request, call_next):\n    guards.check(request)\n"
         "    return await call_next(request)"),
         "the application's middleware `own` may answer by itself"),
    ],
)  # fmt: skip
def test_a_guard_that_cannot_go_along_keeps_the_routes(tmp_path: Path, app: str, said: str) -> None:
    assert said in made(tmp_path, app)


def test_middleware_that_only_looks_on_keeps_nothing(tmp_path: Path) -> None:
    app = """
        def create():
            app = FastAPI()
            app.add_middleware(guards.Watching)
            @app.middleware("http")
            async def timed(request, call_next):
                response = await call_next(request)
                return response
            app.include_router(router)
            return app
    """
    assert made(tmp_path, app) == ""


@pytest.mark.parametrize(
    "app",
    [
        "async def start(_):\n    state.rates['x'] = 1\n    yield\napp = FastAPI(lifespan=start)",
        "app = FastAPI()\n@app.on_event('startup')\ndef start():\n    state.rates.update(eur=1)",
        "def start():\n    state.rates = {}\napp = FastAPI(on_startup=[start])",
    ],
)
def test_what_is_filled_when_the_application_starts_keeps_who_reads_it(
    tmp_path: Path, app: str
) -> None:
    found = made(tmp_path, f"from shop import state\n{app}\napp.include_router(router)")
    assert found.count("`shop.state.rates` is set when the application starts") == 1


def test_what_an_application_keeps_for_itself_when_it_starts_keeps_no_route(tmp_path: Path) -> None:
    app = """
        app = FastAPI()
        @app.on_event("startup")
        def start():
            app.state.rates = {}
        @app.get("/books/of/app")
        def of_app():
            return 1
        app.include_router(router)
    """
    assert "when the application starts" not in made(tmp_path, app)


OWN = """
    app = FastAPI()
    app.include_router(router)

    @app.middleware("http")
    async def refusing(request, call_next):
        guards.check(request)
        return await call_next(request)

    app.add_middleware(guards.Sending)
"""


def test_middleware_of_ones_own_goes_along_on_the_monoliths_database(tmp_path: Path) -> None:
    """In its order, and around no question that the system asks."""
    around = made(tmp_path, OWN, "shared")
    one = "app.add_middleware(MovedAround, around=refusing)\n"
    assert 0 < around.index(one) < around.index("app.add_middleware(MovedAround, around=Sending)\n")
    assert 'OWN = ("/internal/", "/livez", "/metrics", "/readyz", "/wiring")' in around
    compile(around, "around.py", "exec")


@pytest.mark.parametrize(
    "app",
    [
        OWN.replace("guards.check(request)", "state.rates[request.url] = guards.check(request)"),
        OWN.replace("guards.check(request)", "guards.check(request.app)"),
        OWN + "\n    def more(app):\n        app.add_middleware(guards.Watching)\n    more(app)\n",
    ],
)
def test_middleware_that_cannot_go_along_keeps_the_routes(tmp_path: Path, app: str) -> None:
    """For what it keeps in memory, what it asks its application, an order that nobody knows."""
    app = f"    from shop import state\n{app}"
    assert "middleware `refusing` may answer by itself" in made(tmp_path, app, "shared")
