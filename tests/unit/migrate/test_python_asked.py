"""Which Python a monolith asks for, and its services with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.apply.required import packages_of


@pytest.mark.parametrize(
    ("said", "python"),
    {
        ">=3.9": "", ">=3.11,<4": "",
        ">=3.13": "3.13", "~=3.12": "3.12", ">=3.12.4": "3.12", "nothing": "",
    }.items(),
)  # fmt: skip
def test_the_lowest_version_is_the_monoliths(tmp_path: Path, said: str, python: str) -> None:
    text = f'[project]\nname = "shop"\nrequires-python = "{said}"\ndependencies = []\n'
    (tmp_path / "pyproject.toml").write_text(text)
    assert packages_of(tmp_path).python == python
