"""Who visits a Django application: by Django's own test client."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from inside.visits import Answer


class DjangoClient:
    """A visitor with Django's own test client."""

    def __init__(self, session: Mapping[str, Any] | None = None) -> None:
        from django.test import Client

        self.client = Client(raise_request_exception=False, headers={"accept": "*/*"})
        self.client.cookies.update(copy.deepcopy(session or {}))

    def ask(self, method: str, path: str, form: Any = None, json: Any = None) -> Answer:
        """One request, with a form or JSON."""
        if json is not None:
            response = self.client.generic(
                method, path, _json(json), content_type="application/json"
            )
        elif form is not None and method in ("GET", "POST"):
            response = getattr(self.client, method.lower())(path, _files(form))
        else:
            response = self.client.generic(method, path)
        text = "" if response.streaming else response.content.decode(errors="replace")
        kind, place = response.get("Content-Type", ""), response.get("Location", "")
        return Answer(response.status_code, text, kind, place)


def _json(value: Any) -> str:
    import json

    return json.dumps(value, default=str)


def _files(form: Mapping[str, Any]) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {
        name: SimpleUploadedFile(value[0], value[1], "image/png")
        if isinstance(value, tuple)
        else value
        for name, value in form.items()
    }
