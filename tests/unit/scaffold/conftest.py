"""Makes what the tests of this folder share importable, and a small system to change."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import copier  # noqa: F401 - it asks `uname` when imported, which no test may do
import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

COPIER = """\
_subdirectory: template
_answers_file: .copier-answers.yml
name: {type: str, default: service}
package: {type: str, default: service}
calls: {type: yaml, default: []}
database: {type: str, default: none}
motto: {type: str, default: "we are {{ name }}"}
"""
_CODE = "template/src/{{ package }}"
_DATABASE = "{% if database == 'postgres' %}# with a database\n{% endif %}"
_EACH_CALL = "{% yield call from calls %}{{ call.package }}.py{% endyield %}"
TEMPLATE = {
    "copier.yml": COPIER,
    "files.yaml": "rendered: [src/*/clients/__init__.py, .copier-answers.yml]\n"
    "merged: [src/*/wiring/**]\n",
    "template/README.md.jinja": "# {{ name }}: {{ motto }}\n" + _DATABASE,
    "template/run.sh.jinja": "#!/bin/sh\n" + _DATABASE,
    f"{_CODE}/app.py.jinja": "app = 1\n" + _DATABASE,
    f"{_CODE}/clients/__init__.py.jinja": "{{ calls | map(attribute='name') | list }}\n",
    f"{_CODE}/clients/{_EACH_CALL}.jinja": "{{ call.class_name }}\n",
    f"{_CODE}/wiring/http.py.jinja": "one\ntwo\n{{ calls | length }}\nfour\nfive\n",
    "template/{{ _copier_conf.answers_file }}.jinja": "# Rendered\n"
    "{{ _copier_answers | to_nice_yaml -}}",
}


def write_template(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            file.chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut is not simulated: `fsync` only costs time."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems that tests copy: `shop` without services, `pair` with orders and payments."""
    from mscli.scaffold.services import NewService, new_service
    from mscli.scaffold.systems import new_system

    home = tmp_path_factory.mktemp("pristine")
    new_system(home / "shop", "shop")
    write_template(home / "shop/templates/tiny", TEMPLATE)
    shutil.copytree(home / "shop", home / "pair")
    new_service(home / "pair", NewService("payments", "./templates/tiny"))
    orders = NewService("orders", "./templates/tiny", calls=("payments",), routes=("/o",))
    new_service(home / "pair", orders)
    return home


@pytest.fixture
def shop(pristine: Path, tmp_path: Path) -> Path:
    """A system with a template of its own in `templates/tiny`, and no services."""
    return Path(shutil.copytree(pristine / "shop", tmp_path / "shop"))


@pytest.fixture
def pair(pristine: Path, tmp_path: Path) -> Path:
    """A system with `payments`, and `orders` at /o that calls it."""
    return Path(shutil.copytree(pristine / "pair", tmp_path / "pair"))
