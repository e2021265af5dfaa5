"""Applications of packages that a project of Django's installs: which ones a service may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.store import SHARED
from mscli.migrate.words import words

WITHOUT_TABLES = frozenset(
    words(
        "bootstrap3 bootstrap4 compressor corsheaders crispy_bootstrap3 crispy_bootstrap4"
        " crispy_bootstrap5 crispy_forms crispy_tailwind csp django_bootstrap5 django_countries"
        " django_extensions django_filters django_htmx django_tables2 drf_spectacular drf_yasg"
        " htmlmin mathfilters phonenumber_field rest_framework rest_framework_filters storages"
        " tailwind widget_tweaks"
    )
)
"""They have no tables, and their settings go along: a service of any kind may install them."""
KNOWN = frozenset(["corsheaders", "django_filters", "rest_framework"])
"""Of these it is known which settings are theirs."""
CONTRIB = frozenset(
    f"django.contrib.{name}" for name in ("humanize", "postgres", "sitemaps", "staticfiles")
)
"""Those of Django's own."""
NOT_WHOLE = frozenset(["django", "rest_framework"])
"""Of these it matters which names code has."""
LIBRARIES = {
    "account": ("allauth.account",),
    "compress": ("compressor",),
    "crispy_forms_field": ("crispy_forms",),
    "crispy_forms_filters": ("crispy_forms",),
    "crispy_forms_tags": ("crispy_forms",),
    "formset_tags": ("djangoformsetjs",),
    "flatpages": ("django.contrib.flatpages",),
    "humanize": ("django.contrib.humanize",),
    "render_table": ("django_tables2",),
    "socialaccount": ("allauth.socialaccount",),
    "thumbnail": ("easy_thumbnails", "sorl.thumbnail"),
}
"""Libraries of tags whose application has another name."""
PREFIXES = {
    "allauth": ("ACCOUNT_", "SOCIALACCOUNT_"),
    "easy_thumbnails": ("THUMBNAIL",),
    "sorl": ("THUMBNAIL",),
    "storages": ("AWS_", "AZURE_", "GS_"),
}
"""How settings of packages begin that do not begin with its name."""


def top(name: str) -> str:
    """The package of a dotted name."""
    return name.partition(".")[0]


def foreign(settings: Settings) -> frozenset[str]:
    """Packages with applications that the service cannot install: it has no tables for them.

    On the monolith's database there are the tables of all.
    """
    found = settings.installed - WITHOUT_TABLES - {"django"}
    return frozenset() if settings.store == SHARED else found


def entries(settings: Settings, packages: Set[str]) -> Iterator[str]:
    """Of INSTALLED_APPS what packages stand for that code needs."""
    allowed = packages - foreign(settings) - {"django"}
    for name in map(str, settings.listed("INSTALLED_APPS")):
        is_of_identity = name == "rest_framework.authtoken"
        if top(name) in allowed and not is_of_identity:
            yield name


def installed_for(library: str, settings: Settings) -> str:
    """The application of a package that has a library of tags; empty where there is none."""
    listed = [str(name) for name in settings.listed("INSTALLED_APPS")]
    own = {app.package for app in settings.apps}
    known = [name for name in LIBRARIES.get(library, ()) if name in listed]
    for name in listed:
        last = name.rpartition(".")[2]
        if name not in own and library in (last, f"{last}_tags"):
            known.append(name)
    return next((name for name in known if _may_be(name, settings)), "")


def _may_be(name: str, settings: Settings) -> bool:
    if top(name) == "django":
        return name in CONTRIB or settings.store == SHARED
    return top(name) not in foreign(settings)


def with_stars(settings: Settings) -> frozenset[str]:
    """Packages of applications that are made to be taken in whole: `from oscar.models import *`."""
    own = {top(app.package) for app in settings.apps}
    return settings.installed - own - NOT_WHOLE


def prefixes(packages: Iterable[str]) -> tuple[str, ...]:
    """How settings of packages begin."""
    return tuple(p for name in packages for p in (name.upper(), *PREFIXES.get(name, ())))
