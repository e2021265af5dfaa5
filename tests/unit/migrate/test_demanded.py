"""Which variables a monolith insists on."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from mscli.migrate import sources
from mscli.migrate.apply.demanded import demanded


def said(folder: Path, **files: str) -> dict[str, str]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(dedent(text))
    return dict(demanded(sources.read(folder).files))


def test_fields_of_settings_that_have_no_default(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        shop="""
            from pydantic import Field
            from pydantic_settings import BaseSettings, SettingsConfigDict
            class Base(BaseSettings):
                secret: str
                given: str
                token: str = Field(...)
                port: int = Field(default=1)
                hosts: list[str] = Field(default_factory=list)
                mail: str = Field("x", alias="MAIL")
            class Settings(Base):
                model_config = SettingsConfigDict(env_prefix="SHOP_")
                given: str = "yes"
            class Other:
                name: str
            """,
    )
    assert found == {"SHOP_SECRET": "shop.py:11", "SHOP_TOKEN": "shop.py:11"}


def test_what_a_module_of_settings_reads_whatever_happens(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        settings="""
            import os
            import environ
            env = environ.Env(DEBUG=(bool, False))
            DEBUG = env("DEBUG")
            SECRET_KEY = env("SECRET_KEY")
            MAIL = env("MAIL", default="")
            TOKEN = os.environ["TOKEN"]
            HOME = os.environ.get("HOME")
            if not DEBUG:
                SENTRY = os.environ["SENTRY"]
            def later():
                return os.environ["LATER"]
            """,
        job="import os\nX = os.environ['X']\n",
    )
    assert found == {"SECRET_KEY": "settings.py:6", "TOKEN": "settings.py:8"}
