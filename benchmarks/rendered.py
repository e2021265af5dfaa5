"""Services rendered from the template, installed beside one another in one environment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from copier import run_copy

from measure import compile_bytecode, environment, program
from mscli.text.templates import built_in

PAYMENTS = {"name": "payments", "package": "payments", "class_name": "Payments"}
VARIANTS: dict[str, dict[str, object]] = {
    "plain": {"database": "none", "calls": []},
    "caller": {"database": "none", "calls": [PAYMENTS]},
    "full": {"database": "postgres", "calls": [PAYMENTS]},
}


def install(folder: Path, modules: Mapping[str, str] | None = None) -> str:
    """Render and install all variants under `folder`, compiled; the environment's interpreter.

    `modules` are sources by name, for comparison, put beside the installed packages.
    """
    interpreter = folder / "venv" / "bin" / "python"
    editable: list[str] = []
    for name, answers in VARIANTS.items():
        run_copy(
            str(built_in() / "service-python"),
            folder / name,
            data={"name": name, "system": "bench", **answers},
            defaults=True,
            quiet=True,
        )
        editable += ["--editable", str(folder / name)]
    _uv("venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
    _uv("pip", "install", "--quiet", "--python", str(interpreter), *editable)
    packages = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
    for name, source in (modules or {}).items():
        (packages / f"{name}.py").write_text(source)
    compile_bytecode(folder)
    return str(interpreter)


def _uv(*arguments: str) -> None:
    subprocess.run([program("uv"), *arguments], env=environment(), check=True)
