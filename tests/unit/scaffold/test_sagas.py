"""Sagas that come and go: what is written where, what is never lost, what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from tests.unit.scaffold.faults import tree

from mscli import systemfile
from mscli.errors import MscliError, SystemFileError, UsageError
from mscli.scaffold.placing import Outcome
from mscli.scaffold.sagas import NewSaga, new_saga, remove_saga, steps_from
from mscli.scaffold.services import NewService, new_service
from mscli.scaffold.updates import update

STEPS = "stock:reserve/release,payments:charge/refund,shipping:ship"
GIVE_BACK = "stock:take/hand-out,payments:pay"
MIGRATIONS = "storage/migrations/versions"
TABLES = {"saga_steps": '"0001"', "events": '"saga_steps"'}


pytestmark = pytest.mark.programs  # git merges what both have changed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system of four services by the Python template, without sagas."""
    from mscli.scaffold.systems import new_system

    root = tmp_path_factory.mktemp("sagas") / "shop"
    new_system(root, "shop")
    for name in ("stock", "payments", "shipping", "orders"):
        new_service(root, NewService(name, database="postgres"))
    return root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "shop"))


def make(root: Path, name: str = "place-order", steps: str = STEPS) -> Outcome:
    return new_saga(root, NewSaga(name, "orders", steps_from(steps)))


def code(root: Path, service: str, path: str) -> Path:
    return root / "services" / service / "src" / service / path


def test_steps_are_read_with_their_compensations() -> None:
    assert steps_from(" a:b/c, d:e ") == [
        {"service": "a", "action": "b", "compensation": "c"},
        {"service": "d", "action": "e"},
    ]


@pytest.mark.parametrize("text", ["a", "a:", ":b", "a:b/", "a:/c", ":"])
def test_what_is_no_step_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no step"):
        steps_from(text)


def test_owner_and_participants_get_their_code(shop: Path) -> None:
    before = tree(shop)
    outcome = make(shop)
    assert outcome.conflicts == ()
    system = systemfile.read(shop / "mscli.yaml").system
    assert [step.service for step in system.sagas["place-order"].steps] == [
        "stock",
        "payments",
        "shipping",
    ]
    handler = code(shop, "stock", "sagas/place_order_reserve.py").read_text()
    assert "async def reserve(" in handler
    assert "async def release(" in handler
    assert "async def " in code(shop, "shipping", "sagas/place_order_ship.py").read_text()
    for path in ("worker.py", "api/sagas.py", "wiring/saga.py", "clients/shipping.py"):
        assert code(shop, "orders", path).is_file()
    assert not code(shop, "stock", "worker.py").exists()
    assert "temporalio" in (shop / "services/orders/pyproject.toml").read_text()
    assert "temporalio" not in (shop / "services/stock/pyproject.toml").read_text()
    for path, content in before.items():
        if "/api/" in path or path.endswith(("app.py", "settings.py", "tables.py")):
            assert tree(shop)[path] == content


def test_the_table_of_steps_comes_after_the_newest_migration(shop: Path) -> None:
    own = code(shop, "stock", f"{MIGRATIONS}/0002_mine.py")
    own.write_text('revision = "0002"\ndown_revision = "0001"\n')
    make(shop)
    stock = code(shop, "stock", f"{MIGRATIONS}/saga_steps.py").read_text()
    assert 'down_revision = "0002"' in stock
    payments = code(shop, "payments", f"{MIGRATIONS}/saga_steps.py").read_text()
    assert 'down_revision = "0001"' in payments
    assert 'steps_after: "0002"' in (shop / "services/stock/.copier-answers.yml").read_text()


def test_migrations_that_were_merged_are_one_again(shop: Path) -> None:
    for name in ("0002", "0003"):
        text = f'revision: str = "{name}"\ndown_revision: str | None = "0001"\n'
        code(shop, "stock", f"{MIGRATIONS}/{name}.py").write_text(text)
    both = 'revision = "both"\ndown_revision = ("0002", "0003")\n'
    code(shop, "stock", f"{MIGRATIONS}/both.py").write_text(both)
    make(shop)
    steps = code(shop, "stock", f"{MIGRATIONS}/saga_steps.py").read_text()
    assert 'down_revision = "both"' in steps


def test_a_migration_that_nobody_can_read_is_named(shop: Path) -> None:
    code(shop, "stock", f"{MIGRATIONS}/0002.py").write_text("revision = (\n")
    with pytest.raises(MscliError, match=r"0002\.py is no migration that can be read"):
        make(shop)


def test_two_newest_migrations_are_refused_and_nothing_changes(shop: Path) -> None:
    for name in ("0002", "0003"):
        text = f'revision = "{name}"\ndown_revision = "0001"\n'
        code(shop, "stock", f"{MIGRATIONS}/{name}.py").write_text(text)
    before = tree(shop)
    with pytest.raises(MscliError, match="several newest migrations: 0002, 0003"):
        make(shop)
    assert tree(shop) == before


def test_a_service_older_than_sagas_is_named(shop: Path) -> None:
    application = code(shop, "stock", "app.py")
    application.write_text(application.read_text().replace("add_sagas(app)", "pass"))
    (warning,) = make(shop).warnings
    assert warning.startswith("services/stock/src/stock/app.py is older than sagas")


