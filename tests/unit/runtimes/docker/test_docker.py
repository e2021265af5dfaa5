"""The docker runtime against a docker command that says what it is told to say."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from mscli.errors import LeftBehind, MissingProgram, RuntimeFailed, UsageError
from mscli.model.system import Service, System
from mscli.runtimes.choice import Choice, forget, remember, remembered
from mscli.runtimes.docker import builds, containers, engine
from mscli.runtimes.docker.bring_up import BringUp
from mscli.runtimes.docker.logs import feed as feed_of
from mscli.runtimes.logs import Feed, View
from mscli.runtimes.processes.place import Place, place_of
from mscli.runtimes.runtime import Wanted, runtime_of
from tests.unit.runtimes.docker.fake import Fake, container, inspected

pytestmark = pytest.mark.programs


def test_a_container_is_a_replica(fake: Fake) -> None:
    inspected(
        fake,
        container("orders-migrate-1", Status="exited"),
        container("orders-1", Health={"Status": "healthy"}),
        container("orders-2", Health={"Status": "unhealthy"}),
        container("web-1", Status="exited", ExitCode=137),
    )
    found = {each.name: each for each in containers.replicas("shop-0a")}

    assert found["orders-1"].ready
    assert found["orders-1"].ports == {"8080": 8481}
    assert found["orders-1"].uptime > 0
    assert (found["orders-2"].state, found["orders-2"].ready) == ("unhealthy", False)
    assert (found["web-1"].state, found["web-1"].exit_code) == ("exited", 137)
    assert found["orders-migrate-1"].state == "completed"
    assert list(found)[-1] == "orders-migrate-1", "tasks last"
    assert "label=com.docker.compose.project=shop-0a" in fake.calls()[0]


def test_no_docker_no_engine_and_no_compose_are_three_things(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.says("compose version", code=1)
    fake.says("compose*", "unknown flag", code=1)
    with pytest.raises(MissingProgram, match="no Compose plugin"):
        engine.run(["compose", "up"])
    fake.says("ps", "boom", code=3)
    with pytest.raises(RuntimeFailed, match=r"(?s)docker ps ended with code 3.*boom"):
        engine.run(["ps"])
    (fake.folder / "00.rule").write_text("version\n1\n")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    with pytest.raises(MissingProgram, match="no Docker Engine answers at unix:///nowhere"):
        engine.run(["ps"])
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingProgram, match="not installed"):
        engine.run(["ps"])


def test_a_key_that_is_not_there_is_named_before_anything_is_made(tmp_path: Path) -> None:
    orders = Service("orders", "services/orders", secrets={"STRIPE_KEY": "keys/stripe"})
    system = System("shop", services={"orders": orders})
    place = place_of(tmp_path, "shop")
    work = BringUp(place, Choice("docker", place.system_id), system, lambda _: None)
    with pytest.raises(RuntimeFailed, match=r"there is no file .*/keys/stripe"):
        work.prepare(abort=True)


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("Bind for 127.0.0.1:8080 failed: port is already allocated", "gateway.port"),
        ("pull access denied for traefik", "docker login"),
        ("failed to solve: exit code: 1", "Dockerfile"),
        ("failed to solve: failed to read dockerfile: open Dockerfile", "write one"),
        ("no space left on device", "prune"),
        ("something else", ""),
    ],
)
def test_what_everybody_meets_has_a_remedy(fake: Fake, line: str, remedy: str) -> None:
    error = engine.failure(["compose"], 1, ["many", "lines", line])
    assert remedy in error.hint
    assert bool(error.hint) == bool(remedy)


def test_of_a_build_the_step_that_failed_is_shown_whole(fake: Fake) -> None:
    """What follows it, the Dockerfile's lines around it, is longer than a usual excerpt."""
    step = ["------", " > [web 4/4] RUN make:", *(f"0.{n} said" for n in range(10)), "------"]
    around = ["Dockerfile:9", *(f"  {n} | RUN" for n in range(9)), "failed to solve: exit code 2"]
    error = engine.failure(["compose", "build"], 17, ["#1 CACHED", *step, *around])
    assert " > [web 4/4] RUN make:\n    0.0 said" in error.message
    assert "CACHED" not in error.message
    assert "failed to solve" in error.message
    assert "Dockerfile" in error.hint


