"""`mscli demo`: the whole idea in a minute."""

from __future__ import annotations

from typing import Annotated

import typer

from mscli import console

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def demo(
    json: Annotated[
        bool, typer.Option("--json", help="Print what each part took, as JSON.")
    ] = False,
) -> None:
    """Make a demo system, run it on real engines, break it, see it recover, take it down.

    Four services, each with its own database, behind a gateway. Orders go through a saga, and one
    is undone. A service is held down until a circuit breaker opens, then comes back. Everything
    happens in a scratch folder, and nothing is left.

    Example: mscli demo
    """
    from mscli.cli.failures import show_failure
    from mscli.cli.interrupts import interrupted_by_signals
    from mscli.cli.up import refuse_windows
    from mscli.demo import Demo

    refuse_windows()
    say = console.say if json else console.out
    with interrupted_by_signals():
        parts = Demo(say, console.Progress, show_failure).run()
    if json:
        console.out_json({name: round(seconds, 3) for name, seconds in parts.items()})
        return
    console.out("")
    for name, seconds in parts.items():
        console.out(f"{name:<22} {seconds:6.1f} s")
    console.out(f"{'all of it':<22} {sum(parts.values()):6.1f} s")
