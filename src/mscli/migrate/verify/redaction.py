"""What a recording does not keep: credentials, what a proxy added, and fields that are declared."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mscli.migrate.verify.recording import Request

CREDENTIALS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token",
     "x-csrf-token", "x-csrftoken", "x-xsrf-token"}
)  # fmt: skip
PROXYS = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length",
     "proxy-connection", "forwarded", "x-real-ip", "accept-encoding"}
)  # fmt: skip
FIELDS = frozenset(
    {"password", "passwd", "secret", "token", "access_token", "refresh_token", "id_token",
     "api_key", "apikey", "client_secret", "csrfmiddlewaretoken", "csrf_token", "card_number",
     "cvc", "cvv", "iban"}
)  # fmt: skip
DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Redaction:
    """Names of headers, query parameters and fields of bodies, whatever their case."""

    names: frozenset[str] = FIELDS

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
        unwanted = CREDENTIALS | PROXYS | self.names
        return name not in unwanted and not name.startswith("x-forwarded-")

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
        if not any(name.lower() in self.names for name, _ in pairs):
            return text
        return urlencode([(n, DROPPED if n.lower() in self.names else v) for n, v in pairs])

    def _cleaned(self, node: Any) -> Any:  # noqa: ANN401 - a JSON document
        if isinstance(node, dict):
            return {
                key: DROPPED if key.lower() in self.names else self._cleaned(value)
                for key, value in node.items()
            }
        return [self._cleaned(item) for item in node] if isinstance(node, list) else node


def redaction(declared: Iterable[str]) -> Redaction:
    """The usual names and those that are declared."""
    return Redaction(FIELDS | {name.strip().lower() for name in declared if name.strip()})
