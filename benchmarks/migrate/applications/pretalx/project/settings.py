"""pretalx's own settings, with a throw-away database and static files that nobody collected."""

import os
from pathlib import Path

PLACE = Path(os.environ.get("MSCLI_PLACE", "."))
os.environ.setdefault("PRETALX_DATA_DIR", str(PLACE))
os.environ.setdefault("PRETALX_SITE_URL", "http://testserver")
os.environ.setdefault("PRETALX_NO_INITIAL_LOG", "1")

from pretalx.settings import *  # noqa: E402, F403

SECRET_KEY = "only-for-measuring"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
VITE_IGNORE = True  # nobody has built its scripts
