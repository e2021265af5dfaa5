"""The tutorial of a migration says what happens: its lines are typed as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.checkouts import MSCLI, Checkout
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
INSTALLED = "cd ../tour\n"
"""What comes before it installs mscli, and makes the folder."""
SAID = (
    "Verdict: stay a modular monolith",
    "catalogue: 4 tables, 4 routes moved, 0 to be written",
    '{"categories":["books"],"id":1,"name":"novel"}',
    "products: 2 rows, both agree",
    "2 of 2 requests equal",
    "0 of 2 requests equal",
    "flipped    100 %   catalogue   moved   GET /products/ ",
    "no process, port or socket of it is left",
)
"""In this order, and in the page's words."""


def test_the_tutorial_of_a_migration_says_what_happens(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "tutorial-migrate.md").read_text()
    blocks = re.findall(r"^```(sh|python)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    [program] = [text for language, text in blocks if language == "python"]
    typed = "".join(text for language, text in blocks if language == "sh").partition(INSTALLED)[2]
    port = str(free_port())
    typed = typed.replace("localhost:8080", f"localhost:{port}")
    typed = typed.replace("apply shop", f"apply shop --port {port}")
    typed = typed.replace("mscli up", f"cat >products.py <<'END'\n{program}END\nmscli up")
    shutil.copytree(ROOT / "examples" / "monolith-flask", tmp_path / "shop")
    path = f"{Path(MSCLI[0]).parent}{os.pathsep}{os.environ['PATH']}"
    try:
        done = subprocess.run(
            ["bash", "-c", typed],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
    finally:
        Checkout(tmp_path / "shop-system").remove()
    at = 0
    for line in SAID:
        found = done.stdout.find(line, at)
        assert found >= 0, f"{line!r} is not said, or not there:\n{done.stdout}"
        at = found
