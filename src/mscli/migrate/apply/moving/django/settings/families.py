"""Django's settings by what they are about: which go along with which code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mscli.migrate.apply.moving.needs.closed import Closure

CORS = "corsheaders.middleware.CorsMiddleware"
LOCALE = "django.middleware.locale.LocaleMiddleware"
STATELESS = (
    CORS,
    LOCALE,
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
"""Middleware that has no table, no session and no template."""
OF_ANSWERS = (
    "APPEND_SLASH", "AUTHENTICATION_BACKENDS", "DATETIME_FORMAT", "DATETIME_INPUT_FORMATS",
    "DATE_FORMAT", "DATE_INPUT_FORMATS", "DECIMAL_SEPARATOR", "DEFAULT_AUTO_FIELD",
    "DEFAULT_CHARSET", "FIRST_DAY_OF_WEEK", "FORCE_SCRIPT_NAME", "FORMAT_MODULE_PATH",
    "FORM_RENDERER", "LOGIN_REDIRECT_URL", "LOGIN_URL", "MEDIA_URL", "MONTH_DAY_FORMAT",
    "NUMBER_GROUPING", "PREPEND_WWW", "SHORT_DATETIME_FORMAT", "SHORT_DATE_FORMAT", "STATIC_URL",
    "THOUSAND_SEPARATOR", "TIME_FORMAT", "TIME_INPUT_FORMATS", "TIME_ZONE", "USE_I18N", "USE_L10N",
    "USE_THOUSAND_SEPARATOR", "USE_TZ", "X_FRAME_OPTIONS", "YEAR_MONTH_FORMAT",
)  # fmt: skip
STRUCTURE = frozenset(["INSTALLED_APPS", "MIDDLEWARE", "ROOT_URLCONF", "TEMPLATES"])
"""Settings of which the service has its own."""
FAMILIES = (
    "AUTH_PASSWORD_", "CORS_", "CSRF_", "DATA_UPLOAD_", "FILE_UPLOAD_", "LANGUAGE", "LOGOUT_",
    "MESSAGE_", "PASSWORD_", "SECURE_", "SESSION_", "SITE_ID",
)  # fmt: skip
OF_MAIL = ("ADMINS", "DEFAULT_FROM_EMAIL", "EMAIL_", "MANAGERS", "SERVER_EMAIL")
OF_FILES = ("DEFAULT_FILE_STORAGE", "STORAGES")
WHERE_USED = {
    "django.contrib.auth": OF_MAIL,
    "django.core.cache": ("CACHE",),
    "django.core.files": OF_FILES,
    "django.core.mail": OF_MAIL,
    "django.db.models.FileField": OF_FILES,
    "django.db.models.ImageField": OF_FILES,
    "rest_framework": ("FILTERS_", "REST_FRAMEWORK", "STATIC_URL"),
}
"""Those that only matter where code uses something of a package."""
FOLDERS = frozenset(["LOCALE_PATHS", "MEDIA_ROOT"])
"""Where things are in the monolith's folder; in a service they are elsewhere."""
OWN = FOLDERS | frozenset(
    ["ALLOWED_HOSTS", "ASGI_APPLICATION", "DATABASES", "DATABASE_ROUTERS", "DEBUG", "LOGGING",
     "SECRET_KEY", "STATICFILES_DIRS", "STATICFILES_FINDERS", "STATIC_ROOT", "TEST_RUNNER",
     "WSGI_APPLICATION"]
)  # fmt: skip
"""Settings that the service has itself, whatever the monolith's are."""
SECRET = re.compile(r"API_KEY|PASSWORD|PRIVATE_KEY|SECRET|_TOKEN$")
"""A text of such a name is never copied: the service is given it."""


def needed(names: Iterable[str], closure: Closure, prefixes: tuple[str, ...] = ()) -> list[str]:
    """Of settings those that answers or code need; `prefixes` are those of packages."""
    used = {one.attribute for one in closure.outside if one.name == "django.conf.settings"}
    taken = {f"{one.name}.{one.attribute}" for one in closure.outside} | closure.packages
    families = FAMILIES + prefixes
    for package, more in WHERE_USED.items():
        families += more if any(n == package or n.startswith(f"{package}.") for n in taken) else ()
    return sorted(n for n in names if n in used | set(OF_ANSWERS) or n.startswith(families))
