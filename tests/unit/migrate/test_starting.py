"""What starts a monolith, and which packages it needs, out of the files that real ones have."""

from __future__ import annotations

import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

from mscli.errors import MscliError
from mscli.migrate import sources
from mscli.migrate.apply.required import packages_of
from mscli.migrate.apply.starting import Start, given, migration_of, start_of

FACTORY = """
from flask import Flask
def create_app(test=False):
    app = Flask(__name__)
    return app
"""


def written(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content))
    return folder


def started(folder: Path, *packages: str) -> Start:
    return start_of(folder, sources.read(folder), frozenset(packages))


@pytest.mark.parametrize(
    ("web", "line"),
    [
        ("gunicorn shop.wsgi", "exec gunicorn shop.wsgi --bind $HOST:$PORT"),
        ("gunicorn -b 0.0.0.0:$PORT shop:app", "exec gunicorn -b $HOST:$PORT shop:app"),
        ("uvicorn shop:app", "exec uvicorn shop:app --host $HOST --port $PORT"),
        ("uvicorn a:b --host 0.0.0.0 --port ${PORT:-5000}",
         "exec uvicorn a:b --host $HOST --port ${PORT:-5000}"),
        ("DEBUG=1 daphne -p $PORT a:b", "exec env DEBUG=1 daphne -p $PORT a:b"),
        ("./prepare && gunicorn a:b", "./prepare && gunicorn a:b --bind $HOST:$PORT"),
    ],
)  # fmt: skip
def test_a_procfile_says_it_and_gets_the_address(tmp_path: Path, web: str, line: str) -> None:
    written(tmp_path, Procfile=f"worker: celery\nweb: {web}\n", **{"a.py": "x = 1"})
    start = started(tmp_path)
    assert (start.command, start.found) == (["sh", "-c", line], "Procfile:2")


def test_a_server_on_a_port_of_its_own_is_warned_of(tmp_path: Path) -> None:
    written(tmp_path, Procfile="web: ./serve --on 5000\n", **{"a.py": "x = 1"})
    assert "names no $PORT" in started(tmp_path).warnings[0]
    assert given("gunicorn a:b --bind $HOST:$PORT").warnings == ()


def test_a_script_that_makes_an_application_is_no_start(tmp_path: Path) -> None:
    script = """
        from argparse import ArgumentParser
        from shop import create_app
        args = ArgumentParser().parse_args()
        app = create_app()
        with app.app_context():
            pass
    """
    written(tmp_path, **{"shop/__init__.py": FACTORY, "makedb.py": script})
    assert started(tmp_path, "gunicorn").command[2] == (
        "exec gunicorn 'shop:create_app()' --bind $HOST:$PORT"
    )


def test_a_module_that_adds_to_an_imported_application_is_what_starts_it(tmp_path: Path) -> None:
    adds = """
        from shop import app as served

        @served.before_request
        def remember():
            pass
    """
    made = "import flask\napp = flask.Flask('x')\nfrom shop import views"
    views = "from shop import app\n@app.get('/')\ndef start():\n    return ''"
    written(tmp_path, **{"shop/__init__.py": made, "shop/views.py": views})
    written(tmp_path, **{"start_shop.py": adds, "seed.py": "from shop import app\napp.x = 1"})
    start = started(tmp_path, "gunicorn")
    assert start.line == "gunicorn start_shop:served --bind $HOST:$PORT"
    written(tmp_path, **{"other.py": adds})
    start = started(tmp_path, "gunicorn")
    assert start.line == "gunicorn shop:app --bind $HOST:$PORT"
    assert start.warnings == ("other.py, start_shop.py add to `shop:app`: say which by --command",)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("wsgi", ""),
        ("start_shop", "@app.before_request\ndef seen():\n    pass\n"),
        ("start_shop", "if __name__ == '__main__':\n    app.run()\n"),
    ],
)
def test_of_two_modules_that_make_it_the_one_that_serves_it(
    tmp_path: Path, name: str, more: str
) -> None:
    makes = "from shop import create_app\napp = create_app()\n"
    written(tmp_path, **{"shop/__init__.py": FACTORY, "seed.py": makes, f"{name}.py": makes + more})
    assert started(tmp_path, "gunicorn").line == f"gunicorn {name}:app --bind $HOST:$PORT"


