"""What goes wrong in a cluster is one clear error with its remedy, and the next command goes on."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from mscli.cli.up_in_containers import take_down_again
from mscli.errors import LeftBehind, MissingProgram, MscliError, RuntimeFailed, UsageError
from mscli.runtimes.choice import Choice
from mscli.runtimes.kubernetes import forward, removal, waiting
from mscli.runtimes.kubernetes.kubectl import Kubectl
from mscli.runtimes.kubernetes.kubernetes import Kubernetes
from tests.kubernetes.conftest import CONTEXT, Copy, copy_in
from tests.kubernetes.fake.cluster import Cluster
from tests.kubernetes.tools import Tools

pytestmark = pytest.mark.programs


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "GRACE", 1.0)
    monkeypatch.setattr(waiting, "POLL", 0.1)
    monkeypatch.setattr(removal, "PATIENCE", 1.5)
    monkeypatch.setattr(removal, "POLL", 0.1)


def test_a_right_that_is_denied_is_named_and_the_next_up_goes_on(
    copy: Copy, cluster: Cluster
) -> None:
    cluster.faults.denied.add(("create", "statefulsets"))
    with pytest.raises(RuntimeFailed) as error:
        copy.up()
    assert f"denies you to create statefulsets.apps in the namespace {copy.place.system_id}" in str(
        error.value
    )
    assert "4 of 5 objects are applied: " in str(error.value)
    assert f"auth can-i create statefulsets.apps --namespace {copy.place.system_id}" in (
        error.value.hint
    )
    cluster.faults.denied.clear()
    assert copy.up() == []


def test_a_server_that_dies_in_the_middle_leaves_what_is_named(
    copy: Copy, cluster: Cluster
) -> None:
    cluster.faults.dies_after_writes = 4
    with pytest.raises(RuntimeFailed, match=f"the server of {CONTEXT} does not answer") as error:
        copy.up()
    assert "3 of 5 objects are applied: " in str(error.value)
    assert "mscli up" in error.value.hint
    with pytest.raises(RuntimeFailed, match="does not answer"):
        copy.down()
    cluster.revive()
    assert copy.up() == []
    copy.down(volumes=True)
    assert cluster.left() == []


def test_an_image_that_cannot_be_pulled(copy: Copy) -> None:
    copy.edit("postgres:18", "nowhere/postgres:18")
    (failure,) = copy.up()
    assert failure.name == "store-0"
    assert "the image nowhere/postgres:18 cannot be pulled: pull access denied" in failure.cause
    copy.edit("nowhere/postgres:18", "postgres:18")
    assert copy.up() == []


def test_quota(copy: Copy, cluster: Cluster) -> None:
    cluster.faults.quota = 1
    failures = copy.up()
    assert {failure.name for failure in failures} & {"web", "gateway", "web-migrate", "store"}
    assert "exceeded quota: compute" in failures[0].cause
    assert "a larger quota" in failures[0].cause


def test_no_room_on_any_node(copy: Copy, cluster: Cluster) -> None:
    cluster.faults.unschedulable.add("web")
    (failure,) = copy.up()
    assert "no node has room for it: 0/1 nodes are available: 1 Insufficient memory" in (
        failure.cause
    )


def test_a_crash_loop_shows_the_last_lines_of_the_last_life(copy: Copy, cluster: Cluster) -> None:
    cluster.faults.crashing["web"] = ("reads its settings", "ValueError: DATABASE_URL")
    (failure,) = copy.up()
    assert "it crashes with code 1" in failure.cause
    assert failure.lines == ("reads its settings", "ValueError: DATABASE_URL")


def test_a_task_that_fails_is_not_waited_for_and_runs_again_with_the_next_up(
    copy: Copy, cluster: Cluster
) -> None:
    cluster.faults.crashing["web-migrate"] = ("relation exists",)
    (failure,) = copy.up()
    assert failure.name == "web-migrate"
    assert failure.cause.startswith("the task has failed: Job has reached")
    assert failure.lines == ("relation exists",)
    cluster.faults.crashing.clear()
    assert copy.up() == []


def test_a_probe_that_does_not_succeed(copy: Copy, cluster: Cluster) -> None:
    cluster.faults.failing_probe.add("web")
    (failure,) = copy.up()
    assert "its probe does not succeed: Readiness probe failed" in failure.cause
    assert "listens" in failure.lines[0]


def test_what_somebody_else_has_changed_is_not_overwritten(copy: Copy) -> None:
    assert copy.up() == []
    copy.kubectl.run(["scale", "deployment/web", "--replicas=4"])
    with pytest.raises(RuntimeFailed) as error:
        copy.up()
    assert '"kubectl" has changed .spec.replicas' in str(error.value)
    assert "--force-conflicts" in error.value.hint


def test_a_finalizer_that_nobody_takes_away_is_left_behind_and_named(
    copy: Copy, cluster: Cluster
) -> None:
    assert copy.up() == []
    cluster.faults.stuck.add("services")
    with pytest.raises(LeftBehind) as error:
        copy.down()
    assert "service/gateway (finalizers: tests.mscli.dev/stuck)" in str(error.value)
    assert not forward.is_alive(copy.place)


def test_a_build_that_fails_shows_its_last_lines_and_applies_nothing(
    copy: Copy, cluster: Cluster, tools: Tools
) -> None:
    broken = tools.folder / "broken"
    broken.touch()
    try:
        with pytest.raises(RuntimeFailed, match="failed to solve"):
            copy.up()
    finally:
        broken.unlink()
    assert cluster.left() == []


def test_a_context_that_was_not_named_is_not_touched(copy: Copy, cluster: Cluster) -> None:
    with pytest.raises(UsageError, match=f"{CONTEXT} was not named for this system"):
        copy.runtime.replicas()
    bare = Kubernetes(copy.place, Choice("kubernetes", copy.place.system_id))
    with pytest.raises(UsageError, match="no cluster was named"):
        bare.doomed(volumes=True)
    assert cluster.left() == []


def test_a_context_that_leads_elsewhere_now_is_refused(
    copy: Copy, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert copy.up() == []
    config = json.loads(cluster.kubeconfig(CONTEXT).read_text())
    config["clusters"][0]["cluster"]["server"] = "https://10.1.2.3:6443"
    other = tmp_path / "other"
    other.write_text(json.dumps(config))
    monkeypatch.setenv("KUBECONFIG", str(other))
    later = Kubernetes(copy.place, copy.runtime.choice)
    for touch in (later.replicas, lambda: later.doomed(volumes=False)):
        with pytest.raises(UsageError, match=r"has the server https://10.1.2.3:6443, and was"):
            touch()
    config["clusters"][0]["cluster"] |= {
        "server": cluster.address,
        "certificate-authority-data": "",
    }
    other.write_text(json.dumps(config))
    with pytest.raises(UsageError, match="another certificate authority"):
        Kubernetes(copy.place, copy.runtime.choice).replicas()


def test_a_context_that_has_vanished(
    copy: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert copy.up() == []
    empty = tmp_path / "empty"
    empty.write_text("{}")
    monkeypatch.setenv("KUBECONFIG", str(empty))
    later = Kubernetes(copy.place, copy.runtime.choice)
    with pytest.raises(RuntimeFailed, match=f"there is no context {CONTEXT}") as error:
        later.doomed(volumes=False)
    assert "KUBECONFIG" in error.value.hint
    assert not forward.is_alive(copy.place), "what leads nowhere is ended"


def test_a_cluster_elsewhere_needs_a_registry_and_is_asked_for_before_removal(
    tmp_path: Path, cluster: Cluster, tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = copy_in(tmp_path / "small", context="production")
    with pytest.raises(UsageError, match="cannot take images from this machine") as error:
        copy.up()
    assert "--registry" in error.value.hint
    copy = copy_in(tmp_path / "other", context="production", registry="registry.example/team")
    cluster.faults.unpublished = ("registry.example/", "small/")
    try:
        assert copy.up() == []
        assert any(
            "registry.example/team/small/web:" in call for call in tools.calls("docker push")
        )
        doomed = copy.runtime.doomed(volumes=False)
        assert doomed.question == "Remove this from production?"
        assert "deployment: gateway, web" in doomed.names
        take_down_again(copy.runtime, agreed=False)
        assert "what is there stays in production" in capsys.readouterr().err
        assert len(copy.runtime.replicas()) == 5
        copy.edit("name: store\n", "name: depot\n")
        with pytest.raises(
            UsageError, match=r"production has what mscli\.yaml has no longer: stateful"
        ):
            copy.up()
        assert copy.up(agreed=True) == []
    finally:
        copy.down(volumes=True)


def test_a_namespace_of_somebody_else_is_not_touched(copy: Copy) -> None:
    name = copy.place.system_id
    document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    Kubectl(CONTEXT, "default").run(["apply", "--server-side", "-f", "-"], json.dumps(document))
    with pytest.raises(UsageError, match=f"the namespace {name} of {CONTEXT} is not this system's"):
        copy.up()


def test_up_waits_for_a_namespace_that_still_ends(copy: Copy, cluster: Cluster) -> None:
    assert copy.up() == []
    copy.kubectl.run(["delete", "namespace", copy.place.system_id, "--wait=false"])
    assert copy.up() == []


def test_a_port_that_is_taken_is_said_before_anything_is_touched(
    copy: Copy, cluster: Cluster
) -> None:
    import socket

    port = copy.runtime.choice.port
    with socket.create_server(("127.0.0.1", port)), pytest.raises(MscliError, match=f"port {port}"):
        copy.up()
    assert cluster.left() == []


def test_without_kubectl_it_says_where_to_get_one(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSCLI_KUBECTL_BIN", "/nowhere/kubectl")
    with pytest.raises(MissingProgram, match="kubectl is not installed") as error:
        copy.up()
    assert "kubernetes.io/docs/tasks/tools" in error.value.hint


def test_two_ups_at_once_are_one_after_the_other(copy: Copy) -> None:
    failures: list[object] = []
    threads = [threading.Thread(target=lambda: failures.extend(copy.up())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
