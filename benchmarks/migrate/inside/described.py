"""What an OpenAPI document says of a path: bodies that fit, and the parts of the query."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from inside.bodies import AsForm, Fitting

WIDER = 3

Bodies = Callable[[str, str], Iterable[Any]]


def both(some: Bodies, others: Bodies) -> Bodies:
    """What we say of an application, before what its document says."""
    return lambda method, path: [*some(method, path), *others(method, path)]


@dataclass(frozen=True)
class Described:
    """One path of a document; `known` gives values by names."""

    inner: Mapping[str, Any]
    document: Mapping[str, Any]
    known: Mapping[str, Any]

    def bodies(self, method: str, _path: str) -> Iterator[Any]:
        """For each kind: what rows hold, what is made up, and all that may be left out."""
        content = self._operation(method).get("requestBody", {}).get("content", {})
        for kind, inner in content.items():
            for values, wide in ((self.known, 1), ({}, 1), (self.known, WIDER)):
                made = Fitting(self.document, values, wide).of(inner.get("schema", {}))
                yield AsForm(made) if "form" in kind and isinstance(made, dict) else made

    def query(self, method: str) -> str:
        """Every part of the query that a route knows, also what may be left out."""
        found = {}
        for one in self._operation(method).get("parameters", ()):
            if one.get("in") == "query":
                found[one["name"]] = self._value(one)
        return urlencode({n: v for n, v in found.items() if v not in (None, {}, [])}, doseq=True)

    def of_some(self) -> dict[str, str]:
        """Parameters of a path that may be one of some: what rows hold, or the first."""
        found: dict[str, str] = {}
        for operation in self.inner.values():
            for one in operation.get("parameters", ()) if isinstance(operation, dict) else ():
                some = self._choices(one.get("schema", {})) if one.get("in") == "path" else []
                if some:
                    held = self.known.get(one["name"])
                    found[one["name"]] = str(held if held in some else some[0])
        return found

    def _operation(self, method: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.inner.get(method.lower(), {})
        return found

    def _value(self, parameter: Mapping[str, Any]) -> Any:
        """As it is sent; a part may be JSON itself."""
        inner = next(iter(parameter.get("content", {}).values()), None)
        made = Fitting(self.document, {}).of((inner or parameter).get("schema", {}))
        return json.dumps(made) if inner else self.known.get(parameter["name"], made)

    def _choices(self, schema: Mapping[str, Any]) -> list[Any]:
        named = schema.get("$ref", "").rpartition("/")[2]
        inner = self.document.get("components", {}).get("schemas", {}).get(named, schema)
        return list(inner.get("enum", ()))
