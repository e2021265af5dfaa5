"""Settings for a laptop."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
SECRET_KEY = os.environ.get("SECRET_KEY", "for-a-laptop-only")
DEBUG = bool(os.environ.get("DEBUG"))
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "shop.accounts.apps.AccountsConfig",
    "shop.catalogue",
    "shop.orders",
    "shop.reports",
]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "shop.reports.middleware.VisitMiddleware",
]
ROOT_URLCONF = "shop.project.urls"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "shop.sqlite3")}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
