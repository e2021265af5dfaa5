"""The commands for a system that is up: logs of all, single replicas, questions and answers."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from datetime import datetime

import pytest

from tests.e2e.checkouts import PATIENCE, Checkout, lines, names_of, until
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient]
Make = Callable[..., Checkout]


def test_logs_are_merged_by_time_cut_by_number_time_and_words_and_are_valid_ndjson(
    trio: Checkout,
) -> None:
    trio.get("/front")
    until(lambda: "line 12" in trio.log("aside-1"))
    everything = list(lines(trio.run("logs", "--json").out))
    # As moments: engines and services write theirs with different precision.
    times = [datetime.fromisoformat(str(line["time"])) for line in everything if line.get("time")]
    assert times == sorted(times)
    assert {line["workload"] for line in everything} >= {"gateway", "aside"}
    assert len(trio.run("logs", "-n", "3", "aside").out.splitlines()) == 3
    greps = trio.run("logs", "--grep", r"line 1\b", "--no-log-prefix").out.splitlines()
    assert greps
    assert all("line 1" in line for line in greps)
    recent = trio.run("logs", "--since", "1s", "aside").out.splitlines()
    assert 0 < len(recent) < 40
    assert "line 1\n" not in "".join(recent)
    assert "did you mean" in trio.run("logs", "asied", code=2).err
    for wrong in (["--since", "yesterdayish"], ["--grep", "["], ["--tail", "few"]):
        assert wrong[0] in trio.run("logs", *wrong, code=2).err


def test_followed_logs_show_a_replica_that_appears_later(trio: Checkout) -> None:
    following = trio.begin("logs", "-f", "-n", "0", "front", "aside")
    seen: list[str] = []
    assert following.stdout is not None
    reader = threading.Thread(target=seen.extend, args=(following.stdout,))
    reader.start()
    try:
        until(lambda: any("aside-1" in line for line in seen))
        trio.run("scale", "front=2")
        until(lambda: any("front-2" in line and "serving" in line for line in seen))
    finally:
        following.send_signal(signal.SIGINT)
        following.wait(PATIENCE)
        reader.join()
    assert following.returncode == 130


def test_a_single_replica_is_stopped_started_and_restarted(trio: Checkout) -> None:
    before = trio.pids()
    trio.run("stop", "back-2")
    assert trio.rows()["back-2"]["state"] == "stopped"
    assert trio.get("/front/call/back/who").json()["replica"] == "back-1"
    trio.run("start", "back-2")
    middle = trio.pids()
    assert middle["back-2"] != before["back-2"]
    trio.run("restart", "back-2")
    after = trio.pids()
    assert after["back-2"] != middle["back-2"]
    assert after | {"back-2": 0} == before | {"back-2": 0}
    assert trio.rows()["back-2"]["restarts"] == 0
    assert "did you mean 'back'" in trio.run("stop", "bakc", code=2).err


def test_a_stopped_service_stays_so_while_another_is_scaled(trio: Checkout) -> None:
    trio.run("stop", "aside")
    trio.run("scale", "front=2")
    assert trio.rows()["aside-1"]["state"] == "stopped"
    trio.up()
    assert names_of(trio.rows(), ready=False) == []
    said = trio.run("scale", "aside=0").err
    assert "aside has 0 now" in said
    assert "front" not in said, "of what stays as it is nothing is said"
    trio.run("scale", "aside=1")


def test_ps_shows_a_person_and_a_program_the_same(trio: Checkout) -> None:
    table = trio.run("ps").out.splitlines()
    assert table[0].split() == (
        ["NAME", "KIND", "STATE", "READY", "RESTARTS", "PORTS", "MEMORY", "UPTIME"]
    )
    assert [line.split()[0] for line in table[1:]] == list(trio.rows())
    row = trio.rows("front")["front-1"]
    assert row["pid"] == trio.pids()["front-1"]
    assert row["ports"] == {"http": trio.ports()["front-1:http"]}
    assert row["memory"] > 1_000_000
    assert trio.run("wait", "-t", "10").out == "ready\n"


def test_what_is_up_on_this_machine_is_listed_with_its_folder(trio: Checkout) -> None:
    found = {up["system_id"]: up for up in json.loads(trio.run("ls", "--json").out)}
    up = found[trio.system_id]
    assert (up["runtime"], up["folder"]) == ("processes", str(trio.folder.resolve()))
    assert up["running"] == len(trio.rows())
    assert trio.system_id in trio.run("ls").out


def test_a_command_has_its_options_and_no_environment_of_mscli_s_own(trio: Checkout) -> None:
    script = "echo $0 $1 ${VIRTUAL_ENV-none}"
    said = trio.run("exec", "front", "sh", "-c", script, "--json", "-p", VIRTUAL_ENV="/mscli/.venv")
    assert said.out == "--json -p none\n"


def test_open_prints_the_url_of_a_route(trio: Checkout) -> None:
    port = trio.ports()["gateway:http"]
    assert trio.run("open", "/front").out == f"http://127.0.0.1:{port}/front\n"
    assert "/aside" in trio.run("open", "/nowhere", code=2).err


def test_the_doctor_finds_every_engine_and_says_what_to_do_about_a_missing_one(
    make: Make,
) -> None:
    system = make({"a": {}})
    checks = {check["name"]: check for check in json.loads(system.run("doctor", "--json").out)}
    for engine in ("traefik", "postgres", "nats", "temporal", "uv"):
        assert checks[engine]["state"] == "ok", checks[engine]
    done = system.run("doctor", "--json", code=4, MSCLI_NATS_BIN="/nonexistent")
    missing = [check for check in json.loads(done.out) if check["state"] == "missing"]
    assert [check["name"] for check in missing] == ["nats"]
    assert missing[0]["remedy"]


def test_commands_outside_a_system_or_before_the_first_up_say_what_to_do(make: Make) -> None:
    system = make({"a": {}})
    for command in (["ps"], ["logs"], ["stop"], ["wait"], ["exec", "a", "true"], ["open"]):
        assert "`mscli up" in system.run(*command, code=5).err, command
    assert "nothing to take down" in system.down().err
    outside = Checkout(system.folder.parent)
    for command in (["ps"], ["up"], ["down"], ["check"]):
        assert "mscli new system" in outside.run(*command, code=None).err, command


def test_what_up_would_run_can_be_looked_at_first(make: Make) -> None:
    system = make({"a": {}})
    assert "processes.json" in system.run("render", "--dry-run").out
    assert not system.state.exists()
    rendered = system.run("render").out.splitlines()
    before = {path: (system.folder / path).read_bytes() for path in rendered}
    system.up()
    assert {path: (system.folder / path).read_bytes() for path in rendered} == before


def test_a_service_with_a_port_of_its_own_has_one_replica(make: Make) -> None:
    port = free_port()
    system = make({"a": {"port": port}})
    system.up()
    assert system.ports()["a-1:http"] == port
    assert f"share port {port}" in system.run("scale", "a=2", code=2).err
    assert names_of(system.rows(), ready=True) == ["gateway", "a-1"]


def test_logs_are_rotated_on_disk_and_read_across_the_files(make: Make) -> None:
    system = make({"wet": {"env": {"MODE": "flood"}}})
    system.up()
    files = sorted((system.state / "logs").glob("wet-1.log*"))
    assert [file.name for file in files] == ["wet-1.log", "wet-1.log.1", "wet-1.log.2"]
    assert all(file.stat().st_size <= 11_000_000 for file in files)
    last = system.run("logs", "wet", "-n", "2", "--no-log-prefix").out.splitlines()
    assert last[0].startswith("drop 299999 ~")
    assert last[1] == "serving nobody"
    first = system.run("logs", "wet", "--grep", r"^drop (\d)\1{4} ", "--no-log-prefix").out
    assert first.count("drop") >= 9
