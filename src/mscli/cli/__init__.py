"""The command line: one module a command, loaded when it is called. Errors become exit codes here.

Exit codes: 0 ok, 1 failed, 2 usage, 3 the system file is wrong, 4 a needed program is missing, 5
the runtime failed, 6 a service did not become ready, 7 something was left behind, 70 a bug of ours,
130 Ctrl-C.
"""

from __future__ import annotations

import errno
import gc
import os
import sys

BUG, INTERRUPTED, PIPE_CLOSED = 70, 130, 141
UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})


def main() -> None:
    """The console script `mscli`."""
    # So many objects are loaded to stay: no search for garbage among them.
    gc.set_threshold(200_000)
    if sys.argv[1:] in (["--version"], ["version"]):
        _show_version()
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while it was loading, or while an error was shown
        code = _interrupted()
    gc.freeze()  # nor at the end
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Nothing but a Ctrl-C while it loads leaves this function."""
    import typer

    from mscli.cli.group import called
    from mscli.errors import MscliError

    try:
        command, name, rest = called(arguments)
        result = command(args=rest, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except MscliError as error:
        from mscli import console

        console.fail(error)
        return error.exit_code
    except typer.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except (BrokenPipeError, SystemExit) as done:
        return _ended_early(done)
    except Exception as error:
        return _usage_or_bug(error)


def _interrupted() -> int:
    sys.stderr.write("interrupted\n")
    return INTERRUPTED


def _ended_early(done: BrokenPipeError | SystemExit) -> int:
    """The reader went away; the library that parses makes that a SystemExit, if it is the first."""
    if isinstance(done, SystemExit) and not isinstance(done.__context__, BrokenPipeError):
        return int(done.code or 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _fault_of_the_machine(error: OSError) -> int:
    """A full disk, or a folder that one may not write: a failure, and no bug of ours."""
    from mscli import console
    from mscli.errors import MscliError

    where = f"{error.filename}: " if error.filename else ""
    failed = MscliError(f"{where}{error.strerror}", "look at the disk's space and rights")
    console.fail(failed)
    return failed.exit_code


def _usage_or_bug(error: Exception) -> int:
    if isinstance(error.__cause__, KeyboardInterrupt):  # it came while a class was being made
        return _interrupted()
    show = getattr(error, "show", None)
    if show is not None and hasattr(error, "exit_code"):
        show()
        return int(error.exit_code)
    if isinstance(error, OSError) and error.errno in UNWRITABLE:
        return _fault_of_the_machine(error)
    return _report_bug(error)


def _report_bug(error: Exception) -> int:
    """Put the traceback into a file and say where: a person has no use for it on the screen."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="mscli-bug-", suffix=".txt", delete=False) as file:
        file.write(f"mscli {' '.join(sys.argv[1:])}\n\n")
        traceback.print_exception(error, file=file)
    sys.stderr.write(
        f"bug: {type(error).__name__}: {error}\n"
        f"hint: this is a fault of mscli; please report it with {file.name}\n"
    )
    return BUG


def _show_version() -> None:
    from importlib.metadata import version

    sys.stdout.write(f"mscli {version('mscli')}\n")
    sys.exit(0)
