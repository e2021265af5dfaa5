"""The Python service's template: what it renders, and that what it renders is sound."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier import run_copy

pytestmark = pytest.mark.programs  # copier asks git about the template's folder

ROOT = Path(__file__).parents[3]
TEMPLATE = ROOT / "templates" / "service-python"

PAYMENTS = {"name": "payments", "package": "payments", "class_name": "Payments"}
STOCK = {"name": "card-stock", "package": "card_stock", "class_name": "CardStock"}

Answers = Mapping[str, Any]
Rendered = Callable[[str], Path]


def step(service: str, action: str, compensation: str = "") -> dict[str, Any]:
    """A step, in a saga called `buy`, as the owner and the participant are told of it."""
    code = {
        "saga": "buy",
        "module": f"buy_{action.replace('-', '_')}",
        "function": action.replace("-", "_"),
        "undo_function": compensation.replace("-", "_"),
    }
    return {"service": service, "action": action, "compensation": compensation, **code}


PAY, TAKE = step("payments", "charge", "refund"), step("orders", "take", "give-back")
BUY = {"name": "buy", "steps": [TAKE, PAY, step("card-stock", "hand-out")]}

LEND = {"name": "buy", "owner": "orders", "steps": [TAKE, PAY]}
JOIN = {"name": "join", "owner": "payments", "steps": [PAY, step("orders", "note")]}
TOLD = {"type": "orders.buy.started", "meaning": "The saga buy has begun.", "failed": False}
REFUSED = {"type": "orders.buy.take.failed", "meaning": "It was refused.", "failed": True}

COMBINATIONS: Mapping[str, Answers] = {
    "plain": {"database": "none", "calls": []},
    "one-call": {"database": "none", "calls": [PAYMENTS]},
    "two-calls": {"database": "none", "calls": [PAYMENTS, STOCK]},
    "records": {"database": "postgres", "calls": []},
    "records-one-call": {"database": "postgres", "calls": [STOCK]},
    "saga-owner": {"database": "none", "calls": [PAYMENTS, STOCK], "sagas": [BUY]},
    "participant": {"database": "postgres", "calls": [], "steps": [TAKE]},
    "owner-and-participant": {
        "database": "postgres",
        "calls": [PAYMENTS, STOCK],
        "sagas": [BUY, {"name": "try", "steps": [PAY, step("orders", "note")]}],
        "steps": [TAKE, step("orders", "note") | {"saga": "try", "module": "try_note"}],
    },
    "choreographer": {
        "database": "postgres",
        "calls": [],
        "choreographies": [LEND],
        "steps": [TAKE],
        "events": [TOLD, REFUSED],
    },
    "beginner": {
        "database": "postgres",
        "calls": [],
        "choreographies": [LEND | {"steps": [PAY]}],
        "events": [TOLD],
    },
    "in-both-styles": {
        "database": "postgres",
        "calls": [PAYMENTS, STOCK],
        "sagas": [{"name": "try", "steps": [PAY, step("orders", "note")]}],
        "choreographies": [LEND, JOIN],
        "steps": [
            TAKE,
            step("orders", "note") | {"saga": "try", "module": "try_note"},
            step("orders", "note") | {"saga": "join", "module": "join_note"},
        ],
        "events": [TOLD, REFUSED],
    },
    "everything": {"database": "postgres", "calls": [PAYMENTS, STOCK]},
}

every_combination = pytest.mark.parametrize("name", sorted(COMBINATIONS))

FIRST_WORDS = {
    "rendered": "Rendered by mscli",
    "merged": "Merged by mscli: `mscli update` merges new versions into it.",
    "scaffolded": "Scaffolded by mscli: yours to change",
}


def render(folder: Path, name: str = "orders", **answers: object) -> Path:
    data = {"name": name, "system": "shop", "port": 8003, **answers}
    run_copy(str(TEMPLATE), folder, data=data, defaults=True, quiet=True)
    return folder


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The folder of a combination, rendered once for all tests."""

    @cache
    def rendered(name: str) -> Path:
        return render(tmp_path_factory.mktemp(name), **COMBINATIONS[name])

    return rendered


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its path, but for the one line that says where the template was."""
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    answers = found.get(".copier-answers.yml", b"")
    found[".copier-answers.yml"] = re.sub(rb"_src_path: .*\n", b"", answers)
    return found


def class_of(path: str) -> str:
    classes = yaml.safe_load((TEMPLATE / "files.yaml").read_text())
    assert set(classes) == {"rendered", "merged", "bound", "history"}
    for kind in ("rendered", "merged"):
        for glob in classes[kind]:
            pattern = re.escape(glob).replace(r"\*\*", ".+").replace(r"\*", "[^/]+")
            if re.fullmatch(pattern, path):
                return str(kind)
    return "scaffolded"


@every_combination
def test_every_file_says_of_which_class_it_is(rendered: Rendered, name: str) -> None:
    for path, content in contents(rendered(name)).items():
        first = content.decode().splitlines()[0]
        assert FIRST_WORDS[class_of(path)] in first, path


@every_combination
def test_rendering_is_repeatable_and_names_no_place(
    tmp_path: Path, rendered: Rendered, name: str
) -> None:
    one = contents(rendered(name))
    assert one == contents(render(tmp_path, **COMBINATIONS[name]))
    for path, content in one.items():
        text = content.decode()
        assert str(ROOT) not in text, path
        assert str(tmp_path) not in text, path
        assert not re.search(r"{[{%]|pypi\.|index-url", text), path
        if path.endswith(".py"):
            ast.parse(text, path)


def test_what_was_not_asked_for_is_not_there(rendered: Rendered) -> None:
    files = contents(rendered("plain"))
    text = b"".join(content for path, content in files.items() if path.startswith("src/"))
    for absent in (
        b"nats",
        b"sqlalchemy",
        b"asyncpg",
        b"alembic",
        b"import httpx2",
        b"breaker import",
    ):
        assert absent not in text
    assert not any("storage" in path or "breaker" in path for path in files)
    dependencies = files["pyproject.toml"]
    assert b"sqlalchemy" not in dependencies
    assert b"alembic" not in dependencies


@pytest.mark.parametrize("before", ["plain", "one-call", "records", "records-one-call"])
def test_a_call_added_later_changes_no_file_that_is_the_users(
    tmp_path: Path, rendered: Rendered, before: str
) -> None:
    answers = COMBINATIONS[before]
    shipping = {"name": "shipping", "package": "shipping", "class_name": "Shipping"}
    calls = [*answers["calls"], shipping]
    old = contents(rendered(before))
    new = contents(render(tmp_path, **{**answers, "calls": calls}))
    assert old.keys() <= new.keys()
    added = {path for path in new.keys() - old.keys() if class_of(path) == "scaffolded"}
    assert "src/orders/clients/shipping.py" in added
    samples = {"README.md", "src/orders/app.py"} if not answers["calls"] else set()
    changed = {path for path in old if old[path] != new[path]}
    assert {path for path in changed if class_of(path) == "scaffolded"} <= samples


@pytest.mark.parametrize("before", ["records-one-call", "saga-owner", "participant"])
def test_a_saga_added_later_changes_no_file_that_is_the_users(
    tmp_path: Path, rendered: Rendered, before: str
) -> None:
    answers: Answers = {"peers": True, **COMBINATIONS[before]}
    old = contents(render(tmp_path / "old", **answers))
    other = {"name": "other", "steps": [PAY, step("orders", "pack", "unpack")]}
    taken = {**other["steps"][1], "saga": "other", "module": "other_pack"}  # type: ignore[dict-item]
    sagas, steps = answers.get("sagas", []), answers.get("steps", [])
    calls = answers["calls"] or [PAYMENTS]
    more = {"calls": calls, "sagas": [*sagas, other], "steps": [*steps, taken]}
    if answers["database"] == "none":
        more.pop("steps")
    new = contents(render(tmp_path / "new", **{**answers, **more}))
    assert old.keys() <= new.keys()
    changed = {path for path in old if old[path] != new[path]}
    kinds = {path: class_of(path) for path in changed}
    yours = {path for path, kind in kinds.items() if kind == "scaffolded"}
    assert yours <= {"README.md"}, yours


@every_combination
def test_it_stays_small(rendered: Rendered, name: str) -> None:
    lengths = sorted(
        len(path.read_text().splitlines())
        for path in (rendered(name) / "src").rglob("*.py")
        if path.name != "__init__.py" and "versions" not in path.parts
    )
    in_sagas = COMBINATIONS[name].keys() & {"sagas", "choreographies"}
    most = {"plain": 15, "owner-and-participant": 42, "in-both-styles": 55, "choreographer": 38}
    assert lengths[len(lengths) // 2] < (70 if in_sagas else 60)
    assert lengths[-1] <= 200
    assert len(lengths) <= most.get(name, 36)


@pytest.mark.parametrize("name", ["Orders", "-orders", "1orders", "o" * 41, "or_ders", ""])
def test_a_name_that_is_no_dns_label_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="DNS label"):
        render(tmp_path, name=name)


def called(name: str) -> Answers:
    """What a template is told of a call to `name`."""
    class_name = name.title().replace("-", "")
    return {"name": name, "package": name.replace("-", "_"), "class_name": class_name}


LONGEST = "a-service-whose-name-has-forty-chars-all"


@pytest.mark.parametrize("combination", ["in-both-styles", "plain"])
@pytest.mark.parametrize("name", ["b", "zoo", LONGEST])
def test_the_style_of_what_it_renders_does_not_depend_on_names(
    tmp_path: Path, combination: str, name: str
) -> None:
    """Imports are sorted whatever they are called, and lines break where the formatter does."""
    calls = [PAYMENTS, called(LONGEST[:-1] + "x")]
    render(tmp_path, name, **{**COMBINATIONS[combination], "calls": calls})
    ruff = str(Path(sys.executable).with_name("ruff"))
    for words in (["check"], ["format", "--check"]):
        command = [ruff, *words, "--no-cache", "."]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Where uv makes the environment and mypy keeps what it has read: one place for all services,
    each of which is synchronised to what it names and no more, because both take most of the time.
    """
    place = tmp_path_factory.mktemp("tools")
    kept = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}")
    assert uv is not None
    environment = {
        "UV_PROJECT_ENVIRONMENT": str(place / "env"),
        "MYPY_CACHE_DIR": str(place / "mypy"),
    }
    path = {"PATH": f"{place}/env/bin{os.pathsep}{Path(uv).parent}{os.pathsep}{kept['PATH']}"}
    return kept | environment | path


@pytest.mark.e2e
@pytest.mark.patient
@pytest.mark.timeout(300)
@every_combination
def test_what_it_renders_passes_its_own_checks(
    tmp_path: Path, tools: Mapping[str, str], name: str
) -> None:
    folder = render(tmp_path / "order-desk", name="order-desk", **COMBINATIONS[name])
    for command in (
        "uv sync --quiet",
        "ruff check --quiet",
        "ruff format --check --quiet",
        "mypy",
        "python -m pytest",
    ):
        ran = subprocess.run(
            command.split(), cwd=folder, env=tools, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
