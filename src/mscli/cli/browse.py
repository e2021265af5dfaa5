"""`mscli open`: the gateway, or an engine's own page, in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from mscli import console
from mscli.cli import completion, containers, here
from mscli.errors import UsageError

if TYPE_CHECKING:
    from mscli.model.process import Plan
    from mscli.model.system import System

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(name="open")
def browse(
    what: Annotated[
        str,
        typer.Argument(
            help="A route's path, a service, or an engine that has a page: temporal.",
            autocompletion=completion.opened,
        ),
    ] = "",
    project: here.Project = "",
) -> None:
    """Open the gateway, a route, a service or an engine's page in the browser; the URL goes to
    stdout.

    Without a screen only the URL is printed.

    Example: mscli open /orders
    """
    import os
    import sys
    import webbrowser

    if (runtime := containers.of(project)) is not None:
        url = containers.browse(runtime, what, here.system())
    else:
        url = url_of(here.plan(here.place(project)), here.system(), what)
    console.out(url)
    has_screen = (
        sys.platform == "darwin" or os.environ.get("DISPLAY") or "WAYLAND_DISPLAY" in os.environ
    )
    if has_screen and sys.stdout.isatty():
        webbrowser.open(url)


def url_of(plan: Plan, system: System, what: str) -> str:
    """The URL of a route, a service (where it is published, else its own) or an engine's page."""
    if not what:
        return f"http://127.0.0.1:{plan.replicas('gateway')[0].ports['http']}/"
    own = {
        process.workload: f"http://127.0.0.1:{process.ports['http']}/"
        for process in plan.processes
        if process.workload in system.services and "http" in process.ports
    }
    published = {route.service: plan.urls.get(route.path, "") for route in reversed(system.routes)}
    known = {**own, **published, **plan.urls, **pages(system, plan)}
    if not known.get(what):
        raise UsageError(f"no route or page '{what}'", "there is: " + (", ".join(known) or "none"))
    return known[what]


def pages(system: System, plan: Plan) -> Mapping[str, str]:
    """The URLs of the pages that engines show of themselves, by engine."""
    from mscli.render import stack_for

    return {
        workload.name: f"http://127.0.0.1:{process.ports[port.name]}/"
        for workload in stack_for(system, "processes").workloads.values()
        for port in workload.ports
        if port.page
        for process in plan.replicas(workload.name)[:1]
    }
