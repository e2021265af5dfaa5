"""What a user installs: the wheel, away from any checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
UV = Path(sysconfig.get_path("scripts")) / "uv"

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_template_and_example_and_nothing_that_running_has_made(
    wheel: Path,
) -> None:
    tracked = run("git", "ls-files", "-z", "templates", "examples", folder=ROOT).split("\0")
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert {f"mscli/{path}" for path in tracked if path} == {
        name for name in packed if name.startswith(("mscli/templates/", "mscli/examples/"))
    }


def test_a_system_is_made_and_checked_by_what_the_wheel_installs(
    wheel: Path, tmp_path: Path
) -> None:
    run(UV, "venv", "--quiet", "--python", sys.executable, "env", folder=tmp_path)
    # As pip does, which compiles the templates' code as well.
    run(UV, "pip", "install", "--quiet", "--compile-bytecode", "--python", "env", wheel,
        folder=tmp_path)  # fmt: skip
    mscli = tmp_path / "env" / "bin" / "mscli"
    run(mscli, "new", "system", "shop", folder=tmp_path)
    shop = tmp_path / "shop"
    run(mscli, "new", "service", "orders", "--database", "postgres", folder=shop)
    assert "sound" in run(mscli, "check", folder=shop)
    assert (shop / "services" / "orders" / "src" / "orders" / "app.py").is_file()
    assert not list(shop.rglob("*.pyc"))
