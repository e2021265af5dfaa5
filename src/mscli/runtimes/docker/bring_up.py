"""Bringing a copy up in Docker: secrets, images, then Compose, with every step reported."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mscli.errors import MissingProgram, RuntimeFailed
from mscli.model.events import Event, Happening
from mscli.model.stack import Code
from mscli.model.values import built_images, volumes_made_for
from mscli.render import stack_for
from mscli.runtimes.choice import Choice
from mscli.runtimes.docker import builds, containers
from mscli.runtimes.docker.engine import lines_of
from mscli.runtimes.processes import bindings as binding
from mscli.runtimes.processes import elsewhere
from mscli.runtimes.runtime import Failure, Report
from mscli.targets.compose import volumes

if TYPE_CHECKING:
    from mscli.model.system import System
    from mscli.runtimes.processes.place import Place

_WORDS = {
    "Waiting": Happening.WAITING,
    "Starting": Happening.STARTING,
    "Started": Happening.STARTING,
    "Healthy": Happening.READY,
    "Exited": Happening.COMPLETED,
    "Running": Happening.UNCHANGED,
    "Error": Happening.FAILED,
    "Removed": Happening.REMOVED,
}
"""Compose's words for what happens to a container."""


_ENDS = (Happening.READY, Happening.COMPLETED)


class BringUp:
    """One `up`: what it works on, and whom it tells."""

    def __init__(self, place: Place, choice: Choice, system: System, report: Report) -> None:
        self.place = place
        self.choice = choice
        self.system = system
        self.report = report
        self.began = time.monotonic()
        self.told: dict[str, Happening] = {}
        self.unbuilt: dict[str, RuntimeFailed] = {}

    @staticmethod
    def variables(choice: Choice) -> dict[str, str]:
        """What compose.yaml asks of the environment."""
        return {"GATEWAY_PORT": str(choice.port)}

    def prepare(self, *, abort: bool, only: Sequence[str] = ()) -> dict[str, str]:
        """Make secrets and images, all or `only` some; the fingerprints of what they are made of.

        Raises RuntimeFailed for a taken port, for a key that cannot be used, and with `abort` for a
        build that fails.
        """
        self._refuse_taken_port()
        self._make_secrets()
        return self._build(only, abort=abort)

    def up(
        self, replicas: Mapping[str, int], patience: float | None, only: Sequence[str] = ()
    ) -> None:
        """Let Compose start all or `only` some; that something is not ready is not raised."""
        without = self._without_image()
        scales = [
            f"--scale={n}={count}"
            for n, count in replicas.items()
            if n not in without and (not only or n in only)
        ]
        timeout = [] if patience is None else ["--wait-timeout", f"{max(1, round(patience))}"]
        arguments = ["up", "--detach", "--wait", "--remove-orphans", *timeout, *scales]
        if only or without:
            # That nothing is waited for but what is named keeps the others from being begun.
            names = only or self._compose(["config", "--services"])
            arguments += ["--no-deps", *(name for name in names if name not in without)]
        said: list[str] = []
        try:
            for line in self._compose(arguments):
                said.append(line)
                self._tell(line)
        except RuntimeFailed:
            if not _is_about_readiness(said):
                raise
        except MissingProgram as error:
            raise MissingProgram(
                f"{error.message} any more; begun: {', '.join(self.told) or 'nothing'}",
                "start it again; `mscli up -d` goes on then, `mscli down` removes what is there",
            ) from error

    def failures(self) -> list[Failure]:
        """The services whose image could not be built, and why."""
        return [
            Failure(name, f"its image was not built: {error.message}", hint=error.hint)
            for name, error in self.unbuilt.items()
        ]

    def _compose(self, arguments: list[str]) -> Iterator[str]:
        head = ["compose", "--ansi", "never", "--project-name", self.place.system_id]
        return lines_of([*head, *arguments], self.place.root, self.variables(self.choice))

    def _tell(self, line: str) -> None:
        words = line.split()
        if len(words) < 3 or words[0] != "Container":  # noqa: PLR2004
            return
        happening = _WORDS.get(words[2])
        name = words[1].removeprefix(f"{self.place.system_id}-")
        # Compose says at the end once more what it has said of each.
        if happening is None or self.told.get(name) in (happening, *_ENDS):
            return
        self.told[name] = happening
        self._say(name, happening)

    def _say(self, subject: str, happening: Happening, cause: str = "") -> None:
        self.report(Event(subject, happening, time.monotonic() - self.began, cause))

    def _refuse_taken_port(self) -> None:
        if binding.is_free(self.choice.port):
            return
        ours = containers.replicas(self.place.system_id)
        if not any(self.choice.port in replica.ports.values() for replica in ours):
            raise binding.refuse_taken("gateway:http", self.choice.port)

    def _make_secrets(self) -> None:
        given = binding.given_files(stack_for(self.system, "compose"), self.place)
        elsewhere.refuse_files(given)
        done = subprocess.run(
            ["sh", "secrets/generate.sh"],
            cwd=self.place.root,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeFailed(
                f"secrets/generate.sh ended with code {done.returncode}: {done.stderr.strip()}",
                "look at the rights of the folder secrets",
            )

    def _build(self, only: Sequence[str], *, abort: bool) -> dict[str, str]:
        """Build the images that are missing or stale, all at once."""
        every = builds.fingerprints(self.place.root, self.system)
        now = {name: mark for name, mark in every.items() if not only or name in only}
        names = builds.stale(self.place.system_id, now, self.choice.built)
        for name in names:
            self._say(name, Happening.PREPARING, "image")
        try:
            self._build_together(names)
        except RuntimeFailed:
            if abort:
                raise
            self._build_each(names)
        before = {n: m for n, m in self.choice.built.items() if n in every and n not in now}
        return before | {name: mark for name, mark in now.items() if name not in self.unbuilt}

    def _build_together(self, names: Sequence[str]) -> None:
        if not names:
            return
        for line in self._compose(["--progress", "plain", "build", *names]):
            words = line.split()
            if len(words) == 2 and words[1] == "Built":  # noqa: PLR2004
                self._say(words[0], Happening.COMPLETED, "image")

    def _build_each(self, names: Sequence[str]) -> None:
        """One by one, because Compose gives up all when one fails."""
        for name in names:
            try:
                self._build_together([name])
            except RuntimeFailed as error:
                self.unbuilt[name] = error
                self._say(name, Happening.FAILED, "image")

    def _without_image(self) -> set[str]:
        """What has no image, for that could not be built: a service, its tasks, worker, volumes."""
        if not self.unbuilt:
            return set()
        stack = stack_for(self.system, "compose")
        owners = built_images(stack)
        without = {
            workload.name
            for workload in stack.workloads.values()
            if isinstance(workload.program, Code) and owners[workload.program.path] in self.unbuilt
        }
        made_for = volumes_made_for(stack).items()
        return without | {volumes.task_of(name) for name, owner in made_for if owner in without}


def _is_about_readiness(lines: list[str]) -> bool:
    """Whether Compose gave up because a container was not ready, which the caller looks into."""
    text = "\n".join(lines[-5:])
    words = ("is unhealthy", "exited (", "didn't complete successfully", "timeout waiting for")
    return any(word in text for word in words) or "context deadline exceeded" in text
