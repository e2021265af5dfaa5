"""Drills of the example shop: what must hold does, what does not is found, and all is mended."""

from __future__ import annotations

import json
import re
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from mscli.model.process import Process
from mscli.runtimes.processes.database_faults import DatabaseFaults
from mscli.runtimes.processes.faults import Faults
from mscli.runtimes.processes.place import last_place
from mscli.runtimes.processes.plan import plan_of
from mscli.runtimes.processes.psql import databases_of
from tests.e2e.checkouts import Checkout, until
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop"
TWICE = "    await charges.add(connection, due.order, due.total)\n    return await charges.add("


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("drills") / "shop"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("local", ".venv", "uv.lock"))
    shop = Checkout(folder)
    shop.file.write_text(re.sub(r"\bport: 8080\b", f"port: {free_port()}", shop.file.read_text()))
    try:
        assert "not been up" in shop.run("drill", "place-order", code=5).err
        shop.up()
        yield shop
    finally:
        shop.remove()


def drill(shop: Checkout, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - a document
    return json.loads(shop.run("drill", *arguments, "--json", code=code).out)


def stopped(shop: Checkout) -> list[str]:
    """Processes of the system that stand still (SIGSTOP), with their children."""
    found: list[str] = []
    for pid in shop.pids().values():
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        found += [one.name() for one in family if one.status() == psutil.STATUS_STOPPED]
    return found


def all_ready(shop: Checkout) -> bool:
    rows = [row for row in shop.rows().values() if row["kind"] != "task"]
    return bool(rows) and all(row["ready"] for row in rows)


@pytest.fixture
def faults(shop: Checkout) -> Faults:
    place = last_place(shop.folder)
    plan = plan_of(place)
    assert plan is not None
    return Faults(place, plan)


def process(shop: Checkout, name: str) -> Process:
    plan = plan_of(last_place(shop.folder))
    assert plan is not None
    return next(process for process in plan.processes if process.name == name)


def asked(shop: Checkout, port: str = "gateway:http", path: str = "/inventory/items/tea") -> int:
    return shop.get(path, port).status


def test_a_killed_process_is_another_one_afterwards(shop: Checkout, faults: Faults) -> None:
    victim, pid = process(shop, "inventory-1"), shop.pids()["inventory-1"]
    faults.kill(victim)
    faults.comes_back(victim)
    until(lambda: faults.is_ready(victim))
    assert shop.pids()["inventory-1"] != pid


def test_a_paused_process_and_its_children_stand_still(shop: Checkout, faults: Faults) -> None:
    postgres = process(shop, "postgres")
    faults.pause(postgres)
    assert len(stopped(shop)) > 1
    faults.resume(postgres)
    assert stopped(shop) == []


def test_a_slowed_process_answers_late(shop: Checkout, faults: Faults) -> None:
    ended = threading.Event()
    thread = threading.Thread(target=faults.slow, args=(process(shop, "inventory-1"), ended))
    thread.start()
    try:
        until(lambda: shop.get("/items/tea", "inventory-1:http").seconds > 0.2, 10)
        assert asked(shop, "inventory-1:http", "/items/tea") == 200
    finally:
        ended.set()
        thread.join()
    assert stopped(shop) == []


def test_a_service_that_is_refused_runs_and_is_not_reached(shop: Checkout, faults: Faults) -> None:
    before = faults.refuse([process(shop, "inventory-1")])
    try:
        until(lambda: asked(shop) in (502, 503), 10)
        assert asked(shop, "inventory-1:http", "/items/tea") == 200
    finally:
        faults.accept(before)
    until(lambda: asked(shop) == 200)


def test_a_stopped_service_has_closed_its_port(shop: Checkout, faults: Faults) -> None:
    victim = process(shop, "inventory-1")
    faults.stop(victim)
    assert asked(shop, "inventory-1:http", "/items/tea") == 0
    faults.start(victim)
    until(lambda: asked(shop) == 200)


def test_a_database_refuses_cuts_and_waits(shop: Checkout) -> None:
    place = last_place(shop.folder)
    plan = plan_of(place)
    assert plan is not None
    databases = DatabaseFaults(databases_of(place, plan))
    databases.shut("inventory")
    try:
        refused = shop.run("db", "shell", "inventory", "-c", "SELECT 1", code=None)
        assert "not currently accepting connections" in refused.err
        assert asked(shop) in (500, 503)
    finally:
        databases.reopen("inventory")
    until(lambda: asked(shop) == 200)
    backends = "SELECT array_agg(pid) FROM pg_stat_activity WHERE application_name = 'inventory'"
    before = shop.run("db", "shell", "inventory", "-c", backends).out
    databases.cut("inventory")
    until(lambda: asked(shop) == 200)
    assert shop.run("db", "shell", "inventory", "-c", backends).out != before
    held = databases.lock("inventory", "saga_steps", 1.0)
    time.sleep(0.3)
    began = time.monotonic()
    shop.run("db", "shell", "inventory", "-c", "SELECT count(*) FROM saga_steps")
    assert time.monotonic() - began > 0.4
    held.wait()
    until(lambda: all_ready(shop))


def test_thirty_sagas_survive_twelve_faults(shop: Checkout) -> None:
    outcome = drill(shop, "place-order", "--sagas", "30", "--faults", "12", "--seed", "7")
    assert outcome["holds"], outcome["verdicts"]
    assert len(outcome["injected"]) == 12
    assert len({fault["kind"] for fault in outcome["injected"]}) >= 6
    assert set(outcome["counts"]) == {"completed", "compensated"}
    assert sum(outcome["counts"].values()) == 30
    names = [verdict["name"] for verdict in outcome["verdicts"]]
    assert {"no step was done twice", "stock-adds-up"} <= set(names)
    assert all_ready(shop)


def test_a_breaker_opens_waits_and_closes(shop: Checkout) -> None:
    course = drill(shop, "--breaker", "orders->payments")
    assert course["holds"], course
    states = [change["state"] for change in course["changes"]]
    assert states[:2] == ["open", "half-open"]
    assert states[-2:] == ["half-open", "closed"]
    request = 'POST / {"sku": "tea", "quantity": 1}'
    assert drill(shop, "--breaker", "orders:payments", "--request", request)["holds"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_drill_that_is_killed_leaves_nothing_broken(
    shop: Checkout, number: signal.Signals
) -> None:
    arguments = ("place-order", "--faults", "50", "--seed", "3", "--kind", "pause")
    process = shop.begin("drill", *arguments, "--on", "payments", "--on", "postgres")
    journal = shop.state / "drill" / "fault.json"
    until(lambda: process.poll() is not None or (journal.exists() and stopped(shop)))
    assert process.poll() is None, process.communicate()
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    until(lambda: not journal.exists(), 20)
    assert stopped(shop) == []
    until(lambda: all_ready(shop))


def test_what_cannot_be_drilled_is_one_clear_line(shop: Checkout) -> None:
    assert "no saga 'nope'" in shop.run("drill", "nope", code=2).err
    assert "does not call" in shop.run("drill", "--breaker", "payments->orders", code=2).err
    declared = shop.file.read_text()
    try:
        shop.edit("SELECT count(*) - count(DISTINCT", "SELECT count(*) - cuont(DISTINCT")
        err = shop.run("drill", "place-order", code=1).err
        assert "invariants.nobody-is-charged-twice: PostgreSQL refuses it: ERROR:  function" in err
        shop.file.write_text(declared.replace("expect: 0", "expect: 1"))
        err = shop.run("drill", "place-order", code=1).err
        assert "stock-adds-up is violated before anything was broken: 0, not 1" in err
    finally:
        shop.file.write_text(declared)


def test_the_judge_may_only_read(shop: Checkout) -> None:
    """Even a function that writes is refused to it; a second statement is no query at all."""
    declared = shop.file.read_text()
    query = 'SELECT count(*) - count(DISTINCT "order") FROM charges'
    for bad in ("SELECT lo_create(0)", "SELECT 0) q; DELETE FROM charges; SELECT (0"):
        try:
            shop.file.write_text(declared.replace(query, f"'{bad}'"))
            done = shop.run("drill", "place-order", code=None)
            assert done.code == (1 if "lo_create" in bad else 3), done
            assert "nobody-is-charged-twice" in done.err
            assert "read-only transaction" in done.err or "more than one statement" in done.err
        finally:
            shop.file.write_text(declared)


def test_a_step_that_acts_twice_is_found(shop: Checkout) -> None:
    """The last test: what it does to the data is not undone."""
    handler = shop.folder / "services/payments/src/payments/sagas/place_order_charge.py"
    text = handler.read_text()
    handler.write_text(text.replace("    return await charges.add(", TWICE))
    assert handler.read_text() != text
    shop.run("restart", "payments")
    outcome = drill(shop, "place-order", "--sagas", "3", "--faults", "0", code=1)
    broken = [verdict["name"] for verdict in outcome["verdicts"] if not verdict["holds"]]
    assert "nobody-is-charged-twice" in broken
    done = shop.run("drill", "place-order", "--sagas", "1", "--faults", "0", code=1)
    assert "nobody-is-charged-twice is violated before anything was broken" in done.err


def test_it_goes_down_with_nothing_left(shop: Checkout) -> None:
    ports = shop.ports()
    shop.down()
    shop.assert_gone(ports)
