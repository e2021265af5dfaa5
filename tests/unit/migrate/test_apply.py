"""`mscli migrate apply`: a system out of a monolith, at once or not at all, again and again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mscli import systemfile
from mscli.cli import run
from mscli.model.system import Route
from tests.unit.migrate.test_examples import NAMES, ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def monolith(here: Path, name: str = "monolith-fastapi") -> Path:
    shutil.copytree(ROOT / "examples" / name, here / "shop")
    assert mscli("plan", "shop") == 0
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
    assert mscli("apply", "shop", "--port", "8631") == 0
    system = systemfile.read(here / "shop-system" / "mscli.yaml").system
    service = system.services["monolith"]
    assert (service.is_made, service.health) == (False, "tcp")
    assert "$PORT" in service.command[2]
    assert (system.routes, system.gateway.port) == ((Route("/", "monolith", "keep"),), 8631)
    copied = tree(here / "shop-system" / "services" / "monolith")
    assert {path: copied[path] for path in before} == before
    assert copied.keys() - before.keys() == {"pyproject.toml", "Dockerfile", ".dockerignore"}


def test_again_changes_nothing_and_leaves_what_is_yours(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monolith(here)
    mscli("apply", "shop")
    views = here / "shop-system/services/monolith/shop/app.py"
    views.write_text("# mine\n")
    before = tree(here / "shop-system")
    capsys.readouterr()
    assert mscli("apply", "shop", "--json") == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []
    assert tree(here / "shop-system") == before


def test_a_dry_run_writes_nothing_and_says_what_it_would(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monolith(here)
    before = tree(here)
    assert mscli("apply", "shop", "--dry-run") == 0
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
        (("shop", "--into", "full"), "exists already and is not empty"),
        (("shop", "--into", "Bad Name"), "is no name"),
        (("shop", "--command", "run 'x"), "never closed"),
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


def test_a_command_that_a_person_says_goes_before_what_is_found(here: Path) -> None:
    monolith(here)
    line = "uvicorn shop.app:app --host $HOST --port $PORT --workers 2"
    assert mscli("apply", "shop", "--command", line) == 0
    system = systemfile.read(here / "shop-system" / "mscli.yaml").system
    assert system.services["monolith"].command == ("sh", "-c", f"exec {line}")
