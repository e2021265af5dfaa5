"""Sagas on the real engines: completed, refused, killed in the middle, stuck and mended.

What the participants do is counted in a table without a unique key: done twice would be seen.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.checkouts import Answer, Checkout, end, lines, until
from tests.e2e.cluster import KEY, Cluster, cluster
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]

STEPS = "inventory:reserve/release,payments:charge/refund,shipping:ship"
IMPORTS = "from pydantic import JsonValue\n"
OURS = (
    "import asyncio\nimport os\nfrom pathlib import Path\n"
    f"from sqlalchemy import event, text\n{IMPORTS}"
)
ACTION = (
    "    # ---- Your business code goes here. Until it does, the caller may ask for a refusal. ----"
)
UNDO = "    # ---- Your business code goes here. ----"
FIRST = "      - {service: inventory, action: reserve"
RESET = 2.0
BREAKER = f"{{breaker: {{reset_timeout: {RESET:g}s}}}}"
CALLS = ", ".join(f"{name}: {BREAKER}" for name in ("inventory", "payments", "shipping"))
DO = """
    insert = "INSERT INTO records (id, note, created_at) VALUES (gen_random_uuid(), :note, now())"
    await connection.execute(text(insert), {{"note": f"{{request.saga_id}} {name}"}})
    await asyncio.sleep(request.input.get("slow", 0))
    if Path(request.input.get("broken", "/nowhere"), "{name}").exists():
        raise RuntimeError("{name} is broken")
    mark = Path(request.input.get("mark", "/"))
    if request.input.get("breaks") == "{name}" and not mark.exists():
        mark.touch()
        if request.input["how"] == "dies":  # its transaction has ended, its answer is not sent
            event.listen(connection.engine.sync_engine, "checkin", lambda *_: os._exit(9))
        else:
            await asyncio.sleep(5)
