"""`mscli open`: the gateway in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli import console
from mscli.cli import completion, containers, here

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(name="open")
def browse(
    route: Annotated[
        str, typer.Argument(help="A route's path.", autocompletion=completion.routes)
    ] = "",
    project: here.Project = "",
) -> None:
    """Open the gateway, or one of its routes, in the browser; the URL goes to stdout.

    Without a screen only the URL is printed.

    Example: mscli open /orders
    """
    import os
    import sys
    import webbrowser

    from mscli.errors import UsageError

    if (runtime := containers.of(project)) is not None:
        url = containers.browse(runtime, route, here.system())
    else:
        plan = here.plan(here.place(project))
        if route and route not in plan.urls:
            raise UsageError(f"no route '{route}'", "there is: " + (", ".join(plan.urls) or "none"))
        port = plan.replicas("gateway")[0].ports["http"]
        url = plan.urls[route] if route else f"http://127.0.0.1:{port}/"
    console.out(url)
    has_screen = (
        sys.platform == "darwin" or os.environ.get("DISPLAY") or "WAYLAND_DISPLAY" in os.environ
    )
    if has_screen and sys.stdout.isatty():
        webbrowser.open(url)
