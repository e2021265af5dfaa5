"""Every error that a user can cause: one sentence, one hint, one exit code.

    MscliError          1   the command failed
    ├── UsageError      2   the command line is wrong
    ├── SystemFileError 3   mscli.yaml is wrong; carries every finding
    ├── MissingProgram  4   a needed program is not installed
    ├── RuntimeFailed   5   the runtime (supervisord, Docker, Kubernetes) failed
    ├── NotReady        6   a service did not become ready
    └── LeftBehind      7   something of the system is left after `down`

Exit codes 0 (ok), 70 (a bug of ours) and 130 (Ctrl-C) have no class: nobody raises them.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple


class MscliError(Exception):
    """An error for a person: what went wrong (`message`) and what to do about it (`hint`)."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MscliError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class Finding(NamedTuple):
    """One fault of the system file, in the form of a compiler's message.

    `line` counts from 1; `path` is the place in the file, such as `services.orders.calls`.
    """

    file: str
    line: int
    path: str
    message: str
    remedy: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        remedy = f" - {self.remedy}" if self.remedy else ""
        return f"{self.file}:{self.line}: {where}{self.message}{remedy}"


class SystemFileError(MscliError):
    """mscli.yaml is malformed or contradicts itself; `findings` has one entry a fault."""

    exit_code = 3

    def __init__(self, findings: tuple[Finding, ...], hint: str = "") -> None:
        super().__init__("\n".join(str(finding) for finding in findings), hint)
        self.findings = findings


class MissingProgram(MscliError):
    """A program that is needed is not installed; the hint is the command that installs it."""

    exit_code = 4


class RuntimeFailed(MscliError):
    """The runtime's own engine failed or answered with nonsense."""

    exit_code = 5


class NotReady(MscliError):
    """A workload was started and did not become ready in time."""

    exit_code = 6


class LeftBehind(MscliError):
    """`down` finished, and a process, port or socket of the system is still there."""

    exit_code = 7


def no_system(folder: object) -> MscliError:
    """No system file in a folder or above it."""
    return MscliError(
        f"no mscli.yaml in {folder} or any folder above it",
        "go to a system's folder, or make one: mscli new system NAME; "
        "of a monolith mscli migrate apply makes it",
    )
