"""Calls between scaffolded services while the called one is down, hung, killed or away."""

from __future__ import annotations

import os
import re
import signal
import statistics
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.e2e.checkouts import PATIENCE, Answer, Checkout, listeners, names_of, until, watches
from tests.e2e.conftest import Loading

pytestmark = pytest.mark.e2e
RESET_TIMEOUT, DEADLINE = 2.0, 1.0
MARGIN = 1.0
"""Seconds that a busy machine may take on top."""


def _call(shop: Checkout) -> Answer:
    return shop.get("/orders/peers")


def _breaker(shop: Checkout) -> str:
    (breaker,) = shop.get("/wiring", "orders-1:http").json()["breakers"]
    state: str = breaker["state"]
    return state


def test_a_held_down_service_makes_its_callers_fail_fast_and_they_recover_by_themselves(
    shop: Checkout,
) -> None:
    until(lambda: _call(shop).status == 200)
    pid = shop.pids()["orders-1"]
    assert _breaker(shop) == "closed"
    shop.run("stop", "payments")
    assert shop.rows()["payments-1"]["state"] == "stopped"
    until(lambda: _call(shop).status == 503)
    answers = [_call(shop) for _ in range(20)]
    assert {answer.status for answer in answers} == {503}
    assert statistics.median(answer.seconds for answer in answers) < 0.05
    assert _breaker(shop) in ("open", "half-open")

    shop.run("start", "payments")
    assert until(lambda: _call(shop).status == 200) < RESET_TIMEOUT + DEADLINE + MARGIN
    assert _breaker(shop) == "closed"
    assert shop.pids()["orders-1"] == pid
    changes = re.findall(r'"message":"[^"]*(open|half-open|closed)[^"]*"', shop.log("orders-1"))
    assert {"open", "closed"} <= set(changes)


def test_a_hung_service_is_cut_off_by_the_deadline(shop: Checkout) -> None:
    until(lambda: _call(shop).status == 200)
    hung = psutil.Process(shop.pids()["payments-1"])
    hung.suspend()
    try:
        first = _call(shop)
        assert first.status >= 500
        assert first.seconds < DEADLINE + MARGIN
        assert not shop.rows()["payments-1"]["ready"]
    finally:
        hung.resume()
    until(lambda: _call(shop).status == 200)
    assert shop.pids()["payments-1"] == hung.pid


def test_a_killed_replica_loses_no_request_that_may_be_retried_and_comes_back(
    shop: Checkout, load: Loading
) -> None:
    shop.up("--scale", "payments=2")
    until(lambda: _call(shop).status == 200)
    pids, before = shop.pids(), shop.restarts("payments-2")
    with load(lambda: _call(shop)) as calls:
        until(lambda: len(calls.answers) > 10)
        os.kill(pids["payments-2"], signal.SIGKILL)
        until(lambda: shop.restarts("payments-2") > before)
        until(lambda: shop.rows()["payments-2"]["ready"])
    assert calls.failed == []
    after = shop.pids()
    assert after["payments-2"] != pids["payments-2"]
    assert after["payments-1"] == pids["payments-1"]
    assert shop.rows()["payments-2"]["restarts"] == before + 1
    assert re.search(
        r"payments-2 was killed by a signal, starts again in 0\.5 s", shop.run("logs", "mscli").out
    )


def test_internal_paths_cannot_be_reached_through_the_gateway(shop: Checkout) -> None:
    for path in ("livez", "readyz", "metrics", "wiring", "internal/x", "%77iring"):
        assert shop.get(f"/orders/{path}").status == 404, path
        assert shop.get(f"/{path}").status == 404, path
    assert shop.get("/wiring", "orders-1:http").status == 200


def test_a_service_that_is_left_out_runs_by_hand_and_is_routed_as_if_it_were_ours(
    shop: Checkout, tmp_path: Path
) -> None:
    done = shop.up("--except", "orders")
    assert "orders-1" not in shop.pids()
    exports = [line for line in done.out.splitlines() if line.startswith("export ")]
    assert any(line.startswith("export CALL_PAYMENTS_URL=") for line in exports)
    script = "\n".join([*exports, "exec .venv/bin/python -m orders"])
    with (tmp_path / "log").open("w") as log:
        by_hand = subprocess.Popen(
            ["/bin/sh", "-c", script],
            cwd=shop.folder / "services" / "orders",
            env={"PATH": os.environ["PATH"]},
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: _call(shop).status == 200)
        shop.up("--except", "orders")
        shop.run("scale", "payments=1")
        assert by_hand.poll() is None
        port = shop.ports()["orders-1:http"]
        shop.up()  # ours stands in again, on a port of its own
        assert shop.ports()["orders-1:http"] != port
    finally:
        by_hand.terminate()
        by_hand.wait(PATIENCE)
    until(lambda: _call(shop).status == 200)


