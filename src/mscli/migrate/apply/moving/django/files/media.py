"""Django's uploads: in the folder that the monolith keeps them in, or where its storage does."""

from __future__ import annotations

from mscli.migrate.apply.moving.django.files.folders import folder_of
from mscli.migrate.apply.moving.django.settings.settings import Settings, texts
from mscli.migrate.apply.moving.needs.closed import Closure

FIELDS = frozenset(["FileField", "ImageField"])
OF_DJANGO = ("django.core.files", "django.contrib.staticfiles")


def keeps_files(closure: Closure, settings: Settings) -> bool:
    """Whether code reads or writes files in a folder of the monolith's."""
    uses = any(
        used.name.startswith("django.core.files")
        or (used.name.startswith("django.") and used.attribute in FIELDS)
        or used.name.rpartition(".")[2] in FIELDS
        for used in closure.outside
    )
    return uses and not _elsewhere(settings)


def _elsewhere(settings: Settings) -> bool:
    """Whether all files are in a storage that needs no folder, such as a bucket."""
    value = settings.values.get("STORAGES", settings.values.get("DEFAULT_FILE_STORAGE"))
    given = value.get("default") if isinstance(value, dict) else value
    backends = [text for text in texts(given) if text.count(".") > 1]
    return bool(backends) and not any(text.startswith(OF_DJANGO) for text in backends)


def media_root(settings: Settings) -> str:
    """The folder that the settings name: below the monolith's, or from the root; else empty."""
    if "MEDIA_ROOT" not in settings.written:
        return ""
    module, node = settings.written["MEDIA_ROOT"]
    found = folder_of(node, module)
    return "" if found is None else found.as_posix()
