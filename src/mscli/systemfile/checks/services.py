"""Services: folders, templates, ports, environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from mscli.assemble.environment import shared_variable, told
from mscli.model.references import expanded, names_in, refers
from mscli.model.stack import Listen, SecretText, Traits
from mscli.model.system import NO_TEMPLATE, TCP, WORKDIR, Service, System
from mscli.systemfile.checks.names import ENGINES, label_fault, remedy_for_unknown, suggestion
from mscli.systemfile.naming import ENV_PATTERN
from mscli.systemfile.places import Fault, Place, did_you_mean, quoted

TEMPLATES = ("python", NO_TEMPLATE)

_ANYWHERE = Traits(balances=True, shares_database=False)
"""The variables that a service is told have the same names on every target."""
_OURS = frozenset({"HOST", "PORT"})
_OF_A_DATABASE = frozenset({"DATABASE_URL", "DATABASE_URL_FILE"})
"""Of a service that was there before, they may name a database that it had before."""
_OURS_BY_START = ("CALL_", "MSCLI_")
KEPT_VOLUMES = frozenset({"config", "secrets", "tmp"})
KEPT_FOLDERS = frozenset({"/", "//", WORKDIR, "/tmp", "/run", "/run/secrets"})  # noqa: S108
_RESERVED_FOLDERS = frozenset({".mscli", ".git"})
_GIT = re.compile(r"(git\+)?(https?|ssh|git|file)://.*|git@.*|(gh|gl):.*")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "fish", "busybox"})
_OF_A_SHELL = re.compile(r"\$(\w+|\{\w+\}|\(\w+\))")
_OF_COMPOSE = re.compile(r"\$\{\w+(:?[-?+][^}]*)?\}")
_PATH = re.compile(r"[A-Za-z0-9._~@:+,=/&?%-]+")
_PINNED = re.compile(r".*@([0-9a-f]{40}|[0-9a-f]{64})")


def folders(system: System) -> Iterator[Fault]:
    """Every service lives inside the system. A name that is none is a fault of its own."""
    for name, service in system.services.items():
        if label_fault(name):
            continue
        parts = service.path.split("/")
        place = ("services", name, "path")
        shown = quoted(service.path)
        if service.path.startswith(("/", "~")) or "\\" in service.path or ":" in parts[0]:
            message = f"{shown} is not a path from the system's folder"
            yield Fault(place, message, f"use 'services/{name}'")
        elif ".." in parts:
            yield Fault(place, f"{shown} is outside the system", f"use 'services/{name}'")
        elif service.path == "." or parts[0] in _RESERVED_FOLDERS:
            yield Fault(place, f"{shown} is not for a service", f"use 'services/{name}'")
        elif not service.path.isprintable():
            yield Fault(place, f"{shown} has a character that no path should have")


def folders_shared(system: System) -> Iterator[Fault]:
    """No two services live in one folder, unless its code is its own, and started in many ways."""
    first: dict[str, str] = {}
    for name, service in system.services.items():
        other = first.setdefault(service.path.casefold(), name)
        before = system.services[other]
        is_own = service.path == before.path and not (service.is_made or before.is_made)
        if other != name and not is_own:
            message = f"{quoted(service.path)} is the folder of {quoted(other)} too"
            at_home = service.path == f"services/{name}"
            remedy = f"give {quoted(other)} another path" if at_home else f"use 'services/{name}'"
            yield Fault(("services", name, "path"), message, remedy)


def templates(system: System) -> Iterator[Fault]:
    """A template is one of ours, a folder, or a git URL that is pinned to a commit."""
    for name, service in system.services.items():
        template = service.template
        place = ("services", name, "template")
        if _GIT.fullmatch(template):
            if not _PINNED.fullmatch(template):
                remedy = "add '@' and the commit's 40 hex digits"
                yield Fault(place, f"{quoted(template)} is not pinned to a commit", remedy)
        elif not template.isprintable():
            yield Fault(place, f"{quoted(template)} has a character that no path should have")
        elif "/" not in template and template not in (*TEMPLATES, ".", ".."):
            remedy = did_you_mean(template, TEMPLATES) or "for a folder write './' before it"
            yield Fault(place, f"no template {quoted(template)}", remedy)


def ports(system: System) -> Iterator[Fault]:
    """No two fixed ports are the same."""
    taken: dict[int, tuple[Place, str]] = {
        system.gateway.port: (("gateway", "port"), "the gateway")
    }
    for name, service in system.services.items():
        if service.port is None:
            continue
        place = ("services", name, "port")
        owner = taken.setdefault(service.port, (place, quoted(name)))
        if owner[0] != place:
            message = f"port {service.port} is the port of {owner[1]} too"
            yield Fault(place, message, "choose another, or leave 'port' out")


def port_of_many(system: System) -> Iterator[Fault]:
    """One port is for one replica."""
    for name, service in system.services.items():
        if service.port is not None and service.replicas > 1:
            message = f"a fixed port cannot be shared by {service.replicas} replicas"
            yield Fault(("services", name, "port"), message, "leave 'port' out")


def environment(system: System) -> Iterator[Fault]:
    """Variables have portable names, and none is part of the contract that mscli fills in."""
    for name, service in system.services.items():
        for variable, value in service.env.items():
            place = ("services", name, "env", variable)
            if not re.fullmatch(ENV_PATTERN, variable):
                message = f"{quoted(variable)} is no name of a variable"
                yield Fault(place, message, "use letters, digits and '_'")
            elif _is_ours(service, variable):
                yield Fault(place, f"{quoted(variable)} is set by mscli", "remove it")
            elif "\0" in value:
                yield Fault(place, "a variable cannot hold a zero byte")


def secrets(system: System) -> Iterator[Fault]:
    """Variables of keys have portable names, and nobody else sets them."""
    for name, service in system.services.items():
        first: dict[str, str] = {}
        for variable in service.secrets:
            place = ("services", name, "secrets", variable)
            both = (variable, f"{variable}_FILE")
            if not re.fullmatch(ENV_PATTERN, variable):
                message = f"{quoted(variable)} is no name of a variable"
                yield Fault(place, message, "use letters, digits and '_'")
            elif any(_is_ours(service, each) for each in both):
                yield Fault(place, f"{quoted(variable)} is set by mscli", "remove it")
            elif taken := [each for each in both if each in service.env]:
                yield Fault(place, f"{quoted(taken[0])} is in 'env', too", "remove one")
            elif both[1] in service.secrets:
                yield Fault(place, f"{quoted(both[1])} says where its file is", "rename that one")
            elif (other := first.setdefault(_as_file(variable), variable)) != variable:
                message = f"{quoted(variable)} and {quoted(other)} have one name as a file"
                yield Fault(place, message, "rename one")


def volumes(system: System) -> Iterator[Fault]:
    """Volumes have names that nothing else has, and each a folder of its own."""
    for name, service in system.services.items():
        first: dict[str, str] = {}
        for volume, folder in service.folders.items():
            place = ("services", name, "volumes", volume)
            other = first.setdefault(folder, volume)
            if problem := label_fault(volume):
                yield Fault(place, problem, suggestion(volume))
            elif volume in ENGINES | KEPT_VOLUMES or volume.removesuffix("-postgres") != volume:
                message = f"{quoted(volume)} is the name of a volume that mscli makes"
                yield Fault(place, message, f"use '{volume}-files'")
            elif f"{volume}-volume" in system.services:
                message = f"what makes it ready would be called as the service '{volume}-volume'"
                yield Fault(place, message, "rename one")
            elif folder in KEPT_FOLDERS or ":" in folder:
                yield Fault(place, f"{quoted(folder)} cannot be a volume", "name a folder below it")
            elif other != volume:
                yield Fault(place, f"{quoted(folder)} is of {quoted(other)}, too", "remove one")


def _as_file(variable: str) -> str:
    return variable.lower().strip("_")


def _is_ours(service: Service, variable: str) -> bool:
    ours = {*_OURS, *_shared(service)}
    if service.is_made:
        ours |= _OF_A_DATABASE
    elif service.database:
        ours.add("DATABASE_URL_FILE")
    return variable in ours or variable.startswith(_OURS_BY_START)


def _shared(service: Service) -> Iterator[str]:
    for owner in service.shares:
        yield shared_variable(owner)
        yield f"{shared_variable(owner)}_FILE"


def references(system: System) -> Iterator[Fault]:
    """A variable refers to what its service is told, and a secret stays one."""
    for name, service in system.services.items():
        known = told(service, system, _ANYWHERE) if any(map(refers, service.env.values())) else {}
        for variable, text in service.env.items():
            place = ("services", name, "env", variable)
            for reference in names_in(text):
                if reference not in known:
                    remedy = did_you_mean(reference, known) or "write '$$(' for the text itself"
                    yield Fault(place, f"{quoted(name)} is told no {quoted(reference)}", remedy)
            parts = expanded(text, known)
            if not any(isinstance(part, SecretText) for part in parts):
                continue
            if any(isinstance(part, Listen) for part in parts):
                message = "a value with a secret cannot refer to HOST or PORT"
                yield Fault(place, message, "make two variables of it")
            elif "'" in text or "\n" in text:
                yield Fault(place, "a value with a secret cannot have a quote or a line break")


def shared_databases(system: System) -> Iterator[Fault]:
    """Whose database a service uses, too, has one."""
    for name, service in system.services.items():
        for index, owner in enumerate(service.shares):
            place = ("services", name, "shares", index)
            other = system.services.get(owner)
            if owner in service.shares[:index]:
                yield Fault(place, f"{quoted(owner)} is written twice", "remove one")
            elif owner == name:
                yield Fault(place, "a service's own database is 'database'", "remove it")
            elif other is None:
                others = [each for each in system.services if each != name]
                remedy = remedy_for_unknown(owner, others)
                yield Fault(place, f"no service {quoted(owner)}", remedy)
            elif not other.database:
                message = f"{quoted(owner)} has no database of the system"
                yield Fault(place, message, f"add 'database: postgres' to services.{owner}")


def migrations(system: System) -> Iterator[Fault]:
    """What is migrated is a database of the system."""
    for name, service in system.services.items():
        if service.migrate and not service.database:
            message = "there is no database to migrate"
            yield Fault(("services", name, "migrate"), message, "add 'database: postgres'")


def code_of_its_own(system: System) -> Iterator[Fault]:
    """A service from no template says what starts it."""
    for name, service in system.services.items():
        place: Place = ("services", name)
        if service.is_made:
            continue
        if not service.command:
            remedy = "add what starts it, such as: command: sh -c 'exec gunicorn app:app'"
            yield Fault(place, "'command' is missing, and there is no template", remedy)


def health(system: System) -> Iterator[Fault]:
    """A service is asked by a plain path, or by a connection."""
    for name, service in system.services.items():
        asked = service.health
        if asked == TCP or (asked.startswith("/") and _PATH.fullmatch(asked)):
            continue
        yield Fault(
            ("services", name, "health"),
            f"must be a path or 'tcp', not {quoted(asked)}",
            "write a path such as '/healthz'",
        )


def commands(system: System) -> Iterator[Fault]:
    """A command has a program, and no argument that no program can be given."""
    for name, service in system.services.items():
        for field, command in (("command", service.command), ("migrate", service.migrate)):
            if command and not command[0]:
                yield Fault(("services", name, field), "the command has no program")
            if any("\0" in word for word in command):
                yield Fault(("services", name, field), "an argument cannot hold a zero byte")


def left_to_a_shell(system: System) -> Iterator[Fault]:
    """Warn of what a shell or Compose would fill in, and nobody does here."""
    for name, service in system.services.items():
        for field, command in (("command", service.command), ("migrate", service.migrate)):
            if _SHELLS.isdisjoint(PurePosixPath(word).name for word in command):
                remedy = f"for a shell write: {field}: sh -c 'exec ...'"
                yield from _unfilled(("services", name, field), _OF_A_SHELL, command, remedy)
        for variable, text in service.env.items():
            place = ("services", name, "env", variable)
            remedy = "write the value, or $(NAME) for what mscli tells the service"
            yield from _unfilled(place, _OF_COMPOSE, (text,), remedy)


def _unfilled(
    place: Place, pattern: re.Pattern[str], texts: Iterable[str], remedy: str
) -> Iterator[Fault]:
    found = (match[0] for text in texts for match in pattern.finditer(text))
    for reference in dict.fromkeys(found):
        message = f"nobody fills in {quoted(reference)}: it is handed over as it is"
        yield Fault(place, message, remedy, severity="warning")
