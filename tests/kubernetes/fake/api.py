"""What a request does: rights, validation, defaults, patches, deletion."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.kubernetes.fake import applying, garbage, schema
from tests.kubernetes.fake.applying import Conflict
from tests.kubernetes.fake.defaults import with_defaults
from tests.kubernetes.fake.faults import Faults
from tests.kubernetes.fake.resources import Object, Resource
from tests.kubernetes.fake.store import Store

USER = "developer"
_IMMUTABLE = {
    "deployments": ("selector",),
    "statefulsets": ("selector", "serviceName", "volumeClaimTemplates", "podManagementPolicy"),
    "jobs": ("selector", "template", "completions", "completionMode"),
}


class Refusal(Exception):
    """An answer that is no success: its status, reason and message, as a Status object."""

    def __init__(
        self, code: int, reason: str, message: str, causes: list[Object] | None = None
    ) -> None:
        super().__init__(message)
        self.status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
            "details": {"causes": causes or []},
        }


@dataclass(frozen=True)
class Address:
    """What a request is about; without a name it is all of a kind."""

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""


Query = Mapping[str, str]


class Api:
    """Objects, by requests."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self.store = store
        self.faults = faults

    def allow(self, verb: str, at: Address) -> None:
        """Raises Refusal for a right that nobody has."""
        names = (at.resource.plural, f"{at.resource.plural}/{at.subresource}")
        if not any((verb, name) in self.faults.denied for name in names):
            return
        where = f' in the namespace "{at.namespace}"' if at.namespace else " at the cluster scope"
        named = f'{at.resource.full_name} "{at.name}"' if at.name else at.resource.full_name
        raise Refusal(
            403,
            "Forbidden",
            f'{named} is forbidden: User "{USER}" cannot {verb} resource "{at.resource.plural}" '
            f'in API group "{at.resource.group}"{where}',
        )

    def one(self, at: Address) -> Object:
        """An object as clients see it. Raises Refusal for one that there is not."""
        found = self.store.get(at.resource.plural, at.namespace, at.name)
        if found is None:
            raise _missing(at)
        return self.shown(at, found)

    def shown(self, at: Address, found: Object) -> Object:
        """An object with its managed fields, without what only the controllers need."""
        made = copy.deepcopy(found)
        owners = self.store.owners.get(
            (at.resource.plural, at.namespace, str(found["metadata"]["name"]))
        )
        if owners:
            made["metadata"]["managedFields"] = applying.managed_fields(
                owners, at.resource.group_version
            )
        made["metadata"].pop("fakeDeletedAt", None)
        if at.subresource == "scale":
            return _scale(made)
        return made

    def apply(self, at: Address, wanted: Object, query: Query) -> tuple[int, Object]:
        """Server-side apply; 201 for an object that was not there."""
        self.allow("patch", at)
        manager = query.get("fieldManager") or _bad("fieldManager is required for apply patch")
        wanted = _placed(at, wanted)
        kind = self._kind(at)
        live = self.store.get(at.resource.plural, at.namespace, at.name)
        if live is None:
            self.allow("create", at)
        key = (at.resource.plural, at.namespace, at.name)
        try:
            made, owners = applying.applied(
                live or {}, wanted, kind, self.store.owners.get(key, {}), manager,
                force=query.get("force") == "true",
            )  # fmt: skip
        except Conflict as conflict:
            raise _conflict(conflict) from conflict
        return self._write(at, live, made, owners, query, wanted)

    def create(self, at: Address, wanted: Object, query: Query) -> tuple[int, Object]:
        """POST of a new object."""
        self.allow("create", at)
        wanted = _placed(at, wanted)
        at = Address(at.resource, at.namespace, str(wanted["metadata"]["name"]))
        if self.store.get(at.resource.plural, at.namespace, at.name):
            raise Refusal(
                409, "AlreadyExists", f'{at.resource.full_name} "{at.name}" already exists'
            )
        return self._write(at, None, wanted, self._updated(at, {}, wanted, query), query, wanted)

    def patch(self, at: Address, changes: Object, query: Query) -> Object:
        """A merge patch, or a strategic one as far as it has no list with keys."""
        self.allow("patch", at)
        live = self.store.get(at.resource.plural, at.namespace, at.name)
        if live is None:
            raise _missing(at)
        made = _merged(live, changes)
        return self.shown(
            at, self._write(at, live, made, self._updated(at, live, made, query), query, made)[1]
        )

    def replace(self, at: Address, wanted: Object, query: Query) -> Object:
        """PUT of a whole object, or of its scale."""
        self.allow("update", at)
        live = self.store.get(at.resource.plural, at.namespace, at.name)
        if live is None:
            raise _missing(at)
        if at.subresource == "scale":
            wanted = _merged(live, {"spec": {"replicas": wanted["spec"]["replicas"]}})
        version = wanted["metadata"].get("resourceVersion")
        if version and version != live["metadata"]["resourceVersion"] and not at.subresource:
            raise Refusal(409, "Conflict", "the object has been modified")
        owners = self._updated(at, live, wanted, query)
        return self.shown(at, self._write(at, live, wanted, owners, query, wanted)[1])

    def delete(self, at: Address, options: Object, query: Query) -> Object:
        """Mark an object, or remove it; what a client is told is what was there."""
        self.allow("delete", at)
        found = self.store.get(at.resource.plural, at.namespace, at.name)
        if found is None:
            raise _missing(at)
        uid = (options.get("preconditions") or {}).get("uid")
        if uid and uid != found["metadata"]["uid"]:
            raise Refusal(409, "Conflict", "the UID in the precondition does not match")
        if query.get("dryRun"):
            return found
        if at.resource.plural in self.faults.stuck:
            found = self.store.change(
                at.resource.plural,
                found,
                lambda it: it["metadata"].update(finalizers=[garbage.STUCK]),
            )
        policy = options.get("propagationPolicy") or query.get("propagationPolicy") or "Background"
        garbage.delete(self.store, at.resource.plural, found, str(policy))
        self.faults.wrote()
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Success",
            "details": {"uid": found["metadata"]["uid"]},
        }

    def listed(self, at: Address, chosen: Callable[[Object], bool]) -> Object:
        """All of a kind, as a List."""
        with self.store.lock:
            items = [
                self.shown(Address(at.resource, str(each["metadata"].get("namespace", ""))), each)
                for each in self.store.all(at.resource.plural, at.namespace, chosen)
            ]
            version = str(self.store.version)
        return {
            "kind": f"{at.resource.kind}List",
            "apiVersion": at.resource.group_version,
            "metadata": {"resourceVersion": version},
            "items": items,
        }

    def _kind(self, at: Address) -> Object:
        return schema.shape(at.resource.definition) if at.resource.definition else {}

    def _updated(self, at: Address, live: Object, made: Object, query: Query) -> applying.Owners:
        key = (at.resource.plural, at.namespace, at.name)
        manager = query.get("fieldManager") or "kubectl"
        return applying.updated(live, made, self._kind(at), self.store.owners.get(key, {}), manager)

    def _write(
        self,
        at: Address,
        live: Object | None,
        made: Object,
        owners: applying.Owners,
        query: Query,
        wanted: Object,
    ) -> tuple[int, Object]:
        self._judge(at, live, made, wanted)
        if not query.get("dryRun"):
            self.store.owners[(at.resource.plural, at.namespace, at.name)] = owners
            made = self.store.put(at.resource.plural, with_defaults(at.resource, made))
            self.faults.wrote()
        return (201 if live is None else 200), self.shown(at, made)

    def _judge(self, at: Address, live: Object | None, made: Object, wanted: Object) -> None:
        namespace = self.store.get("namespaces", "", at.namespace)
        if at.resource.namespaced and namespace is None:
            raise Refusal(404, "NotFound", f'namespaces "{at.namespace}" not found')
        if live is None and namespace and "deletionTimestamp" in namespace["metadata"]:
            raise Refusal(
                403,
                "Forbidden",
                f'{at.resource.full_name} "{at.name}" is forbidden: unable to create new content '
                f"in namespace {at.namespace} because it is being terminated",
            )
        found = list(schema.faults(at.resource, wanted))
        unknown = [each for each in found if each.startswith("unknown field")]
        if unknown:
            raise Refusal(400, "BadRequest", "strict decoding error: " + ", ".join(unknown))
        for field in _IMMUTABLE.get(at.resource.plural, ()):
            before = (live or {}).get("spec", {}).get(field)
            if live is not None and before is not None and before != made["spec"].get(field):
                found.append(f"spec.{field}: Invalid value: field is immutable")
        if found:
            named = f'{at.resource.kind}.{at.resource.group} "{at.name}" is invalid: '
            raise Refusal(422, "Invalid", named + "; ".join(found))


