"""Plain data -> document; pydantic's errors -> faults in plain English.

What is wrong is cut out and the rest is tried again, so that one wrong field never hides another
fault: the cross-checks run on everything that is sound.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mscli.systemfile.document import RECORDS, SystemDocument
from mscli.systemfile.fields import DAY, Record
from mscli.systemfile.places import Fault, Place, did_you_mean, one_of, quoted
from mscli.systemfile.tree import Plain, Tree

_MOST_ROUNDS = 8
_CORS = ("gateway", "cors")

_WANTED = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "list_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "string_type": "text",
}

_ALSO_SHORT = {
    ("gateway",): "a mapping or the name of an engine",
    ("gateway", "cors"): "a mapping or a list of origins",
    ("services", "*"): "a mapping or a template",
    ("services", "*", "calls"): "a mapping or a list of names",
    ("services", "*", "command"): "a list or one line of text",
    ("routes",): "a list or a mapping",
    ("routes", "*", "to", "*"): "a percentage or a mapping",
    ("engines", "temporal", "tls"): "true, false or a mapping",
    ("sagas", "*", "steps", "*"): "a mapping or service:action/compensation",
}
"""What a place takes, where a short form is allowed."""

_STAND_IN: dict[str, Plain] = {"version": 1, "name": "system"}

_REMEDY = {
    "version": "add 'version: 1'",
    "name": "add 'name: ...', such as 'name: shop'",
    "action": "write 'payments:charge/refund', or 'payments:charge' for what nothing undoes",
}


def document(tree: Tree) -> SystemDocument | None:
    """The sound part of `tree.data`; every fault of its shape is reported to the tree."""
    if not isinstance(tree.data, dict):
        remedy = "start it with 'version: 1' and 'name: ...'"
        message = f"a system file is a mapping, not {_kind(tree.data)}"
        tree.report(Fault((), message, remedy))
        return None
    for _ in range(_MOST_ROUNDS):
        try:
            return SystemDocument.model_validate(tree.data)
        except ValidationError as error:
            details = error.errors(include_url=False)
            tree.report(*[_fault(detail) for detail in details])
            for detail in details:
                _cut(tree.data, detail["loc"])
            if "services" not in tree.data and ("services",) in {d["loc"] for d in details}:
                tree.data.pop("routes", None)  # nothing can be said about where they lead
            _close_gaps(tree)
    return None


def _kind(value: object) -> str:
    return "text" if isinstance(value, str) else quoted(value)


def _fault(detail: ErrorDetails) -> Fault:
    place: Place = detail["loc"]
    kind = detail["type"]
    value = detail["input"]
    context: dict[str, Any] = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(place)
    if kind == "missing":
        field = str(place[-1])
        return Fault(place[:-1], f"'{field}' is missing", _REMEDY.get(field, ""))
    if kind == "literal_error":
        return _no_choice(place, value)
    if kind in _WANTED:
        wanted = next((also for at, also in _ALSO_SHORT.items() if _fits(at, place)), _WANTED[kind])
        return Fault(place, f"must be {wanted}, not {quoted(value)}", _of_type(kind, value))
    if kind == "value_error":
        return Fault(place, f"{context['error']}, not {quoted(value)}")
    return Fault(place, _bound(kind, context, value) or detail["msg"].lower())


def _bound(kind: str, context: dict[str, Any], value: object) -> str:
    """The sentence for a number or a length out of its bounds."""
    if kind == "greater_than":
        return f"must be more than {context['gt']:g}, not {quoted(value)}"
    if kind == "greater_than_equal":
        return f"must be at least {context['ge']:g}, not {quoted(value)}"
    if kind == "less_than_equal":
        most = "a day" if context["le"] == DAY else f"{context['le']:.0f}"
        return f"must be at most {most}, not {quoted(value)}"
    if kind in ("too_short", "string_too_short"):
        return "must not be empty"
    return ""


def _of_type(kind: str, value: object) -> str:
    if kind == "int_type" and isinstance(value, str) and value.isdecimal():
        return "remove the quotes"
    if kind == "string_type" and isinstance(value, int | float):
        return "put it in quotes"
    if kind == "string_type" and value is None:
        return "write '' for an empty text"
    return ""


def _fields(place: Place) -> list[str]:
    """The known fields of the record at `place`."""
    return next((_names(record) for at, record in RECORDS.items() if _fits(at, place)), [])


def _names(record: type[Record]) -> list[str]:
    return [field.alias or name for name, field in record.model_fields.items()]


def _fits(pattern: tuple[str, ...], place: Place) -> bool:
    """Whether `place` matches `pattern`, where `*` is any key or index."""
    steps = zip(pattern, place, strict=False)
    return len(pattern) == len(place) and all(step in ("*", part) for step, part in steps)


def _unknown_field(place: Place) -> Fault:
    field, known = str(place[-1]), _fields(place[:-1])
    remedy = did_you_mean(field, known)
    if not remedy and known:
        remedy = f"known are {', '.join(known)}"
    if place == ("engines", "temporal", "api_key"):
        remedy = "a key does not belong here: put it into a file, and name that: api_key_file"
    elif place[:-2] == ("engines",) and not known:
        remedy = "this engine takes nothing in this version"
    return Fault(place, f"unknown field {quoted(field)}", remedy, shown=place[:-1])


def _no_choice(place: Place, value: object) -> Fault:
    if place == ("version",):
        remedy = "write it without quotes" if value == "1" else "this mscli reads version 1"
        return Fault(place, f"version {quoted(value)} cannot be read", remedy)
    choices = _choices(place)
    remedy = did_you_mean(value, choices) if isinstance(value, str) else ""
    return Fault(place, f"must be {one_of(choices)}, not {quoted(value)}", remedy)


def _choices(place: Place) -> list[str]:
    for at, record in RECORDS.items():
        if _fits(at, place[:-1]):
            field = record.model_fields[str(place[-1])]
            return [str(choice) for choice in getattr(field.annotation, "__args__", ())]
    return []


_CUT: Any = object()
_SERVICE, _CALL = 2, 4


def _cut(root: dict[str, Plain], place: Place) -> None:
    """Take what is wrong at `place` out, and leave the names of services and calls known."""
    if len(place) == 1 and place[0] in _STAND_IN:
        root[str(place[0])] = _STAND_IN[str(place[0])]
        return
    *parents, last = _extent(place)
    node: object = root
    for part in parents:
        node = _step(node, part)
    if isinstance(node, list) and isinstance(last, int):
        node[last] = _CUT
    elif isinstance(node, dict) and _is_named(place):
        node[last] = {}
    elif isinstance(node, dict):
        node.pop(last, None)


def _extent(place: Place) -> Place:
    """What is cut for a fault at `place`: a record goes when a field that it must have is wrong."""
    if place[0] == "routes" and place[2:3] in (("path",), ("service",), ("to",)):
        return place[:2]
    if place == (*_CORS, "origins"):
        return place[:-1]
    if place[0] == "environments" and place[-1] in ("address", "cpus", "memory"):
        return place[:-1]
    return place[:2] if place[0] in ("sagas", "invariants") else place  # half of one is none


def _is_named(place: Place) -> bool:
    """Whether a service or a call stands at `place`."""
    if place[0] != "services":
        return False
    return len(place) == _SERVICE or (len(place) == _CALL and place[2] == "calls")


def _step(node: object, part: str | int) -> object:
    if isinstance(node, dict):
        return node.get(part)
    return node[part] if isinstance(node, list) and isinstance(part, int) else None


def _close_gaps(tree: Tree) -> None:
    """Close the gaps that cut items left in lists, and keep the lines of the others."""
    _close(tree, tree.data, ())


def _close(tree: Tree, node: object, place: Place) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            _close(tree, value, (*place, key))
    elif isinstance(node, list) and any(item is _CUT for item in node):
        kept = [index for index, item in enumerate(node) if item is not _CUT]
        tree.places.renumber(place, kept)
        node[:] = [node[index] for index in kept]
