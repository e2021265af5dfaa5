"""What a recording does not keep: credentials, what a proxy added, and fields that are declared."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mscli.migrate.verify.recording import Request
from mscli.migrate.verify.secret_names import in_field, in_header

PROXYS = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length",
     "proxy-connection", "forwarded", "x-real-ip", "accept-encoding"}
)  # fmt: skip
DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Redaction:
    """Headers, query parameters and fields of bodies whose name says it, or that are declared."""

    names: frozenset[str] = frozenset()

    def __call__(self, request: Request) -> Request:
        """The request without what is not kept."""
        headers = tuple(
            (name, value) for name, value in request.headers if self._keeps(name.lower())
        )
        kind = next((v for n, v in headers if n.lower() == "content-type"), "")
        path, mark, query = request.target.partition("?")
        return replace(
            request,
            target=path + mark + (self._form(query) if query else ""),
            headers=headers,
            body=self._body(request.body, kind),
        )

    def _keeps(self, name: str) -> bool:
        unwanted = PROXYS | self.names
        is_unwanted = name in unwanted or in_header(name)
        return not is_unwanted and not name.startswith("x-forwarded-")

    def _is_dropped(self, name: str) -> bool:
        return name.lower() in self.names or in_field(name)

    def _body(self, body: bytes, kind: str) -> bytes:
        try:
            if "json" in kind:
                document = json.loads(body)
                cleaned = self._cleaned(document)
                return body if cleaned == document else json.dumps(cleaned).encode()
            if kind.startswith("application/x-www-form-urlencoded"):
                return self._form(body.decode()).encode()
        except ValueError:
            return b""  # what cannot be read cannot be cleaned
        if kind.startswith("multipart/"):
            return b""
        return body

    def _form(self, text: str) -> str:
        pairs = parse_qsl(text, keep_blank_values=True)
        if not any(self._is_dropped(name) for name, _ in pairs):
            return text
        return urlencode([(n, DROPPED if self._is_dropped(n) else v) for n, v in pairs])

    def _cleaned(self, node: Any) -> Any:  # noqa: ANN401 - a JSON document
        if isinstance(node, dict):
            return {
                key: DROPPED if self._is_dropped(key) else self._cleaned(value)
                for key, value in node.items()
            }
        return [self._cleaned(item) for item in node] if isinstance(node, list) else node


def redaction(declared: Iterable[str]) -> Redaction:
    """What the usual names say, and those that are declared."""
    return Redaction(frozenset({name.strip().lower() for name in declared if name.strip()}))
