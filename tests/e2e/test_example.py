"""The example shop, as `mscli demo` runs it: up, ordered from, a saga undone, broken, down."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import psutil
import pytest

MSCLI = Path(sysconfig.get_path("scripts")) / "mscli"

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]


def test_the_shop_is_broken_and_recovers_and_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [MSCLI, "demo", "--json"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    parts = json.loads(done.stdout)
    assert list(parts) == [
        *("make the shop", "up", "place orders", "sagas", "events"),
        *("hold payments down", "recover", "down"),
    ]
    assert "20 sagas place-order completed" in done.stderr
    assert "an order to Antarctica is compensated: shipping:ship: nobody" in done.stderr
    assert (
        "a return to AQ021911 is compensated, by events: payments:pay-back: no bank" in done.stderr
    )
    assert "a return to DE021911 is completed, by events" in done.stderr
    assert "its breaker open: 20 orders refused at once" in done.stderr
    assert "payments is back" in done.stderr
    assert list(tmp_path.glob("mscli-demo-*")) == []
    assert [p.pid for p in psutil.process_iter() if _belongs_to(p, tmp_path)] == []


def _belongs_to(process: psutil.Process, folder: Path) -> bool:
    try:
        return str(folder) in " ".join([process.cwd(), *process.cmdline()])
    except psutil.Error:
        return False
