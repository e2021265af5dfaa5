"""The templates that the suite judges: each renders the variants of a service and says how to run
them. A template in another language is one more function in TEMPLATES."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from .process import Variant

ROOT = Path(__file__).parents[2]

PAYMENTS = {"name": "payments", "package": "payments", "class_name": "Payments"}

VARIANTS: Mapping[str, Mapping[str, object]] = {
    "plain": {"database": "none", "calls": []},
    "caller": {"database": "none", "calls": [PAYMENTS]},
    "keeper": {"database": "postgres", "calls": []},
}


def python(folder: Path) -> dict[str, Variant]:
    """One environment for all variants; bytecode is written as they first run."""
    from copier import run_copy

    environment = folder / "venv"
    interpreter = environment / "bin" / "python"
    for name, answers in VARIANTS.items():
        run_copy(
            str(ROOT / "templates" / "service-python"),
            folder / name,
            data={"name": name, "system": "conformance", **answers},
            defaults=True,
            quiet=True,
        )
    editable = [word for name in VARIANTS for word in ("--editable", str(folder / name))]
    _uv("venv", "--quiet", "--python", sys.executable, str(environment))
    _uv("pip", "install", "--quiet", "--python", str(interpreter), *editable)
    return {
        name: Variant(
            command=(str(interpreter), "-m", name),
            migrate=(str(interpreter), "-m", f"{name}.storage.migrate"),
        )
        for name in VARIANTS
    }


def _uv(*arguments: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    beside = Path(sys.executable).with_name("uv")  # an environment need not be activated
    program = str(beside) if beside.exists() else "uv"
    subprocess.run([program, *arguments], check=True, env=environment)


TEMPLATES: Mapping[str, Callable[[Path], dict[str, Variant]]] = {"python": python}