def test_some_services_come_up_with_whom_they_call_and_leave_the_others(shop: Checkout) -> None:
    shop.run("down")
    refused = shop.up("order", code=2).err
    assert "there is no service 'order'" in refused
    assert "did you mean 'orders'?" in refused
    shop.up("payments")
    assert {"gateway", "payments-1"} <= set(shop.pids())
    assert "orders-1" not in shop.pids()
    payments = shop.pids()["payments-1"]
    shop.up("orders")  # it calls payments
    until(lambda: _call(shop).status == 200)
    assert shop.pids()["payments-1"] == payments
    shop.up("payments")
    assert "orders-1" in shop.pids(), "who runs goes on"


def test_passwords_are_their_owners_and_no_role_enters_anothers_database(shop: Checkout) -> None:
    secrets = list((shop.state / "secrets").iterdir())
    assert {file.name for file in secrets} >= {"postgres-password", "orders-database-url"}
    assert {file.stat().st_mode & 0o777 for file in secrets} == {0o600}
    assert "orders" in shop.run("db", "shell", "orders", "-c", "select current_user").out
    entered = shop.run("db", "shell", "orders", "-c", r"\connect payments", code=None)
    assert entered.code != 0
    assert "permission denied" in entered.err


def test_every_listener_of_the_system_is_on_the_loopback(shop: Checkout) -> None:
    family = {int(line.split()[0]) for line in shop.alive()}
    ours = {address: port for (address, port), pid in listeners().items() if pid in family}
    assert set(ours) == {"127.0.0.1"}


def test_the_database_of_one_service_is_emptied_and_migrated_while_the_other_keeps_its_own(
    shop: Checkout,
) -> None:
    pid = shop.pids()["payments-1"]
    assert shop.get("/orders", method="POST", body={"note": "gone soon"}).status == 201
    shop.run("db", "shell", "payments", "-c", "create table kept (note text)")
    assert "--yes" in shop.run("db", "reset", "orders", code=2).err
    assert "the database of orders" in shop.run("db", "reset", "orders", "--yes").out
    assert shop.get("/orders").json()["items"] == []
    shop.run("db", "migrate", "orders")
    shop.run("db", "shell", "payments", "-c", "drop table kept")
    assert shop.pids()["payments-1"] == pid
    assert "no database" in shop.run("db", "shell", "gateway", code=2).err


def test_a_command_runs_in_a_services_folder_with_its_environment_and_its_exit_code(
    shop: Checkout,
) -> None:
    words = "import os, orders; print(os.environ['CALL_PAYMENTS_DEADLINE'], os.getcwd())"
    done = shop.run("exec", "orders", "python", "-c", words)
    assert done.out.split() == ["1", str(shop.folder / "services" / "orders")]
    assert shop.run("exec", "orders", "--", "python", "-c", "raise SystemExit(9)", code=9)
    assert shop.run("exec", "orders", "alembic", "--version").out.startswith("alembic")
    assert "cannot be run" in shop.run("exec", "orders", "no-such-program", code=2).err


def test_a_changed_file_restarts_its_service_alone_and_a_changed_migration_is_run(
    shop: Checkout,
) -> None:
    source = shop.folder / "services" / "payments" / "src" / "payments"
    migration = source / "storage" / "migrations" / "versions" / "0002_colours.py"
    watching = shop.begin("watch")
    try:
        until(lambda: watches(watching))
        before = shop.pids()
        (source / "domain.py").write_text((source / "domain.py").read_text() + "# changed\n")
        seconds = until(lambda: shop.pids().get("payments-1") not in (None, before["payments-1"]))
        assert seconds < 5
        until(lambda: shop.rows()["payments-1"]["ready"])
        once = shop.pids()["payments-1"]
        migration.write_text(MIGRATION)
        until(lambda: "colours" in shop.run("db", "shell", "payments", "-c", r"\dt").out)
        until(lambda: shop.pids().get("payments-1") not in (None, once))  # it begins after that
        until(lambda: shop.rows()["payments-1"]["ready"])
        after = shop.pids()
        assert {name for name in before if before[name] != after.get(name)} == {"payments-1"}
    finally:
        watching.send_signal(signal.SIGINT)
        output, _ = watching.communicate(timeout=PATIENCE)
    assert watching.returncode == 130
    assert "domain.py changed" in output
    assert names_of(shop.rows(), ready=False) == []


MIGRATION = '''
"""Colours."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("colours", sa.Column("name", sa.Text))
'''
