"""ColdFront's own settings with all that can be switched on, and a throw-away database."""

import os
from pathlib import Path

PLACE = Path(os.environ.get("MSCLI_PLACE", "."))
os.environ.update(
    DB_URL=f"sqlite:///{PLACE / 'db.sqlite3'}",
    SECRET_KEY="only-for-measuring",
    PLUGIN_API="true",
    PLUGIN_SLURM="true",
    SLURM_NOOP="true",
    ALLOCATION_EULA_ENABLE="true",
    ALLOCATION_ACCOUNT_ENABLED="true",
)
from coldfront.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
Q_CLUSTER = {"sync": True, "orm": "default"}
DJANGO_VITE = {"default": {"dev_mode": True}}
