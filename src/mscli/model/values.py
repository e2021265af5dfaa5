"""Walks over symbolic values: what each target fills in, and what a workload refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mscli.model.kinds import Kind
from mscli.model.stack import (
    Address,
    Code,
    Part,
    Replicas,
    SecretFile,
    SecretText,
    Stack,
    Tree,
    Value,
    Workload,
)


def written(value: Value, part: Callable[[Part], str]) -> str:
    """A value as text; `part` says what each symbolic part is for its viewer."""
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, tuple) else (value,)
    return "".join(each if isinstance(each, str) else part(each) for each in parts)


def filled(
    tree: Tree, part: Callable[[Part], str], replicas: Callable[[Replicas], list[str]]
) -> object:
    """A tree with every value written, for a template."""
    if isinstance(tree, str):  # most are, and asking an abstract class takes ten times as long
        return tree
    if isinstance(tree, Replicas):
        return replicas(tree)
    if isinstance(tree, Mapping):
        return {key: filled(item, part, replicas) for key, item in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, tuple):
        return [filled(item, part, replicas) for item in tree]
    if tree is None or isinstance(tree, bool | int | float):
        return tree
    return written(tree, part)


def symbols(tree: Tree) -> Iterator[Part | Replicas]:
    """Every symbolic part of a tree, in order."""
    if isinstance(tree, str) or tree is None or isinstance(tree, bool | int | float):
        return
    if isinstance(tree, Mapping):
        for item in tree.values():
            yield from symbols(item)
    elif isinstance(tree, Sequence):
        for item in tree:
            yield from symbols(item)
    else:
        yield tree


def symbols_of(workload: Workload) -> Iterator[Part | Replicas]:
    """Every symbolic part of a workload's arguments, environment and configuration."""
    for value in (*workload.arguments, *workload.environment.values()):
        yield from symbols(value)
    for config in workload.configs:
        yield from symbols(config.context)


def secret_variables(workload: Workload) -> Mapping[str, str]:
    """The variables that hold a secret, each with its name: every platform has a way for them."""
    return {
        name: value.secret
        for name, value in workload.environment.items()
        if isinstance(value, SecretText)
    }


def chosen(endpoint: str, address: Address) -> str:
    """Of `host:port` what the address asks for."""
    host, _, port = endpoint.rpartition(":")
    return {"both": endpoint, "host": host, "port": port}[address.form]


def secrets_read(workload: Workload) -> tuple[str, ...]:
    """The secrets that a workload reads as files."""
    found = (part.secret for part in symbols_of(workload) if isinstance(part, SecretFile))
    return tuple(dict.fromkeys(found))


def addresses_of(stack: Stack, workload: Workload) -> tuple[tuple[str, str], ...]:
    """Name and port of every other workload that a workload is told of, in secrets too."""
    found: dict[tuple[str, str], None] = {}
    for part in symbols_of(workload):
        found |= dict.fromkeys(_addressed(stack, part))
    return tuple(each for each in found if each[0] != workload.name)


def reached_by(stack: Stack, workload: Workload) -> tuple[str, ...]:
    """The workloads whose addresses a workload is told, in secrets too, or that it waits for."""
    found = dict.fromkeys(name for name, _ in addresses_of(stack, workload))
    found |= dict.fromkeys(wait.workload for wait in workload.waits)
    found.pop(workload.name, None)
    return tuple(found)


def _addressed(stack: Stack, part: Part | Replicas) -> Iterator[tuple[str, str]]:
    if isinstance(part, Address | Replicas):
        yield part.workload, part.port
    elif isinstance(part, SecretFile | SecretText):
        content = stack.secrets[part.secret].content
        for inner in symbols(content):
            yield from _addressed(stack, inner)


def built_images(stack: Stack) -> Mapping[str, str]:
    """The service whose image holds the code of each folder; its tasks and workers share it."""
    owners: dict[str, str] = {}
    for workload in stack.workloads.values():
        if isinstance(workload.program, Code) and workload.kind is Kind.SERVICE:
            owners.setdefault(workload.program.path, workload.name)
    return owners


def volumes_made_for(stack: Stack) -> dict[str, str]:
    """The workload that each volume of the user's own is made for: the first that has it."""
    found: dict[str, str] = {}
    for workload in stack.workloads.values():
        for volume in workload.folders:
            found.setdefault(volume, workload.name)
    return found
