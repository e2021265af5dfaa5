"""Mends what a drill that was killed has left broken: it waits beside the drill until that is gone.

Run as `python -m mscli.drill.healer STATE_FOLDER SAGA`. Its standard input is a pipe that only the
drill holds open; the end of it is the drill's end, however that came.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mscli.drill.in_docker import DockerWorld
from mscli.drill.journal import Journal
from mscli.drill.local import LocalWorld
from mscli.drill.world import Breakable
from mscli.model.system import Saga
from mscli.runtimes.choice import remembered
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.plan import plan_of

FILE = "fault.json"


def journal_of(place: Place) -> Journal:
    """The journal of the drills in a place."""
    return Journal(place.file("drill", FILE))


@contextmanager
def beside(place: Place) -> Iterator[None]:
    """Have a healer for as long as the block runs, and after it if this process is killed."""
    arguments = [str(place.root), place.system_id, str(place.state)]
    healer = subprocess.Popen(
        [sys.executable, "-m", "mscli.drill.healer", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is not for it
    )
    try:
        yield
    finally:
        if healer.stdin is not None:
            healer.stdin.close()
        healer.wait()


def main(arguments: list[str]) -> int:
    """Wait for the drill's end, and heal."""
    root, system_id, state = arguments
    place = Place(Path(root), system_id, Path(state))
    world = _breakable(place)
    sys.stdin.buffer.read()
    if world is not None:
        journal_of(place).heal_what_is_left(world)
    return 0


def _breakable(place: Place) -> Breakable | None:
    """What runs there, wherever it runs."""
    nothing = Saga("", "", ())
    if remembered(place.root, place.system_id if place.is_copy else "") is not None:
        return DockerWorld(place, (), nothing)
    plan = plan_of(place)
    return LocalWorld(place, plan, nothing) if plan is not None else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
