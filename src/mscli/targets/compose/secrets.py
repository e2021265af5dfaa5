"""secrets/generate.sh: draws what is random, and writes what is made of it."""

from __future__ import annotations

import re

from mscli.model.files import File
from mscli.model.stack import Secret
from mscli.targets.compose.resolving import Resolver
from mscli.text import render

GENERATE = "secrets/generate.sh"
_SECRET = re.compile(r"<<secret:([a-z0-9-]+)>>")


def generate(resolver: Resolver) -> File:
    """The script, idempotent: what is there already stays."""
    secrets = resolver.stack.secrets.values()
    written_files = [
        {"name": secret.name, "pieces": _pieces(resolver.secret(secret.content))}
        for secret in secrets
        if secret.content is not None
    ]
    written_files += [
        {"name": config.path, "pieces": _pieces(resolver.config(workload, config))}
        for workload in resolver.stack.workloads.values()
        for config in workload.configs
        if config.secret
    ]
    context = {
        "drawn": [each.name for each in secrets if each.content is None and not each.given],
        "written": written_files,
    }
    content = render("compose/generate.sh.jinja", context, resolver.overrides)
    return File(GENERATE, content, executable=True)


def place_of(secret: Secret | None, name: str) -> str:
    """Where Docker finds a secret: beside compose.yaml, or where the user keeps it."""
    given = secret.given if secret else ""
    if not given:
        return f"./secrets/{name}"
    if given.startswith("~/"):
        return f"${{HOME}}{given[1:]}"
    return given if given.startswith("/") else f"./{given}"


def _pieces(text: str) -> list[dict[str, str]]:
    """A text cut where secrets belong into it."""
    parts = _SECRET.split(text)
    pieces = [{"text": part, "secret": ""} for part in parts]
    for index in range(1, len(parts), 2):
        pieces[index] = {"text": "", "secret": parts[index]}
    return [piece for piece in pieces if piece["text"] or piece["secret"]]
