"""What a FastAPI application does around its routes goes along with them, or keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.apply.services import tailored
from tests.unit.migrate.slices import part_of, reasons

MODELS = """
    from sqlalchemy import Column, Integer
    from sqlalchemy.orm import DeclarativeBase

    class Base(DeclarativeBase):
        pass

    class Book(Base):
        __tablename__ = "books"
        id = Column(Integer, primary_key=True)
"""
DATABASE = """
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

    def opened():
        return create_async_engine(
            "postgresql+asyncpg://x", echo=True
        )

    Local = async_sessionmaker(opened())

    async def session():
        async with Local() as found:
            yield found
"""
ROUTES = """
    from fastapi import APIRouter, Depends, Request
    from shop.database import session
    from shop.models import Book

    router = APIRouter()

    @router.get("/books/{book_id}")
    async def book(request: Request, book_id: int, session=Depends(session)):
        return {"id": (await session.get(Book, book_id)).id}
"""
ERRORS = """
    from fastapi.responses import JSONResponse

    class Gone(Exception):
        pass

    async def gone(request, error):
        return JSONResponse({"gone": True}, 410)

    def allowed():
        pass
"""
APP = """
    from fastapi import Depends, FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from shop import errors
    from shop.errors import Gone

    def create_app():
        from shop.routes import router
        app = FastAPI(title="books")
        app.add_middleware(CORSMiddleware, allow_origins=["*"])
        api = FastAPI()
        api.add_exception_handler(Gone, errors.gone)
        for each in (router,):
            api.include_router(each, dependencies=[Depends(errors.allowed)])
        other = FastAPI(root_path="/other")
        app.mount("/v1", api)
        return app
