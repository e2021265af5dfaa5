"""`mscli new` and `mscli rm` as they are typed: exit codes, stdout, stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.scaffold.faults import tree

from mscli import console, systemfile
from mscli.cli import changes, run

TINY = ("--template", "templates/tiny")


@pytest.fixture
def here(pair: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder is a system with two services."""
    monkeypatch.chdir(pair)
    return pair


def test_services_are_made_as_typed(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop)
    assert run(["new", "service", "payments", *TINY]) == 0
    flags = ["--calls", "payments", "--route", "/o", "--database", "postgres", "--port", "9001"]
    assert run(["new", "service", "orders", *flags, *TINY]) == 0
    system = systemfile.read(shop / "mscli.yaml").system
    orders = system.services["orders"]
    assert (list(orders.calls), orders.database, orders.port) == (["payments"], "postgres", 9001)
    assert system.routes[0].service == "orders"
    assert "create services/orders/  (7 files)" in capsys.readouterr().out


def test_stdout_is_the_list_of_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["new", "route", "/pay", "--to", "payments", "--prefix", "keep"]) == 0
    assert capsys.readouterr().out == "change mscli.yaml\n"
    assert run(["rm", "route", "/pay", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["changes"] == [{"path": "mscli.yaml", "verb": "change"}]
    assert document["dry_run"] is False


def test_line_ends_of_the_system_file_stay(here: Path) -> None:
    file = here / "mscli.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert run(["new", "route", "/pay", "--to", "payments"]) == 0
    assert b"/pay" in file.read_bytes()
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


def test_many_new_files_of_one_folder_are_one_line() -> None:
    new = [(f"services/orders/src/{name}.py", "create") for name in "abcdefg"]
    few = [("services/orders/README.md", "change"), (".mscli/files.json", "change")]
    assert list(changes.folded([*new, *few])) == [
        (".mscli/files.json", "change"),
        ("services/orders/README.md", "change"),
        ("services/orders/src/  (7 files)", "create"),
    ]
    assert list(changes.folded(new[:2])) == new[:2]


def test_commands_work_in_a_folder_below(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here / "services/orders/src")
    assert run(["new", "call", "payments", "orders"]) == 0
    assert "orders" in systemfile.read(here / "mscli.yaml").system.services["payments"].calls


def test_a_dry_run_shows_the_tree(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(here)
    capsys.readouterr()
    words = ["new", "service", "third", "--command", "python -m third", *TINY, "--dry-run"]
    assert run(words) == 0
    out = capsys.readouterr().out
    assert "README.md  (create)" in out
    assert "mscli.yaml  (change)" in out
    assert tree(here) == before
    assert run(words[:-1]) == 0
    service = systemfile.read(here / "mscli.yaml").system.services["third"]
    assert service.command == ("python", "-m", "third")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("new system", 2, "NAME is missing"),
        ("new service", 2, "NAME is missing"),
        ("new route /x", 2, "--to SERVICE is missing"),
        ("new call orders", 2, "CALLEE is missing"),
        ("new service x --template https://x.org/a.git", 2, "not pinned"),
        ("new service x --database mysql", 2, "mysql"),
        ("new service orders", 1, "exists already"),
        ("new service email", 3, "email"),
        ("new service x --calls nobody", 3, "nobody"),
        ("new route /x --to nobody", 1, "nobody"),
        ("new route /internal/x --to orders --prefix keep", 3, "internal"),
        ("rm service payments", 1, "called by orders"),
        ("rm service orders --purge", 2, "--yes"),
        ("rm call orders payments --purge", 2, "--yes"),
        ("rm route /nowhere", 1, "no route"),
        ("rm call payments orders", 1, "does not call"),
    ],
)
def test_what_is_wrong_changes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], words: str, code: int, said: str
) -> None:
    before = tree(here)
    capsys.readouterr()
    assert run(words.split()) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
    assert tree(here) == before


def test_calls_are_a_list_or_given_one_by_one(here: Path) -> None:
    words = ["new", "service", "third", *TINY, "--calls", "orders", "--calls", "payments, orders"]
    assert run(words) == 3  # one of them twice
    assert run([*words[:-1], "payments"]) == 0
    calls = systemfile.read(here / "mscli.yaml").system.services["third"].calls
    assert list(calls) == ["orders", "payments"]


def test_purge_with_yes_and_purge_with_consent(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["rm", "call", "orders", "payments", "--purge", "--yes"]) == 0
    assert not (here / "services/orders/src/orders/clients/payments.py").exists()
    monkeypatch.setattr(console, "confirm", lambda _: False)
    assert run(["rm", "service", "orders", "--purge"]) == 2
    monkeypatch.setattr(console, "confirm", lambda _: True)
    assert run(["rm", "service", "orders", "--purge"]) == 0
    assert not (here / "services/orders").exists()


def test_a_terminal_is_asked_for_what_is_missing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "is_interactive", lambda: True)
    monkeypatch.setattr(console, "ask", lambda *_: "third")
    assert run(["new", "service", *TINY]) == 0
    assert "third" in systemfile.read(here / "mscli.yaml").system.services


@pytest.mark.programs
def test_a_conflict_exits_with_1_and_names_the_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "services/orders/src/orders/wiring/http.py").write_text("one\ntwo\nmine\nfour\nfive\n")
    assert run(["rm", "call", "orders", "payments"]) == 1
    assert "wiring/http.py" in capsys.readouterr().err


def test_new_system_makes_a_folder_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "system", "shop", "--dry-run"]) == 0
    assert not (tmp_path / "shop").exists()
    assert run(["new", "system", "shop", "--port", "9090"]) == 0
    assert systemfile.read(tmp_path / "shop/mscli.yaml").system.gateway.port == 9090
    assert run(["new", "system", "shop"]) == 1
    assert run(["new", "system", "Not Good"]) == 3
    assert "inside of another system" not in capsys.readouterr().err
    assert run(["new", "system", "shop/stand"]) == 0
    assert "shop/stand is inside of another system" in capsys.readouterr().err
    assert run(["new", "service", "x"]) == 1
    assert "new system NAME" in capsys.readouterr().err


@pytest.mark.parametrize("group", ["new", "rm"])
@pytest.mark.parametrize("command", ["service", "route", "call"])
def test_every_help_has_an_example(
    group: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([group, command, "--help"]) == 0
    assert f"Example: mscli {group} {command}" in " ".join(capsys.readouterr().out.split())
