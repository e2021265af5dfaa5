"""What views of Django need beside tables: files, mail, caches, catalogues, packages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mscli.migrate import sources
from mscli.migrate.apply.moving.django.files.folders import folder_of
from mscli.migrate.apply.part import Part
from mscli.migrate.apply.services import tailored
from mscli.migrate.apply.sharing import volumes_of
from mscli.migrate.store import Store
from mscli.migrate.walk.project.index import Project
from mscli.model.system import Service, System
from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_moving_django import FILES, MODELS, RECEIVERS, SETTINGS, VIEWS
from tests.unit.migrate.test_pages import DJANGO, PAGE

COVERED = MODELS.replace("title = ", "cover = models.ImageField(upload_to='x')\n        title = ")


def made(folder: Path, files: Mapping[str, str], store: Store = "own") -> tuple[Part, str]:
    """The service, and its settings; every route of it has moved."""
    found = part_of(folder, {**FILES, **files}, store)
    assert reasons(found) == ""
    return found, tailored(found, ()).files["src/library/legacy/settings.py"]


def test_uploads_stay_where_the_monolith_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    more = "\n    MEDIA_ROOT = os.path.join(BESIDE, 'media')\n    FILE_UPLOAD_PERMISSIONS = 0o640\n"
    found, settings = made(
        tmp_path, {"shop/library/models.py": COVERED, "shop/settings.py": SETTINGS + more}
    )
    assert found.slice.django.media == "shop/media"
    assert found.requirements == ("django", "pillow")
    assert "MEDIA_ROOT = folder()" in settings
    assert "FILE_UPLOAD_PERMISSIONS = 416" in settings
    files = tailored(found, ()).files
    assert 'checks["MONOLITH_MEDIA_ROOT"] = check_uploads' in files["src/library/app.py"]
    assert "is not set" in files["src/library/legacy/uploads.py"]
    known: dict[str, object] = {"__name__": "told"}
    exec(str(files["src/library/told.py"]), known)
    assert known["NEEDED"] == ("MONOLITH_MEDIA_ROOT",)
    monkeypatch.delenv("MONOLITH_MEDIA_ROOT", raising=False)
    with pytest.raises(SystemExit):
        known["require"]()  # type: ignore[operator]
    assert "services.library in mscli.yaml" in caplog.text
    assert "    require()" in files["src/library/app.py"]
    monolith = Service("monolith", "services/monolith", volumes={"files": "/app/shop/media"})
    system = System("shop", services={"monolith": monolith})
    assert volumes_of(tmp_path, None, system, [found])[found.name] == {
        "files": "../monolith/shop/media"
    }
    [said] = [text for text in found.environment if "MEDIA_ROOT" in text]
    assert "set where it is known" in said


def test_files_in_a_storage_of_a_package_need_no_folder(tmp_path: Path) -> None:
    more = """
    STORAGES = {
        "default": {"BACKEND": "storages.backends.s3.S3Storage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
    }
    AWS_STORAGE_BUCKET_NAME = "covers"
    AWS_S3_SECRET_ACCESS_KEY = "hidden"
    AWS_S3_REGION_NAME = os.environ.get("REGION", "")
    INSTALLED_APPS += ["storages"]
"""
    found, settings = made(
        tmp_path,
        {
            "shop/library/models.py": COVERED,
            "shop/settings.py": SETTINGS + more,
            "requirements.txt": "django\npillow\ndjango-storages[s3]\n",
        },
    )
    assert found.slice.django.media is None
    assert "django-storages[s3]" in found.requirements
    assert 'AWS_STORAGE_BUCKET_NAME = "covers"' in settings
    assert 'AWS_S3_SECRET_ACCESS_KEY = os.environ.get("AWS_S3_SECRET_ACCESS_KEY", "")' in settings
    assert '"AWS_S3_REGION_NAME": "library.moved.settings"' in settings
    assert "hidden" not in settings
    assert any("never copied" in text for text in found.environment)


MAILING = VIEWS.replace(
    "book.loan_set.create()", "book.loan_set.create()\n        send_mail('x', 'y', None, ['z'])"
).replace("import View\n", "import View\n    from django.core.mail import send_mail\n")
BACKEND = """
    from django.core.mail.backends.base import BaseEmailBackend

    class Quiet(BaseEmailBackend):
        def send_messages(self, messages):
            return len(messages)
"""


def test_mail_goes_out_as_the_monolith_sends_it(tmp_path: Path) -> None:
    more = """
    EMAIL_BACKEND = "shop.mailing.Quiet"
    EMAIL_HOST = os.environ.get("MAIL", "localhost")
    EMAIL_HOST_PASSWORD = "hidden"
    DEFAULT_FROM_EMAIL = "shop@example.com"
"""
    files = {
        "shop/library/views.py": MAILING,
        "shop/mailing.py": BACKEND,
        "shop/settings.py": SETTINGS + more,
    }
    found, settings = made(tmp_path, files)
    assert '"EMAIL_BACKEND": "library.moved.settings"' in settings
    assert "class Quiet" in found.modules["src/library/moved/mailing.py"]
    backend = 'EMAIL_BACKEND = "library.moved.mailing.Quiet"'
    assert backend in found.modules["src/library/moved/settings.py"]
    assert 'DEFAULT_FROM_EMAIL = "shop@example.com"' in settings
    assert 'EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")' in settings
    assert "MAIL" in found.slice.environment


CACHING = VIEWS.replace("book.loan_set.create()", "cache.set('last', 1)").replace(
    "import View\n", "import View\n    from django.core.cache import cache\n"
)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("{'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}", ""),
        ("{'default': {'BACKEND': 'django_redis.cache.RedisCache'}}", "the monolith's cache"),
        ("{'default': env.cache()}", "the monolith's cache"),
    ],
)
def test_a_cache_of_one_process_goes_along(tmp_path: Path, setting: str, said: str) -> None:
    files = {
        **FILES,
        "shop/library/views.py": CACHING,
        "shop/settings.py": f"{SETTINGS}\n    CACHES = {setting}\n",
    }
    found = part_of(tmp_path, files)
    assert said in reasons(found)
    assert bool(said) or "CACHES" in found.slice.django.settings


def test_catalogues_go_along_in_the_order_in_which_they_are_asked(tmp_path: Path) -> None:
    for folder in ("words", "shop/library/locale", "shop/people/elsewhere"):
        catalogue = tmp_path / folder / "de" / "LC_MESSAGES"
        catalogue.mkdir(parents=True)
        (catalogue / "django.mo").write_bytes(folder.encode())
    views = VIEWS.replace(
        "import View\n", "import View\n    from django.utils.translation import _\n"
    )
    more = "\n    LOCALE_PATHS = [os.path.join(os.path.dirname(BESIDE), 'words')]\n"
    files = {"shop/library/views.py": views, "shop/settings.py": SETTINGS + more}
    found, settings = made(tmp_path, files)
    assert dict(found.slice.files) == {
        "src/library/locale/0/de/LC_MESSAGES/django.mo": b"words",
        "src/library/moved/library/locale/de/LC_MESSAGES/django.mo": b"shop/library/locale",
    }
    assert '"locale" / str(n) for n in range(1)]' in settings


def test_packages_applications_go_along_with_what_is_theirs(tmp_path: Path) -> None:
    """On the monolith's database those with tables, too."""
    more = """
    INSTALLED_APPS += ["django.contrib.sites"]
    MIDDLEWARE += ["crispy_forms.Middle", "whitenoise.Middle"]
    TAGGIT_CASE_INSENSITIVE = True
    CRISPY_TEMPLATE_PACK = "bootstrap4"
    ANYTHING = 3
"""
    page = "{% load crispy_forms_tags %}"
    settings = DJANGO["shop/settings.py"] + more
    views = DJANGO["shop/library/views.py"]
    files = {**DJANGO, PAGE: page, "shop/settings.py": settings}
    found, text = made(tmp_path, files)
    assert found.slice.django.installed == ("crispy_forms",)
    assert found.requirements == ("django-crispy-forms", "django")
    assert found.slice.django.middleware[1:] == ("crispy_forms.Middle",)
    assert "ANYTHING = 3" in text
    tagging = views.replace("import View\n", "import View\n    from taggit import helper\n")
    tagging = tagging.replace("book.loan_set", "helper; book.loan_set")
    files["shop/library/views.py"] = tagging
    assert "`taggit` is an application" in reasons(part_of(tmp_path, {**FILES, **files}))
    files["shop/settings.py"] += '    MIDDLEWARE += ["taggit.Middle"]\n'
    found = part_of(tmp_path, {**FILES, **files}, "shared")
    assert {"crispy_forms", "taggit", "django.contrib.sites"} < set(found.slice.django.installed)
    assert "taggit.Middle" in found.slice.django.middleware


def test_who_hears_a_signal_that_a_receiver_sends_goes_along(tmp_path: Path) -> None:
    receivers = (
        RECEIVERS.replace("import receiver\n", "import Signal, receiver\n")
        + """
        lent.send(sender)

    lent = Signal()

    @receiver(lent)
    def tell(sender, **kwargs):
        print(sender)
"""
    )
    found, _ = made(tmp_path, {"shop/library/receivers.py": receivers})
    assert "def tell" in found.modules["src/library/moved/library/receivers.py"]


@pytest.mark.parametrize(
    ("code", "folder"),
    [
        ("BASE / 'media'", "shop/media"),
        ("os.path.join(HERE, '..', 'files')", "files"),
        ("str(Path(__file__).parents[1] / 'a' / 'b')", "a/b"),
        ("os.path.abspath(os.path.dirname(os.path.dirname(__file__)))", "."),
        ("'/srv/media/'", "/srv/media"),
        ("Path('/srv').joinpath('x')", "/srv/x"),
        ("os.environ['MEDIA']", None),
        ("Path(__file__).parents[4]", None),
        ("TWICE", None),
    ],
)
def test_a_folder_that_code_names(tmp_path: Path, code: str, folder: str | None) -> None:
    text = (
        "import os\nfrom pathlib import Path\nBASE = Path(__file__).resolve().parent\n"
        f"HERE = os.path.dirname(__file__)\nTWICE = 'a'\nTWICE = 'b'\nFOUND = {code}\n"
    )
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "settings.py").write_text(text)
    module = Project(sources.read(tmp_path)).module("shop.settings")
    assert module is not None
    found = folder_of(module.tree.body[-1].value, module)  # type: ignore[attr-defined]
    assert (found.as_posix() if found is not None else None) == folder


