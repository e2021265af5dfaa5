"""The shop in containers: by Docker alone first, then by mscli, which takes over what is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from mscli import systemfile
from mscli.drill.plan import CONTAINER, DATABASE
from mscli.model.kinds import Kind
from mscli.model.system import System
from mscli.render import stack_for
from tests.docker.shop import Shop, docker, write
from tests.e2e.checkouts import MSCLI, Checkout, get, until
from tests.systems import SYSTEMS, keep_keys

SERVICES = ("inventory", "payments", "shipping", "orders")


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_compose_takes_what_is_rendered(system: System, nothing_else: Shop) -> None:
    write(nothing_else, system)
    if (nothing_else.folder / "secrets").exists():  # files of variables are made, too
        keep_keys(system, nothing_else.folder)
        home = {**os.environ, "HOME": str(nothing_else.folder)}
        command = ["sh", "secrets/generate.sh"]
        subprocess.run(command, cwd=nothing_else.folder, env=home, check=True)
    said = docker("compose", "config", "--quiet", folder=nothing_else.folder)
    assert said == "", "not even a warning"


def test_an_order_goes_through_the_gateway_and_what_is_internal_stays_so(shop: Shop) -> None:
    # The router asks a place that was empty once a second: it may know a moment after Docker does.
    for path in ("/inventory/items", "/orders/"):
        shop.until_answered(path)
    time.sleep(1.5)  # payments and shipping have no route to be asked by
    answer = shop.order()
    assert answer.status == 201, answer
    assert answer.json()["state"] == "placed"
    place = f"/orders/{answer.json()['id']}"
    until(lambda: get(shop.port, place).json()["state"] == "shipped")  # its saga, on Temporal
    for path in ("/orders/readyz", "/orders/%6detrics", "/payments/", "/"):
        assert get(shop.port, path).status == 404, path


def test_nobody_is_root_or_writes_to_an_image_or_reads_a_password_in_the_environment(
    shop: Shop,
) -> None:
    for name in ("gateway", "orders", "orders-postgres", "orders-migrate"):
        found = shop.inspect(f"{name}-1")
        assert found["Config"]["User"].split(":")[0] not in ("", "0"), name
        assert found["HostConfig"]["ReadonlyRootfs"], name
        assert found["HostConfig"]["CapDrop"] == ["ALL"], name
        secret = (shop.folder / "secrets/orders-database-password").read_text()
        assert secret not in json.dumps(found["Config"]), name
    container = shop.container("orders-1")
    assert "Read-only" in docker("exec", container, "touch", "/app/x", code=1)
    assert docker("exec", container, "id", "-u").strip() == "10001"


def test_a_database_is_reached_by_its_owner_and_no_other_service(shop: Shop) -> None:
    program = (
        "import socket, sys\n"
        "try: socket.create_connection((sys.argv[1], 5432), 3)\n"
        "except OSError: raise SystemExit(3)\n"
    )
    reach = ("python", "-c", program, "orders-postgres")
    docker("exec", shop.container("orders-1"), *reach)
    docker("exec", shop.container("payments-1"), *reach, code=3)
    docker("exec", shop.container("gateway-1"), "nc", "-z", "orders-postgres", "5432", code=1)


def test_the_services_role_may_do_nothing_but_own_its_database(shop: Shop) -> None:
    sql = "select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = 'orders'"
    words = ("psql", "-U", "postgres", "-tA", "-c", sql)
    assert docker("exec", shop.container("orders-postgres-1"), *words).strip() == "f|f|f"


def test_a_replica_that_is_not_healthy_gets_no_request(shop: Shop) -> None:
    """Compose's DNS would still answer with it; the router asks each replica by itself."""
    shop.compose("up", "--wait", "--no-recreate", "--scale", "inventory=3")
    replicas = {f"inventory-{number}" for number in (1, 2, 3)}

    def all_answer() -> bool:
        for _ in range(9):
            get(shop.port, "/inventory/items")
        return set(shop.answered_by(9)) == replicas

    until(all_answer)
    docker("pause", shop.container("inventory-2"))
    try:
        time.sleep(3)  # the router asks twice a second, for a second at most
        answers = [get(shop.port, "/inventory/items") for _ in range(30)]
        assert {answer.status for answer in answers} == {200}
        assert max(answer.seconds for answer in answers) < 1.5
        assert set(shop.answered_by(30)) == replicas - {"inventory-2"}
    finally:
        docker("unpause", shop.container("inventory-2"))
    until(all_answer)


@pytest.mark.parametrize("service", SERVICES)
def test_a_crashed_service_comes_back_by_itself_and_no_other_goes_with_it(
    shop: Shop, service: str
) -> None:
    others = {name: shop.inspect(f"{name}-1")["RestartCount"] for name in SERVICES}
    # A signal from inside is a crash; `docker kill` counts as wanted and is not mended by Docker.
    docker(
        "exec",
        shop.container(f"{service}-1"),
        "python",
        "-c",
        "import os; os.kill(-1, 9)",
        code=None,
    )
    until(lambda: shop.inspect(f"{service}-1")["RestartCount"] > others[service])
    until(lambda: shop.inspect(f"{service}-1")["State"]["Health"]["Status"] == "healthy")
    until(lambda: shop.order().status == 201)
    for name in set(SERVICES) - {service}:
        assert shop.inspect(f"{name}-1")["RestartCount"] == others[name], name


