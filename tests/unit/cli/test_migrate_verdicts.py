"""What `migrate verify` says of its verdicts."""

from __future__ import annotations

import json

import pytest

from mscli.cli.migrate_verdicts import show
from mscli.migrate.verify.recording import Request
from mscli.migrate.verify.replaying import Case, Verdict

CASE = Case(Request("GET", "/orders"), "/orders", "keep", "keep")


def test_what_both_sides_refused_is_counted_apart(capsys: pytest.CaptureFixture[str]) -> None:
    show([Verdict(CASE, ()), Verdict(CASE, (), refused=True)], {}, "orders", json=False)
    said = capsys.readouterr().err
    assert "2 of 2 requests equal" in said
    assert "1 refused by both" in said
    show([Verdict(CASE, ())], {}, "orders", json=False)
    assert "refused" not in capsys.readouterr().err


def test_as_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    show([Verdict(CASE, (), refused=True)], {}, "orders", json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["asked"], found["equal"], found["refused_by_both"]) == (1, 1, 1)
