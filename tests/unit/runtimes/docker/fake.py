"""A docker command that says what it is told to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SAYS = """#!/bin/sh
printf '%s\\n' "$*" >> "$FAKE/calls"
for rule in "$FAKE"/*.rule; do
    [ -f "$rule" ] || continue
    pattern=$(head -n 1 "$rule")
    case "$*" in $pattern) sed 1,2d "$rule"; exit "$(sed -n 2p "$rule")";; esac
done
"""


class Fake:
    """A docker command: rules in order, each a pattern of its arguments and what it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        program = folder / "bin" / "docker"
        program.parent.mkdir()
        program.write_text(SAYS)
        program.chmod(0o755)

    def says(self, pattern: str, text: str = "", code: int = 0) -> None:
        number = len(list(self.folder.glob("*.rule")))
        (self.folder / f"{number:02}.rule").write_text(f"{pattern}\n{code}\n{text}")

    def forget(self) -> None:
        for rule in self.folder.glob("*.rule"):
            rule.unlink()

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


def container(name: str, **state: object) -> dict[str, Any]:
    workload = name.rpartition("-")[0]
    kind = "task" if workload.endswith("migrate") else "service"
    return {
        "Id": f"id-{name}",
        "Name": f"/shop-0a-{name}",
        "RestartCount": 0,
        "Config": {"Labels": {"mscli.workload": workload, "mscli.kind": kind}},
        "State": {"Status": "running", "StartedAt": "2026-11-22T10:00:00.1Z", "ExitCode": 0}
        | state,
        "NetworkSettings": {"Ports": {"8080/tcp": [{"HostPort": "8481"}], "8081/tcp": None}},
    }


def inspected(fake: Fake, *found: dict[str, Any]) -> None:
    fake.says("container ls*", "\n".join(each["Id"] for each in found))
    fake.says("container inspect*", json.dumps(found))
