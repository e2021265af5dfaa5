"""Makes what the tests of this folder share importable, and a small system to change."""

from __future__ import annotations

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
_EACH_CALL = "{% yield call from calls %}{{ call.package }}.py{% endyield %}"
TEMPLATE = {
    "copier.yml": COPIER,
    "files.yaml": "rendered: [src/*/clients/__init__.py, .copier-answers.yml]\n"
    "merged: [src/*/wiring/**]\n",
    "template/README.md.jinja": "# {{ name }}: {{ motto }}\n",
    "template/run.sh": "#!/bin/sh\n",
    f"{_CODE}/app.py": "app = 1\n",
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


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A system with a template of its own in `templates/tiny`, and no services."""
    from mscli.scaffold.systems import new_system

    root = tmp_path / "shop"
    new_system(root, "shop")
    write_template(root / "templates/tiny", TEMPLATE)
    return root
