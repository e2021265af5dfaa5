"""Which reader of routes is for which framework, and what its moved code runs on."""

from __future__ import annotations

from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.django_settings import Settings
from mscli.migrate.apply.moving.django_urls import DjangoProject
from mscli.migrate.apply.moving.fastapi_routers import FastApi
from mscli.migrate.apply.moving.flask_blueprints import FlaskApplication
from mscli.migrate.apply.moving.placing import Framework
from mscli.migrate.walk.index import Project

BRIDGE = "a2wsgi>=1.10,<2"
DRIVER = "pg8000>=1.31,<2"
DJANGO_DRIVER = "psycopg[binary]>=3.2,<4"
RUNS_ON = {
    "fastapi": ((), (DRIVER,)),
    "flask": ((BRIDGE,), (DRIVER,)),
    "django": ((BRIDGE,), (DJANGO_DRIVER,)),
}
"""What a service with moved code needs beside it; the second where it has a database."""
WSGI = {"flask": "Flask", "django": "Django"}


def frameworks(project: Project, closing: Closing, settings: Settings) -> dict[str, Framework]:
    """Every framework whose routes are moved, by the name that facts have for it."""
    return {
        "fastapi": FastApi(project, closing),
        "flask": FlaskApplication(project, closing),
        "django": DjangoProject(project, closing, settings),
    }
