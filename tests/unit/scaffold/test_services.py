"""Services and calls: what is written, what is never lost, what is refused."""

from __future__ import annotations

import json
import os
import shutil
from functools import partial
from pathlib import Path

import pytest
import yaml
from tests.unit.scaffold.faults import at_operation, killed_at, tree

from mscli import systemfile
from mscli.errors import MissingProgram, MscliError, SystemFileError
from mscli.scaffold.calls import new_call, remove_call
from mscli.scaffold.copying import Produced
from mscli.scaffold.placing import Outcome, Placing
from mscli.scaffold.routes import new_route, remove_route
from mscli.scaffold.services import NewService, new_service, remove_service
from mscli.scaffold.systems import new_system
from mscli.scaffold.transaction import recover, writing

TINY = "./templates/tiny"


def make(root: Path, name: str, *calls: str, **more: object) -> Outcome:
    wanted = NewService(name, TINY, calls=calls, **more)  # type: ignore[arg-type]
    return new_service(root, wanted)


def test_a_new_system_is_sound_and_whole(tmp_path: Path) -> None:
    outcome = new_system(tmp_path / "shop", "shop", port=9000)
    system = systemfile.read(tmp_path / "shop/mscli.yaml").system
    assert (system.name, system.gateway.port) == ("shop", 9000)
    assert {change.path for change in outcome.changes} == set(tree(tmp_path / "shop"))
    schema = json.loads((tmp_path / "shop/.mscli/schema.json").read_text())
    assert schema["title"] == "mscli.yaml"
    assert "/.mscli/local/" in (tmp_path / "shop/.gitignore").read_text().splitlines()


def test_a_service_that_a_hand_removed_can_be_made_again_whole(pair: Path) -> None:
    before = tree(pair / "services/orders"), tree(pair / ".mscli/base")
    shutil.rmtree(pair / "services/orders")
    file = pair / "mscli.yaml"
    file.write_text(systemfile.remove_service(file.read_text(), "orders"))
    make(pair, "orders", "payments")
    assert (tree(pair / "services/orders"), tree(pair / ".mscli/base")) == before


def test_a_dry_run_writes_nothing(tmp_path: Path, pair: Path) -> None:
    assert new_system(tmp_path / "new", "new", dry_run=True).changes
    assert not (tmp_path / "new").exists()
    shutil.rmtree(pair / ".mscli/local")
    before = tree(pair)
    for work in (
        partial(new_service, wanted=NewService("third", TINY, calls=("orders",))),
        partial(new_call, caller="payments", callee="orders"),
        partial(new_route, path="/x", service="orders"),
        partial(remove_call, caller="orders", callee="payments", purge=True),
        partial(remove_service, name="orders", purge=True),
    ):
        dry = work(pair, dry_run=True)
        assert dry.changes
        assert tree(pair) == before
        assert not (pair / ".mscli/local").exists()


def test_a_new_service_is_code_and_lines_in_the_system_file(shop: Path) -> None:
    make(shop, "payments")
    outcome = make(shop, "order-book", "payments", database="postgres", routes=("/orders",))
    reading = systemfile.read(shop / "mscli.yaml")
    assert reading.system.services["order-book"].database == "postgres"
    assert reading.system.routes[0].path == "/orders"
    files = tree(shop / "services/order-book")
    readme = b"# order-book: we are order-book\n# with a database\n"
    assert files["README.md"] == (readme, 0o644)
    assert files["run.sh"][1] == 0o755
    assert files["src/order_book/clients/payments.py"][0] == b"Payments\n"
    assert "mscli.yaml" in {change.path for change in outcome.changes}
    pristine = shop / ".mscli/base/services/order-book/src/order_book/wiring/http.py"
    assert pristine.read_bytes() == files["src/order_book/wiring/http.py"][0]


def test_the_answers_file_holds_no_path_of_this_machine(pair: Path) -> None:
    text = (pair / "services/orders/.copier-answers.yml").read_text()
    assert text.startswith("# Rendered\n")
    answers = yaml.safe_load(text)
    assert answers["_src_path"] == TINY
    assert answers["motto"] == "we are orders"
    assert str(pair) not in text


def test_same_input_same_bytes(tmp_path: Path, shop: Path) -> None:
    copy = tmp_path / "other/shop"
    shutil.copytree(shop, copy)
    for root in (shop, copy):
        make(root, "payments")
        make(root, "orders", "payments")
        new_call(root, "payments", "orders")
    assert tree(shop) == tree(copy)
    assert not any(
        str(tmp_path).encode() in content
        for content, _ in tree(shop).values()
        if isinstance(content, bytes)
    )


def test_a_name_or_folder_that_exists_changes_nothing(pair: Path) -> None:
    (pair / "services/mine").mkdir()
    (pair / "services/mine/a.py").write_text("mine")
    before = tree(pair)
    with pytest.raises(MscliError, match="exists already"):
        make(pair, "orders")
    with pytest.raises(MscliError, match="services/mine exists already"):
        make(pair, "mine")
    assert tree(pair) == before


