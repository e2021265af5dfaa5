"""What `mscli migrate apply` made, and what it left to a person: data, and a page of it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from mscli.model.system import TCP, Service

REPORT = "migration/report.md"
HEAD = """\
<!-- Rendered by `mscli migrate apply`, and written again each time: do not edit. -->
# What was made of the monolith
"""


@dataclass(frozen=True, slots=True)
class Report:
    """The monolith as a service, and what became of the boundaries."""

    monolith: Service
    found: str
    hidden: tuple[str, ...] = ()


def page(report: Report) -> str:
    """The report for people. The same system gives the same bytes."""
    service = report.monolith
    asked = "takes a connection" if service.health == TCP else f"answers `{service.health}`"
    text = (
        f"It runs as it is, in `{service.path}`: `{shlex.join(service.command)}`. It is ready when"
        f" it {asked}. Every route goes to it that no other service has."
    )
    lines = [HEAD, "## The monolith", "", text]
    if report.hidden:
        paths = ", ".join(f"`{path}`" for path in report.hidden)
        lines += ["", f"The gateway does not publish {paths}: the inside of services is there."]
    return "\n".join(lines) + "\n"


def summary(report: Report) -> str:
    """The report for a terminal."""
    service = report.monolith
    found = f"  ({report.found})" if report.found else ""
    return f"monolith  {service.path}  {service.command[-1]}{found}"
