"""Services that fail, commands and supervisors that are killed, machines that lack something."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.e2e.checkouts import (
    PATIENCE,
    SERVER,
    Checkout,
    declare,
    declared,
    end,
    listeners,
    names_of,
    until,
)

pytestmark = pytest.mark.e2e
patient = pytest.mark.patient
Make = Callable[..., Checkout]
MOMENTS = 20
GONE_WITHIN = 2.0
"""Seconds after the supervisor's death; one is what is promised, on a machine that is not busy."""


@patient
def test_a_service_that_exits_at_once_is_shown_with_its_last_words_and_the_rest_runs_on(
    make: Make,
) -> None:
    system = make({"sound": {}, "broken": {"env": {"MODE": "exit"}}})
    done = system.up(code=6)
    assert "the cellar is flooded" in done.err
    assert "not ready: broken-1" in done.err
    assert str(system.state / "logs" / "broken-1.log") in done.err
    rows = system.rows()
    assert names_of(rows, ready=True) == ["gateway", "sound-1"]
    until(lambda: "broken-1 is in a crash loop" in system.run("logs", "mscli").out)
    until(lambda: system.rows()["broken-1"]["state"] == "crash loop")
    assert system.rows()["broken-1"]["restarts"] >= 4
    system.up(code=6)
    assert (
        system.run("logs", "mscli").out.count("broken-1 exited with code 1, starts again in 0.5 s")
        == 2
    )

    system.run("stop", "broken")
    stopped = system.restarts("broken-1")
    document = declared(system)
    document["services"]["broken"]["env"] = {}
    declare(system, document)
    system.up()
    assert names_of(system.rows(), ready=False) == []
    assert stopped == system.restarts("broken-1")


@patient
def test_nothing_is_left_after_a_failure_with_abort_on_failure(make: Make) -> None:
    system = make({"sound": {}, "broken": {"env": {"MODE": "exit"}}})
    done = system.up("--abort-on-failure", code=6)
    assert "the cellar is flooded" in done.err
    system.assert_gone(system.ports())


def test_a_service_that_never_becomes_ready_ends_the_wait_and_runs_on(make: Make) -> None:
    system = make({"late": {"env": {"MODE": "never"}}, "caller": {"calls": ["late"]}})
    began = time.monotonic()
    done = system.up("--wait-timeout", "3", code=6)
    assert 3 <= time.monotonic() - began < 20
    assert "late-1: not ready within the 3 s given" in done.err
    assert "serving nobody" in done.err
    assert system.rows()["late-1"]["state"] == "not ready"
    assert "not ready after 0.5 s: late-1" in system.run("wait", "late", "-t", "0.5", code=6).err


def test_a_service_that_listens_and_says_nothing_is_called_hung(make: Make) -> None:
    system = make({"a": {}})
    system.up()
    pid = system.pids()["a-1"]
    os.kill(pid, signal.SIGSTOP)
    assert system.rows()["a-1"]["state"] == "hung"
    os.kill(pid, signal.SIGCONT)
    until(lambda: system.rows()["a-1"]["state"] == "running")


def test_a_migration_that_fails_keeps_its_service_from_starting_and_says_why(
    shop: Checkout,
) -> None:
    before = shop.pids()
    versions = shop.folder / "services/orders/src/orders/storage/migrations/versions"
    newest = max(file.name for file in versions.glob("0*.py"))[:4]
    broken = versions / "0009_broken.py"
    broken.write_text(
        f'revision = "0009"\ndown_revision = "{newest}"\n\n\ndef upgrade():\n    1 / 0\n'
    )
    try:
        shop.run("stop", "orders")
        done = shop.up(code=6)
        assert "ZeroDivisionError" in done.err
        assert "orders-1: not started, for orders-migrate failed" in done.err
        assert "orders-1" not in shop.pids()
        assert shop.pids()["payments-1"] == before["payments-1"]
    finally:
        broken.unlink()
    shop.up()
    assert names_of(shop.rows(), ready=False) == []