def test_an_application_is_found_and_an_object_goes_before_a_factory(tmp_path: Path) -> None:
    written(tmp_path, **{"shop/__init__.py": FACTORY})
    start = started(tmp_path)
    assert start.line == "flask --app shop:create_app run --host $HOST --port $PORT"
    assert started(tmp_path, "gunicorn").line == "gunicorn 'shop:create_app()' --bind $HOST:$PORT"
    written(tmp_path, **{"wsgi.py": "import flask\napplication = flask.Flask('x')\n"})
    assert started(tmp_path, "gunicorn").line == "gunicorn wsgi:application --bind $HOST:$PORT"


def test_what_a_factory_of_the_project_gives_is_an_object_too(tmp_path: Path) -> None:
    written(tmp_path, **{"shop/main.py": f"{FACTORY}\napp = create_app()\n"})
    assert started(tmp_path).line == "flask --app shop.main:app run --host $HOST --port $PORT"
    imported = "from ..main import create_app as made\nserved: object = made(True)\n"
    written(tmp_path, **{"shop/main.py": FACTORY, "shop/web/__init__.py": "", "run.py": ""})
    written(tmp_path, **{"shop/web/wsgi.py": imported})
    assert "shop.web.wsgi:served" in started(tmp_path).line


def test_a_factory_that_asks_for_something_is_none_that_a_server_can_call(tmp_path: Path) -> None:
    asking = FACTORY.replace("test=False", "settings")
    written(tmp_path, **{"shop.py": asking})
    with pytest.raises(MscliError, match="nothing says"):
        started(tmp_path)
    written(tmp_path, **{"shop.py": f"{asking}\napp = create_app({{}})\n"})
    assert "shop:app" in started(tmp_path).line


