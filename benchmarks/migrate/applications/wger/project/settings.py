"""wger's own settings as its template of a site completes them, with a throw-away database."""

import os
from pathlib import Path

from wger.settings_global import *  # noqa: F403

PLACE = Path(os.environ.get("MSCLI_PLACE", "."))
DEBUG = False
SECRET_KEY = "only-for-measuring"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3"}}
RECAPTCHA_PUBLIC_KEY = ""
RECAPTCHA_PRIVATE_KEY = ""
SITE_URL = "http://testserver"
MEDIA_ROOT = str(PLACE / "media")
MEDIA_URL = "/media/"
STATIC_ROOT = str(PLACE / "static")
COMPRESS_ENABLED = False
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_PAGE_DOMAIN = SITE_URL
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
