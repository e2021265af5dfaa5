"""Start-up is part of the interface: help loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("rich", "pydantic", "copier", "yaml", "jinja2", "psutil", "watchfiles", "supervisor")
_CODE = """
import sys
from mscli.cli import run
code = run(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.programs
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        *(
            [name, "--help"]
            for name in ("ps", "logs", "up", "down", "stop", "new", "rm", "db", "check", "demo")
        ),
        ["new", "service", "--help"],
    ],
    ids=" ".join,
)
def test_help_imports_no_heavy_library(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *arguments], capture_output=True, text=True, check=True
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0"
    assert set(HEAVY).isdisjoint(modules), set(HEAVY) & set(modules)