def test_an_application_that_another_mounts_is_not_the_one_to_start(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("fastapi\nuvicorn\n")
    (tmp_path / "admin.py").write_text("from fastapi import FastAPI\ninside = FastAPI()\n")
    (tmp_path / "main.py").write_text(
        "from fastapi import FastAPI\nfrom admin import inside\nsub = FastAPI()\n"
        'app = FastAPI()\napp.mount("/sub", sub)\napp.mount("/admin", app=inside)\n'
    )
    start = started(tmp_path)
    assert "uvicorn main:app " in start.line
    assert start.warnings == ()


def test_a_src_that_is_imported_from_is_a_package(tmp_path: Path) -> None:
    code = "from fastapi import FastAPI\nfrom src.reports import reports\n"
    made = 'app = FastAPI()\napp.mount("/reports", reports)\n'
    other = "from fastapi import FastAPI\nreports = FastAPI()\n"
    written(tmp_path, **{"src/main.py": code + made, "src/reports.py": other})
    start = started(tmp_path)
    assert start.line == "uvicorn src.main:app --host $HOST --port $PORT"
    assert (start.environment, start.warnings) == ((), ())


def test_an_asgi_application_below_src_brings_its_path_and_its_server(tmp_path: Path) -> None:
    code = "from fastapi import FastAPI\napi: FastAPI = FastAPI()\n"
    written(tmp_path, **{"src/shop/main.py": code})
    start = started(tmp_path, "fastapi")
    assert start.line == "uvicorn shop.main:api --host $HOST --port $PORT"
    assert (start.needs, start.environment) == (("uvicorn",), (("PYTHONPATH", "src"),))
    assert started(tmp_path, "fastapi[standard]").needs == ()


def test_django_is_served_by_what_it_asks_for(tmp_path: Path) -> None:
    written(tmp_path, **{"manage.py": "", "shop/wsgi.py": "application = 1", "a/asgi.py": ""})
    assert started(tmp_path, "gunicorn").line == "gunicorn shop.wsgi:application --bind $HOST:$PORT"
    start = started(tmp_path)
    assert start.line == "python manage.py runserver --noreload $HOST:$PORT"
    assert "development server" in start.warnings[0]


def test_what_nobody_says_is_an_error_with_what_to_say(tmp_path: Path) -> None:
    written(tmp_path, **{"a.py": "x = 1"})
    with pytest.raises(MscliError, match="nothing says what starts it") as failure:
        started(tmp_path)
    assert "--command" in failure.value.hint
    with pytest.raises(MscliError, match="never closed"):
        given("run 'x")
    with pytest.raises(MscliError, match="is empty"):
        given(" ")


def test_requirements_become_a_project_that_uv_locks(tmp_path: Path) -> None:
    written(
        tmp_path,
        **{
            "requirements.txt": """\
            # what we need
            -r requirements/web.txt
            -c constraints.txt
            --index-url https://example.test
            SQLAlchemy==2.0.44 \\
                --hash=sha256:abc  # pinned
            -e ./libs/own
            git+https://example.test/x.git
            """,
            "requirements/web.txt": "Flask[async]>=3 ; python_version >= '3.9'\n-r ../"
            "requirements.txt\n",
            "constraints.txt": "werkzeug<4\n",
        },
    )
    packages = packages_of(tmp_path)
    assert packages.names == {"flask", "flask[async]", "sqlalchemy"}
    text = packages.project(("uvicorn",), "monolith")
    assert text is not None
    first, second = "Flask[async]>=3 ; python_version >= '3.9'", "SQLAlchemy==2.0.44"
    assert f'    "{first}",\n    "{second}",\n' in text
    assert 'constraint-dependencies = [\n    "werkzeug<4",\n]' in text
    assert '"uvicorn",' in text
    assert [warning.partition(":")[2].partition(":")[0] for warning in packages.warnings] == [
        "4", "7", "8",
    ]  # fmt: skip


def test_a_project_of_its_own_is_kept_and_settings_of_tools_are_not_lost(tmp_path: Path) -> None:
    own = '[project]\nname = "x"\ndependencies = ["gunicorn"]\n'
    packages = packages_of(written(tmp_path, **{"pyproject.toml": own}))
    assert packages.project((), "monolith") is None
    assert packages.names == {"gunicorn"}
    tools = "[tool.black]\nline-length = 99\n"
    written(tmp_path, **{"pyproject.toml": tools, "requirements.txt": "flask\n"})
    text = packages_of(tmp_path).project((), "monolith")
    assert text is not None
    assert text.startswith(tools)
    assert 'dependencies = [\n    "flask",\n]' in text


def test_packages_that_nobody_names_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(MscliError, match="which packages it needs") as failure:
        packages_of(tmp_path)
    assert "pip freeze" in failure.value.hint


def test_flasks_migrations_make_tables_only_where_there_are_some(tmp_path: Path) -> None:
    line, packages = "gunicorn shop.wsgi:app", {"flask-migrate"}
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    assert migration_of(tmp_path, line, packages, ()) == ""
    written(tmp_path, **{"migrations/env.py": ""})
    assert migration_of(tmp_path, line, packages, ()) == "flask --app shop.wsgi:app db upgrade"


def test_pipenv_says_it_with_the_versions_that_its_lock_pins(tmp_path: Path) -> None:
    written(
        tmp_path,
        Pipfile="""
            [packages]
            flask = "*"
            celery = {extras = ["redis"], version = "~=5.4"}
            pywin = {version = "==1", markers = "sys_platform == 'win32'"}
            ours = {git = "https://code.test/ours.git", ref = "main"}
            [dev-packages]
            pytest = "*"
            [requires]
            python_version = "3.12"
            """,
        **{"Pipfile.lock": '{"default": {"flask": {"version": "==3.1.0"}, "ours": {}}}'},
    )
    found = packages_of(tmp_path)
    kept = ["flask", "celery[redis]~=5.4", "pywin==1; sys_platform == 'win32'"]
    assert (found.requirements, found.constraints) == (kept, ["flask==3.1.0"])
    assert (found.source, found.python) == ("Pipfile", "3.12")
    assert found.warnings == [
        "Pipfile: `ours @ git: https://code.test/ours.git` is no package of an index: left out"
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ('"^1.2.3"', "a>=1.2.3,<2"),
        ('"^0.2.3"', "a>=0.2.3,<0.3"),
        ('"~1.2.3"', "a>=1.2.3,<1.3"),
        ('"~1"', "a>=1,<2"),
        ('"1.2.3"', "a==1.2.3"),
        ('">=1,<3"', "a>=1,<3"),
        ('"*"', "a"),
        ('{version = "^2", extras = ["b"], python = "<3.13"}',
         "a[b]>=2,<3; python_version < '3.13'"),
    ],
)  # fmt: skip
def test_poetry_says_it_in_its_own_words(tmp_path: Path, said: str, line: str) -> None:
    left = 'b = {version = "1", optional = true}'
    poetry = f'[tool.poetry.dependencies]\npython = "^3.12"\na = {said}\n{left}\n'
    lock = '[[package]]\nname = "a"\nversion = "1.2.4"\n'
    written(tmp_path, **{"pyproject.toml": poetry, "poetry.lock": lock})
    found = packages_of(tmp_path)
    assert (found.requirements, found.constraints) == ([line], ["a==1.2.4"])
    assert found.python == "3.12"
    project = found.project((), "shop")
    assert project
    assert project.startswith("[tool.poetry.dependencies]")
    assert tomllib.loads(project)["project"]["dependencies"] == [line]
