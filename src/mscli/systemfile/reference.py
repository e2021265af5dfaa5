"""docs/system-file.md, made from the JSON Schema and the table of what is not in this version."""

from __future__ import annotations

import json
from typing import Any

from mscli.systemfile.not_yet import FIELDS, VALUES
from mscli.systemfile.quantities import DURATION_PATTERN, SIZE_PATTERN, duration_text, size_text
from mscli.systemfile.schema import schema

_PLACES = {
    "Gateway": "gateway",
    "Cors": "gateway.cors",
    "Service": "services.NAME",
    "Resources": "services.NAME.resources",
    "Policy": "services.NAME.calls.NAME",
    "Breaker": "services.NAME.calls.NAME.breaker",
    "Route": "routes[]",
    "Share": "routes[].to.NAME",
    "Saga": "sagas.NAME",
    "Step": "sagas.NAME.steps[]",
    "Drill": "sagas.NAME.drill",
    "Invariant": "invariants.NAME",
    "Query": "invariants.NAME.each",
    "Engines": "engines",
    "Temporal": "engines.temporal",
    "Tls": "engines.temporal.tls",
    "Engine": "engines.NAME",
    "Environment": "environments.NAME",
    "Images": "environments.NAME.images",
    "Expose": "environments.NAME.expose",
    "EnginesElsewhere": "environments.NAME.engines",
    "Address": "environments.NAME.engines.NAME",
    "Scale": "environments.NAME.services.NAME",
    "ScaleResources": "environments.NAME.services.NAME.resources",
}

_INTRODUCTION = """\
<!-- Made by mscli.systemfile.reference from the JSON Schema; do not edit. -->
# The system file

A system is one file, `mscli.yaml`. `mscli check` judges it, `mscli config` prints it with every
short form and default spelt out, and `mscli schema` prints the JSON Schema that this page is made
from. Editors find that schema through the first line of the file.

```yaml
# yaml-language-server: $schema=.mscli/schema.json
version: 1
name: shop
gateway: {engine: traefik, port: 8080}
services:
  payments:
    template: python
    database: postgres
    secrets: {STRIPE_KEY: ~/keys/stripe}
  orders:
    template: python
    database: postgres
    calls:
      payments: {deadline: 2s, attempt_timeout: 700ms, retries: 2}
routes:
  - {path: /orders, service: orders}
sagas:
  place-order:
    owner: orders
    steps:
      - {service: payments, action: charge, compensation: refund}
invariants:
  nobody-is-charged-twice:
    service: payments
    sql: SELECT count(*) - count(DISTINCT "order") FROM charges
    expect: 0
  every-charge-has-its-order:
    each: {service: payments, sql: SELECT "order" FROM charges}
    in: {service: orders, sql: SELECT id::text FROM orders}
environments:
  production:
    images: {registry: ghcr.io/acme, tag: "1.4.2"}
    expose: {hosts: [shop.example], tls: shop-tls}
    engines:
      postgres: {address: "{service}-rw.databases.svc:5432"}
      temporal: {address: "frontend.temporal.svc:7233"}
    services:
      orders: {replicas: 3, max_replicas: 12}
```

The same in short forms: a service is its template or nothing at all, calls are a list of names,
routes a mapping from path to service, a step of a saga `inventory:reserve/release`, the gateway its
engine, CORS its origins.

```yaml
version: 1
name: shop
gateway: traefik
services:
  payments: python
  orders: {calls: [payments]}
routes: {/orders: orders}
```

**Durations** are `700ms`, `2s`, `1m30s`, `1h`, or a bare number of seconds, up to a day.
**Sizes** are `10MiB`, `512KiB`, `1MB`, or a bare number of bytes. **Names** are DNS labels of at
most 40 characters, no word or module of Python, and no two of them are one after `-` becomes `_`.
Scalars are read as YAML 1.2 reads them: `on` and `no` are text. Anchors, aliases and `<<` work.

The file is judged as a whole: every fault is one line with file, line, place and remedy.
"""


def reference() -> str:
    """The text of docs/system-file.md."""
    whole = schema()
    parts = [_INTRODUCTION, _section("`mscli.yaml`", whole)]
    for name, place in _PLACES.items():
        record = whole["$defs"][name]
        if record["properties"]:
            parts.append(_section(f"`{place}`", record))
    parts.append(_not_yet())
    return "\n".join(parts)


def _section(title: str, record: dict[str, Any]) -> str:
    lines = [f"## {title}\n", record["description"], ""]
    lines += ["| Field | Takes | Default | What it is |", "| --- | --- | --- | --- |"]
    for field, shape in record["properties"].items():
        default = "required" if field in record.get("required", ()) else _default(shape)
        takes = _cell(_takes(shape))
        lines.append(f"| `{field}` | {takes} | {default} | {_cell(shape['description'])} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(shape: dict[str, Any]) -> str:
    if "default" not in shape:
        return ""
    value = shape["default"]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if _takes(shape) == "a duration":
        value = duration_text(value)
    elif _takes(shape) == "a size":
        value = size_text(value)
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _takes(shape: dict[str, Any]) -> str:
    """What a field may be, in words."""
    forms = [form for form in shape.get("anyOf", [shape]) if form.get("type") != "null"]
    patterns = {form.get("pattern") for form in forms}
    if DURATION_PATTERN in patterns:
        return "a duration"
    if SIZE_PATTERN in patterns:
        return "a size"
    words = dict.fromkeys(_form(form) for form in forms)
    return " or ".join(words)


def _form(form: dict[str, Any]) -> str:
    if "$ref" in form:
        name = form["$ref"].rsplit("/", 1)[-1]
        place = _PLACES[name]
        return f"a [`{place}`](#{_anchor(place)})" if name != "Engine" else "`{}`"
    if "const" in form:
        return f"`{form['const']}`"
    if "enum" in form:
        return ", ".join(f"`{choice}`" for choice in form["enum"])
    if form.get("type") == "array":
        return f"a list of {_takes(form['items'])}"
    if form.get("type") == "object":
        values = form.get("additionalProperties")
        return f"a mapping to {_takes(values)}" if isinstance(values, dict) else "a mapping"
    return _scalar(form)


def _anchor(place: str) -> str:
    return "".join(letter for letter in place.lower() if letter.isalnum())


def _scalar(form: dict[str, Any]) -> str:
    kinds = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true, false",
    }
    kind = form.get("type")
    if isinstance(kind, list):
        return ", ".join(kinds[each] for each in kind)
    if kind is None:
        return "a mapping" if "properties" in form else "any value"
    bounded = "minimum" in form and "maximum" in form
    return kinds[kind] + (f" {form['minimum']} to {form['maximum']}" if bounded else "")


def _not_yet() -> str:
    lines = ["## Not in this version", ""]
    lines.append(
        "Known, not implemented, and therefore refused: an ignored `auth` is an open route."
    )
    lines.append("")
    for pattern, fields in FIELDS.items():
        where = f"fields of `{'.'.join(pattern)}`" if pattern else "fields of the file"
        lines.append(f"- {where}: {', '.join(f'`{field}`' for field in sorted(fields))}")
    for pattern, values in VALUES.items():
        shown = ", ".join(f"`{value}`" for value in sorted(values))
        lines.append(f"- values of `{'.'.join(pattern)}`: {shown}")
    return "\n".join(lines) + "\n"
