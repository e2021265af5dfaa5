"""Sagas: services that exist and can take part, and an order of steps that can be undone."""

from __future__ import annotations

import keyword
from collections.abc import Iterator

from mscli.model.system import Saga, Step, System
from mscli.systemfile.checks.names import label_fault, remedy_for_unknown, suggestion
from mscli.systemfile.places import Fault, Place, quoted


def _steps(system: System) -> Iterator[tuple[Saga, Step, Place]]:
    for name, saga in system.sagas.items():
        for index, step in enumerate(saga.steps):
            yield saga, step, ("sagas", name, "steps", index)


def _name_fault(name: str, place: Place, shown: Place | None = None) -> Iterator[Fault]:
    if problem := label_fault(name):
        yield Fault(place, problem, suggestion(name), shown=shown)
    elif keyword.iskeyword(name) or keyword.issoftkeyword(name):
        message = f"{quoted(name)} is a word of Python"
        yield Fault(place, message, f"use '{name}-it' or another name", shown=shown)


def names_of_sagas(system: System) -> Iterator[Fault]:
    """A saga's name is a DNS label and a module."""
    for name in system.sagas:
        yield from _name_fault(name, ("sagas", name))


def names_of_steps(system: System) -> Iterator[Fault]:
    """Actions and compensations are segments of a path and functions."""
    for _, step, place in _steps(system):
        yield from _name_fault(step.action, (*place, "action"))
        if step.compensation is not None:
            yield from _name_fault(step.compensation, (*place, "compensation"))


def unknown_services(system: System) -> Iterator[Fault]:
    """The owner and every participant exist."""
    for name, saga in system.sagas.items():
        if saga.owner not in system.services:
            remedy = remedy_for_unknown(saga.owner, system.services)
            place: Place = ("sagas", name, "owner")
            yield Fault(place, f"no service {quoted(saga.owner)}", remedy)
    for _, step, place in _steps(system):
        if step.service not in system.services:
            remedy = remedy_for_unknown(step.service, system.services)
            yield Fault((*place, "service"), f"no service {quoted(step.service)}", remedy)


def databases(system: System) -> Iterator[Fault]:
    """A participant keeps each step's outcome in the transaction that has the effect.

    Where events lead, they leave through a table: the owner, who begins, needs a database too.
    """
    for saga in system.sagas.values():
        owner = system.services.get(saga.owner)
        if owner is not None and not owner.is_made:
            message = f"{quoted(saga.owner)} is from no template: nothing in it leads a saga"
            yield Fault(("sagas", saga.name, "owner"), message, "let another service own it")
        elif owner is not None and saga.style == "choreography" and owner.database is None:
            message = f"{quoted(saga.owner)} has no database to keep the saga's events in"
            remedy = f"add 'database: postgres' to services.{saga.owner}"
            yield Fault(("sagas", saga.name, "owner"), message, remedy)
    for _, step, place in _steps(system):
        service = system.services.get(step.service)
        if service is not None and not service.is_made:
            message = f"{quoted(step.service)} is from no template: nothing in it takes a step"
            remedy = "let a service from a template take it, which calls this one"
            yield Fault((*place, "service"), message, remedy)
        elif service is not None and service.database is None:
            message = f"{quoted(step.service)} has no database to keep the step's outcome in"
            remedy = f"add 'database: postgres' to services.{step.service}"
            yield Fault((*place, "service"), message, remedy)


def alone(system: System) -> Iterator[Fault]:
    """A saga crosses services; within one, its database's own transactions are better."""
    for name, saga in system.sagas.items():
        if {step.service for step in saga.steps} == {saga.owner}:
            message = f"every step is taken by the owner, {quoted(saga.owner)}"
            remedy = "use a transaction of its database, or name another service"
            yield Fault(("sagas", name, "steps"), message, remedy)


def repeated(system: System) -> Iterator[Fault]:
    """Within a saga no service has two handlers of one name."""
    first: dict[tuple[str, str, str], Place] = {}
    for saga, step, place in _steps(system):
        for field in ("action", "compensation"):
            name = getattr(step, field)
            here = (*place, field)
            if name is None:
                continue
            other = first.setdefault((saga.name, step.service, name.replace("-", "_")), here)
            if other != here:
                message = f"{quoted(step.service)} has {quoted(name)} already in this saga"
                yield Fault(here, message, "choose another name", earlier=other)


def pivots(system: System) -> Iterator[Fault]:
    """After the first step without a compensation nothing can be undone any more."""
    for name, saga in system.sagas.items():
        pivot: Step | None = None
        for index, step in enumerate(saga.steps):
            if step.compensation is None:
                pivot = pivot or step
            elif pivot is not None:
                place: Place = ("sagas", name, "steps", index, "compensation")
                message = (
                    f"{quoted(step.action)} could only be undone if "
                    f"{quoted(pivot.action)} before it could be, which has no compensation"
                )
                remedy = (
                    f"give {quoted(pivot.action)} a compensation or move it behind; "
                    f"without one, {quoted(step.action)} is retried until it succeeds"
                )
                yield Fault(place, message, remedy)


def modules_that_coincide(system: System) -> Iterator[Fault]:
    """The files of a service's sagas have names of their own: `a` + `b-c` is not `a-b` + `c`."""
    first: dict[tuple[str, str], Place] = {}
    for saga, step, place in _steps(system):
        module = f"{saga.module}_{step.module}"
        here = (*place, "action")
        other = first.setdefault((step.service, module), here)
        if other != here and other[:2] != here[:2]:
            message = f"{quoted(f'{saga.name}-{step.action}')} names two files of the same service"
            yield Fault(here, message, "rename the saga or the action", earlier=other)


def attempts_in_vain(system: System) -> Iterator[Fault]:
    """What cannot be undone is not given up, and pauses do not begin longer than they end."""
    for _, step, place in _steps(system):
        if step.compensation is None and step.attempts is not None:
            message = f"{quoted(step.action)} has no compensation and is therefore never given up"
            yield Fault((*place, "attempts"), message, "remove it, or name a compensation")
        if step.initial_interval > step.maximum_interval:
            message = (
                f"the first pause of {step.initial_interval:g}s is longer than "
                f"the longest of {step.maximum_interval:g}s"
            )
            yield Fault((*place, "initial_interval"), message, "make 'maximum_interval' longer")
