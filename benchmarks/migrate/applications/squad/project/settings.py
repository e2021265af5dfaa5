"""Squad's own settings, with a throw-away database, and without its download of pictures."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("SECRET_KEY", "only-for-measuring")
sys.modules["squad.frontend.setup"] = SimpleNamespace(setup_staticfiles=lambda: None)  # type: ignore[assignment]

from squad.settings import *  # noqa: E402, F403

PLACE = Path(os.environ.get("MSCLI_PLACE", "."))
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3"}}
CELERY_TASK_ALWAYS_EAGER = True
STATICFILES_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
