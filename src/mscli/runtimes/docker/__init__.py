"""The `docker` runtime: runs the committed compose.yaml, by Compose, under the copy's own id.

Whatever it does can be done without mscli: `docker compose -p ID ...` in the system's folder.
"""

from __future__ import annotations

from mscli.runtimes.choice import Choice
from mscli.runtimes.processes.place import Place
from mscli.runtimes.runtime import Runtime


def runtime(place: Place, choice: Choice) -> Runtime:
    """The runtime of one copy."""
    from mscli.runtimes.docker.docker import Docker

    return Docker(place, choice)
