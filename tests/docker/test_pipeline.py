"""What `mscli new ci` writes, run as a provider would: a real system on Compose, and its tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.docker.shop import Shop
from tests.ports import free_port


def test_the_pipeline_brings_the_system_up_tests_it_and_leaves_nothing(
    tmp_path: Path, engine: str
) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(folder: Path, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "GATEWAY_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    port = free_port()
    root = tmp_path / f"pipeline-{os.getpid()}"
    run(tmp_path, "mscli", "new", "system", root.name)
    run(root, "mscli", "new", "service", "hello", "--route", "/hello")
    run(root, "mscli", "new", "ci", "github")
    run(root, "sh", "ci/check.sh")
    assert "8 passed" in run(root, "sh", "ci/system.sh")
    assert Shop(root, f"{root.name}-ci", port).left() == []
