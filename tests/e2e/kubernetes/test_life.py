"""A day with a system in a cluster; the same tests for the fake one and for any real one."""

from __future__ import annotations

import json
import shutil
import signal
import time

import pytest

from mscli.runtimes.processes.place import place_of
from mscli.runtimes.processes.sweep import ours
from tests.e2e.checkouts import Checkout, get, until
from tests.e2e.kubernetes.conftest import World
from tests.e2e.kubernetes.systems import COMMAND

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.kubernetes]


def port_of(checkout: Checkout) -> int:
    port: int = json.loads(checkout.file.read_text())["gateway"]["port"]
    return port


def processes(checkout: Checkout) -> list[str]:
    """What of a system runs on this machine: what keeps the gateway reachable."""
    return [each.name() for each in ours(place_of(checkout.folder, "trio").system_id)]


def workloads(checkout: Checkout) -> dict[str, list[str]]:
    """The names of the replicas of every workload, as `ps` tells them."""
    found: dict[str, list[str]] = {}
    for name, row in checkout.rows().items():
        found.setdefault(row["workload"], []).append(name)
    return found


def test_up_ends_when_all_is_ready_and_the_gateway_answers(up: Checkout) -> None:
    rows = up.rows()
    assert {row["workload"] for row in rows.values()} == {
        "gateway", "back-postgres", "front", "back"
    }  # fmt: skip
    assert all(row["ready"] for row in rows.values()), rows
    assert get(port_of(up), "/front").status == 200
    assert up.run("open", "/front").out.strip() == f"http://127.0.0.1:{port_of(up)}/front"
    assert up.run("wait", "-t", "5").out.strip() == "ready"


def test_a_service_is_scaled_and_the_number_is_remembered_by_an_up_that_changes_nothing(
    up: Checkout,
) -> None:
    up.run("scale", "back=3")
    before = up.rows()
    assert len(workloads(up)["back"]) == 3
    done = up.up()
    assert up.rows().keys() == before.keys()
    assert "preparing" not in done.err, "no image is built or brought twice"
    up.run("scale", "back=1")
    until(lambda: len(workloads(up)["back"]) == 1)


def test_what_is_stopped_stays_so_until_it_is_started(up: Checkout) -> None:
    up.run("stop", "back")
    row = up.rows("back")["back"]
    assert (row["state"], row["ready"]) == ("stopped", False)
    up.run("start", "back")
    assert [row["ready"] for row in up.rows("back").values()] == [True]


def test_one_replica_alone_cannot_be_stopped_but_replaced(up: Checkout) -> None:
    up.run("scale", "back=2")
    first, second = workloads(up)["back"]
    done = up.run("stop", first, code=2)
    assert "would start another" in done.err
    up.run("restart", first)
    until(lambda: len(workloads(up)["back"]) == 2)
    assert first not in workloads(up)["back"]
    assert second in workloads(up)["back"]


def test_a_restart_replaces_every_pod(up: Checkout) -> None:
    before = workloads(up)["front"]
    up.run("restart", "front")
    until(lambda: set(workloads(up)["front"]).isdisjoint(before))


def test_a_command_runs_in_a_replica_and_ends_with_its_code(up: Checkout) -> None:
    assert processes(up), "the gateway is reached"
    (replica,) = workloads(up)["front"]
    assert up.run("exec", "front", "--", "hostname").out.strip() == replica
    up.run("exec", "front", "--", "false", code=1)


def test_logs_of_all_pods_are_one_stream_and_later_pods_join_it(up: Checkout) -> None:
    process = up.begin("logs", "-f", "--tail", "1", "back", "front")
    try:
        up.run("scale", "back=3")
        names = {*workloads(up)["back"], *workloads(up)["front"]}
        assert len(names) == 4
        seen: set[str] = set()
        assert process.stdout is not None
        while not names <= seen:
            seen.add(process.stdout.readline().partition("|")[0].strip())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    done = up.run("logs", "--tail", "2", "--json", "front")
    assert {json.loads(line)["workload"] for line in done.out.splitlines()} == {"front"}


def test_the_gateway_is_reached_again_when_its_pod_is_replaced(up: Checkout) -> None:
    before = workloads(up)["gateway"]
    up.run("restart", "gateway")
    until(lambda: get(port_of(up), "/front").status == 200)
    until(lambda: set(workloads(up)["gateway"]).isdisjoint(before))
    until(lambda: get(port_of(up), "/front").status == 200)


def test_code_that_changes_is_built_and_rolled_out_and_nothing_else(up: Checkout) -> None:
    before = workloads(up)
    server = up.folder / "services" / "front" / "server.py"
    server.write_text(server.read_text() + "\n# changed\n")
    done = up.up()
    assert "front" in done.err
    after = workloads(up)
    assert set(after["front"]).isdisjoint(before["front"])
    assert after["back"] == before["back"]


def test_watch_builds_and_rolls_out_what_changes(up: Checkout) -> None:
    before = workloads(up)
    server = up.folder / "services" / "front" / "server.py"
    watching = up.begin("watch")
    try:
        assert watching.stdout is not None
        assert "watching" in watching.stdout.readline()
        time.sleep(1)
        server.write_text(server.read_text() + "\n# watched\n")
        until(lambda: set(workloads(up)["front"]).isdisjoint(before["front"]))
    finally:
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=20)
    assert workloads(up)["back"] == before["back"]


def test_a_service_that_goes_from_the_system_file_goes_from_the_cluster(up: Checkout) -> None:
    document = json.loads(up.file.read_text())
    shutil.copytree(up.folder / "services/front", up.folder / "services/aside")
    document["services"]["aside"] = {"command": COMMAND}
    up.file.write_text(json.dumps(document))
    up.up()
    assert "aside" in workloads(up)
    del document["services"]["aside"]
    up.file.write_text(json.dumps(document))
    done = up.up("--yes")
    assert "deployment/aside" in done.err
    until(lambda: "aside" not in workloads(up))


def test_down_keeps_the_data_and_up_finds_it_again(up: Checkout) -> None:
    done = up.down("--yes")
    assert "no object of it is left" in done.out
    assert get(port_of(up), "/front").status == 0, "nobody listens any more"
    assert processes(up) == []
    up.up()
    assert get(port_of(up), "/front").status == 200


def test_down_with_volumes_leaves_nothing_at_all(up: Checkout, world: World) -> None:
    done = up.down("-v", "--yes")
    assert "removed the volume" in done.err
    assert "namespace: trio-" in done.err, "what goes is shown before"
    assert "no object, volume or namespace of it is left" in done.out
    assert processes(up) == []
    if world.fake is not None:
        assert world.fake.left() == []
    assert "0 pods removed" in up.down("--yes").out, "where it runs is remembered"