@patient
def test_a_supervisor_that_is_killed_at_any_moment_of_up_leaves_no_orphan_after_down(
    make: Make,
) -> None:
    system = make({"a": {"replicas": 2}, "b": {"calls": ["a"], "env": {"MODE": "stubborn"}}})
    system.up()
    ports = system.ports()
    system.down("-t", "0.1")
    moments = random.Random(7)
    for _ in range(MOMENTS):
        starting = system.begin("up", "-d")
        moment = moments.uniform(0.3, 1.8)
        try:
            starting.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            victims = [p for p in _family(system) if "supervisord" in " ".join(p.cmdline())]
            for victim in victims or [psutil.Process(starting.pid)]:
                victim.kill()
            starting.communicate(timeout=PATIENCE)
        system.down("-t", "0.1")
        system.assert_gone(ports)


@patient
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_up_that_is_interrupted_takes_all_down(make: Make, number: int) -> None:
    system = make({"a": {}, "never": {"env": {"MODE": "never"}}})
    starting = system.begin("up", "-d")
    until(lambda: "a-1" in _known(system))
    said = end(starting, number)
    assert starting.returncode == 130, said
    assert "stopping" in said
    system.assert_gone(system.ports())


@patient
def test_an_attached_up_follows_the_logs_until_ctrl_c_takes_all_down(make: Make) -> None:
    system = make({"a": {"env": {"MODE": "chatty"}}})
    attached = system.begin("up")
    assert attached.stdout is not None
    seen = iter(attached.stdout.readline, "")
    assert any("a-1" in line and "line 3" in line for line in seen)
    said = end(attached, signal.SIGINT)
    assert attached.returncode == 130, said
    assert "stopping" in said
    system.assert_gone(system.ports())


@patient
def test_an_up_that_is_killed_is_finished_by_the_next_one(make: Make) -> None:
    system = make({"a": {}, "b": {"calls": ["a"]}})
    starting = system.begin("up", "-d")
    until(lambda: "a-1" in _known(system))
    end(starting)
    pid = system.pids().get("a-1")
    done = system.up()
    assert pid in (None, system.pids()["a-1"]), done.err
    assert names_of(system.rows(), ready=True) == ["gateway", "a-1", "b-1"]
    assert "another version" not in done.err


def test_everything_goes_with_a_killed_supervisor_and_comes_again(make: Make) -> None:
    system = make({"a": {}, "stubborn": {"env": {"MODE": "stubborn"}}})
    system.up()
    os.kill(system.supervisord(), signal.SIGKILL)
    assert until(lambda: system.alive() == []) < GONE_WITHIN
    assert names_of(system.rows(), state="stopped") == ["gateway", "a-1", "stubborn-1"]
    assert "not up" in system.run("stop", "a", code=5).err
    system.up()
    assert names_of(system.rows(), ready=False) == []
    os.kill(system.supervisord(), signal.SIGKILL)
    system.down("-t", "0.1")
    system.assert_gone(system.ports())


@patient
def test_down_sweeps_what_lost_both_supervisor_and_guard(make: Make) -> None:
    system = make({"a": {}, "stubborn": {"env": {"MODE": "stubborn"}}})
    system.up()
    guard, supervisord = system.guard(), system.supervisord()
    os.kill(guard, signal.SIGSTOP)
    os.kill(supervisord, signal.SIGKILL)
    os.kill(guard, signal.SIGKILL)
    until(lambda: not psutil.pid_exists(guard))
    assert names_of(system.rows(), state="stopped") == ["gateway", "a-1", "stubborn-1"]
    assert "ended a process that had got away" in system.down().err
    system.assert_gone(system.ports())


@patient
def test_a_guard_that_is_killed_comes_back_knowing_everything(make: Make) -> None:
    system = make({"a": {}})
    system.up()
    before, guard = system.pids(), system.guard()
    os.kill(guard, signal.SIGKILL)
    until(lambda: system.guard() != guard)
    assert system.pids() == before
    os.kill(before["a-1"], signal.SIGKILL)
    until(lambda: system.restarts("a-1") == 1)
    until(lambda: names_of(system.rows(), ready=False) == [])


