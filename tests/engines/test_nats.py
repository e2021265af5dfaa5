"""The rendered NATS configuration, as the real server reads it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mscli.model.system import System
from mscli.render import render_files
from tests.gateway.running import program
from tests.systems import CHOREOGRAPHY, EVENTS, FULL, bindings

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("system", [EVENTS, FULL, CHOREOGRAPHY], ids=lambda system: system.name)
def test_the_configuration_is_valid(system: System, tmp_path: Path) -> None:
    files = {f.path: f for f in render_files(system, "processes", bindings(system))}
    configuration = tmp_path / "nats.conf"
    configuration.write_text(files["processes/nats/nats.conf"].content)
    checked = subprocess.run(
        [program("nats"), "-t", "-c", configuration], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
    assert "is valid" in checked.stderr