"""
ACTIONS, UNDONE = (
    ["reserve", "charge", "ship"],
    {"ship": ["refund", "release"], "charge": ["release"]},
)


def fill_in(shop: Checkout, service: str, action: str, compensation: str) -> None:
    """Write the business code where the scaffold says that it goes."""
    path = shop.folder / f"services/{service}/src/{service}/sagas/place_order_{action}.py"
    text = path.read_text().replace(IMPORTS, OURS).replace(ACTION, DO.format(name=action))
    path.write_text(text.replace(UNDO, DO.format(name=compensation)))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """orders owns place-order; inventory, payments and shipping take part."""
    folder = tmp_path_factory.mktemp("sagas")
    Checkout(folder).run("new", "system", "shop", "--port", str(free_port()))
    shop = Checkout(folder / "shop")
    for name in ("inventory", "payments", "shipping"):
        shop.run("new", "service", name, "--database", "postgres")
    shop.run("new", "service", "orders", "--database", "postgres", "--route", "/orders")
    shop.run("new", "saga", "place-order", "--owner", "orders", "--steps", STEPS)
    fill_in(shop, "inventory", "reserve", "release")
    fill_in(shop, "payments", "charge", "refund")
    fill_in(shop, "shipping", "ship", "")
    try:
        assert "not been up" in shop.run("saga", "ls", code=5).err
        shop.edit("  orders:\n", f"  orders:\n    calls: {{{CALLS}}}\n")
        for undo in ("release", "refund"):  # who is killed may be away for longer than 5 attempts
            shop.edit(f"compensation: {undo}", f"compensation: {undo}, attempts: 9")
        shop.run("update")
        shop.up()
        until(lambda: shop.get("/orders").status == 200)
        yield shop
    finally:
        shop.remove()


def start(shop: Checkout, **given: object) -> str:
    answer = shop.get("/orders/sagas/place-order", method="POST", body=given)
    assert answer.status == 202, answer
    saga_id: str = answer.json()["saga_id"]
    return saga_id


def state(shop: Checkout, saga_id: str) -> str:
    answer = shop.get(f"/orders/sagas/place-order/{saga_id}")
    return str(answer.json()["state"]) if answer.status == 200 else ""


def wait_for(shop: Checkout, saga_id: str, *states: str) -> float:
    return until(lambda: state(shop, saga_id) in states)


def shown(shop: Checkout, saga_id: str) -> Any:  # noqa: ANN401 - a document
    return json.loads(shop.run("saga", "show", saga_id, "--json").out)


def effects(shop: Checkout, saga_id: str) -> list[str]:
    """What the participants did for a saga, in the order in which they did it."""
    found: list[tuple[str, str]] = []
    query = f"SELECT created_at, note FROM records WHERE note LIKE '{saga_id} %'"
    for service in ("inventory", "payments", "shipping"):
        done = shop.run("db", "shell", service, "-c", f"COPY ({query}) TO STDOUT")
        for line in done.out.splitlines():
            moment, note = line.split("\t")
            found.append((moment, note.split()[1]))
    return [name for _, name in sorted(found)]


def test_all_steps_are_taken_once(shop: Checkout) -> None:
    saga_id = start(shop)
    wait_for(shop, saga_id, "completed")
    assert effects(shop, saga_id) == ["reserve", "charge", "ship"]
    steps = shown(shop, saga_id)["steps"]
    assert [step["step"] for step in steps] == [
        "inventory:reserve",
        "payments:charge",
        "shipping:ship",
    ]
    assert {step["state"] for step in steps} == {"done"}
    listed = json.loads(shop.run("saga", "ls", "--json").out)
    assert saga_id in {saga["saga_id"] for saga in listed if saga["state"] == "completed"}
    told = shop.run("logs", "inventory", "payments", "shipping", "--grep", saga_id).out
    assert {line.split("-")[0] for line in told.splitlines()} == {
        "inventory",
        "payments",
        "shipping",
    }


def test_refused_by_the_last_step_it_is_undone_in_reverse(shop: Checkout) -> None:
    saga_id = start(shop, refuse="ship")
    wait_for(shop, saga_id, "compensated")
    assert effects(shop, saga_id) == ["reserve", "charge", "refund", "release"]
    document = shown(shop, saga_id)
    assert document["reason"] == "shipping:ship: ship was asked to refuse"
    assert [(step["step"], step["state"]) for step in document["steps"]] == [
        ("inventory:reserve", "done"),
        ("payments:charge", "done"),
        ("shipping:ship", "refused"),
        ("payments:refund", "done"),
        ("inventory:release", "done"),
    ]


def test_each_step_failing_in_each_way_undoes_what_was_done_or_goes_on(
    shop: Checkout, tmp_path: Path
) -> None:
    refused = {action: start(shop, refuse=action) for action in ACTIONS}
    broken = [
        start(shop, breaks=action, how=how, mark=str(tmp_path / f"{action}-{how}"))
        for action in ACTIONS
        for how in ("dies", "does not answer in time")
    ]
    for action, saga_id in refused.items():
        wait_for(shop, saga_id, "compensated")
        done = ACTIONS[: ACTIONS.index(action)]
        assert effects(shop, saga_id) == done + UNDONE.get(action, []), action
    for saga_id in broken:
        wait_for(shop, saga_id, "completed")
        assert effects(shop, saga_id) == ACTIONS
    assert len(list(tmp_path.iterdir())) == len(broken)


@pytest.mark.parametrize("refuse", ["ship", ""])
def test_a_worker_killed_in_the_middle_goes_on_and_nothing_is_done_twice(
    shop: Checkout, refuse: str
) -> None:
    until(lambda: shop.rows()["orders-worker-1"]["ready"])
    saga_id = start(shop, slow=0.4, refuse=refuse)
    time.sleep(0.6)
    os.kill(shop.pids()["orders-worker-1"], signal.SIGKILL)
    assert state(shop, saga_id) == "running"
    wait_for(shop, saga_id, "completed", "compensated")
    undone = ["refund", "release"] if refuse else ["ship"]
    assert effects(shop, saga_id) == ["reserve", "charge", *undone]


def test_a_participant_killed_in_the_middle_of_its_step_has_not_taken_it(shop: Checkout) -> None:
    saga_id = start(shop, slow=0.5)
    time.sleep(0.8)
    os.kill(shop.pids()["payments-1"], signal.SIGKILL)
    until(lambda: shop.rows()["payments-1"]["ready"])
    # RESET and 3 s on a machine of its own (benchmarks/sagas.py); this one may be busy.
    assert wait_for(shop, saga_id, "completed", "compensated") < RESET + 10
    done = effects(shop, saga_id)
    if state(shop, saga_id) == "completed":
        assert done == ["reserve", "charge", "ship"]
    else:  # it was not back in time
        assert done in (["reserve", "release"], ["reserve", "charge", "refund", "release"])


def test_a_compensation_that_fails_is_seen_and_retried_by_hand(
    shop: Checkout, tmp_path: Path
) -> None:
    until(lambda: shop.rows()["payments-1"]["ready"])
    (tmp_path / "release").touch()
    saga_id = start(shop, refuse="ship", broken=str(tmp_path))
    wait_for(shop, saga_id, "stuck")
    (stuck,) = json.loads(shop.run("saga", "ls", "--failed", "--json").out)
    assert (stuck["saga_id"], stuck["state"]) == (saga_id, "stuck")
    assert stuck["reason"].startswith("inventory:release: ")
    assert f"saga {saga_id} is stuck" in shop.log("orders-worker-1")
    gauge = b'sagas_open{saga="place-order",state="stuck"} 1.0'
    until(lambda: gauge in shop.get("/metrics", "orders-worker-1:http").body)

    (tmp_path / "release").unlink()
    assert "inventory:release" in shop.run("saga", "retry", saga_id).out

    wait_for(shop, saga_id, "compensated")
    assert effects(shop, saga_id) == ["reserve", "charge", "refund", "release"]
    assert shop.run("saga", "ls", "--failed", "--json").out.strip() == "[]"
    assert shown(shop, saga_id)["reason"] == "shipping:ship: ship was asked to refuse"
    assert "nothing to retry" in shop.run("saga", "retry", saga_id, code=1).err


def test_changes_are_followed_as_they_come(shop: Checkout) -> None:
    watching = shop.begin("saga", "ls", "--watch", "--json", "--limit", "1")
    saga_id = start(shop, slow=1)
    wait_for(shop, saga_id, "completed")
    time.sleep(2)
    states = [row["state"] for row in lines(end(watching)) if row["saga_id"] == saga_id]
    assert states == ["running", "completed"]


def test_a_repeated_request_starts_no_second_saga(shop: Checkout) -> None:
    import http.client

    def ask(**given: object) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", shop.ports()["gateway:http"])
        headers = {"Content-Type": "application/json", "Idempotency-Key": "k 1/x"}
        connection.request("POST", "/orders/sagas/place-order", json.dumps(given), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    first, again, other = ask(n=1), ask(n=1), ask(n=2)
    assert first == again
    assert (other[0], other[1]["title"]) == (422, "Idempotency key reused")
    wait_for(shop, first[1]["saga_id"], "completed")
    assert ask(n=1)[1]["saga_id"] == first[1]["saga_id"]


def ask_inventory(shop: Checkout, operation: str, saga_id: str, **given: object) -> Answer:
    path = f"/internal/sagas/place-order/{operation}"
    document = {"saga_id": saga_id, "input": given}
    return shop.get(path, "inventory-1:http", method="POST", body=document)


def test_a_duplicate_waits_for_the_first_and_gets_its_answer(shop: Checkout) -> None:
    def ask(_: int) -> Answer:
        return ask_inventory(shop, "reserve", "twice-1", slow=0.3)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(ask, range(5)))
    assert {(answer.status, answer.body) for answer in answers} == {
        (200, b'{"answer":{"reserve":"done"}}')
    }
    assert effects(shop, "twice-1") == ["reserve"]


def test_a_late_action_is_refused_after_its_compensation(shop: Checkout) -> None:
    for _ in "12":
        early = ask_inventory(shop, "release", "late-1")
        assert (early.status, early.json()) == (200, {"answer": "never"})
    late = ask_inventory(shop, "reserve", "late-1")
    assert (late.status, late.json()["title"]) == (409, "Step refused")
    assert effects(shop, "late-1") == []


def test_handlers_are_not_published_and_unknown_sagas_are_errors(shop: Checkout) -> None:
    assert shop.get("/orders/internal/sagas/place-order/reserve", method="POST").status == 404
    assert shop.get("/orders/sagas/place-order/place-order-nope").status == 404
    assert shop.get("/orders/sagas/nothing", method="POST", body={}).status == 404
    assert "no saga 'nope'" in shop.run("saga", "show", "nope", code=1).err


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def test_a_cluster_that_does_not_answer_is_one_line(shop: Checkout, elsewhere: Cluster) -> None:
    before = shop.file.read_text()
    for other, why in (
        ({"address": f"127.0.0.1:{free_port()}"}, "does not answer: connection refused"),
        ({"api_key_file": "no-such-key"}, "there is no file"),
    ):
        shop.file.write_text(f"{before}engines: {elsewhere.engine(**other)}\n")
        done = shop.up(code=5)
        assert why in done.err
        assert done.seconds < 20
    shop.file.write_text(before)


def test_the_same_services_work_with_a_cluster_behind_tls_and_a_key(
    shop: Checkout, elsewhere: Cluster
) -> None:
    shop.file.write_text(f"{shop.file.read_text()}engines: {elsewhere.engine()}\n")
    shop.up()
    assert "temporal" not in shop.rows()
    saga_id = start(shop, refuse="ship")
    wait_for(shop, saga_id, "compensated")
    assert effects(shop, saga_id) == ["reserve", "charge", "refund", "release"]
    (listed,) = json.loads(shop.run("saga", "ls", "--json").out)
    assert (listed["saga_id"], listed["state"]) == (saga_id, "compensated")
    assert [step["state"] for step in shown(shop, saga_id)["steps"]][2] == "refused"
    assert "no saga 'nope'" in shop.run("saga", "show", "nope", code=1).err
    assert KEY not in "".join(p.read_text() for p in shop.state.glob("processes/*/*.sh"))


def test_steps_that_change_change_only_sagas_that_start_later(
    shop: Checkout, tmp_path: Path
) -> None:
    (tmp_path / "ship").touch()
    older = start(shop, broken=str(tmp_path))
    until(lambda: "charge" in effects(shop, older))
    shop.edit(FIRST, f"      - payments:greet/part\n{FIRST}")
    shop.run("update")
    shop.up()
    newer = start(shop)
    wait_for(shop, newer, "completed")
    (tmp_path / "ship").unlink()
    shop.run("saga", "retry", older, code=None)  # or it goes on by itself, which takes longer
    wait_for(shop, older, "completed")
    assert [step["step"] for step in shown(shop, newer)["steps"]] == [
        "payments:greet",
        "inventory:reserve",
        "payments:charge",
        "shipping:ship",
    ]
    taken = [step["step"] for step in shown(shop, older)["steps"]]
    assert list(dict.fromkeys(taken)) == ["inventory:reserve", "payments:charge", "shipping:ship"]


def test_two_workers_share_the_sagas_and_all_goes_down(shop: Checkout) -> None:
    shop.run("scale", "orders-worker=2")
    sagas = [start(shop, refuse="ship" if number % 2 else "") for number in range(10)]
    for saga_id in sagas:
        wait_for(shop, saga_id, "completed", "compensated")
    ports = shop.ports()
    shop.down()
    shop.assert_gone(ports)
    assert sagas[-1] in shop.run("saga", "ls").out, "the cluster is still up"
