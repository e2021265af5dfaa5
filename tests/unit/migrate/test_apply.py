"""`mscli migrate apply`: a system out of a monolith, at once or not at all, again and again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import copier  # noqa: F401 - it asks `uname` when imported, which no test may do
import pytest

from mscli import systemfile
from mscli.cli import run
from mscli.model.system import Route
from tests.unit.migrate.test_examples import NAMES, ROOT

GOLDEN = ROOT / "tests" / "golden-migrate"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def monolith(here: Path, name: str = "monolith-fastapi") -> Path:
    shutil.copytree(ROOT / "examples" / name, here / "shop")
    assert mscli("plan", "shop", "--database", "own") == 0
    return here / "shop"


def mscli(*words: str) -> int:
    return run(["migrate", *words])


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "local" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", NAMES)
def test_the_monolith_is_a_service_and_has_every_route(here: Path, name: str) -> None:
    source = monolith(here, name)
    before = tree(source)
    (source / ".git").mkdir()
    (source / ".git" / "HEAD").write_text("ref")
    assert mscli("apply", "shop", "--port", "8631", "--monolith-only") == 0
    system = systemfile.read(here / "shop-system" / "mscli.yaml").system
    service = system.services["monolith"]
    assert (service.is_made, service.health) == (False, "tcp")
    assert "$PORT" in service.command[2]
    assert (system.routes, system.gateway.port) == ((Route("/", "monolith", "keep"),), 8631)
    copied = tree(here / "shop-system" / "services" / "monolith")
    assert {path: copied[path] for path in before} == before
    assert copied.keys() - before.keys() == {
        "pyproject.toml", "Dockerfile", ".dockerignore", ".importlinter",
    }  # fmt: skip


def test_again_changes_nothing_and_leaves_what_is_yours(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monolith(here)
    mscli("apply", "shop", "--service", "reports")
    views = here / "shop-system/services/monolith/shop/app.py"
    views.write_text("# mine\n")
    before = tree(here / "shop-system")
    capsys.readouterr()
    assert mscli("apply", "shop", "--service", "reports", "--json") == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []
    assert tree(here / "shop-system") == before


def test_a_dry_run_writes_nothing_and_says_what_it_would(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monolith(here)
    before = tree(here)
    assert mscli("apply", "shop", "--dry-run", "--service", "reports") == 0
    assert "services/" in capsys.readouterr().out
    assert tree(here) == before
    assert not (here / "shop-system").exists()


def test_a_failure_leaves_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = monolith(here)
    (source / "requirements.txt").unlink()
    assert mscli("apply", "shop") == 1
    assert "pip freeze" in capsys.readouterr().err
    assert sorted(path.name for path in here.iterdir()) == ["boundaries.yaml", "plan.md", "shop"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "is no folder"),
        (("shop", "-b", "no.yaml"), "mscli migrate plan shop"),
        (("shop", "--into", "shop"), "holds the monolith itself"),
        (("shop", "--into", "shop/of/services"), "would be read as the monolith's code"),
        (("shop", "--into", "full"), "exists already and is not empty"),
        (("shop", "--into", "Bad Name"), "is no name"),
        (("shop", "--command", "run 'x"), "never closed"),
        (("shop", "--service", "report"), "did you mean 'reports'?"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(
    here: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monolith(here)
    (here / "full").mkdir()
    (here / "full" / "x").touch()
    assert mscli("apply", *words) in (1, 2, 3)
    told = capsys.readouterr().err
    assert said in told
    assert "hint:" in told or " - " in told


@pytest.mark.programs  # git merges what both have changed
def test_services_come_one_by_one_and_a_saga_when_all_who_take_part_are_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monolith(here)
    assert mscli("apply", "shop", "--service", "orders") == 0
    root = here / "shop-system"
    file = root / "services/orders/src/orders/api/unwritten.py"
    file.write_text(f"{file.read_text()}# mine\n")
    assert systemfile.read(root / "mscli.yaml").system.sagas == {}
    capsys.readouterr()
    assert mscli("apply", "shop", "--service", "catalogue", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["report"]["services"]) == {"orders", "catalogue"}
    system = systemfile.read(root / "mscli.yaml").system
    assert set(system.sagas) == {"place", "cancel"}
    assert system.sagas["place"].steps[0].compensation == "undo-place"
    assert (root / "services/catalogue/src/catalogue/sagas/place_place.py").is_file()
    assert (root / "services/orders/src/orders/sagas/place_place.py").is_file()
    assert file.read_text().endswith("# mine\n")
    assert run(["check", "-f", str(root / "mscli.yaml")]) == 0
    assert "(migration/report.md)" in (root / "README.md").read_text()


@pytest.mark.programs  # git merges what both have changed
def test_what_is_the_templates_sample_does_not_come_back(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monolith(here)
    mscli("apply", "shop", "--service", "reports", "--service", "catalogue")
    root = here / "shop-system"
    monkeypatch.chdir(root)
    before = tree(root)
    assert run(["new", "call", "reports", "catalogue"]) == 0
    assert run(["update"]) == 0
    after = tree(root)
    assert not any(path.endswith(("domain.py", "records.py", "schemas.py")) for path in after)
    moved = {path: text for path, text in before.items() if "/moved/" in path or "/api/" in path}
    assert {path: after[path] for path in moved} == moved
    assert "pg8000" in after["services/catalogue/pyproject.toml"].decode()
    assert run(["rm", "call", "reports", "catalogue", "--purge", "--yes"]) == 0
    made = {path for path in before if path.startswith("services/reports/")}
    assert made <= tree(root).keys(), "what apply has made is no sample that comes and goes"


def test_the_tree_is_the_golden_one(here: Path, request: pytest.FixtureRequest) -> None:
    """Of all services what is not the template's own."""
    name = "monolith-fastapi"
    monolith(here, name)
    assert mscli("apply", "shop") == 0
    source = ROOT / "examples" / name
    now = {
        path: content.decode()
        for path, content in tree(here / "shop-system").items()
        if _is_applied(path) and not (source / path.removeprefix("services/monolith/")).is_file()
    }
    golden = GOLDEN / name
    if request.config.getoption("--update-golden"):
        shutil.rmtree(golden, ignore_errors=True)
        for path, text in now.items():
            (golden / path).parent.mkdir(parents=True, exist_ok=True)
            (golden / path).write_text(text)
    kept = {path: content.decode() for path, content in tree(golden).items()}
    assert sorted(now) == sorted(kept), "other files: pytest --update-golden"
    for path, text in kept.items():
        assert now[path] == text, f"{path} differs: pytest --update-golden, then read git diff"


def _is_applied(path: str) -> bool:
    if path == "mscli.yaml" or path.startswith(("migration/", "services/monolith/")):
        return True
    ours = (
        "/moved/", "/api/around.py", "/api/routes.py", "/api/unwritten.py", "/app.py",
        "/clients/monolith.py", "/storage/tables.py", "/storage/engine.py",
        "/0001_tables.py", "/README.md",
    )  # fmt: skip
    return path.startswith("services/") and any(part in path for part in ours)


def test_a_command_that_a_person_says_goes_before_what_is_found(here: Path) -> None:
    monolith(here)
    line = "uvicorn shop.app:app --host $HOST --port $PORT --workers 2"
    assert mscli("apply", "shop", "--command", line, "--monolith-only") == 0
    system = systemfile.read(here / "shop-system" / "mscli.yaml").system
    assert system.services["monolith"].command == ("sh", "-c", f"exec {line}")
