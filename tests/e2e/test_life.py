"""A system's whole life: up, changed while it is up, down, and nothing left."""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.checkouts import (
    PATIENCE,
    Checkout,
    declare,
    declared,
    end,
    get,
    names_of,
    until,
    watches,
)
from tests.e2e.conftest import Loading
from tests.ports import free_port

pytestmark = pytest.mark.e2e
patient = pytest.mark.patient
Make = Callable[..., Checkout]


def test_what_is_written_through_the_gateway_survives_down_and_up_and_goes_with_minus_v(
    shop: Checkout,
) -> None:
    rows = shop.rows()
    assert names_of(rows, ready=True) == list(rows) != []
    made = shop.get("/orders", method="POST", body={"note": "two pears"})
    assert made.status == 201
    assert shop.get(f"/orders/{made.json()['id']}").json()["note"] == "two pears"
    ports = shop.ports()

    done = shop.down()
    assert "no process, port or socket of it is left" in done.out
    shop.assert_gone(ports)
    assert shop.rows()["orders-1"]["state"] == "stopped"

    shop.up()
    assert shop.ports() == ports
    assert shop.get(f"/orders/{made.json()['id']}").json()["note"] == "two pears"
    refused = shop.down("-v", code=2)
    assert "--yes" in refused.err
    assert shop.get("/orders").status == 200

    assert "removed the data of postgres" in shop.down("-v", "--yes").err
    assert not (shop.state / "volumes").exists()
    assert not (shop.state / "secrets").exists()
    shop.assert_gone(ports)

    shop.up()
    assert shop.get("/orders").json()["items"] == []


def test_up_twice_changes_nothing_and_says_so(trio: Checkout) -> None:
    before = trio.pids()
    done = trio.up()
    assert "up already; nothing changed" in done.err
    assert trio.pids() == before


def test_a_changed_variable_restarts_that_service_alone_and_up_says_why(trio: Checkout) -> None:
    before = trio.pids()
    trio.edit('"hello"', '"good evening"')
    done = trio.up()
    assert "GREETING changed" in done.err
    assert _changed(before, trio.pids()) == {"front-1"}
    assert "serving good evening" in trio.log("front-1")


def test_a_changed_policy_restarts_the_caller_alone(trio: Checkout) -> None:
    before = trio.pids()
    document = declared(trio)
    document["services"]["front"]["calls"] = {"back": {"retries": 1}}
    declare(trio, document)
    assert "CALL_BACK_RETRIES changed" in trio.up().err
    assert _changed(before, trio.pids()) == {"front-1"}


def test_a_service_that_is_declared_no_more_is_stopped(trio: Checkout) -> None:
    before = trio.pids()
    document = declared(trio)
    del document["services"]["aside"]
    document["routes"] = document["routes"][:1]
    declare(trio, document)
    done = trio.up()
    assert "not in the system file" in done.err
    assert "aside-1" not in trio.rows()
    assert _changed(before, trio.pids()) == {"aside-1"}
    assert not psutil.pid_exists(before["aside-1"])
    assert trio.get("/aside").status == 404


def test_a_new_route_is_there_within_a_second_without_a_restart_or_a_failed_request(
    trio: Checkout, load: Loading
) -> None:
    before = trio.pids()
    assert trio.get("/back").status == 404
    with load(lambda: trio.get("/front")) as others:
        done = trio.run("new", "route", "/back", "--to", "back")
        seconds = until(lambda: trio.get("/back").status == 200)
    assert "the running gateway has taken it up" in done.err
    assert seconds < 1
    assert others.failed == []
    assert trio.pids() == before


def test_scaling_up_and_down_restarts_nobody_and_loses_no_request(
    trio: Checkout, load: Loading
) -> None:
    trio.run("scale", "back=1")
    until(lambda: "back-2" not in trio.pids())  # the guard writes when it is told
    before = trio.pids()
    with load(lambda: trio.get("/front/call/back/who")) as calls:
        trio.run("scale", "back=3")
        first = len(calls.answers)
        until(lambda: len(calls.answers) > first + 40)
        trio.run("scale", "back=1")
    assert calls.failed == []
    assert calls.seen() == {"back-1", "back-2", "back-3"}
    until(lambda: trio.pids() == before)
    assert "back-2" not in trio.rows()


