"""`mscli new call`: who calls whom, and how patiently."""

from __future__ import annotations

import json as encoding
from collections.abc import Mapping
from typing import Annotated

import typer

from mscli.cli import changes
from mscli.cli.change_options import DryRun, Force, Json, ServiceName, Trust
from mscli.errors import UsageError


def call(
    caller: ServiceName = None,
    callee: ServiceName = None,
    deadline: Annotated[
        str, typer.Option(help="The whole call ends within this time, such as 2s.")
    ] = "",
    attempt_timeout: Annotated[str, typer.Option(help="One attempt is given up after this.")] = "",
    retries: Annotated[int | None, typer.Option(help="Attempts after the first.")] = None,
    max_connections: Annotated[
        int | None, typer.Option(help="Connections that one replica of the caller keeps.")
    ] = None,
    failure_threshold: Annotated[
        int | None, typer.Option(help="Failures in a row after which the breaker opens.")
    ] = None,
    reset_timeout: Annotated[
        str, typer.Option(help="How long an open breaker waits before a trial call.")
    ] = "",
    half_open_max_calls: Annotated[
        int | None, typer.Option(help="Trial calls at the same time.")
    ] = None,
    fallback: Annotated[
        str, typer.Option(help="What it answers when it fails for good, as JSON.")
    ] = "",
    trust: Trust = False,
    dry_run: DryRun = False,
    force: Force = False,
    json: Json = False,
) -> None:
    """Let one service call another: its line in mscli.yaml, and a client in the caller's code.

    What is not said of its policy is as `mscli config` shows it, and can be written later.
    Files of yours are never touched. Wiring that you changed is merged; where your change and
    mscli's meet, the file gets conflict markers, is named, and the command exits with 1.

    Example: mscli new call orders payments --deadline 1s --retries 1
    """
    from mscli.scaffold.calls import new_call

    root = changes.root()
    caller, callee = changes.required(caller, "CALLER"), changes.required(callee, "CALLEE")
    breaker = {
        "failure_threshold": failure_threshold,
        "reset_timeout": reset_timeout,
        "half_open_max_calls": half_open_max_calls,
    }
    policy = {
        "deadline": deadline,
        "attempt_timeout": attempt_timeout,
        "retries": retries,
        "max_connections": max_connections,
        "breaker": _said(breaker),
    }
    said = _said(policy) | ({"fallback": _document(fallback)} if fallback else {})
    outcome = new_call(root, caller, callee, policy=said, trust=trust, force=force, dry_run=dry_run)
    changes.show(outcome, root.name, dry_run=dry_run, json=json)
    changes.apply_live(root, dry_run=dry_run)


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in (None, "", {})}


def _document(text: str) -> object:
    try:
        return encoding.loads(text)
    except ValueError as error:
        raise UsageError(
            f"--fallback {text!r} is no JSON: {error}", """write a text as '"sorry"'"""
        ) from error