@pytest.mark.parametrize("name", ["Orders", "a_b", "email", "class", "../x", "", "x" * 41, "a b"])
def test_bad_names_are_refused_with_a_reason(shop: Path, name: str) -> None:
    before = tree(shop)
    with pytest.raises(MscliError):
        make(shop, name)
    assert tree(shop) == before


def test_a_call_to_nobody_and_a_broken_system_file_are_refused(shop: Path) -> None:
    with pytest.raises(SystemFileError, match="nobody"):
        make(shop, "orders", "nobody")
    (shop / "mscli.yaml").write_text("name: [\n")
    with pytest.raises(SystemFileError):
        make(shop, "orders")


def test_killed_anywhere_a_new_service_is_there_or_not(shop: Path, tmp_path: Path) -> None:
    make(shop, "payments")
    old = tree(shop)
    shutil.copytree(shop, tmp_path / "done")
    make(tmp_path / "done", "orders", "payments")
    new = tree(tmp_path / "done")
    for number in range(1, 400, 43):
        copy = tmp_path / "copy"
        shutil.copytree(shop, copy)
        killed = killed_at(number, partial(make, copy, "orders", "payments"), after=True)
        recover(copy)
        assert tree(copy) in (old, new)
        shutil.rmtree(copy)
        if not killed:
            break


def test_a_full_disk_changes_nothing(shop: Path, tmp_path: Path) -> None:
    before = tree(shop)

    def full() -> None:
        raise OSError(28, os.strerror(28))

    failed = 0
    for number in range(3, 300, 31):
        copy = tmp_path / "copy"
        shutil.copytree(shop, copy)
        error = None
        try:
            with at_operation(number, full, after=False):
                make(copy, "orders")
        except MscliError as raised:
            error = raised
        if error is not None:
            failed += 1
            assert "the disk is full; nothing has been changed" in error.message
            assert tree(copy) == before
        shutil.rmtree(copy)
    assert failed > 2


@pytest.mark.programs
def test_a_new_call_adds_its_client_and_keeps_the_user_s_work(pair: Path) -> None:
    make(pair, "stock")
    orders = pair / "services/orders"
    (orders / "README.md").write_text("my own words\n")
    (orders / "src/orders/app.py").unlink()
    (orders / "src/orders/wiring/http.py").write_text("mine\none\ntwo\n1\nfour\nfive\n")
    outcome = new_call(pair, "orders", "stock")
    assert not outcome.conflicts
    assert (orders / "src/orders/clients/stock.py").read_text() == "Stock\n"
    assert (orders / "src/orders/clients/__init__.py").read_text() == "['payments', 'stock']\n"
    assert (orders / "README.md").read_text() == "my own words\n"
    assert not (orders / "src/orders/app.py").exists()
    assert (orders / "src/orders/wiring/http.py").read_text() == "mine\none\ntwo\n2\nfour\nfive\n"


def test_code_that_is_there_joins_without_a_template(shop: Path) -> None:
    wanted = NewService("old", "none", path="old", command="./run", health="tcp", routes=("/old",))
    with pytest.raises(MscliError, match="there is no folder old"):
        new_service(shop, wanted)
    (shop / "old").mkdir()
    (shop / "old/run").write_text("theirs")
    outcome = new_service(shop, wanted)
    assert [change.path for change in outcome.changes] == ["mscli.yaml"]
    service = systemfile.read(shop / "mscli.yaml").system.services["old"]
    assert (service.path, service.command, service.health) == ("old", ("./run",), "tcp")
    assert not service.is_made
    with pytest.raises(SystemFileError, match="'command' is missing"):
        new_service(shop, NewService("silent", "none", path="old"))


def test_code_of_its_own_may_be_started_in_many_ways(shop: Path) -> None:
    (shop / "old").mkdir()
    for name in ("pages", "jobs"):
        new_service(shop, NewService(name, "none", path="old", command=f"./run {name}"))
    services = systemfile.read(shop / "mscli.yaml").system.services
    assert services["pages"].path == services["jobs"].path == "old"
    with pytest.raises(MscliError, match="jobs is in it"):
        remove_service(shop, "pages", purge=True)
    remove_service(shop, "pages")
    remove_service(shop, "jobs", purge=True)
    assert not (shop / "old").exists()


@pytest.mark.programs
def test_a_conflict_is_marked_and_reported_and_nothing_is_lost(pair: Path) -> None:
    make(pair, "stock")
    wiring = pair / "services/orders/src/orders/wiring/http.py"
    wiring.write_text("one\ntwo\nmine\nfour\nfive\n")
    outcome = new_call(pair, "orders", "stock")
    assert outcome.conflicts == ("services/orders/src/orders/wiring/http.py",)
    text = wiring.read_text()
    assert "<<<<<<< yours\nmine\n" in text
    assert ">>>>>>> mscli" in text
    wiring.write_text("one\ntwo\nmine\nfour\nfive\nsix\n")
    assert not new_call(pair, "payments", "orders").conflicts
    assert wiring.read_text().endswith("six\n")