@patient
def test_two_ups_at_once_make_one_system(make: Make) -> None:
    system = make({"a": {}, "b": {"calls": ["a"]}})
    both = [system.begin("up", "-d") for _ in range(2)]
    said = [process.communicate(timeout=PATIENCE)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("nothing changed" in words for words in said) == 1
    assert len(system.alive()) == len(["supervisord", "guard", "gateway", "a-1", "b-1"])


def test_an_attached_up_that_watches_restarts_what_is_changed_alone(make: Make) -> None:
    system = make({"a": {}, "b": {}})
    watching = system.begin("up", "--watch")
    try:
        until(lambda: (system.state / "status.json").is_file() and len(system.pids()) == 3)
        until(lambda: watches(watching))
        before = system.pids()
        source = system.folder / "services" / "a" / "server.py"
        source.write_text(source.read_text() + "# changed\n")
        until(lambda: system.pids().get("a-1") not in (None, before["a-1"]))
        assert _changed(before, system.pids()) == {"a-1"}
    finally:
        said = end(watching, signal.SIGINT)
    assert "server.py changed" in said
    system.assert_gone(system.ports())


@patient
def test_two_clones_side_by_side_never_touch_each_other(make: Make, tmp_path: Path) -> None:
    first = make({"a": {"replicas": 2}}, "first")
    second = make({"a": {"replicas": 2}}, "second")
    first.up()
    second.up()
    assert first.system_id != second.system_id
    assert set(first.ports().values()).isdisjoint(second.ports().values())
    pids, ports = second.pids(), first.ports()
    first.down()
    first.assert_gone(ports)
    assert second.pids() == pids
    assert names_of(second.rows(), ready=True) == ["gateway", "a-1", "a-2"]
    declare(first, declared(first) | {"gateway": declared(second)["gateway"]})
    assert f"of the system {second.system_id}" in first.up(code=5).err


@patient
def test_an_isolated_copy_stands_beside_the_default_and_goes_alone_or_with_all(make: Make) -> None:
    system = make({"a": {}}, routes=[{"path": "/a", "service": "a"}])
    system.up()
    pids = system.pids()
    assert "-p " in system.up("--isolated").err
    system.up("--isolated")
    first, second = sorted(path.name for path in (system.state / "projects").iterdir())
    ports = {row["ports"]["http"] for row in system.rows("-p", first).values()}
    assert ports.isdisjoint(row["ports"]["http"] for row in system.rows().values())
    (public,) = (row["ports"]["http"] for row in system.rows("-p", first, "gateway").values())
    assert get(public, "/a").status == 200

    system.down("-p", first, "-v", "--yes")
    assert not (system.state / "projects" / first).exists()
    assert names_of(system.rows("-p", second), ready=True) == ["gateway", "a-1"]
    assert system.pids() == pids
    assert f"-p {second}" in system.run("ps", "-p", "nope", code=5).err
    assert f"still up; mscli down -p {second}" in system.down().err
    system.down("--all")
    assert names_of(system.rows("-p", second), state="stopped") == ["gateway", "a-1"]
    assert system.alive() == []


def test_the_defaults_own_id_means_the_default_and_nonsense_is_refused(trio: Checkout) -> None:
    assert names_of(trio.rows("-p", trio.system_id), ready=False) == []
    assert trio.run("down", "-v", "--yes", "-p", "../..", code=2).out == ""
    assert names_of(trio.rows(), ready=False) == []


@patient
def test_a_copied_folder_is_a_system_of_its_own(make: Make, tmp_path: Path) -> None:
    system = make({"a": {}})
    system.up()
    copy = Checkout(tmp_path / "copy")
    shutil.copytree(system.folder, copy.folder)
    document = declared(copy)
    document["gateway"]["port"] = free_port()
    declare(copy, document)
    try:
        assert copy.run("ps", code=5).out == ""
        assert "nothing to take down" in copy.down().err
        copy.up()
        assert copy.system_id != system.system_id
        assert set(copy.pids().values()).isdisjoint(system.pids().values())
    finally:
        copy.remove()
    assert names_of(system.rows(), ready=True) == ["gateway", "a-1"]


@patient
def test_a_system_whose_state_was_deleted_or_whose_folder_was_renamed_is_taken_down(
    make: Make,
) -> None:
    system = make({"a": {}})
    system.up()
    system_id, ports, pids = system.system_id, system.ports(), system.pids()
    shutil.rmtree(system.state)
    assert system_id in system.down().out
    assert not any(psutil.pid_exists(pid) for pid in pids.values())
    assert "nothing to take down" in system.down().err
    system.up()
    assert system.ports() == ports
    folder = system.folder
    system.folder = folder.rename(folder.with_name(f"{folder.name}-moved"))
    assert system_id in system.down().out
    system.assert_gone(ports)
    system.folder = system.folder.rename(folder)


@patient
def test_a_system_that_is_renamed_while_it_is_up_is_not_lost(make: Make) -> None:
    system = make({"a": {}})
    system.up()
    old, ports = system.system_id, system.ports()
    declare(system, declared(system) | {"name": "renamed"})
    assert old in system.up(code=5).err
    system.down()
    system.assert_gone(ports)
    system.up()
    assert system.system_id.startswith("renamed-")


@patient
def test_a_taken_public_port_is_named_with_its_holder_and_nothing_is_started(make: Make) -> None:
    system = make({"a": {}})
    port = declared(system)["gateway"]["port"]
    with socket.create_server(("127.0.0.1", port)):
        done = system.up(code=5)
        assert f"port {port} of gateway is held by" in done.err
        assert f"(process {psutil.Process().pid})" in done.err
        assert not (system.state / "status.json").exists()
        system.up("--isolated")
    system.down("--all")


@patient
def test_a_remembered_port_that_a_stranger_took_is_chosen_anew(make: Make) -> None:
    system = make({"a": {}})
    system.up()
    system.down()
    assert "the system is not up" in system.run("wait", code=6).err, "and not after a minute"
    port = system.ports()["a-1:http"]
    with socket.create_server(("127.0.0.1", port)):
        system.up()
        assert system.ports()["a-1:http"] != port
        assert names_of(system.rows(), ready=True) == ["gateway", "a-1"]
        system.down()


def _changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
