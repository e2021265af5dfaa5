"""Which variables moved code reads."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mscli.migrate.apply.moving.implied.environment import variables_in
from mscli.migrate.apply.moving.sliced import Slice
from mscli.migrate.apply.part import Part
from mscli.migrate.apply.tables.writing import Owned


@pytest.mark.parametrize(
    ("code", "variables"),
    [
        ("os.environ['ONE'], os.environ.get('TWO'), os.getenv('THREE')", "ONE THREE TWO"),
        (
            "class Settings(BaseSettings):\n    api_key: str\n    _seen: ClassVar[int] = 0",
            "API_KEY",
        ),
        (
            """
            class Settings(pydantic_settings.BaseSettings):
                model_config = SettingsConfigDict(env_prefix="SHOP_", env_file=".env")
                api_key: str
                size: int = Field(20, alias="pages")
                mail: str = Field(validation_alias=AliasChoices("MAIL", "SMTP"))
            """,
            "MAIL PAGES SHOP_API_KEY SMTP",
        ),
        (
            """
            class Settings(BaseSettings):
                model_config = {"env_prefix": "shop_"}
                api_key: str
            """,
            "SHOP_API_KEY",
        ),
        (
            """
            class Common(BaseSettings):
                level: str
            class Settings(Common):
                key: str
                class Config:
                    env_prefix = "SHOP_"
            """,
            "LEVEL SHOP_KEY SHOP_LEVEL",
        ),
        ("# BaseSettings\nclass Settings(BaseModel):\n    api_key: str", ""),
    ],
)
def test_variables_are_names_in_the_code_and_fields_of_settings(code: str, variables: str) -> None:
    found = variables_in({"a.py": dedent(code), "pages/a.html": "BaseSettings {{"})
    assert " ".join(found) == variables


def test_where_the_monoliths_database_is_a_service_need_not_know() -> None:
    made = Slice(environment=("DB_HOST", "PAGE", "DB_PORT"))
    addresses = frozenset(["DB_HOST", "DB_PORT", "DB_NAME"])
    part = Part("orders", Owned([], {}), (), made, addresses=addresses)
    asked, unasked = part.environment
    assert asked == "`PAGE`: moved code reads this; give what the monolith has"
    assert unasked.startswith(
        "`DB_HOST`, `DB_PORT`: the monolith's database, which moved code does"
    )