def test_every_service_may_be_killed_and_up_mends_it(shop: Shop) -> None:
    docker("kill", shop.container("shipping-1"))
    until(lambda: shop.order().status == 201)
    assert shop.order().json()["delivery_days"] == 5, "the fallback of the call"
    docker("kill", *(shop.container(f"{name}-1") for name in ("orders", "payments", "gateway")))
    docker("kill", shop.container("inventory-postgres-1"))
    shop.compose("up", "--wait")
    until(lambda: shop.order().status == 201)


@pytest.fixture(scope="module")
def checkout(shop: Shop) -> Checkout:
    """The same copy, in the hands of mscli; the tests below are in the order of a day's work."""
    shop.compose("up", "--wait", "--scale", "inventory=1")
    return Checkout(shop.folder)


def test_mscli_takes_over_what_compose_has_started(checkout: Checkout, shop: Shop) -> None:
    before = shop.ids()
    done = checkout.run("up", "-d", "--runtime", "docker")
    assert shop.ids() == before, done.err
    assert f"/orders     http://127.0.0.1:{shop.port}/orders" in done.out, "as wide as /inventory"
    again = checkout.up()
    assert shop.ids() == before, "the runtime is remembered"
    assert "preparing" not in again.err, "what did not change is not built"


def test_ps_shows_what_docker_knows(checkout: Checkout, shop: Shop) -> None:
    rows = checkout.rows()
    system = systemfile.read(shop.folder / "mscli.yaml").system
    workloads = stack_for(system, "compose").workloads.values()
    assert set(rows) == {
        f"{each.name}-1" for each in workloads if each.kind is not Kind.TASK and not each.profiles
    }
    assert all(row["ready"] for row in rows.values())
    assert (
        rows["gateway-1"]["ports"] == {"8080": shop.port}
        or shop.port in rows["gateway-1"]["ports"].values()
    )
    assert checkout.rows("-a")["orders-migrate-1"]["state"] == "completed"
    assert checkout.run("ps", "nobody", code=2)


def test_exec_and_db_are_in_the_containers(checkout: Checkout) -> None:
    said = checkout.run("exec", "orders", "python", "-c", "import os; print(os.getuid())")
    assert said.out.strip() == "10001"
    assert checkout.run("exec", "orders", "python", "-c", "raise SystemExit(9)", code=9)
    shown = checkout.run("db", "shell", "orders", "-c", "select current_user, count(*) from orders")
    assert "orders" in shown.out
    checkout.run("db", "migrate", "orders")
    checkout.run("db", "reset", "orders", "--yes")
    empty = checkout.run("db", "shell", "orders", "-c", "select count(*) as n from orders")
    assert empty.out.split()[2] == "0"


def test_a_drill_breaks_containers_in_every_way_and_mends_them(checkout: Checkout) -> None:
    arguments = ("place-order", "--sagas", "6", "--faults", "8", "--seed", "7")
    outcome = json.loads(checkout.run("drill", *arguments, "--json").out)
    assert outcome["holds"], outcome["verdicts"]
    assert {fault["kind"] for fault in outcome["injected"]} == {*CONTAINER, *DATABASE}
    assert sum(outcome["counts"].values()) == 6
    assert all(row["ready"] for row in checkout.rows().values())
    rows = json.loads(checkout.run("saga", "ls", "--json").out)
    ended = [row for row in rows if row["state"] in ("completed", "compensated")]
    assert len(ended) >= 6
    one = ended[0]["saga_id"]
    assert json.loads(checkout.run("saga", "show", one, "--json").out)["steps"]
    assert "nothing to retry" in checkout.run("saga", "retry", one, code=1).err
    assert json.loads(checkout.run("events", "dead", "--json").out) == []


def test_what_a_killed_drill_has_left_is_mended(checkout: Checkout, shop: Shop) -> None:
    def networks() -> int:
        return len(shop.inspect("inventory-1")["NetworkSettings"]["Networks"])

    only = ("--kind", "disconnect", "--on", "inventory")
    drill = checkout.begin("drill", "place-order", "--faults", "9", "--seed", "5", *only)
    until(lambda: networks() == 0)
    drill.kill()
    drill.wait()
    until(lambda: networks() == 3)
    until(lambda: get(shop.port, "/inventory/items").status == 200)


