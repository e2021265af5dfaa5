"""`python -m mscli_trace manage.py test`, `python -m mscli_trace pytest -q`: a program, watched."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Install the hooks, then run what the arguments name as if it had been started alone."""
    from . import install

    install()
    sys.argv = sys.argv[1:]
    target = sys.argv[0]
    if target.endswith(".py"):
        sys.path.insert(0, str(Path(target).resolve().parent))
        runpy.run_path(target, run_name="__main__")
    else:
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(target, run_name="__main__", alter_sys=True)


main()