@pytest.mark.parametrize("touched", [False, True])
def test_a_file_that_was_of_another_class_is_taken_over_if_nobody_touched_it(
    shop: Path, touched: bool
) -> None:
    ledger, path = shop / ".mscli/files.json", "services/orders/pyproject.toml"
    lines = ledger.read_text().splitlines(keepends=True)
    lines = [line.replace("merged", "scaffolded") if path in line else line for line in lines]
    ledger.write_text("".join(lines))
    (shop / ".mscli/base" / path).unlink()
    if touched:
        (shop / path).write_text("# mine\n" + (shop / path).read_text())
    assert make(shop).conflicts == ((path,) if touched else ())
    assert "temporalio" in (shop / path).read_text()


def test_a_second_saga_only_adds_files_and_loses_nothing(shop: Path) -> None:
    make(shop)
    mine = code(shop, "stock", "sagas/place_order_reserve.py")
    mine.write_text(mine.read_text() + "# mine\n")
    project = shop / "services/orders/pyproject.toml"
    project.write_text(project.read_text() + "\n[tool.mine]\nx = 1\n")
    before = tree(shop)
    outcome = make(shop, "return-goods", "stock:take-back/give-again,payments:pay-back")
    verbs = {change.path: change.verb for change in outcome.changes}
    changed = {path for path, verb in verbs.items() if verb == "change"}
    assert changed == {
        "mscli.yaml",
        ".mscli/files.json",
        *(f"services/{s}/.copier-answers.yml" for s in ("orders", "stock", "payments")),
        *(f"services/{s}/src/{s}/sagas/__init__.py" for s in ("orders", "stock", "payments")),
    }
    assert "services/stock/src/stock/sagas/return_goods_take_back.py" in verbs
    for path in ("sagas/place_order_reserve.py", f"{MIGRATIONS}/saga_steps.py"):
        whole = f"services/stock/src/stock/{path}"
        assert tree(shop)[whole] == before[whole]
    assert "[tool.mine]" in project.read_text()


def test_a_step_that_was_added_by_hand_gets_its_files(shop: Path) -> None:
    make(shop)
    file = shop / "mscli.yaml"
    step = "      - {service: payments, action: charge"
    text = file.read_text()
    assert step in text
    policy = "      - {service: payments, action: thank, compensation: unthank, timeout: 9s}\n"
    file.write_text(text.replace(step, policy + step))
    update(shop)
    assert code(shop, "payments", "sagas/place_order_thank.py").is_file()
    assert "timeout=9.0" in code(shop, "orders", "sagas/__init__.py").read_text()
    code(shop, "payments", "sagas/place_order_thank.py").unlink()
    update(shop)  # whoever removes a file of theirs does not get it again
    assert not code(shop, "payments", "sagas/place_order_thank.py").exists()


def test_a_saga_that_goes_leaves_the_code_unless_purged(shop: Path) -> None:
    make(shop)
    make(shop, "return-goods", "stock:take-back/give-again,payments:pay-back")
    remove_saga(shop, "return-goods")
    assert code(shop, "stock", "sagas/return_goods_take_back.py").is_file()
    assert "return_goods" not in code(shop, "stock", "sagas/__init__.py").read_text()
    remove_saga(shop, "place-order", purge=True)
    assert not code(shop, "stock", "sagas/place_order_reserve.py").exists()
    assert systemfile.read(shop / "mscli.yaml").system.sagas == {}
    answers = yaml.safe_load((shop / "services/orders/.copier-answers.yml").read_text())
    assert answers["sagas"] == []


def test_a_saga_that_goes_takes_its_tests_and_its_worker_along(shop: Path) -> None:
    make(shop)
    choreograph(shop)
    kept = shop / "services/payments/tests/test_events.py"
    kept.write_text(kept.read_text() + "# mine\n")
    remove_saga(shop, "place-order")
    outcome = remove_saga(shop, "give-back")
    left = {path.name for path in (shop / "services").glob("*/tests/test_*.py")}
    assert not left & {"test_sagas.py", "test_saga_replay.py", "test_saga_steps.py"}
    assert [path.parts[-3] for path in shop.glob("services/*/tests/test_events.py")] == ["payments"]
    assert not code(shop, "orders", "worker.py").exists()
    assert code(shop, "stock", "sagas/place_order_reserve.py").is_file()
    left_is_told = "services/payments/tests/test_events.py was changed: left"
    assert [warning for warning in outcome.warnings if left_is_told in warning]


def test_a_migration_stays_and_keeps_its_place_when_its_saga_comes_again(shop: Path) -> None:
    make(shop)
    choreograph(shop)
    mine = code(shop, "stock", f"{MIGRATIONS}/0002_mine.py")
    mine.write_text('revision = "0002"\ndown_revision = "events"\n')
    remove_saga(shop, "give-back", purge=True)
    remove_saga(shop, "place-order", purge=True)
    new_saga(shop, NewSaga("lend", "stock", steps_from("payments:bill"), "choreography"))
    revisions = (file.read_text() for file in mine.parent.glob("*.py"))
    follows = [text.partition("down_revision = ")[2].split("\n")[0] for text in revisions]
    assert sorted(follows) == ['"0001"', '"0002"', '"events"', '"saga_steps"', "None"]