def test_down_removes_by_label_what_compose_has_left_and_looks_again(
    fake: Fake, tmp_path: Path
) -> None:
    runtime = runtime_of(Place(tmp_path, "shop-0a", tmp_path), Choice("docker", "shop-0a"))
    inspected(fake, container("orders-1"))
    fake.says("network ls*", "n1")
    with pytest.raises(LeftBehind, match=r"container id-orders-1, network n1"):
        runtime.down(lambda _: None, volumes=False, patience=3)
    calls = fake.calls()
    assert "compose --project-name shop-0a down --remove-orphans --timeout 3" in calls
    assert "container rm --force id-orders-1" in calls
    assert "network rm n1" in calls
    assert not any(call.startswith("volume") for call in calls), "data stays"


def test_down_with_data_takes_volumes_without_a_name_along(fake: Fake, tmp_path: Path) -> None:
    runtime = runtime_of(Place(tmp_path, "shop-0a", tmp_path), Choice("docker", "shop-0a"))
    runtime.down(lambda _: None, volumes=True, patience=None)
    assert "compose --project-name shop-0a down --remove-orphans --volumes" in fake.calls()


def test_a_container_that_compose_replaces_keeps_its_name(fake: Fake) -> None:
    """Compose renames the old one while it makes the new one."""
    old = container("web-1")
    old["Name"] = "/0a1b2c3d_shop-0a-web-1"
    old["Config"]["Labels"] |= {
        "com.docker.compose.service": "web",
        "com.docker.compose.container-number": "1",
    }
    once = container("web-1")
    once["Name"] = "/shop-0a-web-run-f00"
    once["Config"]["Labels"] |= old["Config"]["Labels"] | {"com.docker.compose.oneoff": "True"}
    inspected(fake, old, once)
    assert [each.name for each in containers.replicas("shop-0a")] == ["web-1", "web-run-f00"]


def test_that_no_engine_answers_is_known_before_anything_is_rendered(
    fake: Fake, tmp_path: Path
) -> None:
    place = Place(tmp_path, "shop-0a", tmp_path / "state")
    runtime = runtime_of(place, Choice("docker", "shop-0a"))
    runtime.check(System("shop"), Wanted())
    fake.says("version*", "Cannot connect to the Docker daemon at unix:///nowhere.", code=1)
    with pytest.raises(MissingProgram, match="no Docker Engine answers"):
        runtime.check(System("shop"), Wanted())


def test_the_others_go_on_when_an_image_cannot_be_built(fake: Fake, tmp_path: Path) -> None:
    """Unless it was asked that they do not."""
    fake.says("*build web api", "failed to solve: no such base", code=17)
    fake.says("*build web", "failed to solve: no such base", code=17)
    fake.says("*config --services", "gateway\nweb\napi")
    inspected(fake, container("api-1"))
    services = {name: Service(name, name) for name in ("web", "api")}
    system, wanted = System("shop", services=services), Wanted({"web": 2})
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/generate.sh").touch()
    place = Place(tmp_path, "shop-0a", tmp_path / "state")
    runtime = runtime_of(place, Choice("docker", "shop-0a"))

    with pytest.raises(RuntimeFailed, match="no such base"):
        runtime.up(system, replace(wanted, abort=True), lambda _: None)
    assert not any(" up " in call for call in fake.calls())
    (failure,) = runtime.up(system, wanted, lambda _: None)

    assert failure.name == "web"
    assert "no such base" in failure.cause
    assert "Dockerfile" in failure.hint
    assert fake.calls()[-3].endswith("up --detach --wait --remove-orphans --no-deps gateway api")
    assert runtime.choice.built.keys() == {"api"}, "web is built again the next time"


def test_what_was_never_started_is_told_after_the_task_that_failed(
    fake: Fake, tmp_path: Path
) -> None:
    waiting = container("web-1", Status="created", ExitCode=0)
    task = container("web-migrate-1", Status="exited", ExitCode=1)
    task["Config"]["Labels"]["mscli.kind"] = "task"
    ending = container("api-1", Health={"Status": "starting"})
    ending["RestartCount"] = 3
    inspected(fake, waiting, task, ending)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/generate.sh").touch()
    place = Place(tmp_path, "shop-0a", tmp_path / "state")
    failures = runtime_of(place, Choice("docker", "shop-0a")).up(
        System("shop"), Wanted(), lambda _: None
    )
    assert [(each.name, each.cause) for each in failures] == [
        ("api-1", "ended 3 times before it was ready"),
        ("web-migrate-1", "ended with code 1"),
        ("web-1", "not started, for web-migrate-1 failed"),
    ]


