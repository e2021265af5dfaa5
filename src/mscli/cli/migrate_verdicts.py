"""What `mscli migrate verify` has found, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from mscli import console
from mscli.migrate.words import first

if TYPE_CHECKING:
    from mscli.migrate.verify.replaying import Case, Verdict

MOST_SHOWN, MOST_NAMED = 20, 5
"""Requests whose differences are shown, and of those that were not asked."""


def show(verdicts: Sequence[Verdict], left_out: Mapping[str, str], to: str, *, json: bool) -> None:
    """Differences, what was not asked, and how many are equal. Exits with 1 if not all are."""
    different = [verdict for verdict in verdicts if verdict.differences]
    if json:
        console.out_json(_document(verdicts, different, left_out))
    else:
        for verdict in different[:MOST_SHOWN]:
            console.out(_line(verdict.case))
            for each in verdict.differences:
                console.out(f"  {each.where}")
                console.out(f"    - monolith  {each.monolith}")
                console.out(f"    + {to:<8}  {each.service}")
        if len(different) > MOST_SHOWN:
            console.out(f"... and {len(different) - MOST_SHOWN} more; --json has them all")
    equal = len(verdicts) - len(different)
    say_left_out(left_out)
    refused = sum(verdict.refused for verdict in verdicts)
    console.say(f"{equal} of {len(verdicts)} requests equal")
    if refused:
        console.say(
            f"{refused} refused by both, so that little was compared: credentials are not recorded,"
            " --header gives those of a test user"
        )
    if different:
        console.say("--ignore NAME sets a field, header or table aside")
        raise typer.Exit(1)


def say_left_out(left_out: Mapping[str, str]) -> None:
    """What was not asked, by why."""
    for why, names in _by_reason(left_out).items():
        console.say(f"not asked, because {why}: {first(names, MOST_NAMED)}")


def _by_reason(left_out: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, why in left_out.items():
        found.setdefault(why, []).append(name)
    return found


def _line(case: Case) -> str:
    return f"{case.request.method} {case.request.target}"


def _document(
    verdicts: Sequence[Verdict], different: Sequence[Verdict], left_out: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "asked": len(verdicts),
        "equal": len(verdicts) - len(different),
        "refused_by_both": sum(verdict.refused for verdict in verdicts),
        "not_asked": [{"request": name, "why": why} for name, why in left_out.items()],
        "different": [
            {
                "method": verdict.case.request.method,
                "target": verdict.case.request.target,
                "differences": [
                    {"where": d.where, "monolith": d.monolith, "service": d.service}
                    for d in verdict.differences
                ],
            }
            for verdict in different
        ],
    }