def test_a_grandchild_in_a_session_of_its_own_that_ignores_sigterm_is_ended_too(
    make: Make,
) -> None:
    system = make({"stubborn": {"env": {"MODE": "stubborn"}}})
    system.up()
    assert any("sleep" in line for line in system.alive())
    began = time.monotonic()
    system.down("-t", "0.5")
    assert time.monotonic() - began < 8
    system.assert_gone(system.ports())


@patient
def test_a_missing_engine_is_named_with_its_remedy(make: Make) -> None:
    system = make({"a": {}})
    done = system.run("up", "-d", code=4, MSCLI_TRAEFIK_BIN="/nonexistent")
    assert "MSCLI_TRAEFIK_BIN=/nonexistent" in done.err
    assert "hint: " in done.err
    assert not (system.state / "status.json").exists()


@patient
def test_every_fault_of_a_system_file_is_a_line_and_nothing_is_started(make: Make) -> None:
    system = make({"a": {}, "b": {"calls": ["aa"]}}, routes=[{"path": "/c", "service": "c"}])
    done = system.up(code=3)
    faults = [line for line in done.err.splitlines() if "mscli.yaml:" in line]
    assert len(faults) == 2
    assert "did you mean 'a'?" in faults[0]
    assert not system.state.exists()


@patient
def test_a_full_disk_is_a_clear_error_and_no_file_is_half_written(make: Make) -> None:
    system = make({"a": {}, "b": {"calls": ["a"]}})
    system.up()
    before = {path: path.read_bytes() for path in (system.state / "processes").rglob("*.sh")}
    system.down()
    with _small_disk(system.state) as fill:
        fill()
        done = system.up(code=1)
        assert "No space left on device" in done.err
        assert "bug" not in done.err
    system.up()
    after = {path: path.read_bytes() for path in (system.state / "processes").rglob("*.sh")}
    assert after == before


@patient
def test_a_folder_that_may_not_be_written_is_a_clear_error(make: Make) -> None:
    system = make({"a": {}})
    with _small_disk(system.state) as _:
        _mount("-o", "remount,ro", str(system.state))
        done = system.up(code=1)
        assert "Read-only file system" in done.err
        assert "hint: " in done.err
    system.up()


@patient
def test_a_service_in_another_style_needs_no_template(make: Make, tmp_path: Path) -> None:
    system = make({"plain": {"path": "elsewhere", "command": ["/bin/sh", "run.sh"]}})
    folder = system.folder / "elsewhere"
    folder.mkdir()
    (folder / "run.sh").write_text(f"exec python3 -S {SERVER}\n")
    system.up()
    assert system.get("/", "plain-1:http").json()["replica"] == "plain-1"


@patient
def test_nats_and_temporal_run_only_where_they_are_declared(make: Make, trio: Checkout) -> None:
    assert {row["kind"] for row in trio.rows().values()} == {"gateway", "service"}
    system = make({"a": {}}, engines={"nats": {}, "temporal": {}})
    system.up()
    assert names_of(system.rows(), kind="engine", ready=True) == ["nats", "temporal"]
    family = {int(line.split()[0]) for line in system.alive()}
    assert {host for (host, _), pid in listeners().items() if pid in family} == {"127.0.0.1"}


def _known(system: Checkout) -> dict[str, int]:
    try:
        return system.pids()
    except (OSError, ValueError):
        return {}


def _family(system: Checkout) -> list[psutil.Process]:
    return [psutil.Process(int(line.split()[0])) for line in system.alive()]


@contextmanager
def _small_disk(folder: Path) -> Iterator[Callable[[], None]]:
    """A disk of a megabyte under `folder`; what it yields fills it to the last byte."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", "size=1m", "none", str(folder))

    def fill() -> None:
        with (folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while ballast.write(b"\0" * 4096):
                    pass
            except OSError:
                return

    try:
        yield fill
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)
