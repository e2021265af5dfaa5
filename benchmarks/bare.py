"""A rendered process started as a plain script would start it: no supervisor, no guard."""

from __future__ import annotations

import subprocess
from pathlib import Path

from mscli.model.process import Process
from mscli.runtimes.processes.place import Place
from mscli.runtimes.processes.supervisor import child_environment


def spawn(place: Place, process: Process) -> subprocess.Popen[bytes]:
    """Its start script, in a group of its own, writing to its log."""
    script = place.file("processes", "start", f"{process.name}.sh")
    assert script.is_file(), f"no start script {script}"
    for volume in process.volumes:
        Path(volume).mkdir(parents=True, exist_ok=True, mode=0o700)
    with Path(process.log).open("ab") as log:
        return subprocess.Popen(
            ["/bin/sh", str(script)],
            env=child_environment("bare"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
