"""RDMO's own settings, with a throw-away database, accounts and groups."""

import os
from pathlib import Path

from rdmo.core.settings import *  # noqa: F403

SECRET_KEY = "only-for-measuring"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "project.urls"
PLACE = Path(os.environ.get("MSCLI_PLACE", "."))
BASE_DIR = PLACE
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MEDIA_ROOT = PLACE / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = PLACE / "static"
STATIC_URL = "/static/"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
COMPRESS_ENABLED = False
COMPRESS_PRECOMPILERS = ()
MULTISITE = False
GROUPS = True
