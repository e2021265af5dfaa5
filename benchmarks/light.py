"""Systems of services that do nothing, so that what runs them is what is measured."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from mscli.model.system import Service, System

SERVER = Path(__file__).with_name("answer.py")
COMMAND = (sys.executable, "-I", "-S", "answer.py")


def light_system(root: Path, services: int) -> System:
    """A system under `root`, its services' folders made."""
    names = [f"light-{number}" for number in range(services)]
    for name in names:
        (root / "services" / name).mkdir(parents=True)
        shutil.copy(SERVER, root / "services" / name / "answer.py")
    found = {name: Service(name, f"services/{name}", command=COMMAND) for name in names}
    return System("light", services=found)


def write_light_system(root: Path, services: int, gateway: int) -> None:
    """The same as a system file, with its gateway on a port of its own."""
    light_system(root, services)
    lines = ["version: 1", "name: light", f"gateway: {{engine: traefik, port: {gateway}}}"]
    lines += ["services:"]
    for number in range(services):
        lines += [f"  light-{number}:", f"    command: [{', '.join(COMMAND)}]"]
    (root / "mscli.yaml").write_text("\n".join(lines) + "\n")
