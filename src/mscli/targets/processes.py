"""The `processes` target: every replica a process on this machine, run by supervisord.

Each process gets a start script that anybody can run by hand, supervisord gets one program a
replica (a changed group of several would be restarted whole), and `processes.json` tells the
runtime what supervisord has no word for: readiness, order, and what a task worked on.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping
from pathlib import Path
from posixpath import dirname, join

from mscli.model.files import File
from mscli.model.kinds import Kind
from mscli.model.process import PLAN_FILE, SUPERVISOR_FILE, Plan, Process, as_document
from mscli.model.stack import (
    Address,
    Bindings,
    Code,
    Config,
    Listen,
    Mounted,
    Part,
    Replicas,
    SecretFile,
    SecretText,
    Stack,
    Stored,
    Traits,
    Value,
    Workload,
)
from mscli.model.values import chosen, filled, secret_variables, written
from mscli.text import json_table, render

TRAITS = Traits(balances=False, shares_database=True)
OWNS: tuple[str, ...] = ()
HOST = "127.0.0.1"
FOLDER = "processes"
PLAN = PLAN_FILE


def replica_names(workload: Workload, bindings: Bindings) -> tuple[str, ...]:
    """Names of a workload's replicas; an engine or a task is alone and has none but its own."""
    if workload.kind is not Kind.SERVICE:
        return (workload.name,)
    count = bindings.replicas.get(workload.name, workload.replicas)
    return tuple(f"{workload.name}-{number}" for number in range(1, count + 1))


def ports_wanted(stack: Stack, bindings: Bindings) -> tuple[tuple[str, int | None], ...]:
    """The ports that a runtime has to bind: `<replica>:<port>`, and the number if it is fixed."""
    return tuple(
        (f"{replica}:{port.name}", port.number if port.fixed else None)
        for workload in stack.workloads.values()
        for replica in replica_names(workload, bindings)
        for port in workload.ports
    )


def files(stack: Stack, bindings: Bindings, overrides: Path | None = None) -> list[File]:
    """Everything that supervisord and the engines read, relative to the local state folder.

    Raises KeyError when a port, program or secret that the Stack needs is not bound.
    """
    return _Rendering(stack, bindings, overrides).files()


def warnings(stack: Stack) -> tuple[str, ...]:
    """What processes of this machine cannot do of this stack, and why."""
    return tuple(
        f"{workload.name}: resources are not limited on processes, which an ordinary user cannot "
        "limit for others; containers are"
        for workload in stack.workloads.values()
        if workload.resources is not None and workload.kind is Kind.SERVICE
    )


def locate(stack: Stack, bindings: Bindings, viewer: str, address: Address) -> str:
    """Where `viewer` (a replica) finds `address`: here always on the loopback."""
    del viewer  # every process of this machine sees the same loopback
    names = replica_names(stack.workloads[address.workload], bindings)
    return chosen(_written(address, bindings.ports[f"{names[0]}:{address.port}"]), address)


def _written(address: Address, port: int) -> str:
    scheme = f"{address.scheme}://" if address.scheme else ""
    return f"{scheme}{HOST}:{port}{address.path}"