"""
FILES = {
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/database.py": DATABASE,
    "shop/errors.py": ERRORS,
    "shop/routes.py": ROUTES,
    "shop/app.py": APP,
    "requirements.txt": "fastapi\nsqlalchemy\n",
}


def test_answers_to_errors_middleware_and_dependencies_go_along(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    assert reasons(found) == ""
    files = tailored(found, ()).files
    around = files["src/library/api/around.py"]
    assert "app.add_exception_handler(Gone, gone)\n" in around
    assert "app.add_middleware(CORSMiddleware, allow_origins=['*'])\n" in around
    assert "from library.moved.errors import Gone\n" in around
    assert '"routes.router": [*[Depends(allowed)]]' in around
    mounted = 'prefix="/v1", dependencies=around.DEPENDENCIES["routes.router"])'
    assert mounted in files["src/library/api/routes.py"]
    assert "    around.set_up(app)\n" in files["src/library/app.py"]
    compile(around, "around.py", "exec")


def test_an_asynchronous_engine_is_the_services_own_wherever_it_is_made(tmp_path: Path) -> None:
    found = part_of(tmp_path, FILES)
    moved = found.modules["src/library/moved/database.py"]
    assert "    return open_async_engine()\n" in moved
    assert "from library.storage.engine import open_async_engine\n" in moved
    made = tailored(found, ())
    assert "def open_async_engine()" in made.files["src/library/storage/engine.py"]
    assert "pg8000" not in made.files["src/library/storage/engine.py"]


def test_what_a_package_does_with_the_application_is_done_to_the_services_own(
    tmp_path: Path,
) -> None:
    code = APP.replace(
        "return app", "add_pagination(api)\n        uvicorn.run(app)\n        return app"
    )
    code = code.replace(
        "import errors\n", "import errors\n    from fastapi_pagination import add_pagination\n"
    )
    files = {**FILES, "requirements.txt": "fastapi\nsqlalchemy\nfastapi-pagination\n"}
    found = part_of(tmp_path, {**files, "shop/app.py": code})
    assert reasons(found) == ""
    around = tailored(found, ()).files["src/library/api/around.py"]
    assert "    add_pagination(app)\n" in around
    assert "from fastapi_pagination import add_pagination\n" in around


def test_an_error_of_a_package_that_the_project_hands_on_is_the_packages(tmp_path: Path) -> None:
    errors = "    from sqlalchemy.exc import IntegrityError\n" + ERRORS
    code = APP.replace(
        "errors.gone)",
        "errors.gone)\n        api.add_exception_handler(IntegrityError, errors.gone)",
    )
    code = code.replace("import Gone", "import Gone, IntegrityError")
    found = part_of(tmp_path, {**FILES, "shop/errors.py": errors, "shop/app.py": code})
    assert reasons(found) == ""
    around = tailored(found, ()).files["src/library/api/around.py"]
    assert "from sqlalchemy.exc import IntegrityError\n" in around


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("api = FastAPI()", "api = FastAPI(root_path='/x')", "gives its routes `root_path`"),
        ("api = FastAPI()", "from x import Guard; api = FastAPI(); api.add_middleware(Guard)",
         "`Guard` is around the application's routes, and is not moved (shop/app.py:11)"),
        ("(Gone, errors.gone)", "(Gone, lambda a, b: app)",
         "answers errors by what cannot be moved (shop/app.py:12)"),
        ("return app", "from x import throttle; throttle(api, 5)\n        return app",
         "`throttle` is given the application, and is not moved (shop/app.py:17)"),
        ("        api.add_exc", "        if app:\n            api.add_exc",
         "answers errors by what cannot be moved"),
    ],
)  # fmt: skip
def test_what_cannot_go_along_keeps_the_routes(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    found = part_of(tmp_path, {**FILES, "shop/app.py": APP.replace(old, new)})
    assert said in reasons(found)


@pytest.mark.parametrize("asked", ["app.state.limit", "session", "state.user"])
def test_what_others_leave_at_a_request_keeps_the_route(tmp_path: Path, asked: str) -> None:
    routes = ROUTES.replace("return {", f"request.{asked}\n        return {{")
    found = part_of(tmp_path, {**FILES, "shop/routes.py": routes})
    assert f"it asks `request.{asked.partition('.')[0]}` for" in reasons(found)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("request.state.user = 1", ""),
        ("request.state.user = 1; print(request.state.user)", ""),
        ("request.state.user = 1; print(request.state.other)", "it asks `request.state` for"),
        ("request.state.user = 1; print(vars(request.state))", "it asks `request.state` for"),
    ],
)
def test_what_moved_code_leaves_at_a_request_it_may_ask_for(
    tmp_path: Path, line: str, said: str
) -> None:
    routes = ROUTES.replace("return {", f"{line}\n        return {{")
    found = reasons(part_of(tmp_path, {**FILES, "shop/routes.py": routes}))
    assert said in found
    assert bool(said) is bool(found)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("send_file('words')", "`send_file('words')` works with files in the monolith's folder"),
        ("Jinja2Templates('x')", "it makes what renders its templates by itself"),
    ],
)
def test_what_is_beside_the_code_keeps_the_route(tmp_path: Path, line: str, said: str) -> None:
    routes = ROUTES.replace("return {", f"{line}\n        return {{")
    routes = routes.replace(
        "import Book\n", "import Book\n    from fastapi.templating import Jinja2Templates\n"
    )
    found = part_of(tmp_path, {**FILES, "shop/routes.py": routes})
    assert said in reasons(found)


def test_a_session_goes_along_with_what_signs_it(tmp_path: Path) -> None:
    routes = ROUTES.replace("return {", "request.session\n        return {")
    app = APP.replace(
        "import errors\n",
        "import errors\n    import os\n"
        "    from starlette.middleware.sessions import SessionMiddleware\n",
    )
    added = 'api.add_middleware(SessionMiddleware, secret_key=os.environ["KEY"])'
    app = app.replace("api = FastAPI()", f"api = FastAPI()\n        {added}")
    files = {**FILES, "shop/routes.py": routes, "shop/app.py": app}
    without = files["requirements.txt"] + "-e ./itsdangerous\n"
    found = part_of(tmp_path, {**files, "requirements.txt": without})
    assert "the package of `itsdangerous` is not known" in reasons(found)
    files["requirements.txt"] += "itsdangerous>=2\n"
    found = part_of(tmp_path, files)
    assert (reasons(found), found.requirements) == ("", ("itsdangerous>=2",))
    around = tailored(found, ()).files["src/library/api/around.py"]
    assert "app.add_middleware(SessionMiddleware, secret_key=os.environ['KEY'])" in around


def test_middleware_under_a_condition_is_under_it_in_the_service(tmp_path: Path) -> None:
    app = APP.replace("        app.add_mid", "        if errors.ALLOWED:\n            app.add_mid")
    files = {"shop/app.py": app, "shop/errors.py": ERRORS + "\n    ALLOWED = True\n"}
    found = part_of(tmp_path, {**FILES, **files})
    assert reasons(found) == ""
    around = tailored(found, ()).files["src/library/api/around.py"]
    assert (
        "    if ALLOWED:\n        app.add_middleware(CORSMiddleware, allow_origins=['*'])" in around
    )
    other = app.replace(
        'allow_origins=["*"])', 'allow_origins=["*"])\n        else:\n            pass'
    )
    stays = part_of(tmp_path, {**FILES, **files, "shop/app.py": other})
    assert "`CORSMiddleware` is around the application's routes" in reasons(stays)


DECORATED = """
        @api.exception_handler(Gone)
        async def answered(request, error: Gone):
            '''As callers know it.'''
            {body}
