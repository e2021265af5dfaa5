"""A saga that events carry, on the real engines: done, undone, killed, dead and mended.

What the participants do is counted in a table without a unique key: done twice would be seen.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.e2e.checkouts import Checkout, until
from tests.e2e.test_sagas import ACTION, DO, IMPORTS, OURS, UNDO
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]

STEPS = "inventory:take-back/give-again,payments:pay-back/charge-again,orders:close"
SERVICES = ("inventory", "payments", "orders")
REASON = "orders:close: close was asked to refuse"
WITH_A_CHANGE = """

@router.post("/closing")
async def close_with_a_note(request: Request, fails: bool = False) -> dict[str, str]:
    from sqlalchemy import text

    state, note = request.app.state, "noted with its saga"
    insert = "INSERT INTO records (id, note, created_at) VALUES (gen_random_uuid(), :note, now())"
    async with state.database.begin() as connection:
        await connection.execute(text(insert), {"note": note})
        saga_id = await state.choreographer.start_with(connection, "return-goods", None, {})
        if fails:
            raise RuntimeError("after both")
    return {"saga_id": saga_id}
"""


def fill_in(shop: Checkout, service: str, action: str, compensation: str) -> None:
    """Write the business code where the scaffold says that it goes."""
    module = f"return_goods_{action.replace('-', '_')}"
    path = shop.folder / f"services/{service}/src/{service}/sagas/{module}.py"
    text = path.read_text().replace(IMPORTS, OURS).replace(ACTION, DO.format(name=action))
    path.write_text(text.replace(UNDO, DO.format(name=compensation)))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """orders owns return-goods and closes it; inventory and payments take part."""
    folder = tmp_path_factory.mktemp("choreography")
    Checkout(folder).run("new", "system", "shop", "--port", str(free_port()))
    shop = Checkout(folder / "shop")
    for name in ("inventory", "payments"):
        shop.run("new", "service", name, "--database", "postgres")
    shop.run("new", "service", "orders", "--database", "postgres", "--route", "/orders")
    new = ("new", "saga", "return-goods", "--style", "choreography", "--owner", "orders")
    shop.run(*new, "--steps", STEPS)
    fill_in(shop, "inventory", "take-back", "give-again")
    fill_in(shop, "payments", "pay-back", "charge-again")
    fill_in(shop, "orders", "close", "")
    routes = shop.folder / "services/orders/src/orders/api/routes.py"
    routes.write_text(routes.read_text() + WITH_A_CHANGE)
    text = shop.file.read_text()
    env = "database: postgres\n    env: {EVENTS_ATTEMPTS: '2'}"
    shop.file.write_text(text.replace("database: postgres", env))
    try:
        shop.up()
        until(lambda: shop.get("/orders").status == 200)
        yield shop
    finally:
        shop.remove()


def start(shop: Checkout, **given: object) -> str:
    answer = shop.get("/orders/sagas/return-goods", method="POST", body=given)
    assert answer.status == 202, answer
    saga_id: str = answer.json()["saga_id"]
    return saga_id


def state(shop: Checkout, saga_id: str) -> str:
    answer = shop.get(f"/orders/sagas/return-goods/{saga_id}")
    return str(answer.json()["state"]) if answer.status == 200 else ""


def wait_for(shop: Checkout, saga_id: str, *states: str) -> float:
    return until(lambda: state(shop, saga_id) in states)


def copied(shop: Checkout, service: str, query: str) -> list[list[str]]:
    done = shop.run("db", "shell", service, "-c", f"COPY ({query}) TO STDOUT")
    return [line.split("\t") for line in done.out.splitlines()]


def effects(shop: Checkout, like: str) -> list[tuple[str, str]]:
    """The id of the saga and what was done for it, in the order in which it was done."""
    query = f"SELECT created_at, note FROM records WHERE note LIKE '{like}%'"
    found = sorted(row for service in SERVICES for row in copied(shop, service, query))
    return [(note.split()[0], note.split()[1]) for _, note in found]


def done(shop: Checkout, saga_id: str) -> list[str]:
    return [name for _, name in effects(shop, saga_id)]


def waiting(shop: Checkout) -> int:
    """Rows in all outboxes."""
    counts = (copied(shop, service, "SELECT count(*) FROM outbox") for service in SERVICES)
    return sum(int(count) for ((count,),) in counts)


def shown(shop: Checkout, saga_id: str) -> Any:  # noqa: ANN401 - a document
    return json.loads(shop.run("saga", "show", saga_id, "--json").out)


def test_each_step_is_taken_once_and_told_of(shop: Checkout) -> None:
    saga_id = start(shop, amount=7)
    wait_for(shop, saga_id, "completed")
    assert done(shop, saga_id) == ["take-back", "pay-back", "close"]
    document = shown(shop, saga_id)
    assert [(step["step"], step["state"], step["attempts"]) for step in document["steps"]] == [
        ("inventory:take-back", "done", 1),
        ("payments:pay-back", "done", 1),
        ("orders:close", "done", 1),
    ]
    assert 0 < document["seconds"] < 20
    listed = json.loads(shop.run("saga", "ls", "--json").out)
    assert saga_id in {saga["saga_id"] for saga in listed if saga["state"] == "completed"}
    typed = f"mscli saga show {saga_id[:-4]}"
    asks = {"_MSCLI_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": "3"}
    assert saga_id in shop.run(code=0, **asks).out.split()
    assert waiting(shop) == 0


def test_a_change_and_the_saga_that_follows_it_are_both_there_or_neither(shop: Checkout) -> None:
    query = "SELECT count(*) FROM records WHERE note = 'noted with its saga'"
    before = len(json.loads(shop.run("saga", "ls", "--json").out))
    assert shop.get("/orders/closing?fails=1", method="POST").status == 500
    assert copied(shop, "orders", query) == [["0"]]
    answer = shop.get("/orders/closing", method="POST")
    wait_for(shop, answer.json()["saga_id"], "completed")
    assert copied(shop, "orders", query) == [["1"]]
    assert len(json.loads(shop.run("saga", "ls", "--json").out)) == before + 1


def test_refused_by_the_last_step_it_is_undone_in_reverse(shop: Checkout) -> None:
    saga_id = start(shop, refuse="close")
    wait_for(shop, saga_id, "compensated")
    assert done(shop, saga_id) == ["take-back", "pay-back", "charge-again", "give-again"]
    document = shown(shop, saga_id)
    assert document["reason"] == REASON
    assert [(step["step"], step["state"]) for step in document["steps"]] == [
        ("inventory:take-back", "done"),
        ("payments:pay-back", "done"),
        ("orders:close", "refused"),
        ("payments:charge-again", "done"),
        ("inventory:give-again", "done"),
    ]


def test_every_event_in_the_stream_is_as_its_schema_says(shop: Checkout) -> None:
    """The outbox of a service that NATS does not reach holds what would be published."""
    schemas = {
        path.stem: json.loads(path.read_text()) for path in shop.folder.glob("events/*.json")
    }
    os.kill(shop.pids()["nats"], signal.SIGSTOP)
    try:
        saga_id = start(shop)
        ((kind, document),) = copied(shop, "orders", "SELECT type, document FROM outbox")
    finally:
        os.kill(shop.pids()["nats"], signal.SIGCONT)
    Draft202012Validator(schemas[kind]).validate(json.loads(document.replace("\\\\", "\\")))
    wait_for(shop, saga_id, "completed")


@pytest.mark.parametrize("killed", ["inventory-1", "payments-1", "orders-1", "nats"])
def test_whoever_is_killed_in_the_middle_it_goes_on_and_nothing_is_done_twice(
    shop: Checkout, killed: str
) -> None:
    until(lambda: all(row["ready"] for row in shop.rows().values() if row["kind"] == "service"))
    sagas = [start(shop, slow=0.2, refuse="close" if n % 2 else "", by=killed) for n in range(6)]
    time.sleep(0.4)
    os.kill(shop.pids()[killed], signal.SIGKILL)
    until(lambda: shop.get("/orders").status == 200)
    for number, saga_id in enumerate(sagas):
        wait_for(shop, saga_id, "compensated" if number % 2 else "completed")
    acted = effects(shop, "return-goods-")
    for number, saga_id in enumerate(sagas):
        undone = ["charge-again", "give-again"] if number % 2 else ["close"]
        found = [name for each, name in acted if each == saga_id]
        assert found == ["take-back", "pay-back", *undone]
    until(lambda: waiting(shop) == 0)


SAGAS = """
WITH many AS (SELECT 'return-goods-many' || n AS id FROM generate_series(1, {count}) n), begun AS (
  INSERT INTO sagas SELECT id, 'return-goods', '', 'running', '', now() FROM many
) INSERT INTO outbox (event_id, type, document)
SELECT 'begun/' || id, 'orders.return-goods.started', json_build_object('specversion', '1.0',
  'id', 'begun/' || id, 'type', 'orders.return-goods.started', 'subject', id, 'time', now(),
  'data', json_build_object('input', '{{}}'::json, 'answers', '{{}}'::json))::text FROM many