def choreograph(root: Path, name: str = "give-back", steps: str = GIVE_BACK) -> Outcome:
    return new_saga(root, NewSaga(name, "orders", steps_from(steps), "choreography"))


def test_a_choreographed_saga_brings_events_to_its_members_and_to_nobody_else(shop: Path) -> None:
    before = tree(shop)
    outcome = choreograph(shop)
    assert (outcome.conflicts, outcome.warnings) == ((), ())
    for service in ("orders", "stock", "payments"):
        assert code(shop, service, "wiring/outbox.py").is_file()
        assert "nats-py" in (shop / f"services/{service}/pyproject.toml").read_text()
    assert code(shop, "orders", "wiring/saga_log.py").is_file()
    assert not code(shop, "stock", "wiring/saga_log.py").exists()
    assert not code(shop, "orders", "worker.py").exists()
    assert not code(shop, "orders", "clients/stock.py").exists()
    after = tree(shop)
    assert {p for p in after if "shipping" in p} == {p for p in before if "shipping" in p}
    for path, content in before.items():
        if "/api/" in path or path.endswith(("app.py", "settings.py", "tables.py")):
            assert after[path] == content
    stock = {revision: code(shop, "stock", f"{MIGRATIONS}/{revision}.py") for revision in TABLES}
    downs = {
        name: file.read_text().partition("down_revision = ")[2] for name, file in stock.items()
    }
    assert {name: down.splitlines()[0] for name, down in downs.items()} == TABLES


def test_every_event_has_a_schema_that_its_services_know_and_the_system_a_document(
    shop: Path,
) -> None:
    choreograph(shop)
    schemas = {path.stem for path in (shop / "events").glob("*.json")}
    assert schemas == {
        "orders.give-back.started",
        "stock.give-back.take.succeeded",
        "stock.give-back.take.failed",
        "stock.give-back.hand-out.succeeded",
        "payments.give-back.pay.succeeded",
        "payments.give-back.pay.failed",
    }
    known = {path.stem for path in (shop / "services/payments/tests/events").iterdir()}
    assert known == {name for name in schemas if name.startswith("payments.") or "take.s" in name}
    document = yaml.safe_load((shop / "events/asyncapi.yaml").read_text())
    assert document["channels"].keys() == schemas
    receives = {name for name in document["operations"] if name.endswith(".receive")}
    assert receives == {
        "orders.give-back.started.receive",
        "stock.give-back.take.succeeded.receive",
        "payments.give-back.pay.failed.receive",
    }


def test_a_schema_that_was_refined_stays_and_a_second_saga_adds_only_files(shop: Path) -> None:
    choreograph(shop)
    refined = shop / "events/stock.give-back.take.succeeded.json"
    refined.write_text(refined.read_text().replace('"type": "object"', '"type":"object"'))
    before = tree(shop)
    outcome = choreograph(shop, "lend", "stock:lend/take-home,payments:bill")
    changed = {change.path for change in outcome.changes if change.verb == "change"}
    members = ("orders", "stock", "payments")
    assert changed == {
        "mscli.yaml",
        ".mscli/files.json",
        "events/asyncapi.yaml",
        *(f"services/{s}/.copier-answers.yml" for s in members),
        *(f"services/{s}/src/{s}/sagas/__init__.py" for s in members),
    }
    assert tree(shop)[str(refined.relative_to(shop))] == before[str(refined.relative_to(shop))]
    remove_saga(shop, "give-back", purge=True)
    assert not refined.exists()
    remove_saga(shop, "lend", purge=True)
    assert not list((shop / "events").glob("*"))
    assert "nats-py" not in (shop / "services/stock/pyproject.toml").read_text()


def test_a_service_may_lead_one_saga_and_begin_another(shop: Path) -> None:
    make(shop)
    choreograph(shop)
    registry = code(shop, "orders", "sagas/__init__.py").read_text()
    assert "ByName(" in registry
    assert "add_bus(" in registry
    assert code(shop, "orders", f"{MIGRATIONS}/events.py").is_file()
    assert not code(shop, "orders", f"{MIGRATIONS}/saga_steps.py").exists()


def test_what_cannot_be_is_refused_and_nothing_changes(shop: Path) -> None:
    new_service(shop, NewService("plain"))
    before = tree(shop)
    for steps, message in (
        ("stok:reserve", "no service 'stok'"),
        ("plain:greet", "'plain' has no database"),
        ("stock:reserve,payments:charge/refund", "'charge' could only be undone"),
        ("orders:one/two", "every step is taken by the owner"),
    ):
        with pytest.raises((MscliError, SystemFileError), match=message):
            make(shop, steps=steps)
    with pytest.raises(SystemFileError, match="'plain' has no database to keep the saga's events"):
        new_saga(shop, NewSaga("s", "plain", steps_from(STEPS), "choreography"))
    assert tree(shop) == before