@pytest.mark.programs
def test_a_merge_without_git_says_what_to_install(
    pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(pair, "stock")
    (pair / "services/orders/src/orders/wiring/http.py").write_text("mine\n")
    before = tree(pair)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingProgram, match="git"):
        new_call(pair, "orders", "stock")
    assert tree(pair) == before


def test_a_rendered_file_changed_by_hand_is_refused_without_force(pair: Path) -> None:
    make(pair, "stock")
    registry = pair / "services/orders/src/orders/clients/__init__.py"
    registry.write_text("mine\n")
    before = tree(pair)
    with pytest.raises(MscliError, match=r"clients/__init__\.py") as caught:
        new_call(pair, "orders", "stock")
    assert "--force" in caught.value.hint
    assert tree(pair) == before
    new_call(pair, "orders", "stock", force=True)
    assert registry.read_text() == "['payments', 'stock']\n"


def test_a_call_that_goes_leaves_the_client_unless_purged(pair: Path) -> None:
    client = pair / "services/orders/src/orders/clients/payments.py"
    client.write_text("mine\n")
    remove_call(pair, "orders", "payments")
    assert client.read_text() == "mine\n"
    assert (client.parent / "__init__.py").read_text() == "[]\n"
    new_call(pair, "orders", "payments")
    assert client.read_text() == "mine\n"
    remove_call(pair, "orders", "payments", purge=True)
    assert not client.exists()
    new_call(pair, "orders", "payments")
    assert client.read_text() == "Payments\n"


def test_a_call_and_its_removal_leave_what_was_there(pair: Path) -> None:
    before = tree(pair)
    new_call(pair, "payments", "orders")
    remove_call(pair, "payments", "orders", purge=True)
    assert tree(pair) == before


def test_a_warning_of_the_system_file_is_passed_on(pair: Path) -> None:
    outcome = new_call(pair, "payments", "orders")
    assert any("orders" in warning for warning in outcome.warnings)


def test_code_that_mscli_did_not_make_is_left_alone(pair: Path) -> None:
    (pair / "services/mine").mkdir()
    (pair / "services/mine/main.py").write_text("mine")
    file = pair / "mscli.yaml"
    text = file.read_text().replace("services:\n", f"services:\n  mine: {{template: {TINY}}}\n")
    file.write_text(text)
    outcome = new_call(pair, "mine", "orders")
    assert "not made by mscli" in outcome.warnings[0]
    assert set(tree(pair / "services/mine")) == {"main.py"}


def test_a_service_that_goes_leaves_its_code_unless_purged(pair: Path) -> None:
    with pytest.raises(MscliError, match="called by orders"):
        remove_service(pair, "payments")
    before = tree(pair / "services/payments")
    remove_service(pair, "payments", force=True)
    assert tree(pair / "services/payments") == before
    assert (pair / "services/orders/src/orders/clients/__init__.py").read_text() == "[]\n"
    assert "services/payments" not in (pair / ".mscli/files.json").read_text()
    assert not (pair / ".mscli/base/services/payments").exists()


def test_a_purged_service_leaves_nothing(shop: Path) -> None:
    before = tree(shop)
    make(shop, "orders", routes=("/orders",))
    (shop / "services/orders/.venv/bin").mkdir(parents=True)
    (shop / "services/orders/.venv/bin/python").symlink_to("/usr/bin/python3")
    remove_service(shop, "orders", purge=True)
    assert tree(shop) == before


def test_routes_come_and_go(pair: Path) -> None:
    before = tree(pair)
    new_route(pair, "/pay", "payments", prefix="keep")
    route = systemfile.read(pair / "mscli.yaml").system.routes[-1]
    assert (route.path, route.service, route.prefix) == ("/pay", "payments", "keep")
    with pytest.raises(MscliError, match="exists already"):
        new_route(pair, "/pay", "orders")
    with pytest.raises(MscliError):
        new_route(pair, "/pay2", "nobody")
    remove_route(pair, "/pay")
    assert tree(pair) == before


def test_a_damaged_ledger_is_an_error_in_words(pair: Path) -> None:
    (pair / ".mscli/files.json").write_text("{")
    with pytest.raises(MscliError, match=r"files\.json is damaged"):
        new_call(pair, "payments", "orders")


def test_rendered_files_of_others_follow_the_same_rules(shop: Path) -> None:
    def place(text: str, *, force: bool = False) -> None:
        with writing(shop) as transaction:
            placing = Placing(transaction, force)
            produced = [Produced("compose.yaml", text.encode(), executable=False)]
            placing.place("", produced, lambda _: "rendered")
            placing.close(dry_run=False)

    place("a: 1\n")
    place("a: 2\n")
    (shop / "compose.yaml").write_text("mine\n")
    with pytest.raises(MscliError, match="changed by hand"):
        place("a: 3\n")
    place("a: 3\n", force=True)
    assert (shop / "compose.yaml").read_text() == "a: 3\n"
