"""`mscli migrate plan` and `graph`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mscli.cli import run

ROOT = Path(__file__).parents[3]
SHOP = str(ROOT / "examples" / "monolith-django")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def files() -> set[str]:
    return {path.name for path in Path().iterdir()}


def test_plan_writes_boundaries_and_plan_and_the_same_bytes_again() -> None:
    assert run(["migrate", "plan", SHOP]) == 0
    assert files() == {"boundaries.yaml", "plan.md"}
    first = {name: Path(name).read_bytes() for name in files()}
    assert run(["migrate", "plan", SHOP]) == 0
    assert {name: Path(name).read_bytes() for name in files()} == first


def test_what_has_no_tables_can_be_planned_again_and_gets_some_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("tool").mkdir()
    Path("tool/main.py").write_text("def main() -> None:\n    print('no model anywhere')\n")
    for _ in "12":
        assert run(["migrate", "plan", "tool"]) == 0
        assert "stay a modular monolith" in capsys.readouterr().out
    Path("tool/models.py").write_text(
        "from django.db import models\nclass Note(models.Model):\n    pass\n"
    )
    assert run(["migrate", "plan", "tool"]) == 0
    assert "note" in Path("boundaries.yaml").read_text()


def test_plan_from_facts_is_plan_from_the_folder(capsys: pytest.CaptureFixture[str]) -> None:
    run(["migrate", "scan", SHOP, "-o", "facts.json"])
    run(["migrate", "plan", SHOP, "-o", "one.yaml"])
    run(["migrate", "plan", "facts.json", "-o", "two.yaml"])
    assert Path("one.yaml").read_bytes() == Path("two.yaml").read_bytes()


def test_a_dry_run_writes_nothing_and_says_what_it_would(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["migrate", "plan", SHOP, "--dry-run"]) == 0
    assert files() == set()
    assert "would create: boundaries.yaml" in capsys.readouterr().err


def test_json_on_stdout_is_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "plan", SHOP, "--json", "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"]["first"] == "reports"


def test_edits_hold_until_one_says_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    run(["migrate", "plan", SHOP])
    path = Path("boundaries.yaml")
    moved = path.read_text().replace("      - stock\n", "", 1)
    path.write_text(moved.replace("      - payments\n", "      - payments\n      - stock\n", 1))
    run(["migrate", "plan", SHOP])
    assert "table stock in orders (mscli: catalogue)  -17 points" in capsys.readouterr().out
    run(["migrate", "plan", SHOP, "--fresh"])
    assert "What the file says otherwise" not in capsys.readouterr().out


def test_a_faulty_file_is_not_touched(capsys: pytest.CaptureFixture[str]) -> None:
    Path("boundaries.yaml").write_text("version: 1\nservices:\n  orders:\n    tables: [ordrs]\n")
    before = Path("boundaries.yaml").read_bytes()
    assert run(["migrate", "plan", SHOP]) == 3
    assert Path("boundaries.yaml").read_bytes() == before
    assert files() == {"boundaries.yaml"}
    said = capsys.readouterr().err
    assert "boundaries.yaml:4: services.orders.tables[0]: no table 'ordrs'" in said


def test_a_place_that_cannot_be_written_is_one_error_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["migrate", "plan", SHOP, "-o", "no/such/b.yaml"]) == 1
    Path("plan.md").mkdir()
    assert run(["migrate", "plan", SHOP]) == 1
    assert files() == {"plan.md"}
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "begins"),
    [("a.mmd", "flowchart"), ("a.md", "```mermaid"), ("a.svg", "<svg"), ("a.html", "<!doctype")],
)
def test_a_picture_is_of_the_kind_that_its_file_is_called(file: str, begins: str) -> None:
    assert run(["migrate", "graph", SHOP, "-o", file]) == 0
    assert Path(file).read_text().startswith(begins)


def test_a_picture_is_printed_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate", "graph", SHOP]) == 0
    assert capsys.readouterr().out.startswith("flowchart LR\n")


def test_an_unknown_kind_of_picture_is_a_usage_error() -> None:
    assert run(["migrate", "graph", SHOP, "-o", "a.png"]) == 2


def test_a_picture_of_boundaries_that_are_not_there_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["migrate", "graph", SHOP, "-b", "missing.yaml", "-o", "a.html"]) == 2
    assert capsys.readouterr().err == (
        f"error: there is no missing.yaml\nhint: make it first: mscli migrate plan {SHOP}\n"
    )
    assert not Path("a.html").exists()


def test_a_picture_shows_the_edited_boundaries(capsys: pytest.CaptureFixture[str]) -> None:
    run(["migrate", "plan", SHOP])
    path = Path("boundaries.yaml")
    path.write_text(
        path.read_text().replace("  accounts:\n    database", "  people:\n    database", 1)
    )
    capsys.readouterr()
    run(["migrate", "graph", SHOP])
    assert "people" in capsys.readouterr().out


def test_a_picture_of_code_that_has_changed_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    run(["migrate", "plan", SHOP])
    path = Path("boundaries.yaml")
    path.write_text(path.read_text().replace("      - POST /orders/\n", "      - POST /zebras/\n"))
    capsys.readouterr()
    assert run(["migrate", "graph", SHOP]) == 0
    assert "1 line that the code has no more" in capsys.readouterr().err
    assert run(["migrate", "plan", SHOP]) == 0
    assert "route POST /zebras/ (orders)" in capsys.readouterr().out
    assert run(["migrate", "graph", SHOP]) == 0
    assert "no more" not in capsys.readouterr().err


def test_as_many_services_as_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    for wanted in (2, 3, 6):
        assert run(["migrate", "plan", SHOP, "--json", "--fresh", "--services", str(wanted)]) == 0
        assert len(json.loads(capsys.readouterr().out)["services"]) == wanted
    assert run(["migrate", "plan", SHOP, "--services", "2"]) == 2
    assert "add --fresh" in capsys.readouterr().err
    assert run(["migrate", "plan", SHOP, "--fresh", "--services", "99"]) == 0
    assert "10 services instead of 99" in capsys.readouterr().err


def test_apply_in_a_systems_own_folder_says_where_to_go(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("migration").mkdir()
    Path("migration/boundaries.yaml").write_text("version: 1\n")
    assert run(["migrate", "apply", SHOP]) == 1
    assert capsys.readouterr().err == (
        "error: there is no boundaries.yaml\n"
        "hint: this is a system's own folder: run it where boundaries.yaml is, as before\n"
    )
