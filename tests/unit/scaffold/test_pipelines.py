"""`mscli new ci`: a pipeline whose steps run anywhere, judged by the providers' own schemas."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mscli.cli import run
from mscli.scaffold.pipelines import PROVIDERS, new_pipeline
from mscli.scaffold.rendering import differences
from mscli.scaffold.systems import new_system
from mscli.systemfile import read

SCHEMAS = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shop"
    new_system(root, "shop", port=9090)
    text = "version: 1\nname: shop\ngateway: {port: 9090}\nservices: {web: {}, orders: {}}\n"
    (root / "mscli.yaml").write_text(text)
    monkeypatch.chdir(root)
    return root


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def sh(
    root: Path, script: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", f"ci/{script}.sh", *arguments],
        cwd=root,
        env={"PATH": f"{root / 'bin'}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tools(shop: Path) -> Path:
    """Programs that only write down how they were called."""
    (shop / "bin").mkdir()
    for name in ("mscli", "uv", "docker", "trivy"):
        program(shop / "bin", name, f'echo "{name} $*" >>"{shop}/called"')
    return shop / "bin"


def called(root: Path) -> list[str]:
    return (root / "called").read_text().splitlines()


@pytest.mark.programs
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_provider_takes_it(shop: Path, provider: str) -> None:
    new_pipeline(shop, provider, "1.2.3")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            SCHEMAS[provider],
            PROVIDERS[provider],
        ],
        cwd=shop,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("provider", PROVIDERS)
def test_its_jobs_run_scripts_that_are_there_and_the_version_that_made_it(
    shop: Path, provider: str
) -> None:
    new_pipeline(shop, provider, "1.2.3")
    text = (shop / PROVIDERS[provider]).read_text()
    document = yaml.safe_load(text)
    jobs = document["jobs"] if provider == "github" else document
    assert {"check", "tests", "system"} <= set(jobs)
    assert "mscli==1.2.3" in text
    for name in ("check", "services", "system", "scan"):
        assert f"ci/{name}.sh" in text
        assert os.access(shop / f"ci/{name}.sh", os.X_OK)


def test_compose_comes_with_it_and_is_what_the_model_renders(shop: Path) -> None:
    new_pipeline(shop, "github", "1.2.3")
    assert differences(shop, read(shop / "mscli.yaml").system, "compose") == ()


def test_what_is_there_is_left_alone(shop: Path) -> None:
    mine = shop / ".gitlab-ci.yml"
    mine.write_text("mine: {script: [make]}\n")
    new_pipeline(shop, "gitlab", "1.2.3")
    (shop / "ci/scan.sh").write_text("mine")
    assert new_pipeline(shop, "gitlab", "1.2.3").changes == ()
    assert mine.read_text() == "mine: {script: [make]}\n"
    assert (shop / "ci/scan.sh").read_text() == "mine"


def test_a_dry_run_writes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "ci", "github", "--dry-run"]) == 0
    assert "system.yml" in capsys.readouterr().out
    assert not (shop / ".github").exists()


def test_another_provider_is_refused(shop: Path) -> None:
    assert run(["new", "ci", "travis"]) == 2


@pytest.mark.programs
def test_check_asks_for_both(shop: Path, tools: Path) -> None:
    new_pipeline(shop, "github", "1.2.3")
    assert sh(shop, "check").returncode == 0
    assert called(shop) == ["mscli check", "mscli render --check"]


@pytest.mark.programs
def test_services_are_listed_and_one_that_fails_is_named_at_the_end(
    shop: Path, tools: Path
) -> None:
    new_pipeline(shop, "github", "1.2.3")
    assert sh(shop, "services", "--list").stdout == "[]\n"
    for name in ("orders", "web"):
        (shop / "services" / name).mkdir(parents=True)
        (shop / "services" / name / "pyproject.toml").touch()
    (shop / "services/web/uv.lock").touch()
    program(
        tools,
        "uv",
        f'echo "$PWD uv $*" >>"{shop}/called"\ncase "$PWD $*" in *orders*mypy) exit 1;; esac',
    )
    assert sh(shop, "services", "--list").stdout == '["orders","web"]\n'
    done = sh(shop, "services")
    assert (done.returncode, done.stderr) == (1, "failed: orders\n")
    orders = [line for line in called(shop) if "/services/orders uv " in line]
    web = [line for line in called(shop) if "/services/web uv " in line]
    assert orders[-1].endswith("mypy"), "it stops where it fails"
    assert web[0].endswith("sync --quiet --locked")
    assert web[-1].endswith("pytest -q"), "the others go on"


@pytest.mark.programs
@pytest.mark.parametrize("code", [0, 1])
def test_the_system_goes_down_whatever_its_tests_say(shop: Path, tools: Path, code: int) -> None:
    new_pipeline(shop, "github", "1.2.3")
    program(tools, "uv", f'echo "uv $SYSTEM_URL $*" >>"{shop}/called"\nexit {code}')
    assert sh(shop, "system").returncode == code
    lines = called(shop)
    assert any(line.startswith("uv http://127.0.0.1:9090 run") for line in lines)
    assert lines[-1] == "docker compose down --volumes --remove-orphans"
    assert ("docker compose logs --tail 100" in lines) is (code == 1)


@pytest.mark.programs
def test_every_image_of_ours_is_scanned_and_no_engines(shop: Path, tools: Path) -> None:
    new_pipeline(shop, "github", "1.2.3")
    images = "shop-ci-web:local\\nshop-ci-orders:local\\ntraefik:v3.7\\nshop-ci-web:local"
    program(tools, "docker", f"printf '{images}\\n'")
    program(tools, "trivy", f'echo "$*" >>"{shop}/called"\ncase "$*" in *orders*) exit 1;; esac')
    done = sh(shop, "scan")
    assert done.returncode == 1
    assert "shop-ci-orders:local" in done.stderr
    assert [line.split()[-1] for line in called(shop)] == [
        "shop-ci-orders:local",
        "shop-ci-web:local",
    ]
