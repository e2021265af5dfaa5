"""Settings for a laptop."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
SECRET_KEY = os.environ.get("SECRET_KEY", "for-a-laptop-only")
DEBUG = bool(os.environ.get("DEBUG"))
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.messages",
    "shop.accounts.apps.AccountsConfig",
    "shop.catalogue",
    "shop.orders",
    "shop.reports",
]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shop.reports.middleware.VisitMiddleware",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
ROOT_URLCONF = "shop.project.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "shop" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "shop.project.pages.name_of_the_shop",
            ]
        },
    }
]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "shop.sqlite3")}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
