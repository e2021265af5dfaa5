"""Environments: names, addresses, images, and services that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mscli.model.environments import LOCAL, NAME, Environment
from mscli.model.system import System
from mscli.systemfile.checks.engines import cluster, is_address
from mscli.systemfile.checks.names import label_fault, remedy_for_unknown, suggestion
from mscli.systemfile.places import Fault, Place, quoted

_HOST = re.compile(r"(?:\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_OBJECT = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_REGISTRY = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9._-]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


def names(system: System) -> Iterator[Fault]:
    """An environment is a folder, and `local` is the one that is always there."""
    for name in system.environments:
        place = ("environments", name)
        if problem := label_fault(name):
            yield Fault(place, problem, suggestion(name))
        elif name == LOCAL:
            message = "'local' is what this file says by itself"
            yield Fault(place, message, "name it for where it is, such as 'staging'")


def services(system: System) -> Iterator[Fault]:
    """Only services that exist run otherwise, and never fewer at most than at least."""
    for name, environment in system.environments.items():
        for service, scale in environment.services.items():
            place: Place = ("environments", name, "services", service)
            if service not in system.services:
                remedy = remedy_for_unknown(service, system.services)
                yield Fault(place, f"no service {quoted(service)}", remedy)
                continue
            own = system.services[service].replicas
            least = own if scale.replicas is None else scale.replicas
            if scale.max_replicas is not None and scale.max_replicas < least:
                message = f"at most {scale.max_replicas} is fewer than at least {least}"
                yield Fault((*place, "max_replicas"), message, f"use {least} or more")


def addresses(system: System) -> Iterator[Fault]:
    """Every engine elsewhere has an address."""
    for name, environment in system.environments.items():
        place: Place = ("environments", name, "engines")
        for engine, address in (
            ("postgres", environment.postgres.replace(NAME, "service")),
            ("nats", environment.nats),
        ):
            if address and not is_address(address):
                message = f"{quoted(address)} is no address of a server"
                remedy = f"write host:port, such as {engine}.databases.svc:5432"
                yield Fault((*place, engine, "address"), message, remedy)
        if environment.temporal:
            yield from cluster(environment.temporal, (*place, "temporal"))


def images(system: System) -> Iterator[Fault]:
    """References of images are what registries take, and never `latest`."""
    for name, environment in system.environments.items():
        place: Place = ("environments", name, "images")
        registry, tag = environment.registry, environment.tag
        if registry and not _REGISTRY.fullmatch(registry):
            message = f"{quoted(registry)} is no place of images"
            yield Fault((*place, "registry"), message, "write one such as 'ghcr.io/acme'")
        if tag == "latest":
            message = "'latest' is another image every day"
            yield Fault((*place, "tag"), message, "name a version or a commit")
        elif tag and not _TAG.fullmatch(tag):
            yield Fault((*place, "tag"), f"{quoted(tag)} is no tag", "use letters, digits, . _ -")


def exposure(system: System) -> Iterator[Fault]:
    """Hosts are host names, and what is named in the cluster could be there."""
    for name, environment in system.environments.items():
        place: Place = ("environments", name, "expose")
        for index, host in enumerate(environment.exposure.hosts):
            if not _HOST.fullmatch(host):
                message = f"{quoted(host)} is no host name"
                yield Fault((*place, "hosts", index), message, "write one such as 'shop.example'")
        yield from _objects(place, environment)


def _objects(place: Place, environment: Environment) -> Iterator[Fault]:
    named = {
        (*place, "tls"): environment.exposure.tls,
        (*place, "kind"): environment.exposure.kind,
        (*place[:-1], "secret_store"): environment.secret_store,
    }
    for where, name in named.items():
        if name and not _OBJECT.fullmatch(name):
            message = f"{quoted(name)} is no name of an object in Kubernetes"
            yield Fault(where, message, "use lower-case letters, digits, '-' and '.'")