"""


def test_of_2000_events_none_is_lost_or_handled_twice_whoever_is_killed(shop: Checkout) -> None:
    until(lambda: all(row["ready"] for row in shop.rows().values() if row["kind"] == "service"))
    count = 500  # of each: begun, and three steps done
    shop.run("db", "shell", "orders", "-c", SAGAS.format(count=count))
    for killed in ("inventory-1", "nats", "payments-1", "orders-1", "nats", "inventory-1"):
        time.sleep(1)
        until(lambda killed=killed: shop.pids().get(killed))  # type: ignore[misc]
        os.kill(shop.pids()[killed], signal.SIGKILL)
    left = "SELECT count(*) FROM sagas WHERE saga_id LIKE '%-many%' AND state <> 'completed'"
    until(lambda: copied(shop, "orders", left) == [["0"]], patience=120)
    until(lambda: waiting(shop) == 0)
    acted = effects(shop, "return-goods-many")
    assert len(acted) == 3 * count
    assert len(set(acted)) == 3 * count


def test_a_step_that_cannot_be_undone_is_dead_when_it_fails_and_is_replayed(
    shop: Checkout, tmp_path: Path
) -> None:
    (tmp_path / "close").touch()
    saga_id = start(shop, broken=str(tmp_path))
    wait_for(shop, saga_id, "stuck")
    (stuck,) = json.loads(shop.run("saga", "ls", "--failed", "--json").out)
    assert (stuck["saga_id"], stuck["state"]) == (saga_id, "stuck")
    assert stuck["reason"] == "orders:close: RuntimeError: close is broken"
    (letter,) = json.loads(shop.run("events", "dead", "--json").out)
    assert (letter["saga_id"], letter["operation"]) == (saga_id, "orders:close")
    assert (letter["attempts"], letter["reason"]) == (2, "RuntimeError: close is broken")

    (tmp_path / "close").unlink()
    assert "orders:close" in shop.run("saga", "retry", saga_id).out

    wait_for(shop, saga_id, "completed")
    assert done(shop, saga_id) == ["take-back", "pay-back", "close"]
    assert json.loads(shop.run("events", "dead", "--json").out) == []
    assert "nothing to retry" in shop.run("saga", "retry", saga_id, code=1).err


def test_a_step_that_fails_each_time_is_given_up_and_the_others_are_undone(
    shop: Checkout, tmp_path: Path
) -> None:
    (tmp_path / "pay-back").touch()
    (tmp_path / "give-again").touch()
    saga_id = start(shop, broken=str(tmp_path))
    wait_for(shop, saga_id, "stuck")
    assert done(shop, saga_id) == ["take-back"]
    (letter,) = json.loads(shop.run("events", "dead", "--json").out)
    assert letter["operation"] == "inventory:give-again"

    (tmp_path / "give-again").unlink()
    assert "1 event" in shop.run("events", "replay", str(letter["id"])).out

    wait_for(shop, saga_id, "compensated")
    assert done(shop, saga_id) == ["take-back", "give-again"]
    assert shown(shop, saga_id)["reason"] == "payments:pay-back: RuntimeError: pay-back is broken"
    assert "no dead letter" in shop.run("events", "replay", "999", code=1).err
    assert "0 events" in shop.run("events", "replay", "--all").out


def test_a_breaking_change_of_an_event_fails_the_tests_of_those_who_know_it(shop: Checkout) -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "run", "--quiet", "pytest", "-q", "tests/test_events.py"]
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}

    def tested() -> subprocess.CompletedProcess[str]:
        folder = shop.folder / "services/payments"
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    sound = tested()
    assert sound.returncode == 0, sound.stdout
    schema = shop.folder / "events/inventory.return-goods.take-back.succeeded.json"
    text = schema.read_text()
    schema.write_text(text.replace('"required": ["input", "answers"]', '"required": ["input"]'))
    try:
        broken = tested()
    finally:
        schema.write_text(text)
    assert broken.returncode == 1
    assert "'answers' is required by one and not by the other" in broken.stdout


def test_a_repeated_request_starts_no_second_saga_and_unknown_ones_are_errors(
    shop: Checkout,
) -> None:
    import http.client

    def ask(**given: object) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", shop.ports()["gateway:http"])
        headers = {"Content-Type": "application/json", "Idempotency-Key": "k 1/x"}
        connection.request("POST", "/orders/sagas/return-goods", json.dumps(given), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    first, again, other = ask(n=1), ask(n=1), ask(n=2)
    assert first == again
    assert (other[0], other[1]["title"]) == (422, "Idempotency key reused")
    wait_for(shop, first[1]["saga_id"], "completed")
    assert shop.get("/orders/sagas/return-goods/return-goods-nope").status == 404
    assert shop.get("/orders/sagas/nothing", method="POST", body={}).status == 404
    assert "no saga 'nope'" in shop.run("saga", "show", "nope", code=1).err


def test_all_goes_down(shop: Checkout) -> None:
    ports = shop.ports()
    shop.down()
    shop.assert_gone(ports)
    assert "not up" in shop.run("saga", "ls", code=5).err
    assert "not up" in shop.run("events", "dead", code=5).err
