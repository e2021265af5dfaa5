"""The JSON Schema of mscli.yaml (draft 2020-12), made from the document's models."""

from __future__ import annotations

from typing import Any

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema that editors and CI use; short forms included."""
    from mscli.systemfile.document import SystemDocument

    made = SystemDocument.model_json_schema(ref_template="#/$defs/{model}")
    made = _tidied(made)
    definitions = made.pop("$defs")
    return {
        "$schema": _DRAFT,
        **made,
        "title": "mscli.yaml",
        "$defs": {name.removesuffix("Document"): value for name, value in definitions.items()},
    }


def _tidied(node: Any) -> Any:  # noqa: ANN401 - a JSON document
    """Without pydantic's titles, and with our own notes turned into the schema's words."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidied(value) for key, value in node.items() if not _is_title(key, value)}
    if "anyOf" in tidy:
        tidy["anyOf"] = _flat(tidy["anyOf"])
    if tidy.get("default", ...) is None:
        del tidy["default"]
    if isinstance(tidy.get("$ref"), str):
        tidy["$ref"] = tidy["$ref"].removesuffix("Document")
    names, values = tidy.pop("x-names", None), tidy.pop("x-values", None)
    if names or values:
        for mapping in _mappings(tidy):
            if names:
                mapping["propertyNames"] = {"pattern": names}
            if values:
                mapping["additionalProperties"] = {"type": values}
    return tidy


def _flat(forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Alternatives of alternatives as one list, each once."""
    flat: list[dict[str, Any]] = []
    for form in forms:
        for inner in form["anyOf"] if form.keys() == {"anyOf"} else [form]:
            if inner not in flat:
                flat.append(inner)
    return flat


def _is_title(key: str, value: object) -> bool:
    return key == "title" and isinstance(value, str)


def _mappings(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms of a field that are mappings."""
    forms = node.get("anyOf", [node])
    return [form for form in forms if form.get("type") == "object"]
