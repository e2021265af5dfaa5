"""The script that makes the secrets of one machine: draws what is random, composes the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from mscli.containers.resolving import Resolver
from mscli.model.files import File
from mscli.model.stack import Value
from mscli.model.values import secret_variables
from mscli.text import render

NOTHING: Mapping[str, Value] = MappingProxyType({})
_SECRET = re.compile(r"<<secret:([a-z0-9-]+)>>")


def generate(
    resolver: Resolver,
    path: str,
    *,
    renew: str,
    root: str,
    more: Mapping[str, Value] = NOTHING,
) -> File:
    """The script `path`, idempotent: what is there already stays.

    `renew` tells, in a comment, how one removes the data that the passwords protect. Files that the
    user keeps are copied beside it, where the containers' users may read them; what variables hold
    without the line ends of its file, as a shell reads it. `root` is the way from the script to the
    system's folder. `more` are files of variables, whose secrets stand between double quotes.
    """
    secrets = resolver.stack.secrets.values()
    written_files = [
        {"name": secret.name, "pieces": _pieces(resolver.secret(secret.content)), "read": "cat"}
        for secret in secrets
        if secret.content is not None
    ]
    written_files += [
        {"name": config.path, "pieces": _pieces(resolver.config(workload, config)), "read": "cat"}
        for workload in resolver.stack.workloads.values()
        for config in workload.configs
        if config.secret
    ]
    written_files += [
        {"name": name, "pieces": _pieces(resolver.secret(content)), "read": "escaped"}
        for name, content in more.items()
    ]
    given = [secret for secret in secrets if secret.given]
    workloads = resolver.stack.workloads.values()
    texts = {name for workload in workloads for name in secret_variables(workload).values()}
    context = {
        "drawn": [each.name for each in secrets if each.content is None and not each.given],
        "written": written_files,
        "escaped": bool(more),
        "copied": [
            {"name": each.name, "is_text": each.name in texts, **_place(each.given, root)}
            for each in given
        ],
        "renew": renew,
    }
    content = render("containers/generate.sh.jinja", context, resolver.overrides)
    return File(path, content, executable=True)


def _place(given: str, root: str) -> dict[str, str]:
    """Where a file of the user's is: in the home folder, or from the script's."""
    if given.startswith("~/"):
        return {"home": given[1:], "path": ""}
    return {"home": "", "path": given if given.startswith("/") else f"{root}{given}"}


def _pieces(text: str) -> list[dict[str, str]]:
    """A text cut where secrets belong into it."""
    parts = _SECRET.split(text)
    pieces = [{"text": part, "secret": ""} for part in parts]
    for index in range(1, len(parts), 2):
        pieces[index] = {"text": "", "secret": parts[index]}
    return [piece for piece in pieces if piece["text"] or piece["secret"]]
