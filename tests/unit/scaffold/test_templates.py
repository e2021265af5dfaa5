"""Where templates come from, and what they may not do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.unit.scaffold.conftest import COPIER, TEMPLATE, write_template
from tests.unit.scaffold.faults import tree

from mscli import systemfile
from mscli.errors import MscliError, UsageError
from mscli.scaffold.calls import new_call
from mscli.scaffold.classes import read_classes
from mscli.scaffold.services import NewService, new_service
from mscli.scaffold.sources import named


def test_our_python_template_makes_a_service_and_keeps_it_up_to_date(shop: Path) -> None:
    new_service(shop, NewService("payments"))
    new_service(shop, NewService("orders", database="postgres"))
    before = tree(shop)
    new_call(shop, "orders", "payments")
    orders = shop / "services/orders"
    assert (orders / "src/orders/clients/payments.py").is_file()
    assert "mscli:service-python" in (orders / ".copier-answers.yml").read_text()
    assert before.items() - tree(shop).items()


def test_a_team_s_own_file_goes_before_ours(shop: Path) -> None:
    own = shop / ".mscli/templates/service-python/template"
    write_template(own, {"README.md.jinja": "{{ name }} of our team\n"})
    new_service(shop, NewService("payments"))
    assert (shop / "services/payments/README.md").read_text() == "payments of our team\n"
    assert (shop / "services/payments/pyproject.toml").is_file()


def test_a_template_without_classes_is_scaffolded_and_nothing_more(
    shop: Path, tmp_path: Path
) -> None:
    write_template(tmp_path / "plain", {"copier.yml": "x: 1\n", "a.txt": "a", "files.yaml": ""})
    (tmp_path / "plain/files.yaml").unlink()
    template = named(str(tmp_path / "plain"), "", shop, tmp_path)
    assert template == "../plain"
    new_service(shop, NewService("payments", template))
    assert set(tree(shop / "services/payments")) == {"a.txt"}
    assert (
        '"services/payments/a.txt": {"class": "scaffolded"'
        in (shop / ".mscli/files.json").read_text()
    )


def test_what_an_installer_compiled_in_a_template_is_no_part_of_it(shop: Path) -> None:
    write_template(
        shop / "templates/tiny/template/src/{{ package }}",
        {"__pycache__/app.cpython-311.pyc": "compiled", "old.pyc": "compiled"},
    )
    new_service(shop, NewService("orders", "./templates/tiny"))
    assert not [path for path in tree(shop) if "orders" in path and path.endswith(".pyc")]


@pytest.mark.parametrize(
    ("feature", "extra"),
    [
        ("tasks", '_tasks: ["touch made"]\n'),
        ("jinja_extensions", "_jinja_extensions: [jinja2.ext.do]\n"),
        ("migrations", "_migrations: [{version: v1, before: [x]}]\n"),
    ],
)
@pytest.mark.programs
def test_unsafe_features_need_trust(shop: Path, feature: str, extra: str) -> None:
    write_template(shop / "templates/tiny", {**TEMPLATE, "copier.yml": COPIER + extra})
    before = tree(shop)
    with pytest.raises(MscliError, match=feature) as caught:
        new_service(shop, NewService("orders", "./templates/tiny"))
    assert "--trust" in caught.value.hint
    assert "copier" not in caught.value.message
    assert tree(shop) == before
    new_service(shop, NewService("orders", "./templates/tiny", trust=True))
    assert (shop / "services/orders/made").exists() == (feature == "tasks")


def test_the_user_s_settings_of_copier_give_no_trust(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.yml"
    settings.write_text(f"trust: ['{tmp_path}/']\ndefaults: {{motto: mine}}\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    new_service(shop, NewService("payments", "./templates/tiny"))
    assert "mine" not in (shop / "services/payments/README.md").read_text()
    extra = {**TEMPLATE, "copier.yml": COPIER + '_tasks: ["touch made"]\n'}
    write_template(shop / "templates/tiny", extra)
    with pytest.raises(MscliError, match="tasks"):
        new_service(shop, NewService("orders", "./templates/tiny"))


@pytest.mark.parametrize("out", ["../../../../out.txt", "/out.txt", "a/../../../../../out.txt"])
def test_a_template_cannot_write_outside(shop: Path, tmp_path: Path, out: str) -> None:
    write_template(
        shop / "templates/tiny",
        {"copier.yml": COPIER + f"out: {out}\n", "template/{{ out }}.jinja": "x"},
    )
    try:
        new_service(shop, NewService("orders", "./templates/tiny"))
    except MscliError:
        assert not (shop / "services").exists()
    assert not [path for path in tmp_path.rglob("out.txt") if "orders" not in path.parts]
    assert not Path("/out.txt").exists()


def test_links_that_lead_out_of_a_template_are_refused(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (shop / "templates/tiny/template/link").symlink_to(tmp_path / "secret")
    before = tree(shop)
    with pytest.raises(MscliError, match="cannot be rendered"):
        new_service(shop, NewService("orders", "./templates/tiny"))
    copier = COPIER + "_preserve_symlinks: true\n"
    write_template(shop / "templates/tiny", {"copier.yml": copier})
    with pytest.raises(MscliError, match="symbolic link"):
        new_service(shop, NewService("orders", "./templates/tiny"))
    assert set(tree(shop)) == set(before)


def test_a_template_that_fails_changes_nothing(shop: Path) -> None:
    write_template(shop / "templates/tiny", {"template/bad.txt.jinja": "\n{{ nothing.at.all }}\n"})
    before = tree(shop)
    with pytest.raises(MscliError, match="cannot be rendered"):
        new_service(shop, NewService("orders", "./templates/tiny"))
    assert tree(shop) == before


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.programs
def test_a_pinned_commit_of_a_repository(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repository = write_template(tmp_path / "repository", TEMPLATE)
    git(repository, "init", "--quiet")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "one")
    commit = git(repository, "rev-parse", "HEAD").strip()
    (repository / "template/README.md.jinja").write_text("later\n")
    git(repository, "commit", "--quiet", "-am", "two")
    git(repository, "tag", "v9.0")
    url = f"file://{repository}"
    template = named(url, commit, shop, tmp_path)
    assert template == f"{url}@{commit}"
    new_service(shop, NewService("orders", template))
    assert (shop / "services/orders/README.md").read_text() == "# orders: we are orders\n"
    answers = (shop / "services/orders/.copier-answers.yml").read_text()
    assert f"_commit: {commit}" in answers.replace('"', "")
    repository.rename(tmp_path / "gone")
    new_service(shop, NewService("payments", template))
    with pytest.raises(MscliError, match="cannot be fetched"):
        new_service(shop, NewService("third", f"{url}@{'0' * 40}"))


@pytest.mark.parametrize(
    "template",
    ["https://x.org/a.git", "https://x.org/a.git@main", "gh:a/b", "git@x.org:a/b", "nope"],
)
def test_what_is_not_pinned_or_not_there_is_refused(shop: Path, template: str) -> None:
    with pytest.raises(UsageError):
        named(template, "", shop, shop)
    with pytest.raises(UsageError):
        named("python", "0" * 40, shop, shop)


def test_globs_of_classes(tmp_path: Path) -> None:
    (tmp_path / "files.yaml").write_text("rendered: [a/*/x.py, '*.md']\nmerged: ['w/**', '**/z']\n")
    classes = read_classes(tmp_path)
    assert [classes.of(path) for path in ("a/b/x.py", "R.md")] == ["rendered"] * 2
    assert [classes.of(path) for path in ("a/b/c/x.py", "d/R.md")] == ["scaffolded"] * 2
    assert [classes.of(path) for path in ("w/1/2", "q/z", "z")] == ["merged"] * 3
    (tmp_path / "files.yaml").write_text("bound: [tests/**]\nhistory: ['**/versions/*']\n")
    classes = read_classes(tmp_path)
    assert (classes.is_bound("tests/e/f.json"), classes.is_bound("src/t.py")) == (True, False)
    assert (classes.is_history("s/versions/1.py"), classes.is_history("s/1.py")) == (True, False)
    (tmp_path / "files.yaml").write_text("rendered: yes\n")
    with pytest.raises(MscliError, match="no list of globs"):
        read_classes(tmp_path)


def test_what_a_template_says_of_how_it_runs_goes_into_the_system_file(shop: Path) -> None:
    template = {
        "copier.yml": "_subdirectory: template\nname: {type: str}\n",
        "files.yaml": "command: node server.js\nmigrate: node migrate.js\nhealth: tcp\n",
        "template/server.js.jinja": "// {{ name }}\n",
    }
    write_template(shop / "templates/node", template)
    node = "./templates/node"
    new_service(shop, NewService("kiosk", node))
    new_service(shop, NewService("ledger", node, database="postgres", command="deno server.js"))
    services = systemfile.read(shop / "mscli.yaml").system.services
    assert (shop / "services/kiosk/server.js").read_text() == "// kiosk\n"
    assert services["kiosk"].command == ("node", "server.js")
    assert (services["kiosk"].health, services["kiosk"].migrate) == ("tcp", ())
    assert services["ledger"].command == ("deno", "server.js")
    assert services["ledger"].migrate == ("node", "migrate.js")


def test_a_template_that_says_it_wrongly_is_refused_and_nothing_changes(shop: Path) -> None:
    template = {"copier.yml": "x: 1\n", "files.yaml": "command: [node]\n", "a.txt": "a"}
    write_template(shop / "templates/odd", template)
    before = tree(shop)
    with pytest.raises(MscliError, match=r"files\.yaml is wrong: command is no text"):
        new_service(shop, NewService("kiosk", "./templates/odd"))
    assert tree(shop) == before
