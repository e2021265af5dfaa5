"""What the template of a service is asked: from the system file, the answers before, the code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from mscli.errors import MscliError
from mscli.model.system import ATTEMPTS, Saga, Service, Step, System
from mscli.scaffold.copying import ANSWERS
from mscli.scaffold.events import known_to

_LAPTOP_PORT = 8000


def answers_of(system: System, service: Service) -> dict[str, object]:
    """What a template is told of a service, by the names of its questions."""
    return {
        "name": service.name,
        "package": service.package,
        "system": system.name,
        "port": service.port or _LAPTOP_PORT,
        "database": service.database or "none",
        "calls": [
            {"name": callee, "package": callee.replace("-", "_"), "class_name": _class_name(callee)}
            for callee in service.calls
        ],
        "sagas": [
            {
                "name": saga.name,
                "steps": [_step_of(step) | {"settings": _settings_of(step)} for step in saga.steps],
            }
            for saga in system.sagas_owned_by(service.name)
            if saga.style == "orchestration"
        ],
        "choreographies": [
            {
                "name": saga.name,
                "owner": saga.owner,
                "steps": [_step_of(step) for step in saga.steps],
            }
            for saga in system.sagas_by("choreography")
            if service.name in saga.members
        ],
        "events": known_to(system, service.name),
        "steps": [
            _step_of(step) | _code_of(saga, step)
            for saga in system.sagas.values()
            for step in saga.steps_of(service.name)
        ],
    }


def _step_of(step: Step) -> dict[str, object]:
    return {
        "service": step.service,
        "action": step.action,
        "compensation": step.compensation or "",
    }


def _settings_of(step: Step) -> dict[str, float]:
    """What is not as it is by default, by the names of the code's own `Step`."""
    usual = Step("", "", attempts=ATTEMPTS)
    names = ("timeout", "attempts", "initial_interval", "maximum_interval")
    values = {name: getattr(step, name) for name in names}
    return {
        name: value
        for name, value in values.items()
        if value is not None and value != getattr(usual, name)
    }


def _code_of(saga: Saga, step: Step) -> dict[str, object]:
    """The names that a participant's step has in code."""
    return {
        "saga": saga.name,
        "module": f"{saga.module}_{step.module}",
        "function": step.module,
        "undo_function": (step.compensation or "").replace("-", "_"),
    }


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def known_answers(file: Path) -> Mapping[str, object]:
    """Answers given when the service was made, of which the system file knows nothing."""
    import yaml

    if not file.is_file():
        return {}
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        document = yaml.load(file.read_bytes(), loader)  # noqa: S506 - one of the safe loaders
    except yaml.YAMLError as error:
        raise MscliError(f"{file} is damaged: {error}", "restore it from git") from error
    answers = document if isinstance(document, dict) else {}
    return {key: value for key, value in answers.items() if not str(key).startswith("_")}


def behind(root: Path, system: System) -> Iterator[str]:
    """A sentence for each service whose code was made when mscli.yaml said something else of it."""
    for service in system.services.values():
        file = root / service.path / ANSWERS
        if not service.is_made or not file.is_file():
            continue
        known, said = known_answers(file), json.loads(json.dumps(answers_of(system, service)))
        said.pop("port")  # it is told when it starts
        others = [name for name in said if name in known and known[name] != said[name]]
        if "name" in others:
            yield (
                f"the code of {service.name} was made for a service named {known['name']} - give "
                "it that name, or make a new one (mscli new service) and move your code into it"
            )
        elif others:
            names = ", ".join(others)
            yield (
                f"the code of {service.name} was made when mscli.yaml said something else of its "
                f"{names} - run: mscli update {service.name}"
            )
