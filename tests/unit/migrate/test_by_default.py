"""What an application has where nobody sets its variables: prefixes of its URLs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import routes, scanned

URLS = """
from django.conf import settings
from django.urls import include, path
from shop import views

urlpatterns = [path(settings.BASE, include([path("orders", views.orders)]))]
"""
ENV = "import environ\nENV = environ.Env()\n"


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ('BASE = ENV.str("BASE", default="")', "/orders"),
        ('BASE = ENV.str("BASE", default="shop/")', "/shop/orders"),
        (
            'BASE = ENV.str("BASE", default="")\nif len(BASE) > 0:\n    BASE = f"{BASE}/"',
            "/orders",
        ),
        (
            'BASE = ENV.str("BASE", default="")\nif len(BASE) == 0:\n    BASE = "shop/"',
            "/shop/orders",
        ),
        ('BASE = ENV.str("BASE")', "/{}orders"),
    ],
)
def test_a_prefix_is_the_one_that_it_has_by_default(tmp_path: Path, base: str, path: str) -> None:
    facts = scanned(
        tmp_path,
        {
            "shop/env.py": ENV,
            "shop/settings.py": f"from shop.env import ENV\nROOT_URLCONF = 'shop.urls'\n{base}\n",
            "shop/views.py": "def orders(request):\n    pass\n",
            "shop/urls.py": URLS,
        },
    )
    assert routes(facts) == {f"ANY {path}"}
