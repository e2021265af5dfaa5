"""`mscli migrate scan --runtime-trace` runs a monolith's own tests and takes in what they do."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from mscli.errors import MissingProgram, MscliError
from mscli.migrate.facts import Facts
from mscli.migrate.scan import scan
from mscli.migrate.tracing.merge import merge
from mscli.migrate.tracing.suite import traced
from mscli.migrate.walk.graph.nodes import Confidence

ROOT = Path(__file__).parents[2]
UV = Path(sysconfig.get_path("scripts")) / "uv"
PACKAGES = (
    "django>=5.2,<6",
    "fastapi>=0.128,<1",
    "sqlalchemy>=2.0,<3",
    "flask>=3.1,<4",
    "flask-sqlalchemy>=3.1,<4",
    "celery>=5.4,<6",
    "httpx2",
    "pytest",
)

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the three frameworks."""
    folder = tmp_path_factory.mktemp("environment") / "env"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    interpreter = folder / "bin" / "python"
    install: list[str | Path] = [
        UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        interpreter,
        *PACKAGES,
    ]
    subprocess.run(install, check=True)
    return interpreter


def shop(framework: str, folder: Path) -> Path:
    source = ROOT / "examples" / f"monolith-{framework}"
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(source, folder / "shop", ignore=ignored))


def followed(facts: Facts, handler: str) -> set[tuple[str, str]]:
    """What a handler was seen to do: kind and table."""
    return {
        (access.kind, access.table)
        for access in facts.accesses
        if access.handler.endswith(handler) and "runtime" in access.operations
    }


@pytest.mark.parametrize("framework", ["django", "flask", "fastapi"])
def test_what_the_tests_of_a_shop_do_is_certain(
    framework: str, python: Path, tmp_path: Path
) -> None:
    root = shop(framework, tmp_path)
    before = scan(root)
    trace = traced(root, python, 200)
    after = merge(before, trace.handlers, trace.warnings)
    placed = {("write", name) for name in ("order_lines", "orders", "payments", "stock", "visits")}
    assert placed <= followed(after, "place")
    assert ("write", "profiles") in followed(after, "register")
    assert ("read", "products") in followed(after, "show")
    assert not followed(after, "cancel")
    assert {a.confidence for a in after.accesses if "runtime" in a.operations} == {
        Confidence.CERTAIN
    }
    assert after.unresolved == before.unresolved
    assert not list(root.rglob("__pycache__"))


def test_what_the_code_hides_is_seen(python: Path, tmp_path: Path) -> None:
    root = shop("flask", tmp_path)
    orders = root / "shop" / "orders.py"
    code = orders.read_text()
    start = code.index('"""', code.index("def show("))
    end = code.index('"""', start + 3) + 3
    spelled = b"select id from categories".hex()
    hidden = f"\n    db.session.execute(db.text(bytes.fromhex('{spelled}').decode()))\n"
    orders.write_text(code[:end] + hidden + code[end:])
    facts = scan(root)
    found = {
        (a.kind, a.through)
        for a in merge(facts, traced(root, python, 200).handlers).accesses
        if a.handler.endswith("show") and a.table == "categories"
    }
    assert found == {("read", "runtime")}


def test_a_suite_that_fails_is_taken_in_with_a_warning(python: Path, tmp_path: Path) -> None:
    root = shop("flask", tmp_path)
    suite = root / "tests" / "test_shop.py"
    suite.write_text(suite.read_text() + "\n\ndef test_that_fails():\n    assert False\n")
    trace = traced(root, python, 200)
    assert trace.handlers
    assert any("ended with code 1" in warning for warning in trace.warnings)


def test_a_suite_that_asks_nothing_is_an_error_with_its_last_lines(
    python: Path, tmp_path: Path
) -> None:
    (tmp_path / "test_nothing.py").write_text("def test_nothing():\n    print(1 / 0)\n")
    with pytest.raises(MscliError, match=r"(?s)no request was seen.*ZeroDivisionError"):
        traced(tmp_path, python, 200)


def test_a_suite_that_hangs_is_ended(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_slow.py").write_text("import time\ntime.sleep(500)\n")
    start = time.monotonic()
    with pytest.raises(MscliError, match="has not ended within 3 s"):
        traced(tmp_path, python, 3)
    assert time.monotonic() - start < 100


def test_without_an_environment_it_says_which_option_names_one(tmp_path: Path) -> None:
    with pytest.raises(MissingProgram) as caught:
        traced(tmp_path, None, 10)
    assert "--python" in caught.value.hint
