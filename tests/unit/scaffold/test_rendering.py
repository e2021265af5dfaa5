"""`mscli render` of what is committed: written whole, kept true, and never over a hand's work."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mscli import systemfile
from mscli.cli import run
from mscli.errors import MscliError
from mscli.scaffold.ledger import read_ledger
from mscli.scaffold.rendering import differences, render_into, rendered_before
from mscli.scaffold.systems import new_system
from mscli.scaffold.updates import update


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system of two services, one of them with a database; no code."""
    root = tmp_path / "shop"
    new_system(root, "shop")
    declare(root, "payments: {database: postgres}", "web: {}")
    monkeypatch.chdir(root)
    return root


def declare(root: Path, *services: str) -> None:
    lines = "".join(f"  {service}\n" for service in services)
    (root / "mscli.yaml").write_text(f"version: 1\nname: shop\nservices:\n{lines}")


def render(root: Path, **options: bool) -> list[tuple[str, str]]:
    system = systemfile.read(root / "mscli.yaml").system
    outcome = render_into(root, system, "compose", **options)
    return [(change.verb, change.path) for change in outcome.changes]


def test_it_is_written_and_known(shop: Path) -> None:
    assert ("create", "compose.yaml") in render(shop)
    assert read_ledger(shop).entries["compose.yaml"].kind == "rendered"
    assert os.access(shop / "secrets/generate.sh", os.X_OK)
    assert rendered_before(shop) == ("compose",)
    assert render(shop) == [], "a second time nothing changes"


def test_a_dry_run_writes_nothing(shop: Path) -> None:
    assert ("create", "compose.yaml") in render(shop, dry_run=True)
    assert not (shop / "compose.yaml").exists()
    assert rendered_before(shop) == ()


def test_a_file_changed_by_hand_is_refused_without_force(shop: Path) -> None:
    render(shop)
    file = shop / "compose.yaml"
    mine = file.read_text() + "# mine\n"
    file.write_text(mine)
    with pytest.raises(MscliError, match=r"changed by hand.*compose\.yaml"):
        render(shop)
    assert file.read_text() == mine
    assert render(shop, force=True) == [("change", "compose.yaml")]


def test_what_is_rendered_no_longer_goes_unless_a_hand_has_changed_it(shop: Path) -> None:
    render(shop)
    declare(shop, "web: {}")
    assert ("remove", "engines/postgres/role.sh") in render(shop)
    assert not (shop / "engines/postgres/role.sh").exists()

    declare(shop, "payments: {database: postgres}")
    render(shop)
    (shop / "engines/postgres/role.sh").write_text("# mine\n")
    declare(shop, "web: {}")
    system = systemfile.read(shop / "mscli.yaml").system
    outcome = render_into(shop, system, "compose")
    assert any("role.sh" in warning for warning in outcome.warnings)
    assert (shop / "engines/postgres/role.sh").read_text() == "# mine\n"


def test_a_service_that_nothing_says_how_to_build_is_told(shop: Path) -> None:
    system = systemfile.read(shop / "mscli.yaml").system
    (shop / "services/payments").mkdir(parents=True)
    (shop / "services/payments/Dockerfile").write_text("FROM scratch\n")
    told = "services/web has no Dockerfile, from which the image of web is built"
    assert render_into(shop, system, "compose").warnings == (told,)


def test_of_many_that_nothing_says_how_to_build_a_few_are_named(shop: Path) -> None:
    declare(shop, *(f"s{n}: {{}}" for n in range(300)))
    system = systemfile.read(shop / "mscli.yaml").system
    (told,) = (text for text in render_into(shop, system, "compose").warnings if "Docker" in text)
    assert told.startswith("300 services have no Dockerfile")
    assert told.endswith("services/s4 ...")


def test_a_team_may_have_a_template_of_its_own(shop: Path) -> None:
    own = shop / ".mscli/templates/containers/generate.sh.jinja"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\n# Rendered by mscli - do not edit.\n# ours\n")
    render(shop)
    assert "# ours" in (shop / "secrets/generate.sh").read_text()


def test_update_brings_it_up_to_date(shop: Path) -> None:
    render(shop)
    declare(shop, "web: {}")
    changes = {(change.verb, change.path) for change in update(shop).changes}
    assert ("change", "compose.yaml") in changes
    assert render(shop) == []


def test_check_says_where_it_differs(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "--check"]) == 2, "nothing is committed yet"
    render(shop)
    assert run(["render", "--check"]) == 0
    capsys.readouterr()
    declare(shop, "payments: {replicas: 3}", "web: {}")
    before = {file: file.read_bytes() for file in shop.rglob("*") if file.is_file()}

    assert run(["render", "--check"]) == 1
    out, err = capsys.readouterr()
    assert "--- compose.yaml\n+++ compose.yaml\n" in out
    assert "+      replicas: 3\n" in out
    assert "--- engines/postgres/role.sh\n+++ /dev/null\n" in out
    assert "mscli render compose" in err
    assert before == {file: file.read_bytes() for file in shop.rglob("*") if file.is_file()}


def test_a_file_that_is_gone_is_a_difference(shop: Path) -> None:
    render(shop)
    (shop / "secrets/generate.sh").unlink()
    system = systemfile.read(shop / "mscli.yaml").system
    (missing,) = differences(shop, system, "compose")
    assert missing.diff().startswith("--- /dev/null\n+++ secrets/generate.sh\n")


def test_the_command_says_what_it_wrote(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "compose", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {"path": "compose.yaml", "verb": "create"} in document["changes"]
    assert run(["render", "aws"]) == 2
    assert "processes, compose" in capsys.readouterr().err


def test_without_a_target_what_is_committed_is_rendered(shop: Path) -> None:
    render(shop)
    declare(shop, "web: {}")
    assert run(["render"]) == 0
    assert "payments" not in (shop / "compose.yaml").read_text()
    assert not (shop / ".mscli/local/processes").exists()


def test_digests_are_read_from_the_lock(shop: Path) -> None:
    digest = "sha256:" + "1" * 64
    (shop / ".mscli/images.json").write_text(json.dumps({"images": {"traefik:v3.7": digest}}))
    render(shop)
    assert f"traefik:v3.7@{digest}" in (shop / "compose.yaml").read_text()
    (shop / ".mscli/images.json").write_text("{")
    with pytest.raises(MscliError, match=r"images\.json is damaged"):
        render(shop)