def test_what_an_application_sets_up_in_a_package_is_set_up(tmp_path: Path) -> None:
    """On a database of its own not every model is there that it may name."""
    ready = "from shop.library import receivers"
    app = FILES["shop/library/apps.py"].replace(
        ready, f"{ready}\n                from taggit import registry\n"
        "                registry.register(self.get_model('Book'))",
    )  # fmt: skip
    views = VIEWS.replace("import View\n", "import View\n    from taggit import helper\n")
    views = views.replace("book.loan_set", "helper; book.loan_set")
    files = {"shop/library/apps.py": app, "shop/library/views.py": views}
    found = part_of(tmp_path, {**FILES, **files})
    assert "`shop.library.apps.Library.ready` sets up taggit" in reasons(found)
    found, _ = made(tmp_path, files, "shared")
    assert "registry.register" in found.modules["src/library/moved/library/apps.py"]
    apps = tailored(found, ()).files["src/library/legacy/apps.py"]
    assert "from library.moved.library.apps import Library as LibReady" in apps
    assert "class Lib(LibReady):" in apps
    assert "(AppConfig):" in apps


@pytest.mark.parametrize(
    ("setting", "package"),
    [
        ("{'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache'}}", "redis"),
        ("{'default': {'BACKEND': 'django_redis.cache.RedisCache'}}", "django-redis"),
        ("{'default': env.cache()}", "django-environ"),
    ],
)
def test_a_cache_that_is_shared_goes_along_with_the_monoliths_rows(
    tmp_path: Path, setting: str, package: str
) -> None:
    settings = SETTINGS + f"\n    import environ\n    env = environ.Env()\n    CACHES = {setting}\n"
    files = {**FILES, "shop/settings.py": settings, "shop/library/views.py": CACHING}
    files["requirements.txt"] += "redis\ndjango-redis\ndjango-environ\n"
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    assert package in found.requirements
    made = tailored(found, ()).files
    application = made["src/library/legacy/application.py"]
    assert '    "shop.library.models": "library.moved.library.models",\n' in application
    assert '    "shop": "library.moved",\n' in application
    compile(application, "application.py", "exec")
    assert "CACHES" in made["src/library/legacy/settings.py"]
