"""Reads back what `mscli migrate scan -o facts.json` wrote."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

from mscli.errors import MscliError
from mscli.migrate import facts as records
from mscli.migrate.facts import VERSION, Facts
from mscli.migrate.values import Site

HINT = "write it anew with: mscli migrate scan PATH -o facts.json"


def read(path: Path) -> Facts:
    """The facts in a file. Raises MscliError if it holds anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MscliError(f"{path}: {error.strerror}", HINT) from error
    except UnicodeDecodeError as error:
        raise MscliError(f"{path}: not UTF-8 text", HINT) from error
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise MscliError(f"{path}:{line}: not valid JSON", HINT) from error
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise MscliError(f"{path}:1: no facts of version {VERSION}", HINT)
    try:
        facts = _record(Facts, document)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise MscliError(f"{path}: facts that are not whole: {error}", HINT) from error
    assert isinstance(facts, Facts)  # noqa: S101
    return facts


def _record(kind: type, document: object) -> object:
    if not isinstance(document, dict):
        raise TypeError(f"{kind.__name__} is no mapping")
    hints = typing.get_type_hints(kind, vars(records))
    values = {}
    for field in fields(kind):
        if field.name not in document:
            raise KeyError(field.name)
        values[field.name] = _value(hints[field.name], document[field.name])
    return kind(**values)


def _value(hint: object, value: object) -> object:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return None if value is None else _value(args[0], value)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        return tuple(_value(args[0], item) for item in value)
    if origin is Mapping:
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is no mapping")
        return dict(value)
    if hint is Site:
        file, _, line = str(value).rpartition(":")
        return Site(file, int(line))
    assert isinstance(hint, type)  # noqa: S101
    if issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint):
        return _record(hint, value)
    if not isinstance(value, hint):
        raise TypeError(f"{value!r} is no {hint.__name__}")
    return value
