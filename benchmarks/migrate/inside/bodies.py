"""JSON that fits: from the fields of REST framework, or from an OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from inside.forms import PICTURE, text_for

SAMPLES = {
    "EmailField": "visitor@example.com",
    "URLField": "http://example.com/",
    "SlugField": "some-slug",
    "BooleanField": True,
    "IntegerField": 1,
    "FloatField": 1.0,
    "DecimalField": "1",
    "DateField": "2026-01-15",
    "DateTimeField": "2026-01-15T10:30:00Z",
    "TimeField": "10:30:00",
    "JSONField": {},
    "DictField": {},
    "UUIDField": "00000000-0000-4000-8000-000000000001",
    "DurationField": "00:01:00",
    "IPAddressField": "127.0.0.1",
}
FORMATS = {
    "date": "2026-01-15",
    "date-time": "2026-01-15T10:30:00Z",
    "email": "visitor@example.com",
    "uri": "http://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "password": "Pa55-word!x9",
}
TEXTS = ("http://example.com/", "visitor@example.com", "abc", "1", "a" * 40, "a" * 64)
DEEPEST = 6


class AsForm(dict[str, Any]):
    """Fields that are sent as a form; a file is (name, content)."""


def for_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each field that is not read only; a form if there is a file among them."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if not field.read_only:
            value = _for_field(field)
            if value is not None:
                found[name] = value
    files = any(isinstance(value, tuple) for value in found.values())
    return AsForm(found) if files else found


def _for_field(field: Any) -> Any:
    if hasattr(field, "fields"):
        return for_fields(field.fields)
    if hasattr(field, "child_relation"):
        one = _for_field(field.child_relation)
        return [one] if one is not None else []
    if hasattr(field, "child") and field.child is not None:
        one = _for_field(field.child)
        return [one] if one is not None else []
    if getattr(field, "queryset", None) is not None:
        return _of_row(field)
    try:
        choices = list(getattr(field, "choices", None) or ())
    except Exception:  # choices are rows here, and one of them has no name
        choices = []
    if choices:
        return choices[0]
    for cls in type(field).__mro__:
        if cls.__name__ in SAMPLES:
            return SAMPLES[cls.__name__]
    if "File" in type(field).__name__ or "Image" in type(field).__name__:
        return ("picture.png", PICTURE)
    return text_for(field.field_name or "")


def _of_row(field: Any) -> Any:
    """How the first row is told that a field may refer to; nothing if none may be asked for."""
    try:
        first = field.get_queryset().first()
        return None if first is None else field.to_representation(first)
    except Exception:  # the application's own way to ask wants more than there is here
        return None


@dataclass(frozen=True)
class Fitting:
    """Values for JSON Schemas of one document; `known` gives values by the names of properties.

    Properties that may be left out are there as deep as `wide`.
    """

    document: Mapping[str, Any]
    known: Mapping[str, Any]
    wide: int = 1

    def of(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """A value; nothing if it goes on and on."""
        if depth > DEEPEST:
            return None
        if "$ref" in schema:
            return self.of(self._target(schema["$ref"]), depth)
        for key in ("const", "default"):
            if schema.get(key) is not None:
                return schema[key]
        if schema.get("enum"):
            return schema["enum"][0]
        for key in ("anyOf", "oneOf"):
            for option in schema.get(key, ()):
                if option.get("type") != "null":
                    return self.of(option, depth)
        if "allOf" in schema:
            parts = [self.of(part, depth) for part in schema["allOf"]]
            whole = {k: v for part in parts if isinstance(part, dict) for k, v in part.items()}
            return whole or parts[0]
        return self._of_kind(schema, depth)

    def _refuses(self, schema: Mapping[str, Any], value: Any) -> bool:
        """Whether it has to be one of some others."""
        for one in _options(schema):
            inner = self._target(one["$ref"]) if "$ref" in one else one
            if "enum" in inner:
                return value not in inner["enum"]
        return False

    def _target(self, reference: str) -> Any:
        target: Any = self.document
        for part in unquote(reference).removeprefix("#/").split("/"):
            target = target.get(part.replace("~1", "/").replace("~0", "~"), {})
        return target

    def _of_kind(self, schema: Mapping[str, Any], depth: int) -> Any:
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            made = {
                name: self._property(name, inner, depth + 1)
                for name, inner in schema.get("properties", {}).items()
                if name in schema.get("required", ()) or depth < self.wide or "const" in inner
            }
            return {name: value for name, value in made.items() if value is not None}
        if kind == "array":
            one = self.of(schema.get("items", {}), depth + 1)
            return [one] if one is not None else []
        if kind == "string" and (schema.get("format") == "binary" or "contentMediaType" in schema):
            return ("file.txt", b"some text")
        if kind == "string":
            text = "text1".ljust(schema.get("minLength", 0), "1")
            return FORMATS.get(schema.get("format", ""), text)
        return {"integer": 1, "number": 1, "boolean": True}.get(str(kind), {})

    def _property(self, name: str, schema: Mapping[str, Any], depth: int) -> Any:
        """What rows hold under that name if it is of the kind that is wanted, or else made up."""
        made, known = self.of(schema, depth), self.known
        if "const" in schema or (name in known and self._refuses(schema, known[name])):
            return made
        pattern = next((one["pattern"] for one in _options(schema) if "pattern" in one), "")
        if isinstance(made, str) and pattern and not re.match(pattern, made):
            made = next((text for text in TEXTS if re.match(pattern, text)), made)
        elif made == "text1" and text_for(name) != text_for(""):
            made = text_for(name)
        if name in known and not pattern and _of_kind(known[name], made) is not None:
            return _of_kind(known[name], made)
        one = name.removesuffix("s")
        if isinstance(made, list) and one != name and one in known:
            return [known[one]]
        return made


def _options(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [schema, *schema.get("anyOf", ()), *schema.get("allOf", ())]


def _of_kind(value: Any, like: Any) -> Any:
    """What a row holds as what a schema wants; nothing if it is something else."""
    if isinstance(like, str):
        return str(value)
    if isinstance(like, dict | list) and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, type(like)) else None
