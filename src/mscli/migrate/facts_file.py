"""Reads back what `mscli migrate scan -o facts.json` wrote."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from mscli.errors import MscliError
from mscli.migrate import facts as records
from mscli.migrate.facts import VERSION, Facts
from mscli.migrate.walk.values.values import Site

T = TypeVar("T")
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
        facts = _record(Facts)(document)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise MscliError(f"{path}: facts that are not whole: {error}", HINT) from error
    assert isinstance(facts, Facts)  # noqa: S101
    return facts


Reader = Callable[[object], Any]


@cache
def _record(kind: type) -> Reader:
    """Reads one record; what its fields are is looked up once."""
    hints = typing.get_type_hints(kind, vars(records))
    readers = [(field.name, _reader(hints[field.name])) for field in fields(kind)]

    def read_record(document: object) -> object:
        if not isinstance(document, dict):
            raise TypeError(f"{kind.__name__} is no mapping")
        return kind(*[reader(document[name]) for name, reader in readers])

    return read_record


@cache
def _reader(hint: Any) -> Reader:  # noqa: ANN401
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        inner = _reader(args[0])
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _reader(args[0])
        return lambda value: tuple([item(part) for part in _of(list, value)])
    if origin is Mapping:
        return lambda value: dict(_of(dict, value))
    if hint is Site:
        return _site
    kind = _of(type, hint)
    if issubclass(kind, Enum):
        return kind
    if is_dataclass(kind):
        return _record(kind)
    return lambda value: _of(kind, value)


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _site(value: object) -> Site:
    file, _, line = _of(str, value).rpartition(":")
    return Site(file, int(line))
