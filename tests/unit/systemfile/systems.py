"""Valid system files: the corpus of the schema's, the round trip's and the mutations' tests."""

SHOP = """\
# yaml-language-server: $schema=.mscli/schema.json
version: 1
name: shop          # the name

gateway:   {engine: traefik, port: 8080}
discovery: platform            # platform | consul | eureka

services:
  # who takes the money
  payments:  {template: python, database: postgres}
  inventory: {template: python, database: postgres}   # counts

  orders:
    template: "python"
    database: postgres
    replicas: 2
    env: {FEATURE_X: on, RATE: 1.10, DEBUG: true, LIMIT: 7}
    calls:
      # charged once
      payments: {deadline: 2s, attempt_timeout: 700ms, retries: 2, max_connections: 50,
                 breaker: {failure_threshold: 5, reset_timeout: 60s, half_open_max_calls: 1}}
      inventory:
    # the end of orders
routes:
  - {path: /orders, service: orders}
  # the rest
  - path: /stock/
    service: inventory
    prefix: keep
"""

SHORT = """\
version: 1
name: short
gateway: traefik
services:
  payments: python
  stock:
  orders: {calls: [payments, stock]}
  web:
    command: python -m web --title 'a b'
    calls:
    - orders
    - stock
routes:
  /orders: orders
  /web: {service: web, prefix: keep}
engines: {nats: {}, temporal: }
"""

ANCHORS = """\
version: 1
name: anchors
services:
  payments: &plain
    template: python
    database: postgres
    env: &env {A: "1", B: two}
  inventory:
    <<: *plain
    replicas: 3
  shipping: *plain
  orders:
    env:
      <<: *env
      B: other
    calls:
      payments: &quick {deadline: 500ms}
      inventory: *quick
"""

GATEWAY = """\
version: 1
name: door
gateway:
  engine: traefik
  port: 9000
  cors: {origins: ["https://shop.example", "http://localhost:3000"], credentials: true, max_age: 0}
  body: 1MiB
  response_timeout: 1m30s
  idle_timeout: 90
services: {a: {template: ./templates/mine, path: code/a}}
routes: [{path: /, service: a, prefix: keep}, {path: /caf%C3%A9, service: a}]
"""

FLOW = """\
{version: 1, name: flow,
 services: {a: python, b: {calls: {a: {fallback: {items: [1, 2.5, null]}}}}},
 routes: [{path: /a, service: a},
          {path: /b, service: b}], gateway: {cors: ["*"]}}
"""

SMALLEST = "version: 1\nname: smallest\n"

SAGAS = """\
version: 1
name: sagas
services:
  payments: {database: postgres}
  stock: {database: postgres}
  web: {database: postgres, calls: {payments: {deadline: 9s}}}
sagas:
  place-order:                 # undone as a whole
    style: orchestration
    owner: web
    steps:
      - {service: stock, action: reserve, compensation: release}
      # charged once
      - {service: payments, action: charge}
      - web:confirm
  return-goods: {owner: stock, steps: ["payments:give-back/take-back", {service: web, action: note,
                 compensation: }]}
"""

INVARIANTS = """\
version: 1
name: invariants
services:
  payments: {database: postgres}
  stock: {database: postgres}
sagas:
  place-order:
    owner: payments
    steps: ["stock:reserve/release"]
    drill: {inputs: [{order: $id, amount: 1.5}, {}]}
invariants:
  adds-up:                     # nothing is lost
    service: stock
    sql: SELECT sum(stock) FROM items  -- ; is no end here
    expect: 0
  text: {service: stock, sql: "SELECT 'a;b' AS \\"x;y\\";", expect: a;b}
  nothing: {service: stock, sql: SELECT max(x) FROM y, expect: }
  charged-is-sent:
    each: {service: payments, sql: WITH c AS (SELECT 1) SELECT * FROM c}
    in: {service: stock, sql: (SELECT 1)}
"""

ENVIRONMENTS = """\
version: 1
name: environments
services: {orders: {database: postgres, replicas: 2}, web: }
environments:
  production:                  # for the users
    images: {registry: "registry.test:5000/acme", tag: "1.4.2"}
    expose: {hosts: [shop.example, "*.shop.example"], tls: shop-tls, kind: eg}
    secrets: external-secrets
    secret_store: vault
    engines:
      postgres: {address: "{service}-rw.databases.svc:5432"}
      nats: {address: "[fd00::1]:4222"}
      temporal: {address: "t:7233", tls: true}
    services:
      orders: {replicas: 3, max_replicas: 12, resources: {cpus: 0.5, memory: 256MiB}}
      web:
  staging: {expose: , engines: {nats: }, services: , images: }
  empty:
"""

EMPTY_FIELDS = """\
version: 1
name: empty
gateway:
services:
  a: {env: , calls: , port: , database: }
  b:
    template: https://host/t.git@0123456789abcdef0123456789abcdef01234567
    calls: {a: {breaker: , fallback: }}
routes:
sagas:
engines:
"""

SHARES = """\
version: 1
name: shares
services: {orders: , stock: , monolith: }
routes:
  # everything else
  - {path: /, service: monolith}
  - {path: /orders, service: monolith, prefix: keep}   # the first
  - path: /stock/
    prefix: keep
    to:
      monolith: 90   # for now
      stock: {percent: 10, prefix: strip}
"""

VALID = {
    "shop": SHOP,
    "short": SHORT,
    "anchors": ANCHORS,
    "gateway": GATEWAY,
    "flow": FLOW,
    "smallest": SMALLEST,
    "sagas": SAGAS,
    "invariants": INVARIANTS,
    "environments": ENVIRONMENTS,
    "shares": SHARES,
    "empty fields": EMPTY_FIELDS,
}
