"""Which reader of routes is for which framework, and what its moved code runs on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mscli.migrate.apply.moving.django.routes.urls import DjangoProject
from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.fastapi.routers import FastApi
from mscli.migrate.apply.moving.flask.application import WholeApplication
from mscli.migrate.apply.moving.flask.blueprints import FlaskApplication
from mscli.migrate.apply.moving.flask.said import Said
from mscli.migrate.apply.moving.flask.whole import whole_of
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.url_names import Urls
from mscli.migrate.apply.moving.placing import Framework
from mscli.migrate.facts import Facts
from mscli.migrate.store import SHARED, Store
from mscli.migrate.walk.project.index import Project

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

NEW_DJANGO = ("4.2", "5.2.99", "6.99", "99")
"""From the first on Django knows psycopg 3."""
BRIDGE = "a2wsgi>=1.10,<2"
DRIVER = "pg8000>=1.31,<2"
DJANGO_DRIVER = "psycopg[binary]>=3.2,<4"
OLD_DRIVER = "psycopg2-binary>=2.9,<3"
"""For a Django before 4.2, which knows no other."""
RUNS_ON = {
    "fastapi": ((), (DRIVER,)),
    "flask": ((BRIDGE,), (DRIVER,)),
    "django": ((BRIDGE,), (DJANGO_DRIVER,)),
}
"""What a service with moved code needs beside it; the second where it has a database."""


def driver_of(framework: str, requirements: Sequence[str]) -> tuple[str, ...]:
    """The drivers for a framework of the version that is asked for."""
    from packaging.requirements import Requirement

    if framework == "django":
        for each in map(Requirement, requirements):
            if each.name.lower() == "django" and not _allows_new(each.specifier):
                return (OLD_DRIVER,)
    return RUNS_ON[framework][1]


def _allows_new(versions: SpecifierSet) -> bool:
    named = [each.version.removesuffix(".*") for each in versions]
    return any(versions.contains(version) for version in (*NEW_DJANGO, *named) if _is_new(version))


def _is_new(version: str) -> bool:
    from packaging.version import Version

    return Version(version) >= Version(NEW_DJANGO[0])


WSGI = {"flask": "Flask", "django": "Django"}


def frameworks(
    project: Project, closing: Closing, settings: Settings, facts: Facts
) -> dict[str, Framework]:
    """Every framework whose routes are moved, by the name that facts have for it."""
    urls = facts.urls
    return {
        "fastapi": FastApi(project, closing, Urls("fastapi", urls, project), settings.store),
        "flask": _flask(project, closing, facts, settings.store),
        "django": DjangoProject(
            project,
            closing,
            settings,
            Urls("django", urls, project, with_packages=settings.store == SHARED),
        ),
    }


def _flask(project: Project, closing: Closing, facts: Facts, store: Store) -> Framework:
    """On the monolith's database the application goes along as a whole, if it can."""
    urls = Urls("flask", facts.urls, project)
    said = Said(project, closing, facts)
    whole = whole_of(project, closing, said) if store == SHARED else None
    if whole is None or whole.reasons:
        return FlaskApplication(project, closing, urls, whole.reasons if whole else ())
    return WholeApplication(project, closing, urls, whole, said)