"""


@pytest.mark.parametrize(
    ("body", "moved"),
    [
        ("return JSONResponse({'gone': str(error), 'of': errors.NAME}, 410)", True),
        ("return JSONResponse({'title': title}, 410)", False),
        ("return JSONResponse({'gone': await request.body()}, 410)", False),
        ("print(error); return JSONResponse({}, 410)", False),
    ],
    ids=["an expression", "a name of the function's", "awaits", "statements"],
)
def test_an_answer_inside_of_a_function_goes_along_where_it_is_an_expression(
    tmp_path: Path, body: str, moved: bool
) -> None:
    code = APP.replace("def create_app():\n", "def create_app():\n        title = input()\n")
    code = code.replace(
        "        api.add_exception_handler(Gone, errors.gone)\n", DECORATED.format(body=body)[1:]
    ).replace("import errors\n", "import errors\n    from fastapi.responses import JSONResponse\n")
    errors = ERRORS + '\n    NAME = "books"\n'
    found = part_of(tmp_path, {**FILES, "shop/errors.py": errors, "shop/app.py": code})
    assert (reasons(found) == "") is moved
    if moved:
        around = tailored(found, ()).files["src/library/api/around.py"]
        answer = "lambda request, error: JSONResponse({'gone': str(error), 'of': NAME}, 410)"
        assert f"    app.add_exception_handler(Gone, {answer})\n" in around
        assert "from library.moved.errors import NAME\n" in around
        compile(around, "around.py", "exec")
    else:
        assert "the application answers errors by what cannot be moved" in reasons(found)


SAME_NAME = """
        @api.exception_handler(Gone)
        async def answered(request, error):
            return JSONResponse({}, 410)

        @api.exception_handler(KeyError)
        async def answered(request, error):
            return JSONResponse({}, 404)
"""
WRAPPED = """
        @api.exception_handler(Gone)
        @errors.traced
        async def answered(request, error):
            return JSONResponse({}, 410)
"""


@pytest.mark.parametrize("code", [SAME_NAME, WRAPPED], ids=["of one name", "wrapped"])
def test_an_answer_inside_of_a_function_that_is_not_sure_stays(tmp_path: Path, code: str) -> None:
    app = APP.replace("        api.add_exception_handler(Gone, errors.gone)\n", code[1:])
    app = f"    from fastapi.responses import JSONResponse\n{app.removeprefix(chr(10))}"
    why = reasons(part_of(tmp_path, {**FILES, "shop/app.py": app}))
    assert "the application answers errors by what cannot be moved" in why


HANDLERS = """
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse
    from shop.errors import Gone

    def answers(app: FastAPI) -> None:
        \"\"\"Who answers errors.\"\"\"

        @app.exception_handler(Gone)
        async def gone(request, error):
            said = {"gone": True}
            return JSONResponse(said, 410)
"""
LOOPED = """
    from fastapi import FastAPI
    from shop.handlers import answers
    from shop.routes import router as books
    from shop.tables import PARTS

    app = FastAPI()
    answers(app)
    {loop}
        app.include_router(one, prefix=prefix)
"""
LOOPS = {
    "for tag, (one, prefix) in PARTS.items():": '{"books": (books, "/v1")}',
    "for one, prefix in PARTS.values():": '{"books": (books, "/v1")}',
    "for prefix, one in PARTS:": '[("/v1", books)]',
}


def looped(loop: str, parts: str, handlers: str = HANDLERS) -> dict[str, str]:
    tables = f"from shop.routes import router as books\nPARTS = {parts}\n"
    app = LOOPED.format(loop=loop)
    files = {"shop/handlers.py": handlers, "shop/tables.py": tables, "shop/app.py": app}
    return {**FILES, **files}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_includes_what_is_written_in_a_list_or_mapping(tmp_path: Path, loop: str) -> None:
    found = part_of(tmp_path, looped(loop, LOOPS[loop]))
    assert reasons(found) == ""
    assert [router.prefix for router in found.slice.routers] == ["/v1"]


def test_a_function_that_says_who_answers_errors_goes_along(tmp_path: Path) -> None:
    loop = "for prefix, one in PARTS:"
    found = part_of(tmp_path, looped(loop, LOOPS[loop]))
    assert "answers(app)" in tailored(found, []).files["src/library/api/around.py"]
    assert "@app.exception_handler(Gone)" in found.modules["src/library/moved/handlers.py"]


def test_one_that_is_given_more_than_the_application_stays(tmp_path: Path) -> None:
    loop = "for prefix, one in PARTS:"
    given = HANDLERS.replace("app: FastAPI)", "app: FastAPI, debug: bool)")
    files = looped(loop, LOOPS[loop], given)
    files["shop/app.py"] = files["shop/app.py"].replace("answers(app)", "answers(app, True)")
    why = reasons(part_of(tmp_path, files))
    assert "the application answers errors by what cannot be moved" in why


def test_one_that_does_more_than_that_stays(tmp_path: Path) -> None:
    more = f"{HANDLERS}\n        app.title = input()\n"
    loop = "for prefix, one in PARTS:"
    why = reasons(part_of(tmp_path, looped(loop, LOOPS[loop], more)))
    assert "the application answers errors by what cannot be moved" in why
    assert "in was not found" in reasons(part_of(tmp_path, looped(loop, "[*PARTS_OF_OTHERS]")))
