"""Every dependency is explained, with the range that is really asked for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from mscli.migrate.apply.moving.frameworks import OLD_DRIVER, RUNS_ON

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dependencies.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TEMPLATE = ROOT / "templates" / "service-python" / "template" / "pyproject.toml.jinja"


def _split(requirement: str) -> tuple[str, str]:
    """Name and range of a requirement, without extras and markers."""
    found = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?\s*([^;]*)(?:;.*)?", requirement)
    assert found, requirement
    return found[1].lower(), found[2].strip()


def _of_the_service() -> list[str]:
    text = re.sub(r"\{%.*?%\}", "", TEMPLATE.read_text())
    (block,) = re.findall(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    return re.findall(r'"([^"]+)"', block)


NEEDED = [
    *PROJECT["project"]["dependencies"],
    *(r for extra in PROJECT["project"]["optional-dependencies"].values() for r in extra),
    *_of_the_service(),
    *sorted({r for kinds in RUNS_ON.values() for kind in kinds for r in kind}),
    OLD_DRIVER,
]


@pytest.mark.parametrize("requirement", NEEDED)
def test_a_dependency_is_explained_with_its_range(requirement: str) -> None:
    name, asked = _split(requirement)
    assert f"| `{name}` | `{asked}` |" in PAGE


@pytest.mark.parametrize("requirement", PROJECT["dependency-groups"]["dev"])
def test_a_tool_of_development_is_named(requirement: str) -> None:
    assert f"`{_split(requirement)[0]}`" in PAGE


def test_nothing_is_explained_that_is_not_there() -> None:
    names = {_split(requirement)[0] for requirement in NEEDED}
    assert set(re.findall(r"^\| `([\w.-]+)` \|", PAGE, re.MULTILINE)) == names
