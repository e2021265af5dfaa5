"""The options of `mscli up`."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli.cli import completion, here

Services = Annotated[
    list[str] | None,
    typer.Argument(help="Only these services. Default: all.", autocompletion=completion.services),
]
Detach = Annotated[bool, typer.Option("-d", "--detach", help="Return when everything is ready.")]
WaitToo = Annotated[bool, typer.Option("--wait", help="The same as --detach.")]
WaitTimeout = Annotated[
    float | None, typer.Option(help="Seconds until what is not ready counts as failed.")
]
Scale = Annotated[
    list[str] | None, typer.Option(help="SERVICE=REPLICAS; repeatable.", metavar="SERVICE=N")
]
Except = Annotated[
    list[str] | None,
    typer.Option(
        "--except",
        help="Leave a service out, and print the environment to run it from an editor.",
        autocompletion=here.workloads,
    ),
]
Isolated = Annotated[
    bool, typer.Option("--isolated", help="A second copy, with ports and data of its own.")
]
Watch = Annotated[
    bool, typer.Option("--watch", help="Restart a service when one of its files changes.")
]
AbortOnFailure = Annotated[
    bool, typer.Option("--abort-on-failure", help="Take all down if something is not ready.")
]
Runtime = Annotated[
    str,
    typer.Option(
        help="Where it runs: processes, docker or kubernetes. It is remembered.",
        autocompletion=completion.runtimes,
        show_default=False,
    ),
]
Context = Annotated[
    str,
    typer.Option(
        help="The cluster for kubernetes, by its context in kubectl's configuration.",
        show_default=False,
        metavar="NAME",
    ),
]
Registry = Annotated[
    str,
    typer.Option(
        help="Where images are pushed to, for a cluster that is not of this machine.",
        show_default=False,
        metavar="HOST/FOLDER",
    ),
]
Yes = Annotated[
    bool, typer.Option("-y", "--yes", help="Do not ask before removing from a cluster.")
]
