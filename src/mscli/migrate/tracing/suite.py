"""Runs a monolith's own test suite with the hook beside it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from mscli.errors import MissingProgram, MscliError
from mscli.migrate.tracing.hook_folder import PACKAGE, hook_folder
from mscli.migrate.tracing.seen import Seen, seen

SHOWN = 15
CONFIGURED = ("pytest.ini", "conftest.py", "tox.ini")


class Trace:
    """What was seen, and what there is to say about the run."""

    def __init__(self, handlers: list[Seen], warnings: tuple[str, ...]) -> None:
        self.handlers = handlers
        self.warnings = warnings


def traced(root: Path, python: Path | None, timeout: float) -> Trace:
    """Run the suite. Raises MscliError where it does not run, or asks nothing of the monolith."""
    interpreter = _interpreter(root, python)
    command = [str(interpreter), "-m", PACKAGE, *_suite(root)]
    with hook_folder() as hook:
        output = hook / "output.txt"
        code = _run(command, root, hook, output, timeout)
        handlers = seen(hook / "trace")
        last = "\n".join(output.read_text(errors="replace").splitlines()[-SHOWN:])
    told = f"{' '.join(command)} in {root}"
    if code is None:
        raise MscliError(
            f"{told} has not ended within {timeout:.0f} s:\n{last}", "give it longer: --timeout"
        )
    if not handlers:
        raise MscliError(
            f"{told} ended with code {code}, and no request was seen:\n{last}",
            "run the suite yourself first; --python names its interpreter",
        )
    failed = (f"the test suite ended with code {code}; what it did is taken in",) if code else ()
    return Trace(handlers, failed)


def _interpreter(root: Path, python: Path | None) -> Path:
    if python is not None:
        found = python if python.exists() else None
    else:
        places = [root / name / "bin" / "python" for name in (".venv", "venv", "env")]
        found = next((place for place in places if place.exists()), None)
    if found is None:
        raise MissingProgram(
            f"no Python to run the tests of {root} with: {python or '.venv/bin/python'}",
            "name the interpreter of its environment: --python PATH",
        )
    return found.absolute()


def _suite(root: Path) -> list[str]:
    """`manage.py test` for a Django project that says nothing about pytest, else pytest."""
    project = root / "pyproject.toml"
    configured = any((root / name).exists() for name in CONFIGURED) or (
        project.exists() and "[tool.pytest" in project.read_text(errors="replace")
    )
    if (root / "manage.py").exists() and not configured:
        return ["manage.py", "test", "--noinput"]
    return ["pytest", "-q", "-p", "no:cacheprovider"]


def _run(command: list[str], root: Path, hook: Path, output: Path, timeout: float) -> int | None:
    """The exit code; nothing if time was up, and then the suite and all it started is ended."""
    search = [str(hook), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(search),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MSCLI_TRACE": str(hook / "trace"),
    }
    with (
        output.open("wb") as out,
        subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