def _placed(at: Address, wanted: Object) -> Object:
    made = copy.deepcopy(wanted)
    meta = made.setdefault("metadata", {})
    meta.pop("managedFields", None)
    if at.resource.namespaced:
        meta.setdefault("namespace", at.namespace)
    return made


def _merged(live: Any, changes: Any) -> Any:
    """RFC 7386."""
    if not isinstance(changes, dict):
        return copy.deepcopy(changes)
    made = dict(live) if isinstance(live, dict) else {}
    for name, value in changes.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = _merged(made.get(name), value)
    return made


def _scale(found: Object) -> Object:
    labels = (found["spec"].get("selector") or {}).get("matchLabels") or {}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {
            key: value for key, value in found["metadata"].items() if key != "managedFields"
        },
        "spec": {"replicas": found["spec"].get("replicas", 1)},
        "status": {
            "replicas": (found.get("status") or {}).get("replicas", 0),
            "selector": ",".join(f"{key}={value}" for key, value in labels.items()),
        },
    }


def _missing(at: Address) -> Refusal:
    return Refusal(404, "NotFound", f'{at.resource.full_name} "{at.name}" not found')


def _bad(message: str) -> str:
    raise Refusal(400, "BadRequest", message)


def _conflict(conflict: Conflict) -> Refusal:
    causes: list[Object] = [
        {"reason": "FieldManagerConflict", "message": f'conflict with "{manager}"', "field": field}
        for manager, fields in conflict.fields.items()
        for field in fields
    ]
    fields = "\n- ".join(field for fields in conflict.fields.values() for field in fields)
    names = ", ".join(f'"{manager}"' for manager in conflict.fields)
    count = f"{len(causes)} conflict{'s' if len(causes) > 1 else ''}"
    text = f"Apply failed with {count}: conflicts with {names}:\n- {fields}"
    if len(causes) == 1:
        text = f"Apply failed with {count}: conflict with {names}: {fields}"
    return Refusal(409, "Conflict", text, causes)


def parsed(body: bytes) -> Object:
    """A request's body. Raises Refusal for what is no JSON object."""
    try:
        found = json.loads(body or b"{}")
    except ValueError as error:
        raise Refusal(400, "BadRequest", f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Refusal(400, "BadRequest", "the body is no object")
    return found