class _Rendering:
    """One rendering: the Stack, the bindings, and what both say together."""

    def __init__(self, stack: Stack, bindings: Bindings, overrides: Path | None) -> None:
        self.stack = stack
        self.bindings = bindings
        self.overrides = overrides
        self.state = bindings.state

    def files(self) -> list[File]:
        made: list[File] = []
        processes: list[Process] = []
        live: list[str] = []
        for secret in self.stack.secrets.values():
            if secret.given:
                continue
            made.append(File(f"secrets/{secret.name}", self._secret(secret.name), secret=True))
        for workload in self.stack.workloads.values():
            configs = {config.path: self._config(workload, config) for config in workload.configs}
            made += configs.values()
            live += [f"{FOLDER}/{workload.name}/{c.path}" for c in workload.configs if c.live]
            for name in replica_names(workload, self.bindings):
                process = self._process(workload, name, configs)
                processes.append(process)
                made.append(self._script(process))
        plan = Plan(
            self.stack.name,
            self.bindings.system_id,
            tuple(processes),
            {route: self._text("gateway", url) for route, url in self.stack.urls.items()},
            tuple(live),
        )
        made.append(File(PLAN, json_table(as_document(plan))))
        made.append(self._supervisor(plan))
        return made

    def _supervisor(self, plan: Plan) -> File:
        programs = [
            {
                "name": process.name,
                "command": shlex.join(("/bin/sh", f"{self.state}/{_script_path(process)}")),
                "log": process.log,
                "grace": int(process.grace),
                "stop_signal": process.stop_signal,
                # An engine stops its own children; PostgreSQL's backends must not hear the signal.
                "stop_group": process.kind is not Kind.ENGINE,
            }
            for process in plan.processes
        ]
        context = {
            "system_id": self.bindings.system_id,
            "state": self.bindings.state,
            "socket": self.bindings.socket,
            "guard": shlex.join(self.bindings.guard),
            "programs": programs,
        }
        text = render("processes/supervisord.conf.jinja", context, self.overrides)
        return File(SUPERVISOR_FILE, text)

    def _process(self, workload: Workload, name: str, configs: Mapping[str, File]) -> Process:
        root = self.bindings.root
        code = workload.program if isinstance(workload.program, Code) else None
        engines = self._mounted(workload) if workload.configs else self.state
        folder = join(root, code.path) if code else engines
        return Process(
            name=name,
            workload=workload.name,
            kind=workload.kind,
            argv=self._argv(workload, name),
            folder=folder,
            environment=self._environment(workload, name),
            log=f"{self.state}/logs/{name}.log",
            ports={p.name: self.bindings.ports[f"{name}:{p.name}"] for p in workload.ports},
            probe=workload.probe,
            waits=workload.waits,
            inputs=tuple(join(root, path) for path in workload.inputs),
            reached=self._value(workload.name, name, workload.reached or ""),
            volumes=tuple(f"{self.state}/volumes/{volume}" for volume in workload.volumes),
            settings={
                config.path: _digest(configs[config.path].content)
                for config in workload.configs
                if not config.live
            },
            secrets={
                variable: self._part(workload.name, name, SecretFile(secret))
                for variable, secret in secret_variables(workload).items()
            },
            grace=workload.grace,
            stop_signal=workload.stop_signal,
        )

    def _argv(self, workload: Workload, name: str) -> tuple[str, ...]:
        arguments = tuple(self._value(workload.name, name, value) for value in workload.arguments)
        program = workload.program
        if isinstance(program, Code):
            return (*program.command, *arguments)
        bound = self.bindings.programs[program.name]
        # `sh` runs a script of ours that finds the engine's programs on its PATH.
        path = "/bin/sh" if program.command == "sh" else bound.path
        return (*bound.wrap, path, *arguments)

    def _environment(self, workload: Workload, name: str) -> dict[str, str]:
        environment = {"MSCLI_STACK": self.bindings.system_id, "MSCLI_PROCESS": name}
        environment["PATH"] = self._search_path(workload)
        hidden = secret_variables(workload)
        for variable, value in workload.environment.items():
            if variable in hidden:
                continue
            environment[variable] = self._value(workload.name, name, value)
        return environment

    def _search_path(self, workload: Workload) -> str:
        program = workload.program
        if isinstance(program, Code):
            first = join(self.bindings.root, program.path, ".venv", "bin")
        else:
            first = dirname(self.bindings.programs[program.name].path)
        return f"{first}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    def _script(self, process: Process) -> File:
        context = {
            "name": process.name,
            "folder": process.folder,
            "environment": dict(process.environment),
            "secrets": dict(process.secrets),
            "argv": list(process.argv),
        }
        content = render("processes/start.sh.jinja", context, self.overrides)
        return File(_script_path(process), content, executable=True)

    def _config(self, workload: Workload, config: Config) -> File:
        context = {
            key: filled(
                tree, lambda part: self._part(workload.name, workload.name, part), self._servers
            )
            for key, tree in config.context.items()
        }
        content = render(config.template, context, self.overrides)
        return File(f"{FOLDER}/{workload.name}/{config.path}", content, secret=config.secret)

    def _mounted(self, workload: Workload) -> str:
        return f"{self.state}/{FOLDER}/{workload.name}"

    def _secret(self, name: str) -> str:
        content = self.stack.secrets[name].content
        if content is None:
            return self.bindings.secrets[name]
        return self._value("", "", content)

    def _value(self, workload: str, replica: str, value: Value) -> str:
        return written(value, lambda part: self._part(workload, replica, part))

    def _servers(self, wanted: Replicas) -> list[str]:
        names = replica_names(self.stack.workloads[wanted.workload], self.bindings)
        address = Address(wanted.workload, wanted.port, wanted.scheme)
        ports = (self.bindings.ports[f"{name}:{wanted.port}"] for name in names)
        return [_written(address, port) for port in ports]

    def _text(self, viewer: str, value: Value) -> str:
        return self._value(viewer, viewer, value)

    def _part(self, workload: str, replica: str, part: Part) -> str:  # noqa: PLR0911
        match part:
            case str():
                return part
            case Address():
                return locate(self.stack, self.bindings, replica, part)
            case Listen(port, form):
                number = self.bindings.ports[f"{replica}:{port}"]
                return {"both": f"{HOST}:{number}", "host": HOST, "port": str(number)}[form]
            case SecretFile(secret):
                given = self.bindings.given.get(secret)
                return given or f"{self.state}/secrets/{secret}"
            case SecretText(secret):
                return self._secret(secret)
            case Mounted(file):
                return join(self._mounted(self.stack.workloads[workload]), file).rstrip("/")
            case Stored(volume):
                return f"{self.state}/volumes/{volume}"


def _script_path(process: Process) -> str:
    """All in one folder: a folder for each would make rendering a large system slow."""
    return f"{FOLDER}/start/{process.name}.sh"


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]
