"""System -> Stack: what runs, what waits for what, and the contract with the environment."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mscli.discovery
import mscli.engines
import mscli.gateways
import mscli.targets
from mscli import assemble as assembling
from mscli.assemble import assemble
from mscli.assemble.order import start_order, waits_between
from mscli.discovery import DISCOVERIES
from mscli.gateways import GATEWAYS
from mscli.model.kinds import Kind, Probe, Until, Wait
from mscli.model.stack import (
    Address,
    Code,
    Engine,
    Listen,
    Replicas,
    SecretFile,
    SecretText,
    Traits,
    Workload,
)
from mscli.model.system import Breaker, Policy, Route, Service, System, TemporalCluster, Tls
from mscli.render import TARGETS
from mscli.text import render
from tests.systems import FOREIGN, FULL, PLAIN, SAGAS, SHARED, SYSTEMS, UNROUTED

PROCESSES = Traits(balances=False, shares_database=True)
BALANCED = Traits(balances=True, shares_database=True)


def _calls(**calls: str) -> dict[str, Service]:
    """Services by name, each with the names of those that it calls."""
    return {
        name: Service(name, name, calls={callee: Policy() for callee in called.split()})
        for name, called in calls.items()
    }


def test_a_service_is_asked_as_it_says() -> None:
    workloads = assemble(FOREIGN, PROCESSES).workloads
    assert workloads["legacy"].probe == Probe("tcp", "http")
    assert workloads["admin"].probe == Probe("http", "http", "/up")
    assert workloads["orders"].probe == Probe("http", "http", "/readyz")


def test_called_services_start_first() -> None:
    services = _calls(web="orders", orders="payments stock", payments="", stock="payments")

    assert waits_between(services) == {
        "web": ("orders",),
        "orders": ("payments", "stock"),
        "payments": (),
        "stock": ("payments",),
    }
    assert list(start_order(services)) == ["payments", "stock", "orders", "web"]


@pytest.mark.parametrize(
    ("calls", "waits"),
    [
        ({"a": "b", "b": "a"}, {"a": ("b",), "b": ()}),
        ({"b": "a", "a": "b"}, {"b": ("a",), "a": ()}),
        ({"a": "b", "b": "c", "c": "a"}, {"a": ("b",), "b": ("c",), "c": ()}),
        ({"a": "a"}, {"a": ()}),
        ({"a": "b c", "b": "a", "c": "b"}, {"a": ("b", "c"), "b": (), "c": ("b",)}),
        ({"a": "elsewhere"}, {"a": ()}),
    ],
)
def test_the_call_that_closes_a_cycle_is_not_waited_for(
    calls: dict[str, str], waits: dict[str, tuple[str, ...]]
) -> None:
    assert waits_between(_calls(**calls)) == waits


_NAMES = "abcdefg"


@given(st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_NAMES)), max_size=25))
def test_any_calls_can_be_started(pairs: list[tuple[str, str]]) -> None:
    called = {name: dict.fromkeys(b for a, b in pairs if a == name) for name in _NAMES}
    services = _calls(**{name: " ".join(callees) for name, callees in called.items()})

    order = list(start_order(services))
    waits = waits_between(services)

    assert sorted(order) == sorted(_NAMES)
    for name, callees in waits.items():
        assert all(order.index(callee) < order.index(name) for callee in callees)
    # As much is waited for as goes without a cycle: one more would close one.
    for name in services:
        for callee in set(called[name]) - set(waits[name]):
            assert callee == name or order.index(callee) > order.index(name)


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
@pytest.mark.parametrize("traits", [PROCESSES, BALANCED], ids=["processes", "balanced"])
def test_waits_point_backwards(system: System, traits: Traits) -> None:
    before: set[str] = set()
    for name, workload in assemble(system, traits).workloads.items():
        assert {wait.workload for wait in workload.waits} <= before
        before.add(name)


def test_a_plain_service_waits_for_nothing() -> None:
    stack = assemble(PLAIN, PROCESSES)

    assert list(stack.workloads) == ["gateway", "hello"]
    assert stack.workloads["hello"].waits == ()
    assert stack.secrets == {}
    assert list(stack.urls) == ["/hello"]
    assert list(assemble(UNROUTED, PROCESSES).workloads) == ["gateway"]


def test_a_service_waits_for_its_database_and_its_engines() -> None:
    stack = assemble(FULL, PROCESSES)

    assert stack.workloads["payments"].waits == (
        Wait("payments-migrate", Until.COMPLETED),
        Wait("nats"),
    )
    assert Wait("payments", Until.READY, required=False) in stack.workloads["orders"].waits
    assert stack.workloads["payments-migrate"].waits == (Wait("postgres-roles", Until.COMPLETED),)
    assert stack.workloads["postgres-roles"].waits == (Wait("postgres", Until.READY),)
    assert "web-migrate" not in stack.workloads
    for workload in stack.workloads.values():
        assert (workload.probe is None) == (workload.kind is Kind.TASK)


CONTAINERS = Traits(balances=True, shares_database=False)


def test_code_of_its_own_is_told_its_database_as_others_would_tell_it() -> None:
    told = assemble(SHARED, CONTAINERS).workloads["legacy-shop"].environment

    assert told["PGHOST"] == Address("legacy-shop-postgres", "tcp", form="host")
    assert told["PGPORT"] == Address("legacy-shop-postgres", "tcp", form="port")
    assert (told["PGUSER"], told["PGDATABASE"]) == ("legacy_shop", "legacy_shop")
    assert told["DATABASE_URL"] == SecretText("legacy-shop-database-url")
    assert told["PGPASSWORD"] == SecretText("legacy-shop-database-password")
    assert told["DATABASE_URL_FILE"] == SecretFile("legacy-shop-database-url")


def test_code_of_its_own_is_told_of_nats_as_others_would_tell_it() -> None:
    old = replace(SHARED, engines=SHARED.engines | {"nats"})
    told = assemble(old, PROCESSES).workloads["legacy-shop"].environment
    assert told["NATS_URL"] == SecretText("legacy-shop-nats-url")
    assert told["NATS_URL_FILE"] == SecretFile("legacy-shop-nats-url")


def test_a_variable_refers_to_what_is_told_and_one_with_a_password_is_a_secret() -> None:
    stack = assemble(SHARED, PROCESSES)
    told = stack.workloads["legacy-shop"].environment
    secret = told["SQLALCHEMY_DATABASE_URI"]

    assert told["DB_HOST"] == (Address("postgres", "tcp", form="host"),)
    assert told["MOTTO"] == ("$(PGHOST)", " costs $5")
    assert secret == SecretText("legacy-shop-env-sqlalchemy-database-uri")
    content = stack.secrets["legacy-shop-env-sqlalchemy-database-uri"].content
    assert isinstance(content, tuple)
    assert content[:3] == ("postgresql+psycopg://", "legacy_shop", ":")
    assert SecretText("legacy-shop-database-password") in content


def test_keys_of_its_own_are_files_and_what_has_no_template_reads_them_as_variables() -> None:
    keys = {"STRIPE_KEY": "~/keys/stripe"}
    made, own = replace(FULL.services["payments"], secrets=keys), FOREIGN.services["legacy"]
    services = {"payments": made, "legacy": replace(own, secrets=keys)}
    stack = assemble(replace(FULL, services=services, routes=(), sagas={}), PROCESSES)

    file = SecretFile("payments-secret-stripe-key")
    for name in ("payments", "payments-migrate"):
        told = stack.workloads[name].environment
        assert (told["STRIPE_KEY_FILE"], "STRIPE_KEY" in told) == (file, False)
    told = stack.workloads["legacy"].environment
    assert told["STRIPE_KEY"] == SecretText("legacy-secret-stripe-key")
    assert stack.secrets["legacy-secret-stripe-key"].given == "~/keys/stripe"


def test_its_migration_is_what_it_says_and_nothing_otherwise() -> None:
    workloads = assemble(SHARED, PROCESSES).workloads
    task = workloads["legacy-shop-migrate"]
    assert task.program == Code("services/legacy-shop", ("python", "manage.py", "migrate"))
    assert "DATABASE_URL" in task.environment
    assert "PORT" not in task.environment
    done_once, server = Wait("legacy-shop-migrate", Until.COMPLETED), Wait("postgres")
    assert workloads["legacy-shop"].waits == (done_once, server)

    legacy = replace(SHARED.services["legacy-shop"], migrate=())
    bare = replace(SHARED, services={**SHARED.services, "legacy-shop": legacy})
    workloads = assemble(bare, PROCESSES).workloads
    assert "legacy-shop-migrate" not in workloads
    assert workloads["legacy-shop"].waits == (Wait("postgres-roles", Until.COMPLETED), server)


def test_a_template_of_ones_own_migrates_as_it_says() -> None:
    def task_of(**fields: object) -> Workload | None:
        service = Service("kiosk", "services/kiosk", "./node", database="postgres", **fields)  # type: ignore[arg-type]
        system = System("shop", services={"kiosk": service})
        return assemble(system, PROCESSES).workloads.get("kiosk-migrate")

    assert task_of(command=("node", "server.js")) is None
    assert (package := task_of()) is not None
    assert package.program == Code("services/kiosk", ("python", "-m", "kiosk.storage.migrate"))
    assert (said := task_of(command=("node", "server.js"), migrate=("node", "up.js"))) is not None
    assert said.inputs == ("services/kiosk",)


def test_only_code_of_ours_starts_beside_its_database() -> None:
    workloads = assemble(SHARED, PROCESSES).workloads
    waiting = {name for name, each in workloads.items() if Wait("postgres") in each.waits}
    assert waiting == {"postgres-roles", "legacy-shop"}


def test_a_guest_has_a_role_in_the_database_of_another() -> None:
    stack = assemble(SHARED, CONTAINERS)
    orders, reports = stack.workloads["orders"], stack.workloads["reports"]
    task = stack.workloads["legacy-shop-postgres-guests"]

    address = SecretFile("orders-legacy-shop-database-url")
    assert orders.environment["LEGACY_SHOP_DATABASE_URL_FILE"] == address
    assert "LEGACY_SHOP_DATABASE_URL" not in orders.environment
    assert "orders-postgres" not in stack.workloads
    assert task.environment["GUESTS"] == "orders reports"
    for guest in (orders, reports):
        assert Wait(task.name, Until.COMPLETED) in guest.waits
    content = stack.secrets["orders-legacy-shop-database-url"].content
    assert isinstance(content, tuple)
    assert content[0] == "postgresql://orders:"
    assert content[-2:] == (Address("legacy-shop-postgres", "tcp"), "/legacy_shop")


def test_a_saga_brings_temporal_and_its_owners_worker() -> None:
    workloads = assemble(SAGAS, PROCESSES).workloads
    owner, worker = workloads["orders"], workloads["orders-worker"]

    assert worker.program == Code("services/orders", ("python", "-m", "orders.worker"))
    assert worker.kind is Kind.SERVICE
    assert worker.probe == owner.probe
    assert Wait("temporal") in worker.waits
    assert Wait("temporal") not in owner.waits
    assert worker.environment["SERVICE_NAME"] == "orders-worker"
    for variable in ("TEMPORAL_ADDRESS", "CALL_PAYMENTS_URL", "CALL_STOCK_KEEPER_URL", "A"):
        assert worker.environment[variable] == owner.environment[variable]
    assert "payments-worker" not in workloads
    assert "TEMPORAL_ADDRESS" not in workloads["payments"].environment


CLUSTER = TemporalCluster(
    "temporal.example:7233",
    "shop",
    Tls(ca="certs/ca.pem", certificate="client.pem", key="~/client.key"),
    api_key_file="/etc/temporal-key",
)


def test_a_temporal_elsewhere_is_not_started_and_its_keys_are_files() -> None:
    stack = assemble(replace(SAGAS, temporal=CLUSTER), PROCESSES)
    assert "temporal" not in stack.workloads
    assert stack.elsewhere == {"temporal": "temporal.example:7233"}
    for owner in ("orders", "orders-worker"):
        told = stack.workloads[owner].environment
        assert told["TEMPORAL_ADDRESS"] == "temporal.example:7233"
        assert told["TEMPORAL_NAMESPACE"] == "shop"
        assert told["TEMPORAL_TLS"] == "true"
        assert told["TEMPORAL_API_KEY_FILE"] == SecretFile("temporal-api-key")
        assert told["TEMPORAL_TLS_CLIENT_KEY_PATH"] == SecretFile("temporal-key")
    assert stack.secrets["temporal-api-key"].given == "/etc/temporal-key"
    assert "TEMPORAL_ADDRESS" not in stack.workloads["payments"].environment


def test_a_worker_reaches_its_own_service_where_that_takes_a_step() -> None:
    workloads = assemble(SAGAS, PROCESSES).workloads
    itself = Address("gateway", "router", scheme="http", path="/orders")
    assert workloads["orders-worker"].environment["CALL_ORDERS_URL"] == itself
    assert "CALL_ORDERS_URL" not in workloads["orders"].environment


def test_the_contract_with_the_environment() -> None:
    assert dict(assemble(FULL, PROCESSES).workloads["orders"].environment) == {
        "SERVICE_NAME": "orders",
        "HOST": Listen("http", "host"),
        "PORT": Listen("http", "port"),
        "DATABASE_URL_FILE": SecretFile("orders-database-url"),
        "NATS_URL_FILE": SecretFile("orders-nats-url"),
        "CALL_PAYMENTS_URL": Address("gateway", "router", scheme="http", path="/payments"),
        "CALL_PAYMENTS_DEADLINE": "3",
        "CALL_PAYMENTS_ATTEMPT_TIMEOUT": "0.25",
        "CALL_PAYMENTS_RETRIES": "1",
        "CALL_PAYMENTS_MAX_CONNECTIONS": "7",
        "CALL_PAYMENTS_FALLBACK": '{"paid": false}',
        "CALL_PAYMENTS_BREAKER_FAILURE_THRESHOLD": "3",
        "CALL_PAYMENTS_BREAKER_RESET_TIMEOUT": "2.5",
        "CALL_PAYMENTS_BREAKER_HALF_OPEN_MAX_CALLS": "2",
        "CALL_STOCK_KEEPER_URL": Address("gateway", "router", scheme="http", path="/stock-keeper"),
        "CALL_STOCK_KEEPER_DEADLINE": "2",
        "CALL_STOCK_KEEPER_ATTEMPT_TIMEOUT": "0.7",
        "CALL_STOCK_KEEPER_RETRIES": "2",
        "CALL_STOCK_KEEPER_MAX_CONNECTIONS": "50",
        "CALL_STOCK_KEEPER_BREAKER_FAILURE_THRESHOLD": "5",
        "CALL_STOCK_KEEPER_BREAKER_RESET_TIMEOUT": "60",
        "CALL_STOCK_KEEPER_BREAKER_HALF_OPEN_MAX_CALLS": "1",
        "FEATURE_X": "on",
        "MOTTO": 'it\'s $5; "cheap" & 100%',
    }


@pytest.mark.parametrize(
    "seconds", [0.001, 0.7, 1.0, 2.0, 59.999, 3600.0, 86_400.0, 1_234_567.0, 1e-05]
)
def test_durations_are_decimals(seconds: float) -> None:
    policy = Policy(deadline=seconds, breaker=Breaker(reset_timeout=seconds))
    services = {"a": Service("a", "a", calls={"b": policy}), "b": Service("b", "b")}
    environment = assemble(System("s", services=services), PROCESSES).workloads["a"].environment

    for name in ("CALL_B_DEADLINE", "CALL_B_BREAKER_RESET_TIMEOUT"):
        text = str(environment[name])
        assert "e" not in text
        assert float(text) == seconds


def test_where_names_are_balanced_a_service_is_called_by_its_name() -> None:
    stack = assemble(FULL, BALANCED)

    orders = stack.workloads["orders"].environment
    assert orders["CALL_PAYMENTS_URL"] == Address("payments", "http", scheme="http")
    assert [port.name for port in stack.workloads["gateway"].ports] == ["http", "admin"]


def test_a_balanced_gateway_has_no_router_and_asks_no_replica() -> None:
    """There the platform knows who is ready, and a name stands for all replicas."""
    gateway = assemble(FULL, BALANCED).workloads["gateway"]
    for config in gateway.configs:
        text = render(config.template, {k: _resolved(v) for k, v in config.context.items()})
        assert "router:" not in text.replace("routers:", "")
        assert "healthCheck" not in text
        assert "internal orders" not in text
        if config.live:
            assert "url: http://orders:8000" in text
            assert "hidden /orders" in text
            assert "attempts: 10" in text


def _resolved(tree: object) -> object:
    if isinstance(tree, Replicas):
        return [f"http://{tree.workload}:8000"]
    if isinstance(tree, dict):
        return {key: _resolved(item) for key, item in tree.items()}
    if isinstance(tree, list):
        return [_resolved(item) for item in tree]
    return tree if isinstance(tree, str | int | None) else f"<{tree}>"


def test_the_gateway_is_ready_when_it_routes() -> None:
    probe = assemble(PLAIN, PROCESSES).workloads["gateway"].probe

    assert probe == Probe("http", "admin", "/readyz", startup=30)


def test_routes_are_the_systems_urls() -> None:
    routes = (Route("/a", "x"), Route("/", "x"))
    system = System("s", services={"x": Service("x", "x")}, routes=routes)

    assert assemble(system, PROCESSES).urls == {
        "/a": Address("gateway", "http", scheme="http", path="/a"),
        "/": Address("gateway", "http", scheme="http", path="/"),
    }


@pytest.mark.parametrize(
    ("package", "registry"),
    [
        (mscli.gateways, GATEWAYS),
        (mscli.discovery, DISCOVERIES),
        (mscli.targets, TARGETS),
    ],
    ids=["gateways", "discovery", "targets"],
)
def test_every_plug_in_is_listed(package: ModuleType, registry: dict[str, ModuleType]) -> None:
    """One may be in the room of another, as Helm's chart is in that of Kubernetes."""
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}

    rooms = {name: plug_in.__name__.split(".") for name, plug_in in registry.items()}
    assert modules == {path[2] for path in rooms.values()}
    assert modules <= set(registry)
    for name, path in rooms.items():
        assert path[-1] == name


def test_every_engine_is_used() -> None:
    modules = {module.name for module in pkgutil.iter_modules(mscli.engines.__path__)}
    catalogue = importlib.import_module("mscli.engines.catalogue").CATALOGUE

    assert modules - {"catalogue", "images"} == {
        name for name in modules if hasattr(assembling, name)
    }
    used = {
        workload.program.name
        for system in SYSTEMS.values()
        for workload in assemble(system, PROCESSES).workloads.values()
        if isinstance(workload.program, Engine)
    }
    assert used | {"uv"} == set(catalogue)


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("discovery", DISCOVERIES)
@pytest.mark.parametrize("target", TARGETS)
def test_matrix(gateway: str, discovery: str, target: str) -> None:
    for system in SYSTEMS.values():
        chosen = replace(
            system,
            gateway=replace(system.gateway, engine=gateway),  # type: ignore[arg-type]
            discovery=discovery,  # type: ignore[arg-type]
        )
        stack = assemble(chosen, TARGETS[target].TRAITS)
        assert "gateway" in stack.workloads
        for workload in stack.workloads.values():
            for value in workload.environment.values():
                if isinstance(value, Address):
                    ports = {port.name for port in stack.workloads[value.workload].ports}
                    assert value.port in ports
