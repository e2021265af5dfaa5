"""A handler of the project that `LOGGING` names hears what loggers are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import paths_of, scanned, touched

SETTINGS = """
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "shop.urls"
LOGGING = {
    "version": 1,
    "handlers": {
        "table": {"class": "shop.handlers.TableHandler"},
        "errors": {"class": "shop.handlers.ErrorHandler", "level": "ERROR"},
        "console": {"class": "logging.StreamHandler"},
    },
    "loggers": {
        "shop.audit": {"handlers": ["table"], "level": "INFO"},
        "shop": {"handlers": ["errors", "console"]},
    },
}
"""
MODELS = """
from django.db import models

class Entry(models.Model):
    pass

class Fault(models.Model):
    pass
"""
HANDLERS = """
import logging

class TableHandler(logging.Handler):
    def emit(self, record):
        from .models import Entry
        Entry.objects.create(text=record.getMessage())

class ErrorHandler(logging.Handler):
    def emit(self, record):
        from .models import Fault
        Fault.objects.create(text=record.getMessage())
"""
VIEWS = """
import logging

audit = logging.getLogger("shop.audit")
logger = logging.getLogger(__name__)
others = logging.getLogger("elsewhere")

def told(request):
    audit.info("")

def below(request):
    logging.getLogger("shop.audit.more").warning("")

def failed(request):
    audit.exception("")

def by_its_module(request):
    logger.error("")

def too_quiet(request):
    audit.debug("")
    logger.info("")

def unheard(request):
    others.error("")
    logger.addHandler(None)
"""
URLS = "from django.urls import path\nfrom shop import views\n"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """Of a shop whose handlers write tables."""
    files = {
        "settings": SETTINGS,
        "models": MODELS,
        "handlers": HANDLERS,
        "views": VIEWS,
        "urls": URLS + f"urlpatterns = [{paths_of(VIEWS)}]\n",
    }
    folder: Path = tmp_path_factory.mktemp("shop")
    return scanned(folder, {f"shop/{name}.py": text for name, text in files.items()})


@pytest.mark.parametrize(
    ("view", "written"),
    [
        ("told", {"shop_entry"}),
        ("below", {"shop_entry"}),
        ("failed", {"shop_entry", "shop_fault"}),
        ("by_its_module", {"shop_fault"}),
        ("too_quiet", set()),
        ("unheard", set()),
    ],
)
def test_what_a_logger_is_told_is_written(facts: Facts, view: str, written: set[str]) -> None:
    assert touched(facts, "write", f"shop.views.{view}") == written