def test_of_some_services_only_their_images_are_built_and_only_they_come_up(
    fake: Fake, tmp_path: Path
) -> None:
    inspected(fake, container("api-1"))
    services = {name: Service(name, name) for name in ("web", "api")}
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/generate.sh").touch()
    built = Choice("docker", "shop-0a", built={"web": "as before", "gone": "long ago"})
    runtime = runtime_of(Place(tmp_path, "shop-0a", tmp_path / "state"), built)

    wanted = Wanted({"web": 2, "api": 3}, only=("gateway", "api"))
    assert runtime.up(System("shop", services=services), wanted, lambda _: None) == []

    up = next(call for call in fake.calls() if " up " in call)
    assert up.endswith("up --detach --wait --remove-orphans --scale=api=3 --no-deps gateway api")
    assert [call.split()[-1] for call in fake.calls() if " build " in call] == ["api"]
    assert runtime.choice.built.keys() == {"web", "api"}
    assert runtime.choice.built["web"] == "as before"


def test_lines_that_a_tail_has_left_out_are_not_read_when_the_container_has_ended(
    fake: Fake,
) -> None:
    fake.says("*--tail 0*")
    fake.says("*--since*", "2099-11-22T10:00:00.300000000Z new\n")
    fake.says("logs*", "2026-11-22T10:00:00.100000000Z old\n")
    feed = feed_of("c", View(follow=True, tail=0))
    assert lines(feed, 1) == b"new\n"
    feed.close()


def lines(feed: Feed, count: int) -> bytes:
    """What a feed says until it has said `count` lines, or for two seconds."""
    said, end = b"", time.monotonic() + 2
    while said.count(b"\n") < count and time.monotonic() < end:
        said += feed.read(1 << 16).content
    return said


def test_a_feed_takes_dockers_times_off_and_tells_them(fake: Fake) -> None:
    fake.says("logs*", "2026-11-22T10:00:00.100000000Z one\n2026-11-22T10:00:00.200000000Z two\n")
    feed = feed_of("c", View(tail=2))
    chunk = feed.read(1 << 16)
    while not chunk.content:
        chunk = feed.read(1 << 16)
    assert chunk.content == b"one\ntwo\n"
    assert chunk.written == pytest.approx(1795341600.2)
    assert "logs --timestamps --tail 2 c" in fake.calls()
    feed.close()
    feed.close()


def test_lines_that_the_engine_kept_back_are_read_when_the_container_has_ended(fake: Fake) -> None:
    seen = "2026-11-22T10:00:00.100000000Z one\n2026-11-22T10:00:00.200000000Z two\n"
    late = "2026-11-22T10:00:00.200000000Z two\n2026-11-22T10:00:00.300000000Z three\n"
    fake.says("*--since*", late)
    fake.says("logs*", seen)
    feed = feed_of("c", View(follow=True))
    assert lines(feed, 3) == b"one\ntwo\nthree\n"
    assert "--since 2026-11-22T10:00:00.200000000Z" in fake.calls()[1]
    feed.close()


def test_an_image_is_built_when_its_context_changes_or_it_is_gone(
    fake: Fake, tmp_path: Path
) -> None:
    now = {"orders": "1", "web": "2"}
    assert builds.stale("shop-0a", now, {}) == ["orders", "web"]
    assert builds.stale("shop-0a", now, {"orders": "1", "web": "0"}) == ["web"]
    assert builds.stale("shop-0a", now, now) == []
    fake.says("image inspect*shop-0a-web:local*", code=1)
    assert builds.stale("shop-0a", now, now) == ["orders", "web"]


def test_the_choice_is_of_one_checkout(tmp_path: Path) -> None:
    place = place_of(tmp_path, "shop")
    assert remembered(tmp_path) is None
    choice = Choice("docker", place.system_id, 8481, {"orders": 2}, {"orders": "ab"})
    remember(place, choice)
    assert remembered(tmp_path) == choice
    other = tmp_path / "copy"
    (other / ".mscli").mkdir(parents=True)
    (tmp_path / ".mscli/local").rename(other / ".mscli/local")
    assert remembered(other) is None, "a copied folder is another checkout"
    remember(place, choice)
    forget(place)
    assert remembered(tmp_path) is None
    with pytest.raises(UsageError, match="no runtime 'swarm'"):
        runtime_of(place, Choice("swarm", place.system_id))


def test_what_is_up_in_docker_is_counted_by_system_and_folder(fake: Fake) -> None:
    lines = ["shop-0a\t/home/me/shop", "fair-0b\t/home/me/fair", "shop-0a\t/home/me/shop"]
    fake.says("container ls --filter label=mscli.system *", "\n".join(lines))
    found = {(up.system_id, up.folder, up.running) for up in containers.systems_up()}
    assert found == {("shop-0a", "/home/me/shop", 2), ("fair-0b", "/home/me/fair", 1)}
