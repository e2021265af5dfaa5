"""What modoboa's own command writes as settings, short, with a throw-away database and no Redis."""

import os
from pathlib import Path

PLACE = Path(os.environ.get("MSCLI_PLACE", "."))
SECRET_KEY = "only-for-measuring"
ALLOWED_HOSTS = ["*"]
SITE_ID = 1
INSTALLED_APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "reversion",
    "oauth2_provider",
    "corsheaders",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "phonenumber_field",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_rename_app",
    "django_rq",
)
MODOBOA_APPS = (
    "modoboa",
    "modoboa.core",
    "modoboa.lib",
    "modoboa.admin",
    "modoboa.autoconfig",
    "modoboa.transport",
    "modoboa.relaydomains",
    "modoboa.limits",
    "modoboa.parameters",
    "modoboa.dnstools",
    "modoboa.policyd",
    "modoboa.maillog",
    "modoboa.pdfcredentials",
    "modoboa.dmarc",
    "modoboa.imap_migration",
    "modoboa.autoreply",
    "modoboa.sievefilters",
    "modoboa.contacts",
    "modoboa.calendars",
    "modoboa.webmail",
)
INSTALLED_APPS += MODOBOA_APPS
AUTH_USER_MODEL = "core.User"
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "x_forwarded_for.middleware.XForwardedForMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "modoboa.core.middleware.LocalConfigMiddleware",
    "modoboa.lib.middleware.CommonExceptionCatcher",
    "modoboa.lib.middleware.RequestCatcherMiddleware",
)
AUTHENTICATION_BACKENDS = (
    "django.contrib.auth.backends.ModelBackend",
    "modoboa.imap_migration.auth_backends.IMAPBackend",
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.template.context_processors.media",
                "django.template.context_processors.static",
                "django.template.context_processors.tz",
                "django.contrib.messages.context_processors.messages",
                "modoboa.core.context_processors.theme",
            ],
        },
    },
]
ROOT_URLCONF = "modoboa.urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": PLACE / "db.sqlite3",
        "ATOMIC_REQUESTS": True,
    }
}
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "/sitestatic/"
MEDIA_URL = "/media/"
STATIC_ROOT, MEDIA_ROOT = str(PLACE / "sitestatic"), str(PLACE / "media")
WEBMAIL_ATTACHMENTS_ROOT = str(PLACE / "attachments")
BASE_DIR = str(PLACE)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_CLIENT_CONNECTION_SETTINGS = {
    "imap": {"HOSTNAME": "localhost", "SOCKET_TYPE": "SSL", "PORT": 993},
    "smtp": {"HOSTNAME": "localhost", "SOCKET_TYPE": "STARTTLS", "PORT": 587},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OAUTH2_PROVIDER = {"SCOPES": {"read": "Read scope", "write": "Write scope"}}
REST_FRAMEWORK = {
    "DEFAULT_THROTTLE_RATES": dict.fromkeys(
        (
            "user",
            "ddos",
            "ddos_lesser",
            "login",
            "password_recovery_request",
            "password_recovery_totp_check",
            "password_recovery_apply",
        )
    ),
    "DEFAULT_AUTHENTICATION_CLASSES": (
        "oauth2_provider.contrib.rest_framework.OAuth2Authentication",
        "rest_framework.authentication.TokenAuthentication",
    ),
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.NamespaceVersioning",
}
MODOBOA_API_URL = "https://localhost/1/"
DISABLE_DASHBOARD_EXTERNAL_QUERIES = False
PID_FILE_STORAGE_PATH = str(PLACE)
REDIS_HOST, REDIS_PORT, REDIS_QUOTA_DB = "localhost", 6379, 0
REDIS_URL = "redis://localhost:6379/0"
RQ_QUEUES = {
    name: {"HOST": REDIS_HOST, "PORT": REDIS_PORT, "DB": REDIS_QUOTA_DB, "ASYNC": False}
    for name in ("dkim", "modoboa", "dovecot", "privileged")
}
OTP_TOTP_ISSUER = "modoboa"
SILENCED_SYSTEM_CHECKS = ["*"]
LOGGING = {
    "version": 1,
    "handlers": {"modoboa": {"class": "modoboa.core.loggers.SQLHandler"}},
    "loggers": {
        name: {"handlers": ["modoboa"], "level": "INFO", "propagate": False}
        for name in ("modoboa.auth", "modoboa.admin")
    },
}
