"""Which variables moved code reads."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mscli.migrate.apply.moving.implied.environment import variables_in


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
