# Merged by mscli: `mscli update` merges new versions into it.
"""Settings from environment variables, secrets also from files: `<VAR>_FILE` names the file.

The file wins over the variable; it is read once, at the start, and its last newline is dropped.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(lambda value: str(value).upper()),
]


class FileSource(PydanticBaseSettingsSource):
    """The values whose `<VAR>_FILE` is set."""

    def __init__(self, settings: type[BaseSettings], prefix: str) -> None:
        super().__init__(settings)
        self._prefix = prefix

    def get_field_value(self, _field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        """The file's text, the field's name, and that the text is no JSON."""
        path = os.environ.get(f"{self._prefix}{field_name}_FILE".upper())
        text = None if path is None else Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        return text, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every value that a file holds, by field."""
        fields = self.settings_cls.model_fields.items()
        values = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: text for name, text in values.items() if text is not None}


class Environment(BaseSettings):
    """A frozen group of settings read from the environment."""

    # A rejected value may be a secret: errors do not show it.
    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then files, then variables."""
        prefix: str = getattr(env_settings, "env_prefix", "")
        return init_settings, FileSource(settings_cls, prefix), env_settings


Group = TypeVar("Group", bound=Environment)


def read(group: type[Group], prefix: str = "") -> Group:
    """The settings, or the end of the process: one log line a fault, exit code 2."""
    make: Callable[..., Group] = group  # its own signature lists the fields alone
    try:
        return make(_env_prefix=prefix)
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            variable = f"{prefix}{'_'.join(map(str, fault['loc']))}".upper()
            logging.getLogger(__name__).critical("%s: %s", variable, fault["msg"])
    except OSError as error:
        logging.getLogger(__name__).critical("cannot read %s: %s", error.filename, error.strerror)
    raise SystemExit(2)
