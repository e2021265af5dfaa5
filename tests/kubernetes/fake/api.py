"""What a request does: rights, validation, defaults, patches, deletion."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.kubernetes.fake import applying, garbage, schema
from tests.kubernetes.fake.applying import Conflict
from tests.kubernetes.fake.defaults import with_defaults
from tests.kubernetes.fake.faults import Faults
from tests.kubernetes.fake.requests import Address, Query, Refusal, bad, conflicting, missing
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.store import Store

USER = "developer"
_IMMUTABLE = {
    "deployments": ("selector",),
    "statefulsets": ("selector", "serviceName", "volumeClaimTemplates", "podManagementPolicy"),
    "jobs": ("selector", "template", "completions", "completionMode"),
}


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
            raise missing(at)
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
        manager = query.get("fieldManager") or bad("fieldManager is required for apply patch")
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
            raise conflicting(conflict) from conflict
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
            raise missing(at)
        made = _merged(live, changes)
        return self.shown(
            at, self._write(at, live, made, self._updated(at, live, made, query), query, made)[1]
        )

    def replace(self, at: Address, wanted: Object, query: Query) -> Object:
        """PUT of a whole object, or of its scale."""
        self.allow("update", at)
        live = self.store.get(at.resource.plural, at.namespace, at.name)
        if live is None:
            raise missing(at)
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
            raise missing(at)
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