def test_scale_stop_and_start(checkout: Checkout, shop: Shop) -> None:
    checkout.run("scale", "payments=2")
    assert {"payments-1", "payments-2"} <= set(checkout.rows())
    checkout.run("stop", "shipping")
    assert checkout.rows()["shipping-1"]["state"] == "stopped"
    assert checkout.run("wait", "-t", "1", "shipping", code=6)
    checkout.run("start", "shipping")
    until(lambda: shop.order().status == 201)
    assert checkout.run("scale", "payments=99", code=2)


def test_rows_are_carried_from_one_service_s_server_to_another_s(checkout: Checkout) -> None:
    for name in ("payments", "shipping"):
        table = "CREATE TABLE parcels (id int PRIMARY KEY, note text)"
        checkout.run("db", "shell", name, "-c", table)
    checkout.run("db", "shell", "payments", "-c", "INSERT INTO parcels VALUES (1, 'a'), (2, 'b')")
    between = ("parcels", "--from", "payments", "--to", "shipping")
    assert "2 differ" in checkout.run("migrate", "compare", *between, code=1).out
    assert "both agree" in checkout.run("migrate", "backfill", *between).out
    assert "both agree" in checkout.run("migrate", "compare", *between).out


def test_watch_builds_and_replaces_what_changes_and_nothing_else(
    checkout: Checkout, shop: Shop
) -> None:
    def ready() -> dict[str, str]:
        return {name: row["container"] for name, row in checkout.rows().items() if row["ready"]}

    before, changed = ready(), {"payments-1", "payments-2"}
    source = shop.folder / "services/payments/src/payments/use_cases.py"
    watching = checkout.begin("watch")
    try:
        assert watching.stdout is not None
        assert "watching" in watching.stdout.readline()
        time.sleep(1)
        source.write_text(f"{source.read_text()}\n# changed\n")
        until(lambda: ready().keys() == before.keys() and not ready().items() >= before.items())
        until(lambda: {name for name in before if ready().get(name) != before[name]} == changed)
    finally:
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=20)


def test_logs_are_those_of_the_containers(checkout: Checkout, shop: Shop) -> None:
    shop.order()
    lines = [json.loads(line) for line in checkout.run("logs", "--json").out.splitlines()]
    assert {"gateway-1", "orders-1", "orders-postgres-1"} <= {line["source"] for line in lines}
    few = checkout.run("logs", "-n", "3", "orders").out.splitlines()
    assert len(few) == 3


def test_what_a_container_writes_last_is_not_lost(
    checkout: Checkout, shop: Shop, tmp_path: Path
) -> None:
    """Followed from before its last lines until after it has ended."""
    shown = tmp_path / "lines"
    command = [*MSCLI, "logs", "-f", "-n", "0", "--no-log-prefix", "payments-2"]
    with shown.open("w") as file:
        process = subprocess.Popen(command, cwd=shop.folder, stdout=file, start_new_session=True)
    time.sleep(2)
    flood = "import sys; sys.stdout.write(''.join(f'line {n}\\n' for n in range(20000)))"
    container = shop.container("payments-2")
    docker("exec", container, "sh", "-c", f'python -c "{flood}" > /proc/1/fd/1')
    docker("stop", "-t", "1", container)
    time.sleep(4)
    process.terminate()
    process.wait(20)
    kept = docker("logs", container).splitlines()
    wanted = [line for line in kept if line.startswith("line ")]
    assert len(wanted) > 1000
    assert [line for line in shown.read_text().splitlines() if line[:5] == "line "] == wanted


def test_a_service_that_cannot_start_is_named_with_its_last_words(
    checkout: Checkout, shop: Shop
) -> None:
    main = shop.folder / "services/shipping/src/shipping/__main__.py"
    sound = main.read_text()
    main.write_text('raise SystemExit("no parcel in sight")\n')
    failed = checkout.up("--wait-timeout", "30", code=6)
    main.write_text(sound)
    assert "shipping-1" in failed.err
    assert "no parcel in sight" in failed.err


def test_a_build_that_fails_shows_its_step_and_the_others_go_on(
    checkout: Checkout, shop: Shop
) -> None:
    dockerfile = shop.folder / "services/shipping/Dockerfile"
    sound = dockerfile.read_text()
    dockerfile.write_text(f"{sound}RUN echo lost the $(echo recipe) && false\n")
    other = shop.folder / "services/payments/src/payments/domain.py"
    other.write_text(f"{other.read_text()}\n# changed\n")
    before = shop.inspect("payments-1")["Id"]
    failed = checkout.up(code=6)
    stopped = checkout.up("--abort-on-failure", code=5)
    dockerfile.write_text(sound)
    assert "lost the recipe" in failed.err
    assert "shipping: its image was not built" in failed.err
    assert shop.inspect("payments-1")["Id"] != before
    assert "lost the recipe" in stopped.err
    assert "ready" not in stopped.err


def test_down_leaves_nothing_and_says_so(checkout: Checkout, shop: Shop) -> None:
    stays = checkout.down()
    assert "no container or network of it is left" in stays.out
    assert {name.split()[0] for name in shop.left()} == {"volume"}, "data stays"
    checkout.down("-v", "--yes")
    assert shop.left() == []
