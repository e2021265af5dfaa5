"""Where settings say the database is, by which variables, and what a monolith is told then."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate import sources
from mscli.migrate.apply.told import told_by
from mscli.migrate.databases import databases_of, main_of, warning_of
from mscli.migrate.facts import DatabaseFact

WHOLE = "$(PGUSER):$(PGPASSWORD)@$(PGHOST):$(PGPORT)/$(PGDATABASE)"
PARTS = """
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["DB_NAME"],
    "USER": os.getenv("DB_USER", "shop"), "PASSWORD": env("DB_PASSWORD"),
    "HOST": config("DB_HOST", default="db"), "PORT": os.environ.get("DB_PORT", 5432),
}}
"""
SETTINGS = """
class Settings(BaseSettings):
    POSTGRES_SERVER: str
    POSTGRES_USER: str
    POSTGRES_PASSWORD: str = ""
    POSTGRES_DB: str = ""

    @computed_field
    @property
    def uri(self) -> str:
        return MultiHostUrl.build(
            scheme="postgresql+psycopg", username=self.POSTGRES_USER,
            password=self.POSTGRES_PASSWORD, host=self.POSTGRES_SERVER, path=self.POSTGRES_DB)

settings = Settings()
engine = create_engine(str(settings.uri))
"""
PREFIXED = """
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    db_host: str
    db_user: str = Field(validation_alias="PG_USER")

    @property
    def uri(self) -> str:
        return str(PostgresDsn.build(
            scheme="postgresql+asyncpg", host=self.db_host, username=self.db_user))

def engine():
    return create_async_engine(Settings().uri)
"""
JOINED = """
USER = os.environ["DB_USER"]
HOST = os.getenv("DB_HOST")
engine = create_async_engine(f"postgresql+asyncpg://{USER}:{os.environ['DB_PASS']}@{HOST}/shop")
"""
SQLITE = """
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3",
    "NAME": os.path.join(os.environ["DATA"], "db")}}
"""
AGAIN = """
url = os.environ["SHOP_DB"]
url = url.replace("postgres://", "postgresql://")
engine = _create_engine(url)
"""


def facts(folder: Path, text: str, packages: str = "") -> tuple[DatabaseFact, ...]:
    (folder / "shop").mkdir()
    (folder / "shop" / "settings.py").write_text(text)
    (folder / "requirements.txt").write_text(packages)
    return databases_of(sources.read(folder))


@pytest.mark.parametrize(
    ("text", "packages", "kind", "told"),
    [
        ("DATABASES = {'default': dj_database_url.config()}", "psycopg2", "postgresql", {}),
        ("DATABASES = {'default': env.db('DB_URL', default='sqlite:///x')}", "", "sqlite",
         {"DB_URL": f"postgresql://{WHOLE}"}),
        (PARTS, "", "postgresql",
         {"DB_NAME": "$(PGDATABASE)", "DB_USER": "$(PGUSER)", "DB_PASSWORD": "$(PGPASSWORD)",
          "DB_HOST": "$(PGHOST)", "DB_PORT": "$(PGPORT)"}),
        ("app.config['SQLALCHEMY_DATABASE_URI'] = os.environ.get('DB_URI')", "psycopg2-binary",
         "postgresql", {"DB_URI": f"postgresql://{WHOLE}"}),
        ("class Config:\n    SQLALCHEMY_DATABASE_URI = os.getenv('DATABASE_URL')", "psycopg",
         "postgresql", {"DATABASE_URL": f"postgresql+psycopg://{WHOLE}"}),
        (SETTINGS, "psycopg", "postgresql",
         {"POSTGRES_SERVER": "$(PGHOST)", "POSTGRES_USER": "$(PGUSER)",
          "POSTGRES_PASSWORD": "$(PGPASSWORD)", "POSTGRES_DB": "$(PGDATABASE)"}),
        (PREFIXED, "asyncpg", "postgresql", {"SHOP_DB_HOST": "$(PGHOST)", "PG_USER": "$(PGUSER)"}),
        (PREFIXED.replace('model_config = SettingsConfigDict(env_prefix="SHOP_")',
                          "class Config:\n        env_prefix = 'OLD_'"), "asyncpg", "postgresql",
         {"OLD_DB_HOST": "$(PGHOST)", "PG_USER": "$(PGUSER)"}),
        (JOINED, "asyncpg", "postgresql",
         {"DB_USER": "$(PGUSER)", "DB_PASS": "$(PGPASSWORD)", "DB_HOST": "$(PGHOST)"}),
        (AGAIN, "pg8000", "postgresql", {"SHOP_DB": f"postgresql+pg8000://{WHOLE}"}),
        ("engine = create_engine('postgresql://db/shop')", "", "postgresql", {}),
        (SQLITE, "", "sqlite", {}),
    ],
)  # fmt: skip
def test_what_settings_read_is_what_a_monolith_is_told(
    tmp_path: Path, text: str, packages: str, kind: str, told: dict[str, str]
) -> None:
    main = main_of(facts(tmp_path, text, packages))
    assert main is not None
    assert main.kind == kind
    assert told_by(main, packages.split()) == told


def test_the_application_own_database_is_told_from_that_of_a_part(tmp_path: Path) -> None:
    (tmp_path / "shop" / "search").mkdir(parents=True)
    (tmp_path / "shop" / "search" / "vectors.py").write_text(
        "engine = create_engine(os.environ['VECTORS_URL'])\n"
    )
    (tmp_path / "shop" / "db.py").write_text("engine = create_engine(os.environ['SHOP_URL'])\n")
    main = main_of(databases_of(sources.read(tmp_path)))
    assert main is not None
    assert str(main.evidence) == "shop/db.py:1"


def test_what_mysql_means_is_said_early(tmp_path: Path) -> None:
    text = "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'shop'}}"
    said = warning_of(facts(tmp_path, text))
    assert said.startswith("shop/settings.py:1: the database is MySQL")
    assert "backfill" in said


def test_nothing_is_said_of_others(tmp_path: Path) -> None:
    assert warning_of(facts(tmp_path, PARTS)) == ""
    assert main_of(()) is None
